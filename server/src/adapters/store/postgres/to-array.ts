/** Lists of values as parameters: what a merged statement takes instead of one value a row. */

/** PostgreSQL's number of the type text (its catalogue, `pg_type.dat`). */
const TEXT_OID = 25;

/** Dimensions, flags, type, length, lower bound: what comes before the values. */
const HEADER_BYTES = 20;

const LENGTH_BYTES = 4;
const NULL_LENGTH = -1;

/** A value of a column. */
export type ColumnValue = string | number | null;

/** Values of a column: the parameter, and the type of it; undefined when all of them are null. */
export type ColumnArray =
  | { readonly type: 'text[]' | 'bigint[]'; readonly parameter: Buffer | string }
  | undefined;

/** Makes one parameter of the values of a column: text, or whole numbers. */
export function toColumnArray(values: readonly ColumnValue[]): ColumnArray {
  if (values.some((value) => typeof value === 'string')) {
    return { type: 'text[]', parameter: toTextArray(values) };
  }
  const isEmpty = values.every((value) => value === null);
  // Digits need no quotes (PostgreSQL's manual, "Array Input and Output Syntax").
  return isEmpty ? undefined : { type: 'bigint[]', parameter: `{${values.map(toDigits).join()}}` };
}

function toDigits(value: ColumnValue): string {
  return value === null ? 'null' : String(value);
}

/**
 * A list of texts as PostgreSQL sends and receives it (`array_recv` in its arrayfuncs.c): nothing
 * needs quotes, neither here nor there, where taking them off takes longer than storing the text.
 */
export function toTextArray(values: readonly ColumnValue[]): Buffer {
  let bytes = HEADER_BYTES;
  let nulls = 0;
  for (const value of values) {
    bytes += LENGTH_BYTES + (value === null ? 0 : Buffer.byteLength(String(value)));
    if (value === null) nulls = 1;
  }
  const array = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (const number of [1, nulls, TEXT_OID, values.length, 1]) at = array.writeInt32BE(number, at);
  for (const value of values) {
    const written = value === null ? 0 : array.write(String(value), at + LENGTH_BYTES);
    array.writeInt32BE(value === null ? NULL_LENGTH : written, at);
    at += LENGTH_BYTES + written;
  }
  return array;
}
