import { describe, expect, test } from '@jest/globals';
import { selectorOf } from './selection.ts';

describe('the selection of a list as the input of an operation on many', () => {
  test.each([
    [{ kind: 'rows', ids: ['vm_b', 'vm_a'] }, { search: 'web' }, { vm_ids: ['vm_a', 'vm_b'] }],
    [{ kind: 'all', ids: [] }, { sort: '-name' }, { all: true }],
    [
      { kind: 'all', ids: [] },
      { search: 'web', status: 'running', sort: 'name' },
      { search: 'web', status: ['running'] },
    ],
  ] as const)('%j', ({ kind, ids }, request, selector) => {
    expect(selectorOf({ kind, ids: new Set<string>(ids) }, request)).toEqual(selector);
  });
});
