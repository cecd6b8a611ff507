import { describe, expect, test } from '@jest/globals';
import { amounts, makeVm } from '../../../../test/fleet.ts';
import { scopeRequestToTenant } from './scope-request-to-tenant.ts';

describe('scopeRequestToTenant', () => {
  test("marks what rules look at, and what they look for, as the owner's", () => {
    const vm = makeVm({ name: 'v', group: 'g', labels: { tier: 'web' }, ...amounts(1, 1, 1) });
    const term = { rule: 'apart', level: 'node', need: 'required' } as const;
    const request = {
      vm,
      constraints: {
        zone: 'a',
        affinity: [
          { ...term, to: { kind: 'vm', name: 'w' } },
          { ...term, to: { kind: 'group', group: 'g' } },
          { ...term, to: { kind: 'labels', labels: {} } },
        ],
        spread: [{ ...term, of: { kind: 'labels', labels: { tier: 'web' } }, maxSkew: 1 }],
      },
      strategy: 'balanced',
    } as const;
    expect(scopeRequestToTenant('t1', request)).toMatchObject({
      vm: { name: 't1/v', group: 't1/g', labels: { 't1/tier': 'web' } },
      constraints: {
        zone: 'a',
        affinity: [{ to: { name: 't1/w' } }, { to: { group: 't1/g' } }, { to: { labels: {} } }],
        spread: [{ of: { labels: { 't1/tier': 'web' } } }],
      },
    });
  });
});
