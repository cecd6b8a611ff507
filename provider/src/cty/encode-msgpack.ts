/**
 * Writes values in the form that travels to Terraform: MessagePack where the schema says the types,
 * extension 0 for an unknown value and extension 12 for one with refinements.
 *
 * By hand, because the type tells what each value is: an object is its names, which are encoded
 * once, and what stands between them. As a text of one character a byte that is joined twice as
 * fast as a library walks a copy of the value. Source: the specification of MessagePack.
 */
import { BigNumber } from './big-number.ts';
import type { CtyFields, CtyType } from './cty-type.ts';
import { encodeRefinements, refinementsFor } from './refinements.ts';
import { Unknown } from './unknown.ts';
import { Dynamic, type Value, type ValueRecord } from './value.ts';

/** A field of an object type, with its name as it is written. */
export interface EncodedField {
  readonly name: string;
  /** One character a byte. */
  readonly key: string;
  readonly type: CtyType;
}

const NIL = '\xc0';
const FALSE = '\xc2';
const TRUE = '\xc3';
const PAIR = '\x92';

/** The only extension without anything inside: its number, and one byte that says nothing. */
const UNKNOWN_BYTES = '\xd4\x00\x00';
const EXTENSION_REFINED = 12;

/** Heads of what has a length: one that holds a few, and those before one, two and four bytes. */
interface Heads {
  readonly few: number;
  readonly fewMax: number;
  /** Undefined where a length of one byte has no form of its own. */
  readonly one: number | undefined;
  readonly two: number;
  readonly four: number;
}

const STRING: Heads = { few: 0xa0, fewMax: 31, one: 0xd9, two: 0xda, four: 0xdb };
const ARRAY: Heads = { few: 0x90, fewMax: 15, one: undefined, two: 0xdc, four: 0xdd };
const MAP: Heads = { few: 0x80, fewMax: 15, one: undefined, two: 0xde, four: 0xdf };
const BINARY: Heads = { few: 0, fewMax: -1, one: 0xc4, two: 0xc5, four: 0xc6 };
const EXTENSION: Heads = { few: 0, fewMax: -1, one: 0xc7, two: 0xc8, four: 0xc9 };

const NOT_ASCII = /[^\0-\x7f]/;

/**
 * Writes a value of a known type.
 * @param value - fits the type; `castValue` makes sure of that
 */
export function encodeMsgpack(type: CtyType, value: Value): Buffer {
  return Buffer.from(write(type, value), 'latin1');
}

/** Caches the fields of each object type, which never change: schemas, and types of dynamic values. */
const ENCODED_FIELDS_CACHE = new WeakMap<CtyFields, readonly EncodedField[]>();

/** The fields of an object type in their order, encoded once. */
export function encodedFields(fields: CtyFields): readonly EncodedField[] {
  const known = ENCODED_FIELDS_CACHE.get(fields);
  if (known !== undefined) return known;
  const encoded = Object.entries(fields).map(([name, type]) => ({ name, key: text(name), type }));
  ENCODED_FIELDS_CACHE.set(fields, encoded);
  return encoded;
}

function write(type: CtyType, value: Value): string {
  if (value === null) return NIL;
  if (typeof value === 'string') return text(value);
  if (typeof value === 'boolean') return value ? TRUE : FALSE;
  if (typeof value === 'number') return number(value);
  if (value instanceof Unknown) return unknown(type, value);
  if (value instanceof BigNumber) return text(value.text);
  if (value instanceof Dynamic) {
    const typeBytes = Buffer.from(JSON.stringify(value.type)).toString('latin1');
    return PAIR + head(BINARY, typeBytes.length) + typeBytes + write(value.type, value.value);
  }
  if (typeof type === 'string') throw new TypeError(`a value of type ${type} cannot be written`);
  if (Array.isArray(value)) return sequence(type, value);
  return record(type, value as ValueRecord);
}

function sequence(type: Exclude<CtyType, string>, items: readonly Value[]): string {
  let written = head(ARRAY, items.length);
  for (const [index, item] of items.entries()) {
    const element = type[0] === 'tuple' ? type[1][index] : type[1];
    written += write(element as CtyType, item);
  }
  return written;
}

function record(type: Exclude<CtyType, string>, value: ValueRecord): string {
  if (type[0] === 'object') {
    const fields = encodedFields(type[1]);
    let written = head(MAP, fields.length);
    for (const field of fields) written += field.key + write(field.type, value[field.name] ?? null);
    return written;
  }
  const names = Object.keys(value);
  let written = head(MAP, names.length);
  for (const name of names) written += text(name) + write(type[1] as CtyType, value[name] ?? null);
  return written;
}

function text(value: string): string {
  const bytes = NOT_ASCII.test(value) ? Buffer.from(value).toString('latin1') : value;
  return head(STRING, bytes.length) + bytes;
}

function head({ few, fewMax, one, two, four }: Heads, length: number): string {
  if (length <= fewMax) return String.fromCharCode(few + length);
  if (length <= 0xff && one !== undefined) return String.fromCharCode(one, length);
  if (length <= 0xffff) return String.fromCharCode(two, length >> 8, length & 0xff);
  return String.fromCharCode(four) + bytesOf(4, (bytes) => bytes.writeUInt32BE(length));
}

/**
 * Fractions travel as decimal text: 0.1 in configuration is the decimal 0.1, while the double 0.1
 * is a slightly different number, and Terraform compares them digit by digit.
 */
function number(value: number): string {
  if (!Number.isFinite(value)) return `\xcb${bytesOf(8, (bytes) => bytes.writeDoubleBE(value))}`;
  if (!Number.isSafeInteger(value)) return text(String(value));
  if (value >= 0 && value <= 0x7f) return String.fromCharCode(value);
  if (value >= 0 && value <= 0xffff) return String.fromCharCode(0xcd, value >> 8, value & 0xff);
  return `\xd3${bytesOf(8, (bytes) => bytes.writeBigInt64BE(BigInt(value)))}`;
}

function bytesOf(length: number, fill: (bytes: Buffer) => void): string {
  const bytes = Buffer.alloc(length);
  fill(bytes);
  return bytes.toString('latin1');
}

function unknown(type: CtyType, { refinements }: Unknown): string {
  const kept = refinementsFor(type, refinements);
  if (Object.keys(kept).length === 0) return UNKNOWN_BYTES;
  const bytes = Buffer.from(encodeRefinements(kept)).toString('latin1');
  return head(EXTENSION, bytes.length) + String.fromCharCode(EXTENSION_REFINED) + bytes;
}
