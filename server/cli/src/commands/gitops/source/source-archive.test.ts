import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { packSource, unpackSource } from './source-archive.ts';
import type { SourceEntry } from './source-entry.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-archive-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const entry = (path: string, content = 'x', kind: SourceEntry['kind'] = 'file'): SourceEntry => ({
  path,
  kind,
  content: Buffer.from(content),
});

async function pack(entries: readonly SourceEntry[]): Promise<Buffer> {
  const packed = await packSource(entries);
  if (!packed.ok) throw new Error(packed.error.reason);
  return packed.value;
}

test('what is packed is unpacked: long paths, modes, links and any bytes', async () => {
  const long = `${'directory/'.repeat(14)}${'n'.repeat(90)}`;
  const packed = await pack([
    entry(long, ''),
    entry('run.sh', '#!/bin/sh\n', 'executable'),
    entry('bytes', '\0\u00ff'.repeat(300)),
    entry('to', 'run.sh', 'link'),
  ]);
  expect(await unpackSource(packed, directory)).toMatchObject({ ok: true });
  expect(existsSync(join(directory, long))).toBe(true);
  expect(statSync(join(directory, 'run.sh')).mode & 0o111).not.toBe(0);
  expect(readFileSync(join(directory, 'to'), 'utf8')).toBe('#!/bin/sh\n');
  expect(readFileSync(join(directory, 'bytes'), 'utf8')).toBe('\0\u00ff'.repeat(300));
});

test.each<[string, readonly SourceEntry[]]>([
  ['a path upwards', [entry('../x')]],
  ['a path upwards within', [entry('a/../../x')]],
  ['an absolute path', [entry('/x')]],
  ['settings of Git', [entry('a/.git/config')]],
  ['a link upwards', [entry('a', '../x', 'link')]],
  ['a link to the host', [entry('a', '/etc', 'link')]],
  ['a file behind a link to the host', [entry('a', '/tmp', 'link'), entry('a/x')]],
  ['a circle', [entry('a', 'b', 'link'), entry('b', 'a', 'link')]],
])('%s is refused, and nothing is written', async (_name, entries) => {
  expect(await unpackSource(await pack(entries), directory)).toMatchObject({
    error: { reason: expect.stringContaining('leaves its directory') },
  });
  expect(readdirSync(directory)).toEqual([]);
});

test('a damaged archive is refused', async () => {
  const packed = await pack([entry('a', 'content'.repeat(99))]);
  for (const damaged of [Buffer.alloc(0), packed.subarray(0, -9), Buffer.from('no gzip')]) {
    expect(await unpackSource(damaged, directory)).toMatchObject({
      error: { reason: expect.stringContaining('is damaged') },
    });
  }
});
