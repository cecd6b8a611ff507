/** Writes items as they come: lines of a table, lines of JSON, or documents of YAML. */
import type { Fields } from './fields.ts';
import { type OutputFormat, renderOutput } from './render-output.ts';
import { createTable, type Table, type TableChoice } from './render-table.ts';
import type { Style } from './style.ts';
import { writeJson, writeYaml } from './write-values.ts';

/** Change of a list item. */
export type Change = 'added' | 'changed' | 'deleted';

/** A stream of items on standard output. */
export interface ItemStream {
  /** Writes items; with what became of them where a list is watched. */
  readonly write: (items: readonly Fields[], change?: Change) => void;
  /** Returns the written text of an item: equal for items that look the same. */
  readonly signatureOf: (item: Fields) => string;
}

/** Options of an item stream. */
interface StreamRequest {
  readonly noun: string;
  readonly format: OutputFormat;
  readonly style: Style;
  readonly choice: TableChoice;
  readonly write: (text: string) => void;
}

/** Opens a stream. The first items decide how wide the columns of a table are. */
export function createItemStream(request: StreamRequest): ItemStream {
  return request.format === 'table' || request.format === 'wide'
    ? createTableStream(request)
    : createRecordStream(request);
}

function createTableStream({ noun, format, style, choice, write }: StreamRequest): ItemStream {
  const detail = format === 'wide' ? 'wide' : style.detail;
  let table: Table | undefined;
  return {
    write: (items, change) => {
      if (items.length === 0) return;
      if (table === undefined) {
        table = createTable(noun, items, { style: { ...style, detail }, choice });
        write(table.header);
      }
      write(items.map((item) => table?.rowOf(markOf(item, change)) ?? '').join(''));
    },
    signatureOf: (item) => table?.signatureOf(item) ?? JSON.stringify(item),
  };
}

/** A deleted item is shown once more; its name says it where it has no status. */
function markOf(item: Fields, change: Change | undefined): Fields {
  if (change !== 'deleted') return item;
  for (const name of ['status', 'state']) {
    if (Object.hasOwn(item, name)) return { ...item, [name]: 'deleted' };
  }
  return { ...item, name: `${String(item.name ?? item.id)} (deleted)` };
}

function createRecordStream({ noun, format, style, write }: StreamRequest): ItemStream {
  const textOf = (item: Fields, change: Change | undefined): string => {
    const value = change === undefined ? item : { change, item };
    if (format === 'json') return `${writeJson(value)}\n`;
    if (format === 'yaml') return `---\n${writeYaml(value)}`;
    return renderOutput({ kind: 'row', noun, value: item }, format, style);
  };
  return {
    write: (items, change) => write(items.map((item) => textOf(item, change)).join('')),
    signatureOf: (item) => JSON.stringify(item),
  };
}
