/** Tables of values between commas. */

/** A line of a table that is not its header. */
export interface CsvRow {
  /** Line number in the file; 1 is the header. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** One character that means something, a quoted cell from its beginning, or the text between. */
const TOKENS = /(?<=^|[,\n])"(?:[^"]|"")*"|,|\r?\n|[^,"\r\n]+|["\r]/g;

/**
 * Takes a table apart.
 * @returns all rows, the header first; empty lines are left out
 * Source: RFC 4180, but for the header, which is not optional here.
 */
export function parseCsv(text: string): readonly CsvRow[] {
  const rows: CsvRow[] = [];
  let line = 1;
  let begun = 1;
  let cells: string[] = [];
  let cell = '';
  const endRow = () => {
    cells.push(cell.trim());
    if (cells.some((each) => each !== '')) rows.push({ line: begun, cells });
    cells = [];
    cell = '';
  };
  for (const [token] of text.replace(/^\uFEFF/, '').matchAll(TOKENS)) {
    if (token === ',') {
      cells.push(cell.trim());
      cell = '';
    } else if (token.endsWith('\n') && !token.startsWith('"')) {
      endRow();
      line += 1;
      begun = line;
    } else if (token.startsWith('"') && token.length > 1) {
      cell += token.slice(1, -1).replaceAll('""', '"');
      line += token.split('\n').length - 1;
    } else cell += token;
  }
  endRow();
  return rows;
}
