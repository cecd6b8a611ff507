import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { claimStart } from './claim-start.ts';

const NOW_MS = 1_767_225_600_000;
const DAY_MS = 86_400_000;
let dataDir = '';

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'novacron-start-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

test('a start is at its time', () => {
  expect(claimStart(dataDir, NOW_MS)).toBe(NOW_MS);
  expect(claimStart(dataDir, NOW_MS + DAY_MS)).toBe(NOW_MS + DAY_MS);
});

test('a start is later than those before it, also where the clock is set back', () => {
  const starts = [NOW_MS + DAY_MS, NOW_MS, NOW_MS, NOW_MS + 2 * DAY_MS].map((nowMs) =>
    claimStart(dataDir, nowMs),
  );
  expect(starts).toEqual([
    NOW_MS + DAY_MS,
    NOW_MS + DAY_MS + 1,
    NOW_MS + DAY_MS + 2,
    NOW_MS + 2 * DAY_MS,
  ]);
});

test('a damaged file stops no start', () => {
  writeFileSync(join(dataDir, 'last-start'), 'not a number');
  expect(claimStart(dataDir, NOW_MS)).toBe(NOW_MS);
  expect(claimStart(dataDir, NOW_MS)).toBe(NOW_MS + 1);
});
