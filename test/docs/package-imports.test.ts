/** Every import of a package of ours that a page names can be resolved. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const ROOT = resolve(__dirname, '../..');

/** Folders without pages of the project. */
const SKIPPED: ReadonlySet<string> = new Set(['node_modules', 'dist', 'testdata', '.git']);

function listPages(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return listPages(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

const IMPORTS = [
  ...new Set(
    listPages(ROOT).flatMap((page) =>
      [...readFileSync(page, 'utf8').matchAll(/[`'"](@novacron\/[a-z-]+(?:\/[a-z-]+)*)[`'"]/g)].map(
        ([, name]) => name ?? '',
      ),
    ),
  ),
].filter((name) => name.split('/').length > 2);

test('pages name imports', () => expect(IMPORTS.length).toBeGreaterThan(3));

test.each(IMPORTS)('%s', (name) => {
  const { resolve: find } = createRequire(join(ROOT, 'package.json'));
  expect(find(name)).toContain(ROOT);
});
