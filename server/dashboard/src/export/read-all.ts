/** Reads all rows of a list for an export, page by page, whatever the table has scrolled to. */
import type { Item, Page } from '../api/queries.ts';

/** As many rows as an export has: more are for the command line. */
const ROWS_MAX = 50_000;

/** All rows that match, or the first of them. */
export interface AllRows {
  readonly rows: readonly Item[];
  /** There are more than an export has. */
  readonly isCut: boolean;
}

/**
 * Reads page after page until the last one.
 *
 * @param readPage the page behind a cursor; `''` is the first one
 * @param onProgress is called with the rows that have been read so far
 */
export async function readAllRows(
  readPage: (cursor: string) => Promise<Page>,
  onProgress: (rows: number) => void,
  rowsMax: number = ROWS_MAX,
): Promise<AllRows> {
  const rows: Item[] = [];
  let cursor: string | undefined = '';
  while (cursor !== undefined && rows.length < rowsMax) {
    const page: Page = await readPage(cursor);
    rows.push(...page.items);
    onProgress(Math.min(rows.length, rowsMax));
    cursor = page.next_cursor ?? undefined;
  }
  const isCut = cursor !== undefined || rows.length > rowsMax;
  return { rows: rows.slice(0, rowsMax), isCut };
}
