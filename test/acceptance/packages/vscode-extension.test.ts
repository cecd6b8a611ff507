/** The extension for Visual Studio Code, packed; the editor's API is a stand-in. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { unpackZip } from '../../support/services/read-zip.ts';

const ROOT = resolve(__dirname, '../../..');

const POLICY = `package size

x := sprintf("%v", [1])

y := z

w = x
`;

interface Shown {
  readonly given: readonly unknown[];
}

let directory = '';
let unpacked = '';

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-vsix-'));
  unpacked = join(directory, 'unpacked');
  const script = join(ROOT, 'server/cli/build/package-vscode.mjs');
  execFileSync(process.execPath, [script, directory]);
  const [file = ''] = readdirSync(directory).filter((name) => name.endsWith('.vsix'));
  await unpackZip(join(directory, file), unpacked);
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

const read = (path: string) => readFileSync(join(unpacked, path), 'utf8');

describe('the package of the extension', () => {
  test('has the manifest of its kind, which names the files that are there', () => {
    const manifest = read('extension.vsixmanifest');
    const about = JSON.parse(read('extension/package.json'));
    const { name, version } = about;
    expect(manifest).toContain(`Id="${name}" Version="${version}" Publisher="novacron"/>`);
    expect(manifest).toContain(`Code.Engine" Value="${about.engines.vscode}"`);
    const assets = [...manifest.matchAll(/ Path="([^"]*)"/g)].map(([, path = '']) => path);
    expect(assets).toContain('extension/package.json');
    expect(assets.filter((path) => !existsSync(join(unpacked, path)))).toEqual([]);
  });

  test('has a content type for each ending', () => {
    const types = read('[Content_Types].xml');
    const files = readdirSync(unpacked, { recursive: true, withFileTypes: true });
    const endings = files.flatMap(({ name }) => /\.\w+$/.exec(name)?.[0] ?? []);
    const missing = endings.filter((ending) => !types.includes(`Extension="${ending}"`));
    expect(missing.filter((ending) => ending !== '.xml')).toEqual([]);
  });

  test('contributes only files that are there, and has no dependencies to install', () => {
    const about = JSON.parse(read('extension/package.json'));
    const { languages, grammars } = about.contributes;
    const paths = [about.main, languages[0].configuration, grammars[0].path];
    expect(paths.filter((path) => !existsSync(join(unpacked, 'extension', path)))).toEqual([]);
    expect(about.dependencies).toBeUndefined();
    expect(JSON.parse(read('extension/language-configuration.json')).comments.lineComment).toBe(
      '#',
    );
  });

  test('has a grammar whose patterns are regular expressions and whose references exist', () => {
    const grammar = JSON.parse(read('extension/syntaxes/rego.tmlanguage.json'));
    const nodes: Record<string, unknown>[] = [];
    JSON.stringify(grammar, (_key, value) => {
      if (typeof value === 'object' && value !== null) nodes.push(value);
      return value;
    });
    for (const { match, begin, end, include } of nodes) {
      for (const pattern of [match, begin, end]) {
        if (typeof pattern === 'string') expect(() => new RegExp(pattern)).not.toThrow();
      }
      if (typeof include === 'string') {
        expect(Object.keys(grammar.repository)).toContain(include.slice(1));
      }
    }
    expect(nodes.length).toBeGreaterThan(40);
  });
});

let shown = JSON.parse('{}');

beforeAll(() => {
  const policy = join(directory, 'size.rego');
  writeFileSync(policy, POLICY);
  const novacron = join(ROOT, 'server/cli/bin/novacron.mjs');
  const words = [
    join(__dirname, 'run-extension.cjs'),
    join(unpacked, 'extension'),
    novacron,
    policy,
  ];
  shown = JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' }));
});

test('the extension registers all that the language server announces', () => {
  expect(shown.registered).toEqual(shown.announced);
  expect(shown.announced).toEqual(
    expect.arrayContaining(['codeActionProvider', 'hoverProvider', 'renameProvider']),
  );
});

test('the extension shows what the language server says', () => {
  const [first] = shown.diagnostics.found;
  expect(first).toMatchObject({ kind: 'diagnostic', code: 'unsafe-variable', source: 'novacron' });
  // An error is 0 for the editor.
  expect(first.given[2]).toBe(0);
  expect(shown.hover.given[0].given[0]).toContain('sprintf(string, array) -> string');
  expect(shown.symbols).toMatchObject([{ children: [{ kind: 'symbol' }, { kind: 'symbol' }, {}] }]);
  expect(shown.completion.map(({ given }: Shown) => given[0])).toContain('split');
  expect(shown.definition).toEqual([]);
  expect(shown.references.map(({ given }: Shown) => given[1])).toMatchObject([
    { given: [2, 0, 2, 1] },
    { given: [6, 4, 6, 5] },
  ]);
  expect(shown.folds).toEqual([]);
  expect(shown.edits).toEqual([]);
  expect(shown.commands).toEqual(['novacron.restart']);
  expect(shown.logged).toEqual([]);
});

test('the extension offers the fixes of the linter, one by one and on saving', () => {
  const [fix, ...others] = shown.actions;
  expect(fix.title).toMatch(/^Fix use-assignment-operator: /);
  expect(fix.kind.value).toBe('quickfix');
  expect(fix.diagnostics).toMatchObject([{ code: 'use-assignment-operator' }]);
  expect(fix.edit.replaced).toMatchObject([[shown.diagnostics.place, { kind: 'range' }, ':=']]);
  expect(others).toEqual(shown.fixesOnSave);
  const [[, range, text]] = shown.fixesOnSave[0].edit.replaced;
  expect(shown.fixesOnSave[0].kind.value).toBe('source.fixAll');
  expect(range.given.slice(0, 2)).toEqual([0, 0]);
  expect(text).toBe(POLICY.replace('w =', 'w :='));
});

test('the extension renames a rule in all places, or says why it cannot', () => {
  expect(shown.prepared).toMatchObject({ range: { given: [2, 0, 2, 1] }, placeholder: 'x' });
  expect(shown.renamed.replaced).toMatchObject([
    [shown.diagnostics.place, { given: [2, 0, 2, 1] }, 'shown'],
    [shown.diagnostics.place, { given: [6, 4, 6, 5] }, 'shown'],
  ]);
  expect(shown.refused).toBe('the package size already has a rule y');
  expect(shown.unprepared).toBe('Only rules and variables of policies have other names.');
});
