import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readUtf8 } from './read-utf8.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-read-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test.each([
  ['as it was written', 'package a # Käse ✓\n'],
  ['with a mark at its beginning', '\ufeffpackage a\n'],
])('a text in UTF-8 is read %s', async (_what, text) => {
  const path = join(directory, 'a.rego');
  writeFileSync(path, text);
  expect(await readUtf8(path)).toBe(text);
});

test.each([
  ['Latin-1', 1, [0x4b, 0xe4, 0x73, 0x65]],
  ['a sequence that is cut off', 3, [0x0a, 0x61, 0x0a, 0xe2, 0x9c, 0x0a, 0x61]],
  ['half of a surrogate pair', 2, [0x61, 0x0a, 0xed, 0xa0, 0x80]],
])('%s is refused with its line rather than read as something else', async (_what, line, bytes) => {
  const path = join(directory, 'a.rego');
  writeFileSync(path, Uint8Array.from(bytes));
  await expect(readUtf8(path)).rejects.toThrow(`not valid UTF-8 (line ${line})`);
});

test('a missing file is reported with the error of the system', async () => {
  await expect(readUtf8(join(directory, 'b.rego'))).rejects.toThrow('ENOENT');
});
