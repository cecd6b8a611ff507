/** Files that hold keys are their user's alone, and whole. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { writePrivateText } from './write-private-text.ts';

let home = '';
let before = 0;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'novacron-private-'));
  before = process.umask(0);
});

afterEach(() => {
  process.umask(before);
  rmSync(home, { recursive: true, force: true });
});

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

test.each([0o000, 0o022, 0o277])(
  'with umask %i they have mode 600, their directory 700',
  async (umask) => {
    process.umask(umask);
    const path = join(home, 'novacron', 'profiles.json');
    await writePrivateText(path, 'secret');
    process.umask(0);
    expect(modeOf(path)).toBe('600');
    expect(modeOf(join(home, 'novacron'))).toBe('700');
    expect(readFileSync(path, 'utf8')).toBe('secret');
  },
);

test('an open file and an open directory are closed to others', async () => {
  const directory = join(home, 'novacron');
  mkdirSync(directory, { mode: 0o755 });
  const path = join(directory, 'profiles.json');
  await writePrivateText(path, 'first');
  chmodSync(path, 0o666);
  await writePrivateText(path, 'second');
  expect(modeOf(path)).toBe('600');
  expect(modeOf(directory)).toBe('700');
  expect(readFileSync(path, 'utf8')).toBe('second');
});

test('nothing is left behind where the file cannot be put in place', async () => {
  const path = join(home, 'novacron', 'profiles.json');
  mkdirSync(join(path, 'in-the-way'), { recursive: true });
  await expect(writePrivateText(path, 'secret')).rejects.toThrow(/EISDIR|ENOTEMPTY/);
  expect(readdirSync(join(home, 'novacron'))).toEqual(['profiles.json']);
});
