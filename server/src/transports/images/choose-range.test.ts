import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ChosenRange, chooseRange } from './choose-range.ts';

const SIZE = 64;
const ETAG = '"abc"';

function choose(range: string | undefined, ifRange?: string, size = SIZE): ChosenRange {
  return chooseRange({ range, ifRange, etag: ETAG, size });
}

const PARTS: readonly (readonly [string, number, number])[] = [
  ['bytes=0-9', 0, 9],
  ['bytes=0-0', 0, 0],
  ['bytes=40-', 40, 63],
  ['bytes=40-999', 40, 63],
  ['bytes=-10', 54, 63],
  ['bytes=-999', 0, 63],
  ['Bytes= 1-2 ', 1, 2],
  [`bytes=1-${'9'.repeat(400)}`, 1, 63],
];

test.each(PARTS)('%s is the part from %i to %i', (range, start, end) => {
  expect(choose(range)).toEqual({ kind: 'part', start, end });
});

test.each(['bytes=64-', 'bytes=64-70', 'bytes=-0', `bytes=${'9'.repeat(400)}-`])(
  '%s is in no file of 64 bytes',
  (range) => {
    expect(choose(range)).toEqual({ kind: 'unsatisfiable' });
  },
);

test.each([
  undefined,
  '',
  'bytes',
  'bytes=',
  'bytes=-',
  'bytes=9-1',
  'bytes=a-b',
  'bytes=1-2x',
  'bytes=0x1-2',
  'bytes=+1-2',
  'bytes=1-2,4-5',
  'items=0-9',
  'parts 1/2',
])('%j is ignored', (range) => {
  expect(choose(range)).toEqual({ kind: 'whole' });
});

test('a range counts under the entity tag of the file alone', () => {
  expect(choose('bytes=1-2', ETAG)).toMatchObject({ kind: 'part' });
  for (const other of ['"other"', `W/${ETAG}`, 'Wed, 25 Nov 2026 00:00:00 GMT', '']) {
    expect(choose('bytes=1-2', other)).toEqual({ kind: 'whole' });
    expect(choose('bytes=999-', other)).toEqual({ kind: 'whole' });
  }
});

test('whatever is asked for, a part lies within the file', () => {
  const texts = fc.oneof(
    fc.string(),
    fc.tuple(fc.nat(), fc.nat()).map(([from, to]) => `bytes=${from}-${to}`),
    fc.stringMatching(/^bytes=\d{0,18}-\d{0,18}$/),
  );
  fc.assert(
    fc.property(texts, fc.nat({ max: 1_000 }), (range, size) => {
      const found = choose(range, undefined, size);
      if (found.kind !== 'part') return;
      expect(found.start).toBeGreaterThanOrEqual(0);
      expect(found.start).toBeLessThanOrEqual(found.end);
      expect(found.end).toBeLessThan(size);
    }),
  );
});
