/** Sizes that a reader can hold in mind. */
import { type Finding, findInLines, type Rule } from './finding.ts';
import { childrenOf, isFunction, type ParsedFile, parseFile, type SyntaxNode } from './syntax.ts';
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
    .flatMap((file) => {
      const findings: Finding[] = [];
      const parsed = parseFile(file);
      collect(parsed.root, parsed, findings);
      return findings;
    });

/** Collects long functions; returns how many lines the functions below a node take. */
function collect(node: SyntaxNode, parsed: ParsedFile, findings: Finding[]): number {
  const inside = childrenOf(node)
    .map((child) => collect(child, parsed, findings))
    .reduce((sum, lines) => sum + lines, 0);
  if (!isFunction(node)) return inside;
  const lines = parsed.lastLine(node) - parsed.firstLine(node) + 1;
  if (lines - inside > FUNCTION_LINES_MAX) {
    findings.push({
      path: parsed.file.path,
      line: parsed.firstLine(node),
      advice: `The function has ${lines - inside} lines of its own; split it below ${FUNCTION_LINES_MAX}.`,
    });
  }
  return lines;
}
