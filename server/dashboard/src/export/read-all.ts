/** Reads all rows of a list for an export, page by page, whatever the table has scrolled to. */

/** Maximum rows of an export; larger exports need the command line. */
const ROWS_MAX = 50_000;

/** A page of a list. */
interface PageOfRows<Row> {
  readonly items: readonly Row[];
  readonly next_cursor?: string | null;
}

/** All rows that match, or the first of them. */
interface AllRows<Row> {
  readonly rows: readonly Row[];
  /** There are more than an export has. */
  readonly isCut: boolean;
}

/**
 * Reads page after page until the last one.
 *
 * @param readPage the page behind a cursor; `''` is the first one
 * @param onProgress is called with the rows that have been read so far
 */
export async function readAllRows<Row>(
  readPage: (cursor: string) => Promise<PageOfRows<Row>>,
  onProgress: (rows: number) => void,
  rowsMax: number = ROWS_MAX,
): Promise<AllRows<Row>> {
  const rows: Row[] = [];
  let cursor: string | undefined = '';
  while (cursor !== undefined && rows.length < rowsMax) {
    const page: PageOfRows<Row> = await readPage(cursor);
    rows.push(...page.items);
    onProgress(Math.min(rows.length, rowsMax));
    cursor = page.next_cursor ?? undefined;
  }
  const isCut = cursor !== undefined || rows.length > rowsMax;
  return { rows: rows.slice(0, rowsMax), isCut };
}
