/** READMEs that npm publishes: they are read without the repository, and packages are searched. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const ROOT = resolve(__dirname, '../..');

interface Manifest {
  readonly workspaces?: readonly string[];
  readonly description?: string;
  readonly keywords?: readonly string[];
}

// npm writes and reads these files; only the fields above are used.
const read = (folder: string) =>
  JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as Manifest;

const PACKAGES = read('.').workspaces ?? [];

describe.each(PACKAGES)('the package %s', (folder) => {
  test('has a description and keywords', () => {
    const { description = '', keywords = [] } = read(folder);
    expect(description).not.toBe('');
    expect(keywords).toContain('novacron');
  });

  test('has a README without links to files that npm does not ship', () => {
    const file = join(ROOT, folder, 'README.md');
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const targets = [...text.matchAll(/\]\(([^)#]+)/g)].map(([, target = '']) => target);
    expect(targets.filter((target) => !target.startsWith('https://'))).toEqual([]);
  });
});
