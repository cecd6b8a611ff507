/** Pages of lists: the cursor is the id of the last item, so a page costs the same anywhere. */

import { damagedRow, isDamagedRow } from './parse-stored.ts';

/** One page as answers carry it. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next_cursor: string | null;
  /** Number of items on all pages; only where it was requested. */
  readonly total?: number;
  /** Whether there are no more items than `total`. */
  readonly total_is_exact?: boolean;
  /** Rows of this page that cannot be read. */
  readonly damaged?: readonly DamagedItem[];
}

/** A row in a list that cannot be read. */
export interface DamagedItem {
  readonly id: string;
  /** Explanation of the problem. */
  readonly detail: string;
}

/**
 * Cuts a page out of rows that were read with one more than the limit.
 * @param rows - at most `limit + 1` rows in order
 */
export function pageOf<Row extends { readonly id: string }, Item>(
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next_cursor = rows.length > limit && last !== undefined ? last.id : null;
  return { items: shown.map(toItem), next_cursor };
}

/**
 * The same page with its items as answers carry them. A row that cannot be represented is named in
 * `damaged`: the others of the list are shown.
 */
export function mapPage<Row extends { readonly id: string }, Item>(
  page: Page<Row>,
  toItem: (row: Row) => Item,
): Page<Item> {
  const items: Item[] = [];
  const damaged: DamagedItem[] = [...(page.damaged ?? [])];
  for (const row of page.items) {
    try {
      items.push(toItem(row));
    } catch (cause) {
      damaged.push({ id: row.id, detail: describeDamage(row.id, cause) });
    }
  }
  return { ...page, items, ...(damaged.length === 0 ? {} : { damaged }) };
}

function describeDamage(id: string, cause: unknown): string {
  if (isDamagedRow(cause)) return cause.problem.detail;
  return damagedRow(id, 'it does not have the form that NovaCron stores').problem.detail;
}
