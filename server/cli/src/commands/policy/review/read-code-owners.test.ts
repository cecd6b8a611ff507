import { expect, test } from '@jest/globals';
import { parseCodeOwners } from './read-code-owners.ts';

test.each([
  ['* @all', 'a/b.rego', ['@all']],
  ['* @all\n*.rego @rego ann@example.com', 'a/b.rego', ['@rego', 'ann@example.com']],
  ['/policies/ @sec', 'policies/vm/size.rego', ['@sec']],
  ['/policies/ @sec', 'old/policies/size.rego', []],
  ['policies/ @sec', 'old/policies/size.rego', ['@sec']],
  ['policies/vm @sec', 'policies/vm/size.rego', ['@sec']],
  ['policies/vm @sec', 'old/policies/vm/size.rego', []],
  ['policies/* @sec', 'policies/size.rego', ['@sec']],
  ['policies/* @sec', 'policies/vm/size.rego', []],
  ['policies/** @sec', 'policies/vm/size.rego', ['@sec']],
  ['**/vm @sec', 'policies/vm/size.rego', ['@sec']],
  ['policies/**/size.rego @sec', 'policies/size.rego', ['@sec']],
  ['* @all # everybody\n# *.rego @none', 'size.rego', ['@all']],
  ['* @all\n/policies/', 'policies/size.rego', []],
  ['[Security][2] @sec\n*.rego @rego', 'size.rego', ['@rego']],
  ['with\\ blank.rego @sec', 'with blank.rego', ['@sec']],
  ['size.rego @sec', 'sizeXrego', []],
  ['', 'size.rego', []],
  ['a?c @sec', 'abc', ['@sec']],
  ['a?c @sec', 'a/c', []],
  ['a*c @sec', 'x/abbc/d.rego', ['@sec']],
  ['a*c @sec', 'ab/c', []],
  ['a/**c @sec', 'a/b/c', ['@sec']],
  ['/a @sec', 'ab', []],
  ['a/** @sec', 'a', []],
])('%j gives %s the owners %j', (text, file, owners) => {
  expect(parseCodeOwners(text)(file)).toEqual(owners);
});

test('a pattern that means a regular expression of exponential time is answered at once', () => {
  const owners = parseCodeOwners(`${'*'.repeat(30)}${'a'.repeat(10)}/${'**/'.repeat(300)}x @sec`);
  expect(owners(`${'a'.repeat(40)}/${'a/'.repeat(500)}y`)).toEqual([]);
  expect(owners(`${'a'.repeat(40)}/${'a/'.repeat(500)}x`)).toEqual(['@sec']);
});
