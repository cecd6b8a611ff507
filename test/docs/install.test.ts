/** Follows docs/how-to/install.md in a checkout, and compares the packages that guides install. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { reasonNotRun } from './followed-pages.ts';
import { missingLines, openReader, type Reader } from './open-reader.ts';
import { type CommandStep, readPage } from './read-page.ts';

jest.setTimeout(120_000);

const ROOT = resolve(__dirname, '../..');
const PAGE = 'docs/how-to/install.md';

interface Manifest {
  readonly name: string;
  readonly workspaces?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
}

// npm writes and reads these files; only the fields above are used.
const read = (folder: string) =>
  JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as Manifest;

const OURS = new Map(
  (read('.').workspaces ?? []).map(read).map((manifest) => [manifest.name, manifest] as const),
);

/** A package with all packages of ours that it needs. */
function closureOf(name: string): readonly string[] {
  const needed = Object.keys(OURS.get(name)?.dependencies ?? {}).filter((each) => OURS.has(each));
  return [name, ...needed.flatMap(closureOf)];
}

/** The tarballs that a text installs together, by the names of their packages. */
function packagesIn(text: string): readonly (readonly string[])[] {
  const lists = [...text.matchAll(/novacron-\{([a-z,]+)\}-\*\.tgz/g)];
  return lists.map(([, list = '']) => list.split(',').map((each) => `@novacron/${each}`));
}

const sorted = (names: Iterable<string>) => [...new Set(names)].sort();

/** Programs that `novacron` starts, and the provider that it installs. */
const COMMAND = ['@novacron/cli', '@novacron/provider'];
const ALL = [...COMMAND, '@novacron/agent', '@novacron/runner', '@novacron/server'];

describe(`a reader of ${PAGE}`, () => {
  let reader: Reader;
  beforeAll(async () => {
    reader = await openReader('checkout');
  });
  afterAll(() => reader.close());

  const steps = readPage(PAGE).filter((step): step is CommandStep => step.kind === 'command');
  test.each(
    steps
      .filter(({ command }) => reasonNotRun(PAGE, command) === undefined)
      .map((step) => [step.line, step.command, step] as const),
  )('at line %s runs %s', async (_line, _command, step) => {
    const { exitCode, output } = await reader.follow(step);
    expect(exitCode === 0 ? '' : output).toBe('');
    expect(missingLines(step.output, output)).toEqual([]);
  });
});

test.each([
  [PAGE, [ALL, COMMAND]],
  ['docs/how-to/pipelines.md', [COMMAND]],
  ['examples/pipelines/github-terraform.yml', [COMMAND, COMMAND]],
  ['examples/pipelines/github-cdktf.yml', [COMMAND, COMMAND]],
  ['examples/pipelines/github-pull-requests.yml', [COMMAND, COMMAND, COMMAND]],
  ['examples/pipelines/forgejo-pull-requests.yml', [COMMAND, COMMAND, COMMAND]],
])('%s installs its packages with all that they need', (file, wanted) => {
  const lists = packagesIn(readFileSync(join(ROOT, file), 'utf8'));
  expect(lists.map(sorted)).toEqual(wanted.map((names) => sorted(names.flatMap(closureOf))));
});
