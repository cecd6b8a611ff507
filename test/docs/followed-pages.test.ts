import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { notRunOf, PAGES, reasonNotRun } from './followed-pages.ts';
import { readPage } from './read-page.ts';

const ROOT = resolve(__dirname, '../..');

const FOLDERS = ['docs/tutorials', 'docs/how-to', 'docs/provider/guides'];

const INSTALL = 'docs/how-to/install.md';

const written = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`),
);

describe('the list of followed pages', () => {
  test('names every tutorial and every guide', () => {
    expect(Object.keys(PAGES)).toEqual(expect.arrayContaining(written));
  });

  test.each(
    Object.entries(PAGES).map(([page, coverage]) => {
      const { kind } = coverage;
      return [page, kind === 'shown' ? `not followed: ${coverage.why}` : kind, coverage] as const;
    }),
  )('is right about %s, %s', (page, _how, coverage) => {
    expect(existsSync(join(ROOT, page))).toBe(true);
    if (coverage.kind === 'shown') return;
    expect(readFileSync(join(ROOT, coverage.by), 'utf8')).toContain(basename(page));
  });

  test.each(
    Object.keys(PAGES).flatMap((page) =>
      Object.entries(notRunOf(page)).map(([start, why]) => [page, start, why] as const),
    ),
  )('says that of %s nothing runs %s: %s', (page, start) => {
    const commands = readPage(page).flatMap((step) =>
      step.kind === 'command' ? [step.command] : [],
    );
    expect(commands.filter((command) => command.startsWith(start))).not.toEqual([]);
  });
});

/** Pages of which a test runs only the blocks with output. */
const ONLY_CONSOLE = Object.entries(PAGES).flatMap(([page, coverage]) =>
  coverage.kind === 'followed' && coverage.runs === 'console' ? [page] : [],
);

test.each(ONLY_CONSOLE)('of %s, every block that no test runs has a reason', (page) => {
  const blocks = readFileSync(join(ROOT, page), 'utf8').matchAll(
    /^ *```(?:ba)?sh\n([\s\S]*?)```$/gm,
  );
  const texts = [...blocks].map(([, text = '']) => text.trim());
  expect(texts.filter((text) => reasonNotRun(page, text) === undefined)).toEqual([]);
});

test.each(
  written.filter(
    (page) =>
      page.startsWith('docs/how-to/') &&
      page !== INSTALL &&
      readPage(page).some((step) => step.kind === 'command' && /^novacron\b/m.test(step.command)),
  ),
)('%s says how to install the command that it runs', (page) => {
  const link = relative(join(ROOT, dirname(page)), join(ROOT, INSTALL));
  expect(readFileSync(join(ROOT, page), 'utf8')).toContain(`](${link}`);
});

test('the list of examples names every example', () => {
  const list = readFileSync(join(ROOT, 'examples/README.md'), 'utf8');
  const names = readdirSync(join(ROOT, 'examples/terraform'));
  expect(names.filter((name) => !list.includes(`(terraform/${name}/README.md)`))).toEqual([]);
});
