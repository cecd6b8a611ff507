/** Sizes that a reader can hold in mind. */
import { findInLines, type Rule } from './finding.ts';
import { isFunction, type ParsedFile, parseFile } from './syntax.ts';
import { isCode, isTest, isTypeScript, isWritten } from './tracked-file.ts';

const LINE_LENGTH_MAX = 100;
const FILE_LINES_MAX = 300;
const FUNCTION_LINES_MAX = 60;

/** Lines of code have at most 100 characters. */
export const findLongLines: Rule = (files) =>
  findInLines(
    files.filter((file) => isCode(file) && isWritten(file)),
    (line) =>
      [...line].length > LINE_LENGTH_MAX
        ? `has ${[...line].length} characters; break it after at most ${LINE_LENGTH_MAX}.`
        : undefined,
  );

/** Files of code have at most 300 lines; tests may be longer. */
export const findLongFiles: Rule = (files) =>
  files
    .filter((file) => isCode(file) && isWritten(file) && !isTest(file))
    .map((file) => ({ path: file.path, lines: file.text.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > FILE_LINES_MAX)
    .map(({ path, lines }) => ({
      path,
      line: FILE_LINES_MAX + 1,
      advice: `The file has ${lines} lines; move a part with a name of its own to another file.`,
    }));

/**
 * Functions have at most 60 lines of their own: those of the functions inside are counted there.
 * Tests are lists of cases; their length is that of the list.
 */
export const findLongFunctions: Rule = (files) =>
  files
    .filter((file) => isTypeScript(file) && isWritten(file) && !isTest(file))
    .flatMap((file) =>
      measureFunctions(parseFile(file))
        .filter(({ lines }) => lines > FUNCTION_LINES_MAX)
        .map(({ line, lines }) => ({
          path: file.path,
          line,
          advice: `The function has ${lines} lines of its own; split it to ${FUNCTION_LINES_MAX}.`,
        })),
    );

interface Measured {
  readonly line: number;
  readonly lastLine: number;
  lines: number;
}

/** Outer functions come before inner ones, so those around a function are the ones still open. */
function measureFunctions(parsed: ParsedFile): readonly Measured[] {
  const all: Measured[] = [];
  const open: Measured[] = [];
  for (const node of parsed.nodes.filter(isFunction)) {
    const line = parsed.firstLine(node);
    const lastLine = parsed.lastLine(node);
    while ((open.at(-1)?.lastLine ?? Number.POSITIVE_INFINITY) < line) open.pop();
    const measured = { line, lastLine, lines: lastLine - line + 1 };
    const around = open.at(-1);
    // One that ends on a line of the outer one leaves that line to it.
    if (around !== undefined) around.lines -= lastLine - line;
    all.push(measured);
    open.push(measured);
  }
  return all;
}
