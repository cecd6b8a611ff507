// Every rule of the linter, with the examples of its documentation, and what holds for any text.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readLintConfig } from './lint/lint-config.ts';
import { matchesFiles } from './lint/match-files.ts';
import { LINT_RULES } from './lint/rule-table.ts';
import { LINT_DOCS, lintRego } from './lint-rego.ts';
import { parseRego } from './parse/parse-rego.ts';

const ROOT = join(import.meta.dirname, '../../..');
const PAGE = readFileSync(join(ROOT, LINT_DOCS), 'utf8');

type Example = { readonly label: string; readonly modules: Record<string, string> };

/** The part of the page about a rule. */
function sectionOf(rule: string): string {
  const [, section] = PAGE.split(`\n### ${rule}\n`);
  if (section === undefined) throw new Error(`${LINT_DOCS} has no section ${rule}`);
  return section.split(/\n#{2,3} /)[0] ?? '';
}

/** Its blocks by the words before them; a comment with a path at the top names a file. */
function examplesOf(rule: string): readonly Example[] {
  const examples: Example[] = [];
  for (const [, label, text = ''] of sectionOf(rule).matchAll(
    /(?:^(Reported|Instead):\n\n)?^```rego\n([\s\S]*?)^```$/gm,
  )) {
    if (label !== undefined) examples.push({ label, modules: {} });
    const path = /^# (\S+[.]rego)\n/.exec(text)?.[1] ?? 'policy.rego';
    const last = examples.at(-1);
    if (last) last.modules[path] = text;
  }
  return examples;
}

function findingsOf(rule: string, modules: Record<string, string>) {
  const yaml = /^```yaml\n([\s\S]*?)^```$/m.exec(sectionOf(rule))?.[1];
  const config = readLintConfig(yaml, { disable: [], enable: [rule], ignoreFiles: [] });
  if (typeof config === 'string') throw new Error(config);
  const { findings, problems } = lintRego({ modules, config });
  expect(problems).toEqual([]);
  return findings.filter((finding) => finding.rule === rule);
}

describe('each rule', () => {
  test.each(LINT_RULES.map(({ name }) => name))('%s reports its example only', (rule) => {
    const examples = examplesOf(rule);
    expect(examples.map(({ label }) => label)).toEqual(['Reported', 'Instead']);
    for (const { label, modules } of examples) {
      const findings = findingsOf(rule, modules);
      expect([label, findings.length > 0]).toEqual([label, label === 'Reported']);
      for (const { message, docs } of findings) {
        expect(message).toMatch(/^.+[.?]$/);
        expect(docs).toBe(`${LINT_DOCS}#${rule}`);
      }
    }
  });

  test('has one name, and lies in the folder of its category', () => {
    const names = LINT_RULES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const category of new Set(LINT_RULES.map((rule) => rule.category))) {
      const files = readdirSync(join(import.meta.dirname, 'lint', category)).sort();
      const own = LINT_RULES.filter((rule) => rule.category === category);
      expect(own.map(({ name }) => `${name}.ts`)).toEqual(files);
    }
  });
});

const NOISY = `package novacron

isAdmin if 1 == 1
`;

function rulesFound(config: string, text = NOISY, path = 'policies/a.rego') {
  const read = readLintConfig(config);
  if (typeof read === 'string') throw new Error(read);
  const { findings } = lintRego({ modules: { [path]: text }, config: read });
  return findings.map(({ rule, level }) => `${rule} ${level}`);
}

describe('a configuration', () => {
  test.each([
    ['nothing', '', ['prefer-snake-case error', 'constant-condition error']],
    [
      'a level for all',
      'rules: {default: {level: warning}}',
      ['prefer-snake-case warning', 'constant-condition warning'],
    ],
    [
      'a level for a category',
      'rules: {style: {default: {level: ignore}}}',
      ['constant-condition error'],
    ],
    [
      'a level for a rule',
      'rules: {default: {level: ignore}, bugs: {constant-condition: {level: warning}}}',
      ['constant-condition warning'],
    ],
    [
      'files that a rule leaves alone',
      'rules: {style: {prefer-snake-case: {ignore: {files: [policies/]}}}}',
      ['constant-condition error'],
    ],
    ['files that are not linted', 'ignore: {files: ["*.rego"]}', []],
    [
      'rules that are not known here',
      'rules: {style: {no-such-rule: {level: error}}, bugs: {default: {level: ignore}}}',
      ['prefer-snake-case error'],
    ],
  ])('says %s', (_, config, expected) => {
    expect(rulesFound(config)).toEqual(expect.arrayContaining(expected));
    const named = ['prefer-snake-case', 'constant-condition'];
    const found = rulesFound(config).filter((each) => named.includes(each.split(' ')[0] ?? ''));
    expect(found).toEqual(expected);
  });

  test.each([
    [
      'rules: {style: {line-length: {level: loud}}}',
      'rules.style.line-length.level is "loud"; expected error, warning or ignore',
    ],
    ['rules: []', 'rules is []; expected a mapping'],
    ['rules: {style: off}', 'rules.style is "off"; expected a mapping'],
    ['rules: {default: {level: 3}}', 'rules.default.level is 3; expected error, warning or'],
    ['rules: {style: {line-length: error}}', 'rules.style.line-length is "error"; expected a map'],
    [
      'rules: {style: {line-length: {max-line-length: "80"}}}',
      'rules.style.line-length.max-line-length is "80"; expected a number of at least 0',
    ],
    [
      'rules: {style: {rule-length: {count-comments: "no"}}}',
      'rules.style.rule-length.count-comments is "no"; expected true or false',
    ],
    [
      'rules: {style: {todo-comment: {ignore: {files: a.rego}}}}',
      'rules.style.todo-comment.ignore.files is "a.rego"; expected a list of texts',
    ],
    ['ignore: [a.rego]', 'ignore is ["a.rego"]; expected a mapping'],
    [
      'rules: {custom: {naming-convention: {conventions: [{pattern: 1, targets: [rule]}]}}}',
      'rules.custom.naming-convention.conventions is [{"pattern":1,"targets":["rule"]}]; expected',
    ],
    ['rules: [', 'Flow'],
    ['- a', 'it is not a mapping'],
  ])('that is wrong is refused: %s', (text, words) => {
    expect(readLintConfig(text)).toContain(words);
  });

  test('is put aside by the command line', () => {
    const config = readLintConfig('rules: {bugs: {constant-condition: {level: warning}}}', {
      disable: ['style'],
      enable: ['constant-condition', 'one-liner-rule'],
      ignoreFiles: ['x.rego'],
    });
    if (typeof config === 'string') throw new Error(config);
    expect(config.settings.get('prefer-snake-case')?.level).toBe('ignore');
    expect(config.settings.get('one-liner-rule')?.level).toBe('error');
    expect(config.settings.get('constant-condition')?.level).toBe('error');
    expect(config.ignoreFiles).toEqual(['x.rego']);
  });
});

