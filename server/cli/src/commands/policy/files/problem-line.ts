/** Problems of Rego texts as lines. */
import type { RegoProblem } from '@novacron/rego/syntax/rego-problem';

/** Formats a problem as compilers do: `file:row:column: message [code]`. */
export function problemLine({ file, row, column, message, code }: RegoProblem): string {
  return `${file}:${row}:${column}: ${message} [${code}]\n`;
}
