/** Writes a table of costs: for people, as Markdown, or as CSV. */
import { plainLine } from '../../output/plain-text.ts';
import type { OutputFormat } from '../../output/render-output.ts';
import { widthOf } from '../../output/text-width.ts';
import { markdownTable, markdownText } from '../../output/write-markdown.ts';
import type { CostTable } from './cost-tables.ts';

const GAP = '  ';

/** Writes it in a format; the text of other formats is not used. */
export function writeCostTable({ head, rows, notes }: CostTable, format: OutputFormat): string {
  switch (format) {
    case 'csv':
      return writeCsv(head, rows);
    case 'markdown': {
      const cells = rows.map((row) => row.map(markdownText));
      const lines = notes.map((note) => `\n${markdownText(note)}\n`).join('');
      return `${markdownTable(head, cells).trimStart()}${lines}`;
    }
    default: {
      const shown = rows.map((row) => row.map(plainLine));
      const table = rows.length === 0 ? '' : `${writeAligned([head.map(upper), ...shown])}\n`;
      return table + notes.map((note) => `${plainLine(note)}\n`).join('');
    }
  }
}

function upper(text: string): string {
  return text.toUpperCase();
}

function writeAligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => {
    return Math.max(...rows.map((row) => widthOf(row[at] ?? '')));
  });
  const pad = (cell: string, at: number) => cell + ' '.repeat((widths[at] ?? 0) - widthOf(cell));
  return rows.map((row) => `${row.map(pad).join(GAP).trimEnd()}\n`).join('');
}

/** Writes a table with its header. Source: RFC 4180, with line feeds alone. */
export function writeCsv(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, ...rows].map((row) => `${row.map(csvCell).join(',')}\n`).join('');
}

/** Numbers, and the dash for none. */
const FIGURE = /^-?[0-9.]*$/;

function csvCell(text: string): string {
  // A spreadsheet would run it as a formula, and tenants choose the values of their labels.
  const isFormula = /^[=+\-@\t\r]/.test(text) && !FIGURE.test(text);
  const safe = isFormula ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
