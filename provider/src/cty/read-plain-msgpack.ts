/** A fast MessagePack decoder for the form that nearly all values of Terraform have. */
import { parseDecimal } from './big-number.ts';
import type { CtyFields, CtyType } from './cty-type.ts';
import { type EncodedField, encodedFields } from './encode-msgpack.ts';
import { setOwn } from './map-values.ts';
import type { Value } from './value.ts';

interface Cursor {
  readonly bytes: Buffer;
  /** The same with one character a byte: names are compared in it. */
  readonly text: string;
  at: number;
}

/** An object type, as Terraform writes its values: with all names, sorted. */
interface ObjectForm {
  readonly fields: readonly EncodedField[];
  /** Copied for each value, which so has the names in the order of the type. */
  readonly empty: Readonly<Record<string, Value>>;
}

/** Caches the form of each object type: types never change, and every value of one needs it. */
const OBJECT_FORM_CACHE = new WeakMap<CtyFields, ObjectForm>();

const NIL = 0xc0;
const FALSE = 0xc2;
const TRUE = 0xc3;

/**
 * Reads a value without unknown or dynamic parts and without numbers of more than 32 bits, whose
 * objects have all names, sorted. Nothing is compared or copied twice.
 * @returns undefined for any other value or for invalid MessagePack: use the full decoder then
 */
export function readPlainMsgpack(type: CtyType, bytes: Buffer): Value | undefined {
  const cursor = { bytes, text: bytes.toString('latin1'), at: 0 };
  const value = read(type, cursor);
  return cursor.at === bytes.length ? value : undefined;
}

function read(type: CtyType, cursor: Cursor): Value | undefined {
  if (cursor.bytes[cursor.at] === NIL) {
    cursor.at += 1;
    return null;
  }
  if (type === 'string') return readText(cursor);
  if (type === 'bool') return readBool(cursor);
  if (type === 'number') return readNumber(cursor);
  if (typeof type === 'string') return undefined;
  if (type[0] === 'object') return readObject(formOf(type[1]), cursor);
  if (type[0] === 'map') return readMap(type[1], cursor);
  return type[0] === 'tuple' ? undefined : readItems(type[1], cursor);
}

function readBool(cursor: Cursor): boolean | undefined {
  const head = cursor.bytes[cursor.at];
  cursor.at += 1;
  if (head === TRUE) return true;
  return head === FALSE ? false : undefined;
}

function readNumber(cursor: Cursor): Value | undefined {
  const head = cursor.bytes[cursor.at] ?? NIL;
  if (head <= 0x7f) {
    cursor.at += 1;
    return head;
  }
  if (head === 0xcc) return readLength(cursor, 1);
  if (head === 0xcd) return readLength(cursor, 2);
  const text = readText(cursor);
  return text === undefined ? undefined : parseDecimal(text);
}

function readText(cursor: Cursor): string | undefined {
  const { bytes, at } = cursor;
  const head = bytes[at] ?? NIL;
  let length: number | undefined;
  if (head >= 0xa0 && head <= 0xbf) {
    length = head - 0xa0;
    cursor.at += 1;
  } else if (head === 0xd9) length = readLength(cursor, 1);
  else if (head === 0xda) length = readLength(cursor, 2);
  if (length === undefined) return undefined;
  const end = cursor.at + length;
  const text = end > bytes.length ? undefined : bytes.toString('utf8', cursor.at, end);
  cursor.at = end;
  return text;
}

/** Reads the length that follows a head. */
function readLength(cursor: Cursor, size: 1 | 2): number | undefined {
  const [first, second] = [cursor.bytes[cursor.at + 1], cursor.bytes[cursor.at + size]];
  cursor.at += 1 + size;
  if (first === undefined || second === undefined) return undefined;
  return size === 1 ? first : first * 0x100 + second;
}

/** @param few - the head of none; up to fifteen are in it, more in the two bytes after `many` */
function readCount(cursor: Cursor, few: number, many: number): number | undefined {
  const head = cursor.bytes[cursor.at] ?? NIL;
  if (head === many) return readLength(cursor, 2);
  cursor.at += 1;
  return head >= few && head <= few + 0x0f ? head - few : undefined;
}

function readItems(element: CtyType, cursor: Cursor): Value | undefined {
  const count = readCount(cursor, 0x90, 0xdc);
  if (count === undefined) return undefined;
  const items: Value[] = [];
  while (items.length < count) {
    const item = read(element, cursor);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return items;
}

function readMap(element: CtyType, cursor: Cursor): Value | undefined {
  const count = readCount(cursor, 0x80, 0xde);
  if (count === undefined) return undefined;
  const members: Record<string, Value> = {};
  for (let done = 0; done < count; done += 1) {
    const key = readText(cursor);
    const value = key === undefined ? undefined : read(element, cursor);
    if (key === undefined || value === undefined) return undefined;
    setOwn(members, key, value);
  }
  return members;
}

function readObject({ fields, empty }: ObjectForm, cursor: Cursor): Value | undefined {
  if (readCount(cursor, 0x80, 0xde) !== fields.length) return undefined;
  const members = { ...empty };
  for (const { name, key, type } of fields) {
    if (!cursor.text.startsWith(key, cursor.at)) return undefined;
    cursor.at += key.length;
    const value = read(type, cursor);
    if (value === undefined) return undefined;
    members[name] = value;
  }
  return members;
}

function formOf(fields: CtyFields): ObjectForm {
  const known = OBJECT_FORM_CACHE.get(fields);
  if (known !== undefined) return known;
  const inOrder = encodedFields(fields);
  const form = {
    fields: inOrder.toSorted((left, right) => (left.name < right.name ? -1 : 1)),
    empty: Object.fromEntries(inOrder.map(({ name }) => [name, null])),
  };
  OBJECT_FORM_CACHE.set(fields, form);
  return form;
}
