import { describe, expect, test } from '@jest/globals';
import { RESOURCE_KINDS } from '@novacron/contract/schema/resource-kind';
import type { Askable } from '../../../ports/policy-runtime.ts';
import { beginScan, continueScan, endPage, type ScanState } from './scan-state.ts';

const DAY_MS = 86_400_000;

function policy(id: string, more: Partial<Askable> = {}): Askable {
  return {
    id,
    name: id,
    tenantId: 'tnt_a',
    type: 'resource',
    version: 1,
    mode: 'block',
    enabled: true,
    packageName: 'p',
    answers: ['deny'],
    dataReferences: [],
    inputReferences: [{ path: ['resource', 'name'], complete: true }],
    volatileBuiltins: [],
    ruleText: '',
    ...more,
  };
}

const rulesOf = (...policies: Askable[]) => ({ policies, waivers: '' });

const STEADY = policy('pol_steady');
const CLOCK = policy('pol_clock', { volatileBuiltins: ['time.now_ns'] });

/** Ends every page, and says which policies were asked about which kinds. */
function endAll(state: ScanState): { readonly asked: readonly string[]; readonly end: ScanState } {
  const asked: string[] = [];
  let end = state;
  for (let [pass] = end.passes; pass !== undefined; [pass] = end.passes) {
    asked.push(...[...pass.policyIds].map((id) => `${id} ${pass.kind}`));
    end = endPage(end, undefined);
  }
  return { asked, end };
}

const everyKind = (id: string) => RESOURCE_KINDS.map((kind) => `${id} ${kind}`);

describe('a scan', () => {
  const done = endAll(beginScan(rulesOf(STEADY, CLOCK), 0)).end;

  test('begins with all policies and all kinds', () => {
    const { asked } = endAll(beginScan(rulesOf(STEADY), 0));
    expect(asked).toEqual(everyKind('pol_steady'));
  });

  test('asks nothing as long as nothing changes', () => {
    expect(continueScan(done, rulesOf(STEADY, CLOCK), 299_999).passes).toEqual([]);
  });

  test('asks only the policy that is new or was changed', () => {
    const changed = rulesOf(policy('pol_steady', { version: 2 }), CLOCK, policy('pol_new'));
    const { asked } = endAll(continueScan(done, changed, 1));
    expect(new Set(asked)).toEqual(new Set([...everyKind('pol_steady'), ...everyKind('pol_new')]));
  });

  test('asks policies again from time to time whose answers change by themselves', () => {
    const again = continueScan(done, rulesOf(STEADY, CLOCK), 300_000);
    expect(endAll(again).asked).toEqual(everyKind('pol_clock'));
    expect(continueScan(endAll(again).end, rulesOf(STEADY, CLOCK), 300_001).passes).toEqual([]);
  });

  test('asks everything once a day', () => {
    const { asked } = endAll(continueScan(done, rulesOf(STEADY, CLOCK), DAY_MS));
    expect(asked).toHaveLength(2 * RESOURCE_KINDS.length);
  });

  test('goes on behind the last resource of a page, and asks a changed policy once', () => {
    const begun = endPage(beginScan(rulesOf(STEADY), 0), 'vm_1');
    expect(begun.passes[0]?.after).toBe('vm_1');
    const changed = continueScan(begun, rulesOf(policy('pol_steady', { version: 2 })), 1);
    expect(changed.passes).toEqual([
      { policyIds: new Set(['pol_steady']), kind: RESOURCE_KINDS[0], after: '' },
    ]);
  });
});
