import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { PAGES } from './followed-pages.ts';

const ROOT = resolve(__dirname, '../..');

const FOLDERS = ['docs/tutorials', 'docs/how-to', 'docs/provider/guides'];

describe('the list of followed pages', () => {
  test('names every tutorial and every guide', () => {
    const written = FOLDERS.flatMap((folder) =>
      readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`),
    );
    expect(Object.keys(PAGES)).toEqual(expect.arrayContaining(written));
  });

  test.each(Object.entries(PAGES))('is right about %s', (page, coverage) => {
    expect(existsSync(join(ROOT, page))).toBe(true);
    if (coverage.kind === 'shown') return;
    expect(readFileSync(join(ROOT, coverage.by), 'utf8')).toContain(basename(page));
  });
});

test('the list of examples names every example', () => {
  const list = readFileSync(join(ROOT, 'examples/README.md'), 'utf8');
  const names = readdirSync(join(ROOT, 'examples/terraform'));
  expect(names.filter((name) => !list.includes(`(terraform/${name}/README.md)`))).toEqual([]);
});
