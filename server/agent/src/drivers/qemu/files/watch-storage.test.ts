import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Timers } from '@novacron/runtime/timers';
import { placesIn } from './directories.ts';
import { watchStorage } from './watch-storage.ts';

let directory: string;
let pool: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'storage-'));
  pool = join(directory, 'pool.json');
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Timers whose time passes only when a test says so. */
function manualTimers(): Timers & { readonly pass: () => void } {
  const waiting = new Set<() => void>();
  return {
    after: (_delay, callback) => {
      waiting.add(callback);
      return () => waiting.delete(callback);
    },
    pass: () => {
      for (const callback of waiting) callback();
    },
  };
}

function watch(timers: Timers) {
  return watchStorage(placesIn({ runDir: directory, storageDir: directory, node: 'n' }), timers);
}

test('a storage that answers has a size', async () => {
  writeFileSync(pool, '{"id":"pool-1"}');
  const storage = watch(manualTimers());
  expect(storage.seen()).toBeUndefined();
  await storage.look();
  expect(storage.seen()).toEqual({
    pool: 'pool-1',
    size_gb: expect.any(Number),
    free_gb: expect.any(Number),
  });
  rmSync(pool);
  await storage.look();
  expect(storage.seen()).toBeUndefined();
});

test('a storage that does not answer is a passing trouble, and one look waits for it', async () => {
  // A pipe without a writer lets its reader wait, as a server of files does that is away.
  execFileSync('mkfifo', [pool]);
  const timers = manualTimers();
  const storage = watch(timers);
  const looks = [storage.look(), storage.look()];
  timers.pass();
  for (const look of looks) {
    await expect(look).rejects.toMatchObject({
      message:
        `The storage directory ${directory} has not answered for 5 s: check its mount and the ` +
        'server behind it.',
      next: 'retry',
    });
  }
  const third = storage.look();
  // The one look under way is answered, and all who wait for it go on.
  await writeFile(pool, '{"id":"pool-1"}');
  await third;
  expect(storage.seen()).toMatchObject({ pool: 'pool-1' });
});
