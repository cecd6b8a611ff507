/**
 * A chunk: what the series of one target have in one window of time. Times are seconds from the
 * begin of the window. Series that were measured together have their times once.
 */
import { crc32 } from 'node:zlib';
import { assert } from '@novacron/contract/result';
import { type BitReader, type BitWriter, makeBitReader, makeBitWriter } from './bits.ts';
import { packIntegers, unpackIntegers } from './pack-integers.ts';
import { packValues, unpackValues } from './pack-values.ts';

/** A series in a chunk: of each column as many values as there are times. */
export interface ChunkPiece {
  readonly seriesId: number;
  /** Seconds from the begin of the window, ascending, none twice. */
  readonly times: readonly number[];
  /** One column of samples, or those of a summary: see `rollup.ts`. */
  readonly columns: readonly (readonly number[])[];
}

/** A chunk that is not what was written. */
export class DamagedChunkError extends Error {}

/** The form of chunks; another one is refused. */
const VERSION = 1;
const VERSION_BITS = 8;
const CHECKSUM_BYTES = 4;

/** Encodings of times: two bits. */
const TIMES = { asBefore: 0, regular: 1, packed: 2 } as const;
const TIMES_BITS = 2;

/** Writes a chunk. */
export function encodeChunk(pieces: readonly ChunkPiece[]): Uint8Array {
  const out = makeBitWriter();
  out.write(VERSION, VERSION_BITS);
  out.writeVarint(pieces.length);
  let before: readonly number[] | undefined;
  for (const { seriesId, times, columns } of pieces) {
    out.writeVarint(seriesId);
    packTimes(out, times, before);
    out.writeVarint(columns.length);
    for (const column of columns) packValues(out, column);
    before = times;
  }
  const body = out.bytes();
  const whole = new Uint8Array(CHECKSUM_BYTES + body.length);
  new DataView(whole.buffer).setUint32(0, crc32(body));
  whole.set(body, CHECKSUM_BYTES);
  return whole;
}

/**
 * Reads a chunk. Throws {@link DamagedChunkError} where its checksum is another one.
 * @param wanted - ids of series: only their pieces, where given
 */
export function decodeChunk(
  bytes: Uint8Array,
  wanted?: ReadonlySet<number>,
): readonly ChunkPiece[] {
  const body = bytes.subarray(CHECKSUM_BYTES);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length <= CHECKSUM_BYTES || view.getUint32(0) !== crc32(body)) {
    throw new DamagedChunkError('a chunk of metrics has another checksum');
  }
  const input = makeBitReader(body);
  assert(input.read(VERSION_BITS) === VERSION, 'a chunk has the form that is written today');
  const count = input.readVarint();
  const pieces: ChunkPiece[] = [];
  let before: readonly number[] | undefined;
  for (let index = 0; index < count && pieces.length !== wanted?.size; index += 1) {
    const seriesId = input.readVarint();
    const times = unpackTimes(input, before);
    const columns = Array.from({ length: input.readVarint() }, () =>
      unpackValues(input, times.length),
    );
    if (wanted?.has(seriesId) !== false) pieces.push({ seriesId, times, columns });
    before = times;
  }
  return pieces;
}

function packTimes(
  out: BitWriter,
  times: readonly number[],
  before: readonly number[] | undefined,
): void {
  if (before !== undefined && isSame(times, before)) {
    out.write(TIMES.asBefore, TIMES_BITS);
    return;
  }
  const [first = 0, second = 0] = times;
  const step = times.length > 1 ? second - first : 0;
  const isRegular = times.every((time, index) => time === first + index * step);
  out.write(isRegular ? TIMES.regular : TIMES.packed, TIMES_BITS);
  out.writeVarint(times.length);
  if (isRegular) {
    out.writeVarint(first);
    out.writeVarint(step);
  } else packIntegers(out, toSteps(times));
}

function unpackTimes(input: BitReader, before: readonly number[] | undefined): readonly number[] {
  const form = input.read(TIMES_BITS);
  if (form === TIMES.asBefore) return before ?? [];
  const count = input.readVarint();
  if (form === TIMES.regular) {
    const first = input.readVarint();
    const step = input.readVarint();
    return Array.from({ length: count }, (_, index) => first + index * step);
  }
  let time = 0;
  return unpackIntegers(input, count).map((step) => {
    time += step;
    return time;
  });
}

function toSteps(times: readonly number[]): readonly number[] {
  return times.map((time, index) => time - (times[index - 1] ?? 0));
}

function isSame(left: readonly number[], right: readonly number[]): boolean {
  return left.length === right.length && left.every((time, index) => time === right[index]);
}
