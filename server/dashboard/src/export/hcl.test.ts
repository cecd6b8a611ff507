import { describe, expect, test } from '@jest/globals';
import { hclResource } from './hcl.ts';

/** Start of an interpolation. */
const OPEN = ['$', '{'].join('');

/** The value of one attribute as it stands in the block. */
function literalOf(value: unknown): string {
  const block = hclResource('novacron_vm', 'web', { a: value });
  return block.slice(block.indexOf(' = ') + 3, -'\n}\n'.length);
}

describe('HCL', () => {
  test.each([
    ['two words', '"two words"'],
    ['5" disk', '"5\\" disk"'],
    ['C:\\temp', '"C:\\\\temp"'],
    ['one\ntwo\r\tthree', '"one\\ntwo\\r\\tthree"'],
    ['$HOME `id` 100%', '"$HOME `id` 100%"'],
    [`${OPEN}var.secret}`, `"$${OPEN}var.secret}"`],
    ['%{ if true }', '"%%{ if true }"'],
    // Terraform 1.x reads these back unchanged.
    [`$${OPEN}var.secret}`, `"\\u0024\\u0024{var.secret}"`],
    ['%%{ if true }', '"\\u0025\\u0025{ if true }"'],
    [`${OPEN}a}${OPEN}b}`, `"$${OPEN}a}$${OPEN}b}"`],
  ])('a text is quoted, and nothing in it is an expression: %j', (text, literal) => {
    expect(literalOf(text)).toBe(literal);
  });

  test.each([
    [4, '4'],
    [true, 'true'],
    [[], '[]'],
    [{}, '{}'],
    [['a', 'b c'], '["a", "b c"]'],
    [{ tier: 'web', 'a b': 1 }, '{\n    tier  = "web"\n    "a b" = 1\n  }'],
    [[{ port: 22 }], '[\n    {\n      port = 22\n    },\n  ]'],
  ])('other values keep their types: %j', (value, expression) => {
    expect(literalOf(value)).toBe(expression);
  });

  test.each([
    ['web-1', '"web-1"'],
    ['web 1', '"web_1"'],
    ['1st', '"_1st"'],
    [`${OPEN}x}"`, '"_x_"'],
    ['', '"this"'],
  ])('the label of a block is an identifier: %j', (name, label) => {
    expect(hclResource('novacron_vm', name, {})).toBe(`resource "novacron_vm" ${label} {}\n`);
  });

  test('fields that are not set are left out, and the others aligned', () => {
    const fields = { name: 'web', cpu_cores: 2, host: null, description: '', image: undefined };
    expect(hclResource('novacron_vm', 'web', fields)).toBe(
      'resource "novacron_vm" "web" {\n  name      = "web"\n  cpu_cores = 2\n}\n',
    );
  });
});
