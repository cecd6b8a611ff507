/** Durations as people write them. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatDuration, parseDuration } from './duration.ts';

describe('a duration', () => {
  test.each([
    ['30s', 30_000],
    ['1m30s', 90_000],
    ['250ms', 250],
    ['1.5h', 5_400_000],
    ['2h5m1s7ms', 7_501_007],
    ['0s', 0],
    ['1s1s', 2_000],
  ])('%s is %d ms', (text, durationMs) => expect(parseDuration(text)).toBe(durationMs));

  test.each([
    [''],
    ['30'],
    ['s'],
    ['-30s'],
    ['30 s'],
    ['1w'],
    ['30S'],
    ['1.s'],
    ['.5s'],
    ['30s!'],
    ['1e3s'],
  ])('"%s" is none', (text) => expect(parseDuration(text)).toBeUndefined());

  test('is written with as few units as it takes', () => {
    const written = [0, 250, 30_000, 90_000, 5_400_000, 86_400_000].map(formatDuration);
    expect(written).toEqual(['0s', '250ms', '30s', '1m30s', '1h30m', '1d']);
  });

  test('that is written is read as it was', () => {
    fc.assert(
      fc.property(fc.nat(), (durationMs) => {
        expect(parseDuration(formatDuration(durationMs))).toBe(durationMs);
      }),
    );
  });
});
