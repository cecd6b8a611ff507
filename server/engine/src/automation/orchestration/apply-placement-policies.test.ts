import { describe, expect, test } from '@jest/globals';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { assert } from '@novacron/contract/result';
import type { PlacementRequest } from '../../placement/place/model/placement.ts';
import { applyPlacementPolicies } from './apply-placement-policies.ts';
import { readPolicies } from './parse/read-policies.ts';

const ASK: PlacementRequest = {
  vm: { name: 'web', cpuCores: 1, memoryMib: 1024, diskGb: 10, labels: {} },
  constraints: { spotRiskMax: 0 },
  strategy: 'balanced',
};

function steer(text: string, fields: object = {}): PlacementRequest {
  const policies = readPolicies(text);
  assert(policies.ok, 'the policies are valid');
  const metadata = { tier: 'web', environment: 'production' };
  const size = { cpu_cores: 1, memory_gb: 1, disk_gb: 10 };
  const spec = VmSpec.parse({ name: 'web', ...size, metadata, ...fields });
  const [request] = applyPlacementPolicies(
    { vms: [{ spec, request: ASK }], policies: policies.value },
    { nowMs: Date.parse('2026-11-20T09:00:00Z') },
  );
  assert(request !== undefined, 'each VM has an ask');
  return request;
}

const policy = (then: string, when = '') => `policy p in production
 for vm where tier=web
 rule r: placement
${when}  then schedule ${then}
`;

const to = { kind: 'labels', labels: { environment: 'production', tier: 'web' } };

describe('what a policy wants of a place', () => {
  test('is added to what the VM asks, and reported with the policy', () => {
    const request = steer(policy('strategy=anti-affinity spread_domain=zone'));
    expect(request.constraints.affinity).toEqual([
      { rule: 'apart', to, level: 'zone', need: 'preferred' },
    ]);
    expect(request.steering).toEqual([
      'policy "p", rule r: apart from VMs with environment=production, tier=web by zone (soft)',
    ]);
  });

  test.each([
    ['strategy=pack', { strategy: 'pack' }],
    [
      'spread_domain=rack mode=hard',
      { constraints: { spread: [{ of: to, level: 'rack', maxSkew: 1, need: 'required' }] } },
    ],
    ['capacity=spot', { constraints: { spotRiskMax: undefined } }],
  ])('%s changes just that', (then, expected) => {
    expect(steer(policy(then))).toMatchObject(expected);
  });

  test.each([
    ['strategy=pack', { placement: { strategy: 'spread' } }],
    ['strategy=anti-affinity', { anti_affinity: 'mine' }],
    ['spread_domain=rack', { placement: { spread_domain: 'zone' } }],
    ['capacity=on-demand', { spot: true }],
  ])("%s gives way to the VM's own placement, and not where it is hard", (then, own) => {
    const { steering, ...soft } = steer(policy(then), own);
    expect(soft).toEqual(ASK);
    expect(steering?.[0]).toMatch(/\(soft\), which the VM's own placement overrides$/);
    const hard = steer(policy(`${then} mode=hard`), own);
    expect(hard.steering?.[0]).toMatch(/\(hard\)$/);
    const isNoChange = then.startsWith('capacity');
    expect({ ...hard, steering: undefined }.constraints !== ASK.constraints || isNoChange).toBe(
      !then.startsWith('strategy=pack'),
    );
  });

  test('does not count outside of its window, and where it depends on metrics', () => {
    const closed = policy('strategy=pack', '  when during "0 1 * * *" for 1h\n');
    expect(steer(closed)).toEqual(ASK);
    expect(steer(policy('strategy=pack', '  when metrics.cpu_usage > 0.1\n'))).toEqual(ASK);
    const open = policy('strategy=pack', '  when during "0 8 * * *" for 2h\n');
    expect(steer(open).strategy).toBe('pack');
  });

  test('keeps apart by the label that carries a tag', () => {
    const request = steer(
      'policies: [{ name: s, selector: { tags: [web] }, rules: [{ antiAffinity: hard }] }]',
    );
    expect(request.constraints.affinity).toEqual([
      {
        rule: 'apart',
        level: 'node',
        need: 'required',
        to: { kind: 'labels', labels: { tier: 'web' } },
      },
    ]);
  });
});
