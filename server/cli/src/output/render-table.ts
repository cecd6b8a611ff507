/** Tables without rules, so that they read well and `awk` can, too. */

import { lineText } from './cell-text.ts';
import { type Column, columnsOf, moreColumnsOf } from './columns.ts';
import type { Fields } from './fields.ts';
import { cellOf, fitColumns, GAP_WIDTH, type PlacedColumn } from './fit-columns.ts';
import { namedColumns } from './named-columns.ts';
import { isStatusField, paintStatus } from './paint-status.ts';
import { PLAIN_STYLE, type Style } from './style.ts';
import { widthOf, wrapLine } from './text-width.ts';

/** Parts of a list to show. */
export interface TableChoice {
  /** Fields, or headers of columns; else those of the noun. */
  readonly columns?: readonly string[];
  readonly headers?: 'shown' | 'hidden';
}

/** A list of resources of one noun: a line each below a line of headers. */
export function renderRows(
  noun: string,
  items: readonly Fields[],
  style: Style = PLAIN_STYLE,
  choice: TableChoice = {},
): string {
  const table = createTable(noun, items, { style, choice });
  return table.header + items.map(table.rowOf).join('');
}

/** A table to which rows may be added. */
export interface Table {
  /** The line of headers; empty where they are hidden. */
  readonly header: string;
  /** The line, or lines, of an item. */
  readonly rowOf: (item: Fields) => string;
  /** Returns the visible text of an item without ages: equal for items that look the same. */
  readonly signatureOf: (item: Fields) => string;
}

/** Lays out a table by the items that it begins with; rows of later ones stand below the same. */
export function createTable(
  noun: string,
  items: readonly Fields[],
  looks: { readonly style: Style; readonly choice: TableChoice },
): Table {
  const { style, choice } = looks;
  const placed = fitColumns(chosenColumns(noun, items, looks), items, style);
  const rows = items.map((item) => placed.map((each) => cellOf(each, item, style)));
  const headers = placed.map(({ column }) => column.header);
  const widths = placed.map((_, at) => {
    const lines = rows.flatMap((row) => (row[at] ?? '').split('\n'));
    return Math.max(choice.headers === 'hidden' ? 0 : widthOf(headers[at] ?? ''), maxOf(lines));
  });
  return {
    header: choice.headers === 'hidden' ? '' : renderRow(headers, widths),
    rowOf: (item) => {
      const cells = placed.map((each) => cellOf(each, item, style));
      return renderRow(cells, widths, style.colors === 'on' ? painterOf(placed) : undefined);
    },
    signatureOf: (item) => JSON.stringify(placed.map(({ column }) => column.read(item) ?? null)),
  };
}

function chosenColumns(
  noun: string,
  items: readonly Fields[],
  { style, choice }: { readonly style: Style; readonly choice: TableChoice },
): readonly Column[] {
  const own = columnsOf(noun, items);
  const more = moreColumnsOf(noun, items);
  if (choice.columns !== undefined) return namedColumns(choice.columns, [...own, ...more]);
  if (style.detail !== 'wide') return own;
  const id = own.filter(({ header }) => header === 'ID');
  return [...own.filter(({ header }) => header !== 'ID'), ...more, ...id];
}

function maxOf(lines: readonly string[]): number {
  return lines.reduce((widest, line) => Math.max(widest, widthOf(line)), 0);
}

/** Paints a padded cell, by its column. */
type Painter = (text: string, at: number) => string;

function painterOf(placed: readonly PlacedColumn[]): Painter {
  const isStatus = placed.map(({ column }) => isStatusField(column.header));
  return (text, at) => (isStatus[at] === true ? paintStatus(text) : text);
}

function renderRow(
  cells: readonly string[],
  widths: readonly number[],
  paint: Painter = (text) => text,
): string {
  const linesOf = cells.map((cell) => cell.split('\n'));
  const height = Math.max(1, ...linesOf.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) => {
    const parts = linesOf.map((lines, at) => {
      const text = lines[line] ?? '';
      const isLast = at === linesOf.length - 1;
      const padding = ' '.repeat(Math.max(0, (widths[at] ?? 0) - widthOf(text)));
      return paint(text, at) + (isLast ? '' : padding);
    });
    return `${parts.join(' '.repeat(GAP_WIDTH)).trimEnd()}\n`;
  }).join('');
}

/** The server's own words about the items that it explains, a paragraph each, below the table. */
export function renderExplanations(items: readonly Fields[], style: Style = PLAIN_STYLE): string {
  const paragraphs = items.map(({ explanation }) => {
    if (!Array.isArray(explanation)) return '';
    const lines: readonly unknown[] = explanation;
    return lines
      .map((line, index) => `${index === 0 ? '' : '  '}${lineText(line)}`)
      .flatMap((line) => (style.width === undefined ? [line] : wrapLine(line, style.width)))
      .map((line) => `${line}\n`)
      .join('');
  });
  return paragraphs.map((text) => (text === '' ? '' : `\n${text}`)).join('');
}
