import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { makeDataDir } from './data-dir-files.ts';
import { refuseLostStore } from './refuse-lost-store.ts';

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'novacron-lost-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

function put(name: string, text: string): void {
  mkdirSync(dirname(join(dataDir, name)), { recursive: true });
  writeFileSync(join(dataDir, name), text);
}

test('a new directory gets a store', () => {
  expect(refuseLostStore(join(dataDir, 'none'))).toBeUndefined();
  expect(makeDataDir(dataDir)).toMatchObject({ ok: true });
  put('server.lock', '');
  put('config.yaml', '');
  expect(refuseLostStore(dataDir)).toBeUndefined();
});

const FILES = [
  'admin.key',
  'sealing.key',
  'agents/_fleet.db',
  'qemu/node-01.db',
  'novacron.db-wal',
];

test.each(FILES)('a directory with %s, but without a store, is refused', (name) => {
  put(name, 'x');
  const expected = {
    code: 'unavailable',
    detail:
      `The store novacron.db is missing in ${dataDir}, or is empty, and the directory has ` +
      `files of an earlier server: ${name}.`,
    remedy: expect.stringMatching(/restore a backup.*move these files away/),
  };
  expect(refuseLostStore(dataDir)).toMatchObject(expected);
  put('novacron.db', '');
  expect(refuseLostStore(dataDir)).toMatchObject(expected);
  put('novacron.db', 'SQLite');
  expect(refuseLostStore(dataDir)).toBeUndefined();
});
