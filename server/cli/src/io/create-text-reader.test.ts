import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTextReader } from './create-text-reader.ts';

describe('a reader of texts', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'novacron-reader-'));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  test('has what can be read only once for a second reader, too', async () => {
    const pipe = join(dir, 'pipe');
    await promisify(execFile)('mkfifo', [pipe]);
    const read = createTextReader(Readable.from(['name: w\n']));
    expect([await read('-'), await read('-')]).toEqual(['name: w\n', 'name: w\n']);
    const [first] = await Promise.all([read(pipe), writeFile(pipe, 'name: v\n')]);
    expect([first, await read(pipe)]).toEqual(['name: v\n', 'name: v\n']);
  });

  test('reads a file again, which may have changed', async () => {
    const file = join(dir, 'file');
    const read = createTextReader(Readable.from([]));
    await writeFile(file, 'one');
    expect(await read(file)).toBe('one');
    await writeFile(file, 'two');
    expect(await read(file)).toBe('two');
    await expect(read(join(dir, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
