import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createLineSplitter } from './split-lines.ts';

const LIMIT = 64;

/** Cuts bytes at the given places, wherever characters begin. */
function cut(bytes: Buffer, places: readonly number[]): readonly Buffer[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort(
    (a, b) => a - b,
  );
  return [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

describe('a splitter of lines', () => {
  test('finds the same lines however the stream is cut', () => {
    const line = fc
      .string({ unit: 'grapheme', maxLength: 10 })
      .map((text) => text.replaceAll('\n', ''));
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat()), (lines, places) => {
        const splitter = createLineSplitter(LIMIT * LIMIT);
        const bytes = Buffer.from(lines.map((each) => `${each}\n`).join(''));
        const found = cut(bytes, places).flatMap((chunk) => splitter.take(chunk));
        expect(found).toEqual(lines.map((each) => Buffer.from(each).toString()));
      }),
    );
  });

  test('keeps no more than the limit, and stays closed once it is exceeded', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 * LIMIT }), fc.array(fc.nat()), (length, places) => {
        const splitter = createLineSplitter(LIMIT);
        const bytes = Buffer.from(`${'x'.repeat(length)}\n`);
        const answers = cut(bytes, places).map((chunk) => splitter.take(chunk));
        expect(answers.includes('too-long')).toBe(length > LIMIT);
        if (length > LIMIT) expect(splitter.take(Buffer.from('short\n'))).toBe('too-long');
      }),
    );
  });
});
