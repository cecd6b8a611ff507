import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type LockHolder, lockDataDir } from './lock-data-dir.ts';

describe('the lock of a data directory', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'novacron-agent-lock-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  test.each<LockHolder>(['agent', 'server'])(
    'makes the directory and gives it to one %s at a time',
    (holder) => {
      const place = join(directory, 'deep', holder);
      const first = lockDataDir(place, holder);
      const detail = `Another ${holder} is running on the data directory ${place}.`;
      expect(lockDataDir(place, holder)).toMatchObject({ ok: false, error: { detail } });
      if (first.ok) first.value.release();
      const second = lockDataDir(place, holder);
      expect(second.ok).toBe(true);
      if (second.ok) second.value.release();
    },
  );

  test('an agent and a server have each a lock of their own', () => {
    const locks = (['agent', 'server'] as const).map((holder) => lockDataDir(directory, holder));
    expect(locks.map(({ ok }) => ok)).toEqual([true, true]);
    for (const lock of locks) if (lock.ok) lock.value.release();
  });

  test.each([
    ['is a file', () => join(directory, 'server.lock')],
    ['holds something else in place of the lock', () => directory],
  ])('says why a directory cannot be used that %s', (_what, place) => {
    writeFileSync(join(directory, 'server.lock'), 'no database, and too long for one'.repeat(99));
    expect(lockDataDir(place(), 'server')).toMatchObject({
      ok: false,
      error: {
        code: 'unavailable',
        detail: expect.stringMatching(/^The data directory .* cannot be used: /),
      },
    });
  });
});
