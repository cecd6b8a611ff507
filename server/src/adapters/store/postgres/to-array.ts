/** Lists of values as parameters: what a merged statement takes instead of one value a row. */

/** PostgreSQL's number of the type text (its catalogue, `pg_type.dat`). */
const TEXT_OID = 25;

/** Stands where a text has its length. */
const NULL_LENGTH = -1;

const BYTE = 0xff;

/** A value of a column. */
export type ColumnValue = string | number | null;

/** Values of a column: the parameter, and the type of it; undefined when all of them are null. */
export type ColumnArray =
  | {
      readonly type: 'text[]' | 'bigint[]' | 'double precision[]';
      readonly parameter: Buffer | string;
    }
  | undefined;

/** Makes one parameter of the values of a column: text, or numbers. */
export function toColumnArray(values: readonly ColumnValue[]): ColumnArray {
  if (values.some((value) => typeof value === 'string')) {
    return { type: 'text[]', parameter: toTextArray(values) };
  }
  const isEmpty = values.every((value) => value === null);
  // Digits need no quotes (PostgreSQL's manual, "Array Input and Output Syntax").
  if (isEmpty) return undefined;
  const isWhole = values.every((value) => value === null || Number.isInteger(value));
  const type = isWhole ? 'bigint[]' : 'double precision[]';
  return { type, parameter: `{${values.map(toDigits).join()}}` };
}

function toDigits(value: ColumnValue): string {
  return value === null ? 'null' : String(value);
}

/**
 * A list of texts as PostgreSQL sends and receives it (`array_recv` in its arrayfuncs.c): nothing
 * needs quotes, neither here nor there, where taking them off takes longer than storing the text.
 * Where all is ASCII, as mostly, one text is made of everything and turned into bytes at once.
 */
export function toTextArray(values: readonly ColumnValue[]): Buffer {
  const nulls = values.includes(null) ? 1 : 0;
  // Dimensions, whether any is null, type, length, lower bound.
  const head = [1, nulls, TEXT_OID, values.length, 1].map(toFourBytes).join('');
  let texts = '';
  let framed = head;
  for (const value of values) {
    const text = value === null ? '' : String(value);
    texts += text;
    framed += toFourBytes(value === null ? NULL_LENGTH : text.length) + text;
  }
  if (Buffer.byteLength(texts) === texts.length) return Buffer.from(framed, 'latin1');
  return Buffer.concat([Buffer.from(head, 'latin1'), ...values.map(toFramedBytes)]);
}

function toFramedBytes(value: ColumnValue): Buffer {
  const bytes = Buffer.from(String(value ?? ''));
  const length = toFourBytes(value === null ? NULL_LENGTH : bytes.length);
  return Buffer.concat([Buffer.from(length, 'latin1'), bytes]);
}

/** A whole number as four characters that are one byte each in Latin-1. */
function toFourBytes(number: number): string {
  return String.fromCharCode(
    (number >>> 24) & BYTE,
    (number >>> 16) & BYTE,
    (number >>> 8) & BYTE,
    number & BYTE,
  );
}
