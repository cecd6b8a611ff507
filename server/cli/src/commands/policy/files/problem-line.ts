/** Problems of Rego texts as lines. */
import type { RegoProblem } from '@novacron/rego/syntax/rego-problem';

/** Formats a problem as compilers do: `file:row:column: message [code]`. */
export function problemLine({ file, row, column, message, code }: RegoProblem): string {
  return `${file}:${row}:${column}: ${message} [${code}]\n`;
}

/** Formats what is no problem: `file:row:column: warning: message [code]`. */
export function warningLine(problem: RegoProblem): string {
  return problemLine({ ...problem, message: `warning: ${problem.message}` });
}
