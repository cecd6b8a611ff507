import { describe, expect, test } from '@jest/globals';
import { readLintConfig } from '../lint/lint-config.ts';
import { fixRego } from './fix-rego.ts';

function fixOf(text: string, rule: string): string | undefined {
  const config = readLintConfig(undefined, {
    disable: ['bugs', 'idiomatic', 'imports', 'performance', 'style', 'testing', 'custom'],
    enable: [rule],
    ignoreFiles: [],
  });
  if (typeof config === 'string') throw new Error(config);
  const { changed, fixed } = fixRego({ modules: { 'p.rego': text }, config });
  expect(new Set(fixed.map((finding) => finding.rule))).toEqual(
    new Set(changed['p.rego'] === undefined ? [] : [rule]),
  );
  return changed['p.rego'];
}

describe('fixRego', () => {
  test.each([
    ['no-whitespace-comment', 'package p\n\n#a\n##b\n', 'package p\n\n# a\n## b\n'],
    [
      'use-assignment-operator',
      'package p\n\ndefault x = 1\n\nf(a) = {"=": a} if a == 1\n\ny := 1 if input.a\nelse = 2\n',
      'package p\n\ndefault x := 1\n\nf(a) := {"=": a} if a == 1\n\ny := 1 if input.a\nelse := 2\n',
    ],
    [
      'redundant-alias',
      'package p\n\nimport data.a.b as b # c\n',
      'package p\n\nimport data.a.b # c\n',
    ],
    [
      'redundant-data-import',
      'package p\n\nimport data\nimport data.a\n',
      'package p\n\nimport data.a\n',
    ],
    [
      'non-raw-regex-pattern',
      'package p\n\nallow if regex.match("^\\\\d+$", input.a)\n',
      'package p\n\nallow if regex.match(`^\\d+$`, input.a)\n',
    ],
    [
      'unnecessary-some',
      'package p\n\nallow if {\n\tsome "a" in input.b\n}\n',
      'package p\n\nallow if {\n\t"a" in input.b\n}\n',
    ],
    [
      'unused-output-variable',
      'package p\n\nallow if input.a[i].b\n',
      'package p\n\nallow if input.a[_].b\n',
    ],
    ['opa-fmt', 'package p\nallow   if input.a\n', 'package p\n\nallow if input.a\n'],
  ])('%s has one right form', (rule, text, expected) => {
    expect(fixOf(text, rule)).toBe(expected);
  });

  test.each([
    ['non-raw-regex-pattern', 'package p\n\nallow if regex.match("`", input.a)\n'],
    ['redundant-data-import', 'package p\n\nimport data as d\n\nallow if d.a\n'],
    ['yoda-condition', 'package p\n\nallow if 1 == input.a\n'],
  ])('%s is left alone where it has none: %j', (rule, text) => {
    expect(fixOf(text, rule)).toBeUndefined();
  });

  test('several fixes of one text are made together, and what they lead to', () => {
    const text = 'package p\nimport data.a as a\nx = a { a[i] == input[_] }\n';
    const { changed } = fixRego({ modules: { 'p.rego': text } });
    expect(changed['p.rego']).toBe(
      'package p\n\nimport data.a\n\nx := a {\n\ta[_] == input[_]\n}\n',
    );
  });
});
