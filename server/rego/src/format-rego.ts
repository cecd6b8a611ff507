// Rego text in its usual form. Source of the idea: `opa fmt`, which is much alike but not the same.

import { type Line, layOut, type Statement } from './format/lay-out.ts';
import { splitPieces } from './format/split-pieces.ts';
import { parseRego } from './parse/parse-rego.ts';
import type { Module, RegoVersion } from './syntax/ast.ts';
import type { RegoResult } from './syntax/rego-problem.ts';

/** Options for reading the text. */
export type FormatRegoOptions = {
  /** The name that problems carry. */
  readonly file: string;
  /** @defaultValue `auto` */
  readonly regoVersion?: 'auto' | RegoVersion;
};

/**
 * Formats a module: tabs, one literal a line, one empty line between rules, commas after the last
 * item of lists over several lines. Comments stay where they are, the meaning stays the same, and
 * a formatted text stays as it is.
 *
 * @returns the text, or what is wrong with it
 */
export function formatRego(text: string, options: FormatRegoOptions): RegoResult<string> {
  const parsed = parseRego(text, options);
  if (!parsed.ok) return parsed;
  const formatted = writeStatements(layOut(splitPieces(text)));
  const again = parseRego(formatted, { ...options, regoVersion: parsed.value.version });
  if (again.ok && isSameMeaning(again.value, parsed.value)) return { ok: true, value: formatted };
  const message =
    'This text cannot be formatted without a change of its meaning; it is left alone.';
  const { file } = options;
  return { ok: false, error: [{ code: 'unsupported', message, file, row: 1, column: 1 }] };
}

function writeStatements(statements: readonly Statement[]): string {
  const parts = statements.map((statement, index) => {
    const before = statements[index - 1];
    const apart = before !== undefined && isApart(before, statement);
    return (apart ? '\n' : '') + statement.lines.map(writeLine).join('');
  });
  return parts.join('');
}

function isApart(before: Statement, statement: Statement): boolean {
  if (statement.apart || before.first === 'package') return true;
  if (before.lines.length > 1 || statement.lines.length > 1) return true;
  return before.first === 'import' && statement.first !== 'import';
}

function writeLine({ level, text, trailing, apart }: Line, index: number): string {
  const comment = trailing === undefined ? '' : ` ${trailing}`;
  return `${apart && index > 0 ? '\n' : ''}${'\t'.repeat(level)}${text}${comment}\n`;
}

/** Whether two trees are the same but for places. An expression may be too deep to say so. */
export function isSameMeaning(one: Module, other: Module): boolean {
  try {
    return meaningOf(one) === meaningOf(other);
  } catch (cause) {
    if (cause instanceof RangeError) return false;
    throw cause;
  }
}

/** The tree without places. */
function meaningOf(module: Module): string {
  return JSON.stringify(module, (key, value: unknown) => (key === 'at' ? undefined : value));
}
