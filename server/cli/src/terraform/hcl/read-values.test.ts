import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readValues } from './read-values.ts';

const sample = (name: string) => readFileSync(new URL(`testdata/${name}`, import.meta.url), 'utf8');

describe('the values of a configuration', () => {
  test('have the form of hcl2json 0.3, which wrote values.json', () => {
    const read = readValues(sample('values.tf'));
    expect(read).toEqual({ ok: true, value: JSON.parse(sample('values.json')) });
  });

  test.each([
    ['an attribute without a value', 'a =\n', 1, 'expected a value, found the end of the line'],
    ['an attribute that is set twice', 'a = 1\na = 2\n', 2, 'a is set twice'],
    ['a block that is not closed', 'a "b" {\n  c = 1\n', 1, 'the block a is not closed'],
    ['a list that is not closed', 'a = [1,\n', 1, 'this [ is not closed'],
    ['a call that is not closed', 'a = f(1\n', 2, 'a bracket is not closed'],
    ['a string that is not closed', 'a = "b\n', 1, 'this string is not closed'],
    ['a name alone', 'a b\n', 1, 'expected = or { after a, found the end of the line'],
    ['a brace too many', 'a {}\n}\n', 2, 'unexpected }'],
    ['JSON', '{"a": 1}', 1, 'expected the name of an attribute or a block, found {'],
    ['an operator alone', 'a = * 2\n', 1, 'expected a value, found *'],
    ['labels now and then', 'a {}\na "b" {}\n', 2, 'a stands with and without labels'],
    ['a key without a mark', 'a = {\n  b\n}\n', 2, 'expected = or : after the key'],
  ])('are refused with their place for %s', (_what, text, row, message) => {
    expect(readValues(text)).toMatchObject({ ok: false, error: { row, message } });
  });

  test('are refused where they are nested too deeply', () => {
    const text = `a = ${'['.repeat(1000)}${']'.repeat(1000)}\n`;
    expect(readValues(text)).toMatchObject({ ok: false, error: { row: 1 } });
    const blocks = `${'a {\n'.repeat(1000)}${'}\n'.repeat(1000)}`;
    expect(readValues(blocks)).toMatchObject({ ok: false, error: { row: 101 } });
  });

  test('keep members of any name', () => {
    const read = readValues('__proto__ { a = 1 }\nb = { __proto__ = 2 }\n');
    expect(JSON.stringify(read.ok && read.value)).toBe(
      '{"__proto__":[{"a":1}],"b":{"__proto__":2}}',
    );
  });

  test('are an answer for any text, and it is JSON (property)', () => {
    const letters = '{}[]()"\'$%<>=,.#/*\n\\ a1-_~:'.split('');
    const part = fc.constantFrom(...letters, '<<E\n', '\nE\n', '${', '%{', 'for ', 'a = ', '"b"');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 80 }), (parts) => {
        const read = readValues(parts.join(''));
        if (read.ok) expect(JSON.parse(JSON.stringify(read.value))).toEqual(read.value);
        else expect(read.error.row).toBeLessThanOrEqual(parts.join('').split('\n').length);
      }),
    );
  });
});
