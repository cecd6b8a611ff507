/** Reads a table in pages, by id. */

/** Options of reading a table in pages. */
export interface PageReading<Row> {
  /** Rows of a full page. */
  readonly length: number;
  /** Reads the rows with ids above one, in the order of ids. */
  readonly read: (after: string) => Promise<readonly Row[]>;
  /** Asked before each page; reading ends where it is false. Always true where absent. */
  readonly mayContinue?: () => boolean;
}

/** Yields the pages until one is not full. What is inserted behind the place is read, too. */
export async function* readPages<Row extends { readonly id: string }>({
  length,
  read,
  mayContinue = () => true,
}: PageReading<Row>): AsyncGenerator<readonly Row[]> {
  let after: string | undefined = '';
  while (after !== undefined && mayContinue()) {
    const rows: readonly Row[] = await read(after);
    if (rows.length > 0) yield rows;
    after = rows.length < length ? undefined : rows.at(-1)?.id;
  }
}
