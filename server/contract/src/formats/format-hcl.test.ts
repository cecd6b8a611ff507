import { describe, expect, test } from '@jest/globals';
import { formatBlock, type HclValue, referenceTo } from './format-hcl.ts';

const block = (...attributes: readonly (readonly [string, HclValue])[]) =>
  formatBlock({ header: 'x "y"', attributes });

describe('a block', () => {
  test('takes no label for an expression', () => {
    const labels = { kind: 'reference', text: 'file("/etc/passwd")', expression: 'file("x")' };
    expect(block(['metadata', labels])).toContain('text       = "file(\\"/etc/passwd\\")"');
  });

  test('quotes the name that would begin an expression', () => {
    const text = block(['metadata', { for: 'a', format: 'b' }]);
    expect(text).toMatch(/"for" +=.*\n +format +=/);
  });

  test('aligns what takes one line, and puts the rest below', () => {
    const text = block(
      ['tags', { a: 'b', 'c d': [1, true], e: { f: null } }],
      ['id', 'x'],
      ['network_id', referenceTo('novacron_network.a.id')],
      ['empty', {}],
      ['rules', [{ mode: 'hard' }, {}]],
      ['none', []],
    );
    expect(text).toBe(`x "y" {
  id         = "x"
  network_id = novacron_network.a.id
  empty      = {}
  none       = []

  tags = {
    a     = "b"
    "c d" = [1, true]

    e = {
      f = null
    }
  }

  rules = [
    {
      mode = "hard"
    },
    {},
  ]
}
`);
  });

  test('without anything takes one line; what is missing is said', () => {
    expect(block()).toBe('x "y" {}\n');
    expect(formatBlock({ header: 'a', comments: ['b is missing.'], attributes: [] })).toBe(
      'a {\n  # b is missing.\n}\n',
    );
  });
});

describe('a text', () => {
  test.each([
    ['quotes and backslashes', 'a "b" \\c', '"a \\"b\\" \\\\c"'],
    ['one line feed', 'a\n', '"a\\n"'],
    ['lines without an end', 'a\nb\nc', '"a\\nb\\nc"'],
    ['lines', 'a {\n\tb\n}\n', '<<EOT\na {\n\tb\n}\nEOT'],
    ['lines that look like the end', 'a\nEOT\nb\n', '"a\\nEOT\\nb\\n"'],
    ['lines of Windows', 'a\r\nb\r\n', '"a\\r\\nb\\r\\n"'],
    ['interpolation', '\x24{a} %{if} $ % $a', '"$\x24{a} %%{if} $ % $a"'],
    ['interpolation in lines', 'a\n\x24{b}\n', '<<EOT\na\n$\x24{b}\nEOT'],
    ['an escape that would be read with the sign before it', '$\x24{a}', '"\\u0024\\u0024{a}"'],
    ['control characters', 'a\u0000\u007f', '"a\\u0000\\u007f"'],
    ['other scripts', 'Zürich 東京', '"Zürich 東京"'],
  ])('with %s', (_case, text, written) => {
    expect(block(['t', text])).toBe(`x "y" {\n  t = ${written}\n}\n`);
  });
});
