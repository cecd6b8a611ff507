import { describe, expect, test } from '@jest/globals';
import { amounts, makeVm } from '../../../test/fleet.ts';
import { qualifyAsk } from './scope-request-to-tenant.ts';

describe('qualifyAsk', () => {
  test("marks what rules look at, and what they look for, as the owner's", () => {
    const vm = makeVm({ name: 'v', group: 'g', labels: { tier: 'web' }, ...amounts(1, 1, 1) });
    const term = { rule: 'apart', level: 'node', need: 'required' } as const;
    const ask = {
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
    expect(qualifyAsk('t1', ask)).toMatchObject({
      vm: { name: 't1/v', group: 't1/g', labels: { 't1/tier': 'web' } },
      constraints: {
        zone: 'a',
        affinity: [{ to: { name: 't1/w' } }, { to: { group: 't1/g' } }, { to: { labels: {} } }],
        spread: [{ of: { labels: { 't1/tier': 'web' } } }],
      },
    });
  });
});
