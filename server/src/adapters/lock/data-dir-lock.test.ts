import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { lockDataDir } from './data-dir-lock.ts';

describe('lockDataDir', () => {
  let directory = '';

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'novacron-lock-'));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  test('gives a directory to one holder at a time', () => {
    const first = lockDataDir(directory);
    expect(lockDataDir(directory)).toMatchObject({
      ok: false,
      error: {
        code: 'unavailable',
        detail: `Another server is running on the data directory ${directory}.`,
      },
    });
    if (first.ok) first.value.release();
    const second = lockDataDir(directory);
    expect(second.ok).toBe(true);
    if (second.ok) second.value.release();
  });

  test.each([
    ['is not there', () => join(directory, 'none')],
    [
      'holds something else in place of the lock',
      () => {
        writeFileSync(
          join(directory, 'server.lock'),
          'no database, and far too long to be one'.repeat(99),
        );
        return directory;
      },
    ],
  ])('says why a directory cannot be locked that %s', (_what, place) => {
    expect(lockDataDir(place())).toMatchObject({
      ok: false,
      error: { detail: expect.stringMatching(/^The data directory .* cannot be locked: /) },
    });
  });
});
