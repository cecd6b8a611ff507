import { expect, test } from '@jest/globals';
import { BUILTIN_DOCS } from './builtin-docs.ts';
import { BUILTINS } from './builtin-table.ts';

test('every builtin that a text may call has its sentence, and nothing else has one', () => {
  const callable = [...BUILTINS.keys()].filter((name) => !name.startsWith('internal.'));
  expect([...BUILTIN_DOCS.keys()].sort()).toEqual(callable.sort());
  expect([...BUILTIN_DOCS.values()].filter((text) => !/^\S.*\.$/.test(text))).toEqual([]);
});
