import { expect, test } from '@jest/globals';
import type { PolicyPreviewChange } from '@novacron/contract/kinds/policy/policy-preview';
import { findMaskedPaths } from './rules/find-masked-paths.ts';
import { mergeChanges } from './rules/merge-changes.ts';

const CHANGE: PolicyPreviewChange = {
  source: 'decisions',
  effect: 'newly_refused',
  operation: 'vm.create',
  resource_kind: 'vm',
  resource_id: 'vm_a',
  resource_name: 'web',
  user_id: 'ci',
  messages: ['too large'],
  count: 1,
  last_at: '2026-01-01T00:00:00.000Z',
};

test('equal decisions are one change, with their number and the time of the latest', () => {
  const later = { ...CHANGE, resource_id: 'vm_b', last_at: '2026-01-02T00:00:00.000Z', count: 2 };
  const other = { ...CHANGE, user_id: 'ann' };
  expect(mergeChanges([CHANGE, other, later, CHANGE])).toEqual([
    { ...CHANGE, count: 4, last_at: '2026-01-02T00:00:00.000Z' },
    other,
  ]);
});

test('resources of one name are different ones', () => {
  const resource = { ...CHANGE, source: 'resources', last_at: null } as const;
  const changes = [resource, { ...resource, resource_id: 'vm_b' }];
  expect(mergeChanges(changes)).toEqual(changes);
});

test('masked values are found at any depth, those in a list at the list', () => {
  const input = { a: '***', b: { c: ['x', { d: '***' }], e: 'x***' }, f: null, g: 1 };
  expect(findMaskedPaths(input)).toEqual([['a'], ['b', 'c']]);
  expect(findMaskedPaths({ a: 1 })).toEqual([]);
});