test.each([
  ['*_test.rego', 'a/b_test.rego', true],
  ['*_test.rego', 'a/b.rego', false],
  ['vendor/', 'a/vendor/b.rego', true],
  ['/vendor', 'a/vendor/b.rego', false],
  ['a/*.rego', 'a/b.rego', true],
  ['a/*.rego', 'a/c/b.rego', false],
  ['a/**/b.rego', 'a/c/d/b.rego', true],
  ['a/**/b.rego', 'a/b.rego', true],
  ['?.rego', 'ab.rego', false],
])('the pattern %s and the path %s', (pattern, path, expected) => {
  expect(matchesFiles([pattern], path)).toBe(expected);
});

test('a comment switches rules off for its line and the one below', () => {
  const above = 'package novacron\n\n# regal ignore:prefer-snake-case,constant-condition\n';
  expect(rulesFound('', `${above}isAdmin if 1 == 1\n`)).toEqual([]);
  expect(rulesFound('', `${above}\nisAdmin if 1 == 1\n`)).toHaveLength(2);
  const beside = 'package novacron\n\nisAdmin if 1 == 1 # regal ignore:constant-condition\n';
  expect(rulesFound('', beside)).toEqual(['prefer-snake-case error']);
});

test('texts that do not parse are reported and the others linted', () => {
  const { files, findings, problems } = lintRego({ modules: { 'a.rego': '{', 'b.rego': NOISY } });
  expect(problems.map(({ file }) => file)).toEqual(['a.rego']);
  expect(files).toBe(1);
  expect(findings.map(({ file }) => file)).toContain('b.rego');
});

/** Texts of the repository that mutations are made of. */
const CORPUS = [...PAGE.matchAll(/^```rego\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);

/** A sequence of numbers from 0 up to 1 that a seed determines (mulberry32). */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Swaps, repeats and drops words of two texts. */
function mutate(random: () => number): string {
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const split = (text: string) => text.split(/(\s+|[()[\]{}.,:=|]+)/);
  const words = split(pick(CORPUS) ?? '');
  const others = split(pick(CORPUS) ?? '');
  for (let step = 0; step < 3; step += 1) {
    const at = Math.floor(random() * words.length);
    const dropped = random() < 0.5 ? 0 : 1;
    words.splice(at, dropped, ...(random() < 0.3 ? [] : [pick(others) ?? '']));
  }
  return words.join('');
}

test('a text that parses is linted without an exception, whatever it is', () => {
  const all = LINT_RULES.map(({ name }) => name);
  const config = readLintConfig(undefined, { disable: [], enable: all, ignoreFiles: [] });
  if (typeof config === 'string') throw new Error(config);
  let linted = 0;
  for (let seed = 1; seed <= 1500; seed += 1) {
    const text = mutate(numbersFrom(seed));
    if (!parseRego(text, { file: 'a.rego' }).ok) continue;
    linted += 1;
    try {
      const rows = text.split('\n').length;
      const { findings } = lintRego({ modules: { 'a.rego': text }, config });
      for (const { row, column } of findings) {
        expect(row).toBeLessThanOrEqual(rows);
        expect(column).toBeGreaterThanOrEqual(1);
      }
    } catch (cause) {
      throw new Error(`seed ${seed}: ${text}`, { cause });
    }
  }
  expect(linted).toBeGreaterThan(150);
});

test('a chain of operators is as long as it likes', () => {
  const sum = Array.from({ length: 5000 }, () => '1').join(' + ');
  const text = `package novacron\n\na := ${sum}\n\na := ${sum}\n`;
  const { findings } = lintRego({ modules: { 'a.rego': text } });
  expect(findings.map(({ rule }) => rule)).toContain('duplicate-rule');
});
