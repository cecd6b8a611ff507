import { expect, test } from '@jest/globals';
import { oneOf, pluralOf, wordsOf } from './kind-in-words.ts';

test.each([
  ['vm', 'VM', 'A VM', 'VMs'],
  ['vm_group', 'VM group', 'A VM group', 'VM groups'],
  ['ssh_key', 'SSH key', 'An SSH key', 'SSH keys'],
  ['policy', 'policy', 'A policy', 'policies'],
  [
    'orchestration_policy',
    'orchestration policy',
    'An orchestration policy',
    'orchestration policies',
  ],
])('%s is named %s', (kind, words, one, several) => {
  expect([wordsOf(kind), oneOf(kind), pluralOf(kind)]).toEqual([words, one, several]);
});
