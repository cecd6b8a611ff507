/** Chooses the columns of a table that fit the width of a terminal, and how each is shown. */
import { ageOf, isTime } from './age-of.ts';
import { cellText } from './cell-text.ts';
import type { Column } from './columns.ts';
import type { Fields } from './fields.ts';
import { plainLine } from './plain-text.ts';
import type { Style } from './style.ts';
import { cutLine, widthOf } from './text-width.ts';

/** Between two columns. Unit: columns of the terminal. */
export const GAP_WIDTH = 2;

/** A column as it is shown. */
export interface PlacedColumn {
  readonly column: Column;
  /** Whether moments are shown as the time since then. */
  readonly times: 'whole' | 'ages';
  /** Longer lines of its cells are cut; undefined: none is. Unit: columns of the terminal. */
  readonly widthMax: number | undefined;
}

/** The text of a cell; several lines where its value has some. */
export function cellOf({ column, times, widthMax }: PlacedColumn, item: Fields, style: Style) {
  const value = column.read(item);
  const { nowMs } = style;
  const isAge = nowMs !== undefined && isTime(value) && (times === 'ages' || column.kind === 'age');
  const text = isAge ? ageOf(value, nowMs) : cellText(oneLine(value));
  if (widthMax === undefined) return text;
  // A table that fits a terminal has a line for each item.
  return cutLine(text.replaceAll('\n', '; '), widthMax);
}

/** A text of others takes one line of a table: its further lines could pass for items. */
function oneLine(value: unknown): unknown {
  return typeof value === 'string' ? plainLine(value) : value;
}

/**
 * Places the columns: all of them as they are where there is room or no terminal. Else, one after
 * another until they fit: columns without any value and ids of things with a name go, moments
 * become ages, texts are cut, columns go from the right, and at last all texts are cut.
 */
export function fitColumns(
  columns: readonly Column[],
  items: readonly Fields[],
  style: Style,
): readonly PlacedColumn[] {
  const all = columns.map<PlacedColumn>((column) => ({
    column,
    times: 'whole',
    widthMax: undefined,
  }));
  const { width } = style;
  if (width === undefined || style.detail === 'wide') return all;
  const measure = (placed: PlacedColumn) => columnWidth(placed, items, style);
  let placed: readonly PlacedColumn[] = all;
  for (const step of STEPS) {
    if (excessOf(placed, measure, width) <= 0) return placed;
    placed = step({ placed, items, measure, width });
  }
  return placed;
}

interface Fit {
  readonly placed: readonly PlacedColumn[];
  readonly items: readonly Fields[];
  readonly measure: (placed: PlacedColumn) => number;
  readonly width: number;
}

type Step = (fit: Fit) => readonly PlacedColumn[];

const STEPS: readonly Step[] = [
  dropEmpty,
  dropIds,
  ({ placed }) => placed.map((each) => ({ ...each, times: 'ages' })),
  (fit) => cutTexts(fit, TEXT_WIDTH_MIN),
  dropRight,
  (fit) => cutTexts(fit, CELL_WIDTH_MIN),
];

/** A sentence is not cut to less, unless nothing else is left. Unit: columns. */
const TEXT_WIDTH_MIN = 24;
const CELL_WIDTH_MIN = 8;

/** Fewer columns say too little. */
const COLUMNS_MIN = 3;

function dropEmpty({ placed, items }: Fit): readonly PlacedColumn[] {
  const isKept = ({ column }: PlacedColumn) =>
    items.some((item) => cellText(column.read(item)) !== '-');
  return placed.filter((each, at) => at === 0 || isKept(each));
}

/** Ids of other things, too: wide and json have them. */
function dropIds({ placed }: Fit): readonly PlacedColumn[] {
  const headers = placed.map(({ column }) => column.header);
  const hasName = headers.some((header) => NAMES.has(header));
  return placed.filter(({ column: { header } }) => !(hasName && isIdHeader(header)));
}

/** Columns that name an item, so that commands find it without its id. */
const NAMES: ReadonlySet<string> = new Set(['NAME', 'TARGET', 'VM', 'NODE', 'RESOURCE_NAME']);

function isIdHeader(header: string): boolean {
  return header === 'ID' || header.endsWith('_ID');
}

/** Columns that are never dropped: a problem matters more than a size. */
const KEPT: ReadonlySet<string> = new Set(['ID', 'HEALING']);

/** From the right, but never the first columns, ids that are left, ages or statuses. */
function dropRight({ placed, measure, width }: Fit): readonly PlacedColumn[] {
  let kept = placed;
  for (const each of [...placed].reverse()) {
    if (excessOf(kept, measure, width) <= 0 || kept.length <= COLUMNS_MIN) break;
    const { header, kind } = each.column;
    if (kind === 'age' || KEPT.has(header) || placed.indexOf(each) < 2) continue;
    kept = kept.filter((other) => other !== each);
  }
  return kept;
}

/** The widest ones first, each at most to the least width. */
function cutTexts(fit: Fit, widthMin: number): readonly PlacedColumn[] {
  let { placed } = fit;
  for (;;) {
    const excess = excessOf(placed, fit.measure, fit.width);
    const widest = placed
      .filter(({ column }) => !isIdHeader(column.header))
      .map((each) => ({ each, width: fit.measure(each) }))
      .filter(({ width }) => width > widthMin)
      .sort((left, right) => right.width - left.width)[0];
    if (excess <= 0 || widest === undefined) return placed;
    const widthMax = Math.max(widthMin, widest.width - excess);
    placed = placed.map((each) => (each === widest.each ? { ...each, widthMax } : each));
  }
}

function columnWidth(placed: PlacedColumn, items: readonly Fields[], style: Style): number {
  const lines = items.flatMap((item) => cellOf(placed, item, style).split('\n'));
  return Math.max(widthOf(placed.column.header), 0, ...lines.map(widthOf));
}

function excessOf(
  placed: readonly PlacedColumn[],
  measure: (placed: PlacedColumn) => number,
  width: number,
): number {
  const used = placed.reduce((sum, each) => sum + measure(each) + GAP_WIDTH, -GAP_WIDTH);
  return used - width;
}
