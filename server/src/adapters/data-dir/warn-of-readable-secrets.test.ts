import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { warnOfReadableSecrets } from './warn-of-readable-secrets.ts';

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'novacron-open-secrets-'));
});

afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

function makeFile(name: string, mode: number): string {
  const path = join(dataDir, name);
  writeFileSync(path, 'secret');
  chmodSync(path, mode);
  return path;
}

function warnings(
  origin: 'own' | 'given',
  busTls: { readonly keyFile?: string } = {},
  secretFiles: readonly string[] = [],
) {
  const said: object[] = [];
  const path = join(dataDir, 'sealing.key');
  const sealingKey = { kind: 'file', path, origin } as const;
  const config = { dataDir, sealingKey, secretFiles, busTls };
  warnOfReadableSecrets(config, { warn: (fields) => void said.push(fields) });
  return said;
}

test('of files that are not there, and of private ones, nothing is said', () => {
  expect(warnings('own')).toEqual([]);
  makeFile('admin.key', 0o600);
  makeFile('sealing.key', 0o400);
  expect(warnings('own', { keyFile: makeFile('bus.key', 0o640) })).toEqual([]);
});

test.each([
  ['own', '644', '600'],
  ['own', '640', '600'],
  ['given', '604', 'o-rwx'],
] as const)('the sealing key, %s, with the mode %s is warned of', (origin, mode, change) => {
  const path = makeFile('sealing.key', Number.parseInt(mode, 8));
  const remedy = `chmod ${change} ${path}`;
  expect(warnings(origin)).toEqual([{ path, mode, remedy }]);
});

test('a sealing key that the operator provides may be readable for the group', () => {
  makeFile('sealing.key', 0o440);
  expect(warnings('given')).toEqual([]);
});

test('the first API key and the key for the bus are warned of as well', () => {
  const paths = [makeFile('admin.key', 0o644), makeFile('bus.key', 0o644)];
  const [, keyFile = ''] = paths;
  expect(warnings('own', { keyFile })).toMatchObject(paths.map((path) => ({ path })));
});

test('files of other secrets of the configuration are warned of as well', () => {
  const open = makeFile('store-url', 0o644);
  const closed = makeFile('bmc-password', 0o640);
  expect(warnings('given', {}, [open, closed])).toMatchObject([{ path: open }]);
});
