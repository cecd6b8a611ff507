// The policy's part of memory: constants as ready values, messages, cells of remembered results.
// The layout of values is that of runtime/value.ts.

import { isArray, isNumber, isSet, type RegoObject, type RegoValue } from '../values/rego-value.ts';
import { type ByteSink, byteSink, pushBytes } from './encode.ts';

/** Start of the area: STATIC_BASE of runtime/heap.ts. */
export const STATIC_BASE = 16384;

const TAG = { null: 1, boolean: 2, number: 3, string: 4, array: 5, object: 6, set: 7 } as const;
const ALIGNMENT = 8;

/** The area while it grows. */
export type StaticData = {
  readonly sink: ByteSink;
  readonly strings: Map<string, number>;
};

/** Begins the area with room for the first free address. */
export function staticData(): StaticData {
  const sink = byteSink();
  pushBytes(sink, new Uint8Array(ALIGNMENT));
  return { sink, strings: new Map() };
}

/** The first free address; written to the head of the area at the end. */
export function finishStaticData(data: StaticData): Uint8Array {
  align(data);
  const bytes = data.sink.bytes.subarray(0, data.sink.length);
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(0, here(data), true);
  return bytes;
}

function here(data: StaticData): number {
  return STATIC_BASE + data.sink.length;
}

function align({ sink }: StaticData): void {
  const over = sink.length % ALIGNMENT;
  if (over > 0) pushBytes(sink, new Uint8Array(ALIGNMENT - over));
}

/** Puts 32-bit words, aligned; returns where they are. */
function putWords(data: StaticData, words: readonly number[]): number {
  align(data);
  const address = here(data);
  pushBytes(data.sink, new Uint8Array(Uint32Array.from(words).buffer));
  return address;
}

function putBytes(data: StaticData, bytes: Uint8Array): number {
  const address = here(data);
  pushBytes(data.sink, bytes);
  return address;
}

/** Puts a NUL-terminated text; returns its address and its length without the NUL. */
export function putText(data: StaticData, text: string): { address: number; length: number } {
  const bytes = new TextEncoder().encode(text);
  const address = putBytes(data, bytes);
  pushBytes(data.sink, [0]);
  return { address, length: bytes.length };
}

/** Puts a cell for a remembered result. */
export function putMemoCell(data: StaticData): number {
  return putWords(data, [0, 0]);
}

/** Puts a value; returns its address. */
export function putValue(data: StaticData, value: RegoValue): number {
  if (value === null) return putWords(data, [TAG.null, 0]);
  if (typeof value === 'boolean') return putWords(data, [TAG.boolean, value ? 1 : 0]);
  if (typeof value === 'string') return putString(data, value);
  if (isNumber(value)) return putNumber(data, typeof value === 'number' ? value : value.text);
  if (isArray(value)) return putList(data, TAG.array, value);
  return isSet(value) ? putList(data, TAG.set, value.items) : putObject(data, value);
}

function putString(data: StaticData, value: string): number {
  const known = data.strings.get(value);
  if (known !== undefined) return known;
  const { address, length } = putText(data, value);
  const node = putWords(data, [TAG.string, length, address, 0]);
  data.strings.set(value, node);
  return node;
}

function putNumber(data: StaticData, value: number | string): number {
  if (typeof value === 'number') {
    const high = Math.floor(value / 0x1_0000_0000);
    return putWords(data, [TAG.number, 0, value >>> 0, high >>> 0]);
  }
  const { address, length } = putText(data, value);
  return putWords(data, [TAG.number, length, address, 0]);
}

function putList(data: StaticData, tag: number, items: readonly RegoValue[]): number {
  const addresses = items.map((item) => putValue(data, item));
  const list = putWords(data, addresses);
  return putWords(data, [tag, items.length, items.length, list]);
}

function putObject(data: StaticData, { pairs }: RegoObject): number {
  const addresses = pairs.flat().map((part) => putValue(data, part));
  const list = putWords(data, addresses);
  return putWords(data, [TAG.object, pairs.length, pairs.length, list]);
}
