import { describe, expect, test } from '@jest/globals';
import { nearestPlace, stepOfKey } from './plot-points.ts';

describe('stepOfKey', () => {
  test.each([
    ['ArrowRight', undefined, 0],
    ['ArrowRight', 4, 5],
    ['ArrowLeft', undefined, 9],
    ['ArrowLeft', 4, 3],
    ['Home', 4, 0],
    ['End', 4, 9],
    ['PageDown', 4, 9],
    ['PageUp', 4, 0],
    ['ArrowLeft', 0, 0],
    ['ArrowRight', 9, 9],
  ])('%s from %p leads to %p of ten', (key, from, to) => {
    expect(stepOfKey(key, from, 9)).toBe(to);
  });

  test('other keys, and a chart without points, choose nothing', () => {
    expect(stepOfKey('Tab', 4, 9)).toBeUndefined();
    expect(stepOfKey('ArrowRight', undefined, -1)).toBeUndefined();
  });
});

describe('nearestPlace', () => {
  const places = [[0, 0], null, [10, 0], [10, 8]] as const;

  test('takes the least distance, not the nearest x', () => {
    expect(nearestPlace(places, [9, 7], 24)).toBe(3);
    expect(nearestPlace(places, [9, 1], 24)).toBe(2);
  });

  test('takes nothing beyond its reach', () => {
    expect(nearestPlace(places, [100, 100], 24)).toBeNull();
  });
});
