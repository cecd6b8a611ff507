import { describe, expect, test } from '@jest/globals';
import { parseRego } from './parse-rego.ts';

function mistakesOf(text: string): readonly string[] {
  const parsed = parseRego(`package a\n${text}\n`, { file: 'a.rego', regoVersion: 'v1' });
  return parsed.ok ? [] : parsed.error.map(({ column, message }) => `${column} ${message}`);
}

describe('what other languages write is said in Rego', () => {
  test.each([
    ['p if input.a && input.b', '15 ', 'write the conditions on lines of their own'],
    ['p if { input.a || input.b }', '17 ', 'write the rule twice'],
    ['p if input.a and input.b', '14 ', 'write the conditions on lines of their own'],
    ['p if input.a or input.b', '14 ', 'write the rule twice'],
    ['p if !input.a', '6 ', 'Write "not" for "is not true"'],
    ["p if input.a == 'x'", '17 ', 'Strings are in double quotes.'],
    ['p := input.a ? 1 : 2', '14 ', 'x := b if a else := c'],
    ['p if input.a === 1', '16 ', 'Write "==" to compare.'],
    ['p if input.a !== 1', '16 ', 'Write "!="'],
    ['p if input.a <> 1', '15 ', 'Write "!="'],
    ['p if input.a is null', '14 ', 'Write "==" to compare.'],
    ['p := (x) => x', '10 ', 'name(x) := value if'],
    ['f(x) => x', '7 ', 'name(x) := value if'],
    ['// p', '1 ', 'A comment begins with "#"'],
    ['/* p */', '1 ', 'A comment begins with "#"'],
  ])('%s', (text, column, hint) => {
    const [found = ''] = mistakesOf(text);
    expect(found.startsWith(column)).toBe(true);
    expect(found).toContain(hint);
  });

  test.each(['p := ^1', 'p := = 1', 'p if input.a = = 1', 'p if { input.a & & input.b }'])(
    '%s has none',
    (text) => {
      expect(mistakesOf(text).join()).not.toMatch(/Write|Rego has|comment/);
    },
  );

  test.each(['p := {1} & {2}', 'p := {1} | {2}', 'and := 1', 'p := input.is', 'p if not input.a'])(
    '%s is Rego',
    (text) => {
      expect(mistakesOf(text)).toEqual([]);
    },
  );
});
