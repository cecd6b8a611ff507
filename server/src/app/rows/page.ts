/** Pages of lists: the cursor is the id of the last item, so a page costs the same anywhere. */

/** One page as answers carry it. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next_cursor: string | null;
  /** Number of items on all pages; only where it was requested. */
  readonly total?: number;
  /** Whether there are no more items than `total`. */
  readonly total_is_exact?: boolean;
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

/** The same page with its items as answers carry them. */
export function mapPage<Row, Item>(page: Page<Row>, toItem: (row: Row) => Item): Page<Item> {
  return { ...page, items: page.items.map(toItem) };
}
