/** Tables without rules and colours, so that they read well and `awk` can, too. */
import displayWidth from 'string-width';
import { columnsOf } from './columns.ts';
import { type Fields, isFields } from './fields.ts';
import { plainLine, plainText } from './plain-text.ts';

/** A list of resources of one noun: a line each below a line of headers. */
export function renderRows(noun: string, items: readonly Fields[]): string {
  const columns = columnsOf(noun, items);
  return renderCells([
    columns.map(({ header }) => header),
    ...items.map((item) => columns.map(({ read }) => cellText(read(item)))),
  ]);
}

/** The server's own words about the items that it explains, a paragraph each, below the table. */
export function renderExplanations(items: readonly Fields[]): string {
  const paragraphs = items.map(({ explanation }) => {
    if (!Array.isArray(explanation)) return '';
    const lines: readonly unknown[] = explanation;
    return lines.map((line, index) => `${index === 0 ? '' : '  '}${lineText(line)}\n`).join('');
  });
  return paragraphs.map((text) => (text === '' ? '' : `\n${text}`)).join('');
}

/** One resource: a line for each field. */
export function renderFields(resource: Fields): string {
  return renderCells(
    Object.entries(besideQuotas(resource)).flatMap(([name, value]) =>
      name === 'explanation' && Array.isArray(value)
        ? [[name, value.map(lineText).join('\n')]]
        : flatten(plainLine(name), value).map(([path, leaf]) => [path, cellText(leaf)]),
    ),
  );
}

/** What is used stands beside the quota it counts against: `3 of 20`. */
function besideQuotas(resource: Fields): Fields {
  const { quotas, usage } = resource;
  if (!isFields(quotas) || !isFields(usage)) return resource;
  const lines = Object.entries(usage).map(([name, used]) => {
    const limit = quotas[name] ?? null;
    const words = limit === null ? `${used}, no limit` : `${used} of ${String(limit)}`;
    return [`quotas.${name}`, words] as const;
  });
  return Object.fromEntries(
    Object.entries(resource).flatMap(([name, value]) => {
      if (name === 'usage') return [];
      return name === 'quotas' ? lines : [[name, value] as const];
    }),
  );
}

/** Objects of numbers, and those with lists or objects in them, become a line for each member. */
function flatten(path: string, value: unknown): [string, unknown][] {
  if (!isFields(value)) return [[path, value]];
  const members = Object.entries(value);
  const isSmall =
    members.some(([, member]) => typeof member !== 'number') &&
    members.every(([, member]) => !isNested(member) || Object.keys(Object(member)).length === 0);
  if (members.length === 0 || isSmall) return [[path, value]];
  return members.flatMap(([name, member]) => flatten(`${path}.${plainLine(name)}`, member));
}

const BETWEEN_COLUMNS = '  ';

/** Columns are as wide as their widest line on a terminal; a cell may have several lines. */
function renderCells(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map((cell) => cell.split('\n').map(measure)));
  const widths: number[] = [];
  for (const row of cells) {
    for (const [at, lines] of row.entries()) {
      for (const { width } of lines) widths[at] = Math.max(widths[at] ?? 0, width);
    }
  }
  return cells.map((row) => renderCellsOfRow(row, widths)).join('');
}

interface CellLine {
  readonly text: string;
  readonly width: number;
}

const PLAIN_LINE = /^[ -~]*$/;

function measure(text: string): CellLine {
  return { text, width: PLAIN_LINE.test(text) ? text.length : displayWidth(text) };
}

function renderCellsOfRow(
  row: readonly (readonly CellLine[])[],
  widths: readonly number[],
): string {
  const height = Math.max(1, ...row.map((lines) => lines.length));
  const lines = Array.from({ length: height }, (_, line) => {
    const parts = row.map((cell, at) => {
      const { text, width } = cell[line] ?? { text: '', width: 0 };
      return text + ' '.repeat((widths[at] ?? 0) - width);
    });
    return `${parts.join(BETWEEN_COLUMNS).trimEnd()}\n`;
  });
  return lines.join('');
}

function cellText(value: unknown): string {
  if (value === null || value === undefined || value === '') return '-';
  if (typeof value === 'string') return plainText(value).trimEnd();
  if (Array.isArray(value)) return arrayText(value);
  if (isFields(value)) return membersText(value, ', ');
  return String(value);
}

function arrayText(values: readonly unknown[]): string {
  if (values.length === 0) return '-';
  if (values.some(isFields)) return values.map(lineText).join('\n');
  const lines = values.map(lineText);
  // Sentences are set below each other.
  return lines.some((line) => line.endsWith('.')) ? lines.join('\n') : lines.join(', ');
}

function membersText(value: Fields, separator: string): string {
  const members = Object.entries(value);
  if (members.length === 0) return '-';
  return members.map(([key, member]) => `${plainLine(key)}=${lineText(member)}`).join(separator);
}

function lineText(value: unknown): string {
  if (typeof value === 'string') return plainLine(value);
  if (isFields(value) && Object.values(value).every((member) => !isNested(member))) {
    return membersText(value, ' ');
  }
  return plainLine(JSON.stringify(value));
}

function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
