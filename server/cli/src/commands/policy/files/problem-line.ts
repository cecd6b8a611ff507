/** Problems of Rego texts, and what these print, as lines. */
import type { PrintedLine } from '@novacron/rego/syntax/printed-line';
import type { RegoProblem } from '@novacron/rego/syntax/rego-problem';
import { plainText } from '../../../output/plain-text.ts';

/** Formats a problem as compilers do: `file:row:column: message [code]`. */
export function problemLine({ file, row, column, message, code }: RegoProblem): string {
  return `${file}:${row}:${column}: ${message} [${code}]\n`;
}

/** Formats a line that `print` wrote: `file:row: text`. */
export function printedLine({ file, row, text }: PrintedLine): string {
  return `${file}:${row}: ${plainText(text)}\n`;
}
