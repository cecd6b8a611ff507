import { describe, expect, test } from '@jest/globals';
import { makeRng } from '@novacron/engine/rng';
import { makeBitReader, makeBitWriter } from './bits.ts';
import { type ChunkPiece, DamagedChunkError, decodeChunk, encodeChunk } from './chunk.ts';
import { packIntegers, unpackIntegers } from './pack-integers.ts';
import { packValues, unpackValues } from './pack-values.ts';
import { decodeRound, encodeRound } from './round.ts';

function throughValues(values: readonly number[]): readonly number[] {
  const out = makeBitWriter();
  packValues(out, values);
  return unpackValues(makeBitReader(out.bytes()), values.length);
}

const NUMBERS: readonly (readonly number[])[] = [
  [],
  [0],
  [-0, 0],
  [5, 5, 5, 5],
  [0.1, 0.2, 0.3, 0.25, 0.9999],
  [1e300, -1e300, 5e-324, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
  [Math.PI, Math.PI, Math.E, -Math.E, 1 / 3],
  [123_456, 123_457, 123_460, 200_000, 3],
  Array.from({ length: 100 }, (_, index) => Math.sin(index)),
  Array.from({ length: 33 }, (_, index) => (index === 20 ? 1e12 : index / 1000)),
  [2 ** 52, 1.5 * 2 ** 40, 0, 1024, 1.25e-3 * 2 ** 20],
];

describe('packed numbers', () => {
  test.each(NUMBERS.map((values, at) => [at, values] as const))(
    'list %i comes back',
    (_, values) => {
      const found = throughValues(values);
      expect(found.length).toBe(values.length);
      expect(found.map((value, index) => Object.is(value, values[index]))).not.toContain(false);
    },
  );

  test('any floats come back as they were', () => {
    const rng = makeRng('codec');
    const words = new Uint32Array(2);
    const floats = new Float64Array(words.buffer);
    for (let round = 0; round < 200; round += 1) {
      const values = Array.from({ length: 50 }, () => {
        words[0] = Math.floor(rng.next() * 2 ** 32);
        words[1] = Math.floor(rng.next() * 2 ** 32);
        const [value = 0] = floats;
        return Number.isFinite(value) ? value : 1;
      });
      expect(throughValues(values)).toEqual(values);
    }
  });

  test('runs of any length come back, also where their last byte is the last of its buffer', () => {
    for (let length = 0; length < 600; length += 1) {
      const values = Array.from({ length }, (_, at) => Math.sin(at));
      expect(throughValues(values)).toEqual(values);
    }
  });

  test('whole numbers of any width come back as they were', () => {
    const rng = makeRng('integers');
    for (let bits = 1; bits <= 45; bits += 1) {
      const numbers = Array.from({ length: 40 }, () =>
        Math.floor((rng.next() - 0.5) * 2 ** bits),
      ).map((number) => number + 0);
      const out = makeBitWriter();
      packIntegers(out, numbers);
      expect(unpackIntegers(makeBitReader(out.bytes()), 40)).toEqual(numbers);
    }
  });
});

const PIECES: readonly ChunkPiece[] = [
  { seriesId: 1, times: [0, 30, 60], columns: [[0.1, 0.2, 0.3]] },
  { seriesId: 2, times: [0, 30, 60], columns: [[7, 7, 7]] },
  { seriesId: 900, times: [3, 4, 1799], columns: [[1], [2], [3]].map(() => [1, 2, 3]) },
  { seriesId: 901, times: [12], columns: [[Math.PI]] },
];

describe('a row of samples', () => {
  const ENTRIES = [
    { targetKey: 7, samples: [{ seriesId: 3, time: 30, value: 0.5 }] },
    { targetKey: 9, samples: [30, 60].map((time) => ({ seriesId: 4, time, value: time })) },
  ];

  test('has what was written, of all targets or of one', () => {
    expect(decodeRound(encodeRound(ENTRIES))).toEqual(ENTRIES);
    expect(decodeRound(encodeRound(ENTRIES), 9)).toEqual(ENTRIES.slice(1));
  });

  test('with any other byte is damaged, and says so', () => {
    const bytes = encodeRound(ENTRIES);
    for (let index = 0; index < bytes.length; index += 1) {
      const other = bytes.slice();
      other[index] = (other[index] ?? 0) ^ 1;
      expect(() => decodeRound(other)).toThrow(DamagedChunkError);
    }
    expect(() => decodeRound(bytes.slice(0, -1))).toThrow(DamagedChunkError);
    expect(() => decodeRound(new Uint8Array())).toThrow(DamagedChunkError);
  });
});

describe('a chunk', () => {
  test('has the series that were written', () => {
    expect(decodeChunk(encodeChunk(PIECES))).toEqual(PIECES);
    expect(decodeChunk(encodeChunk([]))).toEqual([]);
  });

  test('with any other byte is damaged, and says so', () => {
    const bytes = encodeChunk(PIECES);
    for (let index = 0; index < bytes.length; index += 1) {
      const other = bytes.slice();
      other[index] = (other[index] ?? 0) ^ 1;
      expect(() => decodeChunk(other)).toThrow(DamagedChunkError);
    }
    expect(() => decodeChunk(bytes.slice(0, -1))).toThrow(DamagedChunkError);
    expect(() => decodeChunk(new Uint8Array())).toThrow(DamagedChunkError);
  });

  test('takes at most two bytes a sample of a typical CPU series', () => {
    const rng = makeRng('cpu');
    const times = Array.from({ length: 60 }, (_, index) => 12 + index * 30);
    const noise = (): number => (rng.next() + rng.next() + rng.next() - 1.5) * 0.06;
    const cpu = times.map((time) =>
      Number(Math.max(0, 0.4 + 0.1 * Math.sin(time / 600) + noise()).toFixed(4)),
    );
    const pieces = Array.from({ length: 7 }, (_, seriesId) => ({
      seriesId,
      times,
      columns: [cpu],
    }));
    expect(encodeChunk(pieces).length / (7 * 60)).toBeLessThanOrEqual(2);
  });
});
