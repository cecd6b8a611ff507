/** Diffs two texts of a policy, line by line. */

/** Lines around a change that show where it is, as `diff -u` has them. */
const CONTEXT_LINES = 3;

/**
 * Beyond this many pairs of lines the changed part is shown as removed and added as a whole: a
 * comparison must not block the server. 2,000 lines against 2,000.
 */
export const LINE_PAIRS_MAX = 4_000_000;

/** A text without it at its end gets this line, as in Git. */
const NO_NEWLINE = '\\ No newline at end of file\n';

interface Edit {
  readonly mark: ' ' | '-' | '+';
  /** With its newline, where it has one. */
  readonly line: string;
}

/**
 * Compares two texts.
 * @returns the hunks of a unified diff (POSIX `diff -u`, without the two lines of names), which
 *   `patch` can read; empty where the texts are equal
 */
export function diffTexts(before: string, after: string): string {
  if (before === after) return '';
  const edits = compareLines(linesOf(before), linesOf(after));
  return groupEdits(edits).map(writeHunk).join('');
}

function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function compareLines(before: readonly string[], after: readonly string[]): readonly Edit[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return [
    ...mark(' ', before.slice(0, head)),
    ...compareMiddle(
      before.slice(head, before.length - tail),
      after.slice(head, after.length - tail),
    ),
    ...mark(' ', before.slice(before.length - tail)),
  ];
}

function mark(sign: Edit['mark'], lines: readonly string[]): readonly Edit[] {
  return lines.map((line) => ({ mark: sign, line }));
}

/** Compares texts by the longest common subsequence of lines (Hunt and McIlroy, 1976). */
function compareMiddle(before: readonly string[], after: readonly string[]): readonly Edit[] {
  if (before.length * after.length > LINE_PAIRS_MAX) {
    return [...mark('-', before), ...mark('+', after)];
  }
  const width = after.length + 1;
  const common = new Uint16Array((before.length + 1) * width);
  for (let row = before.length - 1; row >= 0; row -= 1) {
    for (let column = after.length - 1; column >= 0; column -= 1) {
      const at = row * width + column;
      common[at] =
        before[row] === after[column]
          ? (common[at + width + 1] ?? 0) + 1
          : Math.max(common[at + width] ?? 0, common[at + 1] ?? 0);
    }
  }
  return walkCommon(before, after, common);
}

function walkCommon(
  before: readonly string[],
  after: readonly string[],
  common: Uint16Array,
): readonly Edit[] {
  const width = after.length + 1;
  const edits: Edit[] = [];
  let row = 0;
  let column = 0;
  while (row < before.length || column < after.length) {
    const [old = '', fresh = ''] = [before[row], after[column]];
    const at = row * width + column;
    if (row < before.length && column < after.length && old === fresh) {
      edits.push({ mark: ' ', line: old });
      row += 1;
      column += 1;
    } else if (
      column >= after.length ||
      (row < before.length && (common[at + width] ?? 0) >= (common[at + 1] ?? 0))
    ) {
      edits.push({ mark: '-', line: old });
      row += 1;
    } else {
      edits.push({ mark: '+', line: fresh });
      column += 1;
    }
  }
  return edits;
}

interface Hunk {
  /** Lines of the earlier text before the hunk, and of the later one. */
  readonly oldBefore: number;
  readonly newBefore: number;
  readonly edits: readonly Edit[];
}

function groupEdits(edits: readonly Edit[]): readonly Hunk[] {
  const shown = new Set<number>();
  for (const [at, edit] of edits.entries()) {
    if (edit.mark === ' ') continue;
    for (let near = at - CONTEXT_LINES; near <= at + CONTEXT_LINES; near += 1) shown.add(near);
  }
  const hunks: (Hunk & { readonly edits: Edit[] })[] = [];
  let [oldBefore, newBefore] = [0, 0];
  for (const [at, edit] of edits.entries()) {
    if (shown.has(at)) {
      if (at === 0 || !shown.has(at - 1)) hunks.push({ oldBefore, newBefore, edits: [] });
      hunks.at(-1)?.edits.push(edit);
    }
    if (edit.mark !== '+') oldBefore += 1;
    if (edit.mark !== '-') newBefore += 1;
  }
  return hunks;
}

function writeHunk({ oldBefore, newBefore, edits }: Hunk): string {
  const oldLines = edits.filter((edit) => edit.mark !== '+').length;
  const newLines = edits.filter((edit) => edit.mark !== '-').length;
  const head = `@@ -${span(oldBefore, oldLines)} +${span(newBefore, newLines)} @@\n`;
  const body = edits.map(({ mark: sign, line }) =>
    line.endsWith('\n') ? `${sign}${line}` : `${sign}${line}\n${NO_NEWLINE}`,
  );
  return head + body.join('');
}

/** Returns the position of lines, counted from 1; for no lines, that of the line before them. */
function span(before: number, lines: number): string {
  return `${lines === 0 ? before : before + 1},${lines}`;
}
