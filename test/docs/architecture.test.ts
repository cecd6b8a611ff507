/** docs/architecture.md and the README of the application name the folders and files that exist. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const ROOT = resolve(__dirname, '../..');
const PAGE = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
const APP = 'server/src/app';
const APP_PAGE = readFileSync(join(ROOT, APP, 'README.md'), 'utf8');

/** Folders that a package has beside those of its code. */
const NOT_LISTED: readonly string[] = ['test-kit', 'testdata'];

/** Packages whose folders the page must list. */
const LISTED = [
  'server/src/app',
  'server/engine/src',
  'server/contract/src',
  'provider/src',
  'server/agent/src',
  'server/cli/src',
  'server/rego/src',
  'constructs/src',
] as const;

/** Wings of the engine with several rooms, which their READMEs list. */
const WINGS = [
  'server/engine/src/automation',
  'server/engine/src/healing',
  'server/engine/src/placement',
  'server/engine/src/scaling',
] as const;

/** Folders that paths on the page may start from, besides the top level. */
const STARTS: readonly string[] = ['', 'server', 'server/src', 'server/src/app'];

/** Returns the folders that the table of a package or a wing lists, in their order. */
function listedFolders(path: string): readonly string[] {
  const table = WINGS.some((wing) => wing === path)
    ? readFileSync(join(ROOT, path, 'README.md'), 'utf8')
    : tableOf(path);
  return table.split('\n').flatMap((row) => /^\| \[?`([a-z-]+)\/`/.exec(row)?.[1] ?? []);
}

/** Returns the first table below the heading of a package. */
function tableOf(path: string): string {
  const [, section = ''] = PAGE.split(`\n### \`${path}\`\n`);
  return section.trim().split('\n\n')[0] ?? '';
}

function existingFolders(path: string): readonly string[] {
  return readdirSync(join(ROOT, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !NOT_LISTED.includes(entry.name))
    .map(({ name }) => name)
    .sort();
}

/** The permitted imports of a folder of a package, from the rules of dependency-cruiser. */
function importsOf(path: string, folder: string): readonly string[] {
  const rules = readFileSync(join(ROOT, '.dependency-cruiser.cjs'), 'utf8');
  const [, all = ''] = rules.split(`\n  '${path}': {\n`);
  const [block = ''] = all.split('\n  },\n');
  const row = new RegExp(`^    '?${folder}'?: \\[([^\\]]*)\\]`, 'm').exec(block);
  return [...(row?.[1] ?? '').matchAll(/'([a-z-]+)'/g)].flatMap(([, name]) => name ?? []);
}

/** Layers whose folders the README of the application lists. The others have none. */
const LAYERS = [
  'kernel',
  'access',
  'policy',
  'placement',
  'resources',
  'platform',
  'governance',
  'automation',
  'healing',
  'fleet',
  'scaling',
] as const;

/** Every file and folder that the page names in code spans. */
const PATHS = [...new Set([...PAGE.matchAll(/`([\w.-]+(?:\/[\w.-]+)+\/?)`/g)])]
  .flatMap(([, path]) => path ?? [])
  .filter((path) => !path.startsWith('data-dir/') && !path.includes('NAME'))
  .map((path) => (path.startsWith('engine/') ? path.replace('engine/', 'engine/src/') : path));

describe('docs/architecture.md and the READMEs of wings', () => {
  test.each([...LISTED, ...WINGS])('lists the folders of %s', (path) => {
    expect([...listedFolders(path)].sort()).toEqual(existingFolders(path));
  });

  test.each([...LISTED, ...WINGS])(
    'lists the folders of %s below those that they import',
    (path) => {
      const folders = listedFolders(path);
      const upward = folders.flatMap((folder, index) =>
        importsOf(path, folder)
          .filter((imported) => folders.indexOf(imported) > index)
          .map((imported) => `${folder} imports ${imported}`),
      );
      expect(upward).toEqual([]);
    },
  );

  test.each(PATHS.map((path) => [path]))('names %s, which exists', (path) => {
    expect(STARTS.some((start) => existsSync(join(ROOT, start, path)))).toBe(true);
  });
});

describe('server/src/app/README.md', () => {
  test.each(LAYERS)('lists the folders of the layer %s', (layer) => {
    const listed = [...APP_PAGE.matchAll(new RegExp(`^\\| \`${layer}/([a-z-]+)/\``, 'gm'))];
    const existing = existingFolders(`${APP}/${layer}`);
    expect(listed.flatMap(([, folder]) => folder ?? []).sort()).toEqual(existing);
  });

  test('lists the layers in the order of the architecture', () => {
    const listed = [...APP_PAGE.matchAll(/^\| `([a-z-]+)\/` /gm)].flatMap(([, name]) => name ?? []);
    expect(listed).toEqual(listedFolders(APP));
  });
});
