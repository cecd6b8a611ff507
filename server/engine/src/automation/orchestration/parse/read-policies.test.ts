import { describe, expect, test } from '@jest/globals';
import { readPolicies, readPolicy } from './read-policies.ts';

const repeated = (count: number, line: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => line(at)).join('\n');

describe('a text that would take long to read is refused before that', () => {
  test.each([
    [
      'keys',
      repeated(50_000, (at) => `k${at}: 1`),
      'has more than 10000 lines and items: split it',
    ],
    ['documents', '---\n'.repeat(130_000), 'has more than 10000 lines and items: split it'],
    [
      'items of one line',
      `[${'1,'.repeat(50_000)}]`,
      'has more than 10000 lines and items: split it',
    ],
    ['open brackets', '['.repeat(524_000), 'is nested deeper than 64 levels'],
    ['open braces', '{a: '.repeat(10_000), 'is nested deeper than 64 levels'],
    ['items within items', '- '.repeat(10_000), 'is nested deeper than 64 levels'],
    ['keys within keys', '? '.repeat(10_000), 'is nested deeper than 64 levels'],
  ])('%s', (_what, text, message) => {
    const read = readPolicies(text);
    expect(read).toMatchObject({ ok: false, error: [{ message }] });
  });

  test('nor are all of its mistakes listed', () => {
    const read = readPolicies(repeated(1_000, () => 'k: 1'));
    if (read.ok) throw new Error('the keys are the same');
    expect(read.error).toHaveLength(21);
    expect(read.error.at(0)).toMatchObject({ line: 2, column: 1, message: 'has the key k twice' });
    expect(read.error.at(-1)).toMatchObject({ message: 'has 979 more mistakes' });
  });
});

test('keys that occur twice are named with their place, at any depth', () => {
  const read = readPolicy('spec:\n  rules:\n    - name: a\n      name: b\nspec: {}\n');
  expect(read).toMatchObject({
    ok: false,
    error: [
      { line: 4, column: 7, message: 'has the key name twice' },
      { line: 5, column: 1, message: 'has the key spec twice' },
    ],
  });
});
