import { describe, expect, test } from '@jest/globals';
import { parseQuantity, unitOf } from './parse-quantity.ts';

describe('a field has a unit by its name', () => {
  test.each([
    ['memory_gb', 'GB'],
    ['disk_gb_min', 'GB'],
    ['ttl_seconds', 'seconds'],
    ['expires_in_hours', 'hours'],
    ['days', 'days'],
    ['cpu_cores', undefined],
    ['disk_mb_per_second', undefined],
  ])('%s: %s', (field, unit) => {
    expect(unitOf(field)).toBe(unit);
  });
});

describe('an amount', () => {
  test.each([
    ['8', 'GB', 8],
    ['8GB', 'GB', 8],
    ['8GiB', 'GB', 8],
    ['8gi', 'GB', 8],
    ['8G', 'GB', 8],
    ['512MB', 'GB', 0.5],
    ['1.5TB', 'GB', 1536],
    ['8Gb/s', 'GB', undefined],
    ['8 GB', 'GB', undefined],
    ['2h', 'GB', undefined],
    ['2h', 'seconds', 7200],
    ['1h30m', 'minutes', 90],
    ['7d', 'hours', 168],
    ['36h', 'days', 1.5],
    ['90s', 'seconds', 90],
    ['8GB', 'seconds', undefined],
    ['8GB', undefined, undefined],
    ['', 'GB', undefined],
  ] as const)('%s in %s is %s', (text, unit, amount) => {
    expect(parseQuantity(text, unit)).toBe(amount);
  });
});
