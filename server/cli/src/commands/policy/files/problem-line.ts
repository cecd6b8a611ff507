/** Problems of Rego texts, and what these print, as lines. */
import type { PrintedLine } from '@novacron/rego/syntax/printed-line';
import type { RegoProblem } from '@novacron/rego/syntax/rego-problem';
import { quotedText } from '../../../output/plain-text.ts';

/** A problem, or what only may be one. */
export type FoundProblem = RegoProblem & { readonly severity?: 'warning' };

/** Formats a problem as compilers do: `file:row:column: message [code]`. */
export function problemLine(found: FoundProblem): string {
  const { file, row, column, message, code, severity } = found;
  const word = severity === undefined ? '' : `${severity}: `;
  return `${file}:${row}:${column}: ${word}${message} [${code}]\n`;
}

/** Formats a warning: `file:row:column: warning: message [code]`. */
export function warningLine(problem: RegoProblem): string {
  return problemLine({ ...problem, message: `warning: ${problem.message}` });
}

/** Formats a line that `print` wrote: `file:row: text`. */
export function printedLine({ file, row, text }: PrintedLine): string {
  return `${file}:${row}: ${quotedText(text)}\n`;
}
