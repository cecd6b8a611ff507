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
])('%j gives %s the owners %j', (text, file, owners) => {
  expect(parseCodeOwners(text)(file)).toEqual(owners);
});
