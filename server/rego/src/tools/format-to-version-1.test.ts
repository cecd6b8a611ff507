import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type ConformanceCase, checkCase } from '../conformance/conformance-case.ts';
import { findCaseFiles } from '../conformance/run-cases.ts';
import { formatToVersion1 } from './format-to-version-1.ts';

function moved(text: string): string {
  const result = formatToVersion1(text, 'p.rego');
  return result.ok ? result.value : result.error.map(({ message }) => message).join('\n');
}

const HEAD = 'package p\n\nimport rego.v1\n\n';

describe('a text of version 0 is moved', () => {
  test.each([
    ['a body', 'allow { input.a }', 'allow if input.a\n'],
    ['a value', 'x = 1 { input.a }', 'x = 1 if input.a\n'],
    ['a set as value', 'x = {1} { input.a }', 'x = {1} if input.a\n'],
    ['a difference', 'x = {1} - {2} { input.a }', 'x = {1} - {2} if input.a\n'],
    ['a function', 'f(x) = y { y := x }', 'f(x) = y if y := x\n'],
    ['members', 'p[x] { x := input.a[_] }', 'p contains x if x := input.a[_]\n'],
    ['a fixed member', 'p["a"]', 'p contains "a"\n'],
    ['an object', 'p[k] = v { v := input[k] }', 'p[k] = v if v := input[k]\n'],
    [
      'else',
      'x = 1 { input.a } else = 2 { input.b } else = 3',
      'x = 1 if input.a\n\nelse = 2 if input.b\n\nelse = 3\n',
    ],
    ['a default', 'default x = {}\n\nx = {"a": 1} { input.a }', undefined],
    ['several bodies', 'p { input.a } { input.b }', 'p if input.a\n\np if input.b\n'],
    ['several bodies of a set', 'p[x] { x := 1 } { x := 2 }', undefined],
    ['comments', '# a\np { # b\n\tinput.a # c\n} # d\n# e', undefined],
    ['every with keywords', 'import future.keywords\n\np { every x in [1] { x } }', undefined],
    ['if with a keyword', 'import future.keywords.if\n\np if { input.a }\n\nq { p }', undefined],
  ])('%s', (_what, text, expected) => {
    const result = formatToVersion1(`package p\n\n${text}\n`, 'p.rego');
    if (!result.ok) throw new Error(JSON.stringify(result.error));
    expect(result.value.startsWith(HEAD)).toBe(true);
    expect(result.value).not.toContain('future.keywords');
    if (expected !== undefined) {
      const flat = (lines: string) => lines.replaceAll(/[{}\s]+/g, ' ').trim();
      expect(flat(result.value.slice(HEAD.length))).toBe(flat(expected));
    }
    // What is moved stays as it is.
    expect(moved(result.value)).toBe(result.value);
  });

  test('with its comments where they were', () => {
    const text =
      'package p # home\n\nimport data.a # first\n\n# about\np { # b\n\tinput.a # c\n}\n';
    expect(moved(text)).toBe(
      'package p # home\n\nimport rego.v1\n\nimport data.a # first\n\n# about\np if { # b\n' +
        '\tinput.a # c\n}\n',
    );
  });
});

test('a text of version 1 is formatted', () => {
  expect(moved('package p\nallow   if input.a\n')).toBe('package p\n\nallow if input.a\n');
});

test.each([
  ['allow { re_match("a", input.a) }', 'The builtin re_match is deprecated'],
  ['allow { contains := input.a; contains }', 'cannot be moved to version 1'],
  ['input = 1 { true }', '"input" cannot be a rule'],
  ['import data.a.x\nimport data.b.x\n\nallow { x }', 'has the name x as well'],
])('a text that version 1 reads in another way is left alone: %j', (text, words) => {
  expect(moved(`package p\n\n${text}\n`)).toContain(words);
});

/** The cases of OPA, where this machine has them. */
const CASES =
  process.env.CASES ?? join(import.meta.dirname, '../../../../../shared/conformance/rego');

test('the cases of OPA for version 0 have the same answers afterwards', () => {
  if (!existsSync(CASES)) {
    process.stderr.write(`There are no cases in ${CASES} (CASES), so none were compared.\n`);
    return;
  }
  let compared = 0;
  let unmoved = 0;
  for (const path of findCaseFiles(CASES)) {
    if (basename(dirname(path)) !== 'v0') continue;
    const { cases }: { cases: ConformanceCase[] } = JSON.parse(readFileSync(path, 'utf8'));
    for (const each of cases) {
      if (checkCase(each, 'v0') !== 'passed' || (each.modules ?? []).length === 0) continue;
      const results = (each.modules ?? []).map((text) => formatToVersion1(text, 'm.rego'));
      const modules = results.flatMap((result) => (result.ok ? [result.value] : []));
      if (modules.length < results.length) {
        unmoved += 1;
        continue;
      }
      compared += 1;
      const outcome = checkCase({ ...each, modules }, 'v1');
      if (outcome !== 'passed') throw new Error(`${each.note}: ${outcome}\n${modules.join('\n')}`);
    }
  }
  expect(compared).toBeGreaterThan(unmoved * 4);
});
