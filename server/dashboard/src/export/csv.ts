/**
 * Tables as CSV (RFC 4180). Spreadsheets run cells that begin with =, +, - or @ as formulas, some
 * of them also behind white space or in their full-width forms, so a text that does gets an
 * apostrophe before it (OWASP, CSV injection); numbers stay numbers. Where a comma is the decimal
 * sign, they separate cells by semicolons, so that those are quoted as well, and so are tabs.
 */

const FORMULA = /^(?:\s*[=+\-@＝＋－＠]|[\t\r\n])/;
const NUMBER = /^-?\d+(\.\d+)?$/;

/** One cell. */
function csvCell(value: unknown): string {
  const text = textOf(value);
  const isSafe = typeof value === 'number' || NUMBER.test(text) || !FORMULA.test(text);
  const safe = isSafe ? text : `'${text}`;
  return /[",;|\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A whole table with its header. */
export function toCsv(
  fields: readonly string[],
  rows: readonly Readonly<Record<string, unknown>>[],
): string {
  const lines = [fields, ...rows.map((row) => fields.map((field) => row[field]))];
  return lines.map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}
