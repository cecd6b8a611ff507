/**
 * Samples as they are written first: one row for a block of targets, in plain numbers. What was
 * written together is read together until it becomes chunks.
 */
import { crc32 } from 'node:zlib';
import { DamagedChunkError } from './chunk.ts';

/** A sample of a series. */
export interface RoundSample {
  readonly seriesId: number;
  /** Seconds from the begin of the window. */
  readonly time: number;
  readonly value: number;
}

/** The samples of one target. */
export interface RoundEntry {
  readonly targetKey: number;
  readonly samples: readonly RoundSample[];
}

/** Bytes before all, of a target, and of a sample: whole numbers of 32 bits, and a float. */
const CHECKSUM_BYTES = 4;
const ENTRY_BYTES = 8;
const SAMPLE_BYTES = 4 + 2 + 8;

/** Writes the entries of a round. */
export function encodeRound(entries: readonly RoundEntry[]): Uint8Array {
  const samples = entries.reduce((sum, entry) => sum + entry.samples.length, 0);
  const length = CHECKSUM_BYTES + entries.length * ENTRY_BYTES + samples * SAMPLE_BYTES;
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  let at = CHECKSUM_BYTES;
  for (const { targetKey, samples: own } of entries) {
    view.setUint32(at, targetKey);
    view.setUint32(at + 4, own.length);
    at += ENTRY_BYTES;
    for (const { seriesId, time, value } of own) {
      view.setUint32(at, seriesId);
      view.setUint16(at + 4, time);
      view.setFloat64(at + 6, value);
      at += SAMPLE_BYTES;
    }
  }
  view.setUint32(0, crc32(bytes.subarray(CHECKSUM_BYTES)));
  return bytes;
}

/**
 * Reads the entries of a round. Throws {@link DamagedChunkError} where their checksum is another.
 * @param wanted - only this target, where given
 */
export function decodeRound(bytes: Uint8Array, wanted?: number): RoundEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const body = bytes.subarray(CHECKSUM_BYTES);
  if (bytes.length < CHECKSUM_BYTES || view.getUint32(0) !== crc32(body)) throw damaged();
  const entries: RoundEntry[] = [];
  let at = CHECKSUM_BYTES;
  while (at < bytes.length) {
    const targetKey = view.getUint32(at);
    const count = view.getUint32(at + 4);
    at += ENTRY_BYTES;
    if (wanted === undefined || wanted === targetKey) {
      entries.push({ targetKey, samples: readSamples(view, at, count) });
    }
    at += count * SAMPLE_BYTES;
  }
  return entries;
}

function readSamples(view: DataView, start: number, count: number): RoundSample[] {
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * SAMPLE_BYTES;
    return {
      seriesId: view.getUint32(at),
      time: view.getUint16(at + 4),
      value: view.getFloat64(at + 6),
    };
  });
}

function damaged(): DamagedChunkError {
  return new DamagedChunkError('a row of samples has another checksum');
}
