/**
 * Reads what a guide asks its reader to do, in order: a block `sh` is a command, and a block after
 * "… as `NAME`:" is a file, as in test/docs/read-page.ts, which a script cannot import: it is not
 * compiled.
 */

const FENCE = /^\s*```(\w*)\s*$/;
const HEADING = /^#{2,}\s+(.*)$/;
const FILE_NAME = /`([\w./-]+)`:$/;

/**
 * @typedef {{ kind: 'command' | 'file', name: string, heading: string, line: number,
 *   text: string }} Step
 * A step; `name` is that of the file.
 */

/**
 * @param {string} page - text of the page
 * @returns {readonly Step[]} the number of a step is that of its first line
 */
export function readSteps(page) {
  const steps = [];
  let heading = '';
  let before = '';
  let open;
  for (const [index, text] of page.split('\n').entries()) {
    const [, language] = FENCE.exec(text) ?? [];
    if (open === undefined) {
      heading = HEADING.exec(text)?.[1] ?? heading;
      if (language !== undefined) open = { language, line: index + 2, lines: [] };
      else if (text.trim() !== '') before = text;
    } else if (language === undefined) open.lines.push(text);
    else {
      steps.push(...stepOf(open, { heading, before }));
      before = '';
      open = undefined;
    }
  }
  if (open !== undefined) throw new Error(`The block of line ${open.line} has no end.`);
  return steps;
}

function stepOf({ language, line, lines }, { heading, before }) {
  const text = lines.join('\n');
  if (language === 'sh') return [{ kind: 'command', name: '', heading, line, text }];
  const name = FILE_NAME.exec(before)?.[1];
  return name === undefined ? [] : [{ kind: 'file', name, heading, line, text }];
}

/**
 * The Debian packages that a guide installs.
 * @param {readonly Step[]} steps
 * @returns {readonly string[]}
 */
export function listPackages(steps) {
  return steps
    .filter(({ kind }) => kind === 'command')
    .flatMap(({ text }) => text.replaceAll('\\\n', ' ').split('\n'))
    .flatMap((line) => /\bapt-get install\b(.*)$/.exec(line)?.[1]?.trim().split(/\s+/) ?? [])
    .filter((word) => /^[a-z0-9][a-z0-9+.-]+$/.test(word));
}
