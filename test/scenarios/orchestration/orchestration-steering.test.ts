import { describe, expect, test } from '@jest/globals';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const policy = (then: string) => `policy apart
  for vm where tier=web
  rule r: placement
    then schedule ${then}
`;

const HARD = policy('strategy=anti-affinity spread_domain=zone mode=hard');
const WEB = { metadata: { tier: 'web' } };

describe('orchestration policies steer placement', () => {
  const bench = useBench();

  const make = (document: string) => bench().expectOk('orchestration_policy.create', { document });

  const zoneOf = async (node: string | null | undefined) => {
    const { items } = await bench().expectOk('node.list', {});
    return items.find(({ name }) => name === node)?.zone;
  };

  test('a VM is kept apart from those that the policy selects, with the reason', async () => {
    await make(HARD);
    const first = await makeVm(bench(), { ...WEB, name: 'web-01' });
    const second = await makeVm(bench(), { ...WEB, name: 'web-02' });
    expect(await zoneOf(second.node)).not.toBe(await zoneOf(first.node));
    const { explanation } = await bench().expectOk('placement.explain', { id: second.id });
    expect(explanation).toContain(
      'policy "apart", rule r: apart from VMs with tier=web by zone (hard)',
    );
  });

  test('a batch obeys, and where there is no place left the policy is named', async () => {
    await make(HARD);
    const { items } = await bench().expectOk('node.list', {});
    const zones = new Set(items.map(({ zone }) => zone)).size;
    const vms = (count: number): InputOf<'placement.batch'>['vms'] =>
      Array.from({ length: count }, (_, at) => ({ ...SMALL_VM, ...WEB, name: `web-${at}` }));
    const { placements } = await bench().expectOk('placement.batch', { vms: vms(zones) });
    const nodes = placements.map(({ decision }) => decision.target_node);
    expect(new Set(await Promise.all(nodes.map(zoneOf))).size).toBe(zones);
    const full = await bench().expectProblem('placement.batch', { vms: vms(zones + 1) });
    expect(full.detail).toContain('It was asked by policy "apart", rule r: apart from VMs');
  });

  test("a VM's own strategy beats a soft wish, and no hard rule", async () => {
    const { id } = (await make(policy('strategy=pack'))).resource;
    const own = { ...WEB, placement: { strategy: 'spread' } } as const;
    const soft = await makeVm(bench(), { ...own, name: 'web-01' });
    const why = await bench().expectOk('placement.explain', { id: soft.id });
    expect(why.explanation.join()).toContain('by strategy spread');
    const document = policy('strategy=pack mode=hard');
    await bench().expectOk('orchestration_policy.update', { id, document });
    const hard = await makeVm(bench(), { ...own, name: 'web-02' });
    const because = await bench().expectOk('placement.explain', { id: hard.id });
    expect(because.explanation.join()).toContain('by strategy pack');
  });

  test('a preview of a plan says the same', async () => {
    await make(HARD);
    const shown = await bench().expectOk('admission.preview', {
      operation: 'vm.create',
      session: 'session-0001',
      input: { ...SMALL_VM, ...WEB },
    });
    expect(shown.placement?.explanation.join()).toContain('policy "apart", rule r');
  });

  test('one that is disabled steers nothing', async () => {
    const { id } = (await make(HARD)).resource;
    await bench().expectOk('orchestration_policy.disable', { id });
    const { node, id: vm } = await makeVm(bench(), WEB);
    expect(node).not.toBeNull();
    const { explanation } = await bench().expectOk('placement.explain', { id: vm });
    expect(explanation.join()).not.toContain('policy "apart"');
  });
});
