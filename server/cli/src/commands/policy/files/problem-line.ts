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

/**
 * Says of functions that are not defined where their package is in another directory than the
 * policy that calls them, and how both are compiled together.
 * @param others - the texts of the other directories
 */
export function hintTogether(problem: RegoProblem, others: readonly string[]): RegoProblem {
  const [, home = ''] = /^No function data\.([\w.]+)\.\w+ /.exec(problem.message) ?? [];
  if (home === '') return problem;
  const clause = new RegExp(`^package ${home.replaceAll('.', '\\.')}\\s`, 'm');
  if (!others.some((text) => clause.test(text))) return problem;
  const message = `${problem.message} Its package is in another directory: use --together.`;
  return { ...problem, message };
}

/** Formats a warning: `file:row:column: warning: message [code]`. */
export function warningLine(problem: RegoProblem): string {
  return problemLine({ ...problem, message: `warning: ${problem.message}` });
}

/** Formats a line that `print` wrote: `file:row: text`. */
export function printedLine({ file, row, text }: PrintedLine): string {
  return `${file}:${row}: ${quotedText(text)}\n`;
}
