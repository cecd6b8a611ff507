import { describe, expect, test } from '@jest/globals';
import { RESOURCE_KINDS } from '../schema/resource-kind.ts';
import { COUNTING_QUOTAS, RESOURCE_DEFINITIONS, RESOURCE_QUOTAS } from './resource-kinds.ts';

/** Kinds that are counted as another kind: members of groups, and policies of both sorts. */
const COUNTED_AS: Readonly<Record<string, string>> = {
  vm_group: 'vms',
  orchestration_policy: 'policies',
};

describe('the kinds of resources', () => {
  // A tenant is deleted only when nothing of it is counted.
  test.each(RESOURCE_KINDS)('%s is counted by a quota without a unit', (kind) => {
    const counts = COUNTING_QUOTAS.filter((each) => each.kind === kind);
    expect(counts.length > 0 || COUNTED_AS[kind] !== undefined).toBe(true);
  });

  test('have all their quotas among those of tenants', () => {
    const names = Object.values(RESOURCE_DEFINITIONS).flatMap(({ quotas }) => Object.keys(quotas));
    expect(names.sort()).toEqual(Object.keys(RESOURCE_QUOTAS).sort());
  });
});
