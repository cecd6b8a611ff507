/** Measured load counts in every decision alike: what a plan shows is what a create does. */
import { describe, expect, test } from '@jest/globals';
import { usageSubject } from '@novacron/contract/agent/agent-subjects';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const METRICS_MS = 30_000;

/** VMs and reservations of the tier prefer nodes that are idle. */
const POLICY = `policy idle-first
  for vm where tier=web
  rule r: placement
    then schedule strategy=performance mode=hard
`;

const WEB = { ...SMALL_VM, metadata: { tier: 'web' } };

describe('measured load', () => {
  const bench = useBench();

  /** Reports the cores in use, by the name of the node. */
  function report(coresByNode: Readonly<Record<string, number>>, interval_ms = METRICS_MS): void {
    const measured_at_ms = bench().deps.clock.nowMs();
    for (const [node, cpu_cores] of Object.entries(coresByNode)) {
      const used = { cpu_cores, memory_mib: 1_024, measured_at_ms, interval_ms };
      bench().bus.publish(usageSubject(node), { ...used, machines: [] });
    }
  }

  /** The node that each kind of decision chooses for the same VM. */
  async function decideEverywhere() {
    const operation = 'vm.create';
    const asked = { operation, input: WEB } as const;
    const previewed = await bench().expectOk('admission.preview', {
      ...asked,
      session: 'session-1',
    });
    const tried = await bench().expectOk('admission.preview', asked);
    const batch = await bench().expectOk('placement.batch', { vms: [WEB] });
    const { name: _, ...size } = WEB;
    const room = { ...size, name: 'room', ttl_seconds: 3_600 };
    const { resource: reserved } = await bench().expectOk('reservation.create', room);
    await bench().expectOk('reservation.delete', { id: reserved.id });
    const created = await bench().expectOk('vm.create', WEB);
    expect(created.notices).toEqual([]);
    return {
      preview: previewed.placement_preview?.node,
      attempt: tried.placement?.target_node,
      batch: batch.placements[0]?.decision.target_node,
      reservation: reserved.node,
      create: created.resource.node,
    };
  }

  test('leads a preview, a batch of one, a reservation and a create to the same node', async () => {
    await bench().expectOk('orchestration_policy.create', { document: POLICY });
    for (const name of ['one', 'two']) {
      await makeVm(bench(), { name, placement: { node: 'node-c' } });
    }
    report({ 'node-a': 8, 'node-b': 8, 'node-c': 0 });
    expect(await decideEverywhere()).toEqual({
      preview: 'node-c',
      attempt: 'node-c',
      batch: 'node-c',
      reservation: 'node-c',
      create: 'node-c',
    });
  });

  test('of a node without a measurement is that of an average node', async () => {
    await bench().expectOk('orchestration_policy.create', { document: POLICY });
    // Replaces the report of its agent, and is too old a moment later.
    report({ 'node-c': 0 }, 1);
    await bench().advance(10);
    report({ 'node-a': 8, 'node-b': 0 });
    expect(new Set(Object.values(await decideEverywhere()))).toEqual(new Set(['node-b']));
  });

  test('does not move a VM away from the node that its preview has shown', async () => {
    await bench().expectOk('orchestration_policy.create', { document: POLICY });
    report({ 'node-a': 8, 'node-b': 8, 'node-c': 0 });
    const asked = { operation: 'vm.create', input: WEB, session: 'session-1' } as const;
    const shown = await bench().expectOk('admission.preview', asked);
    expect(shown.placement_preview?.node).toBe('node-c');
    report({ 'node-a': 0, 'node-b': 0, 'node-c': 8 });
    const again = await bench().expectOk('admission.preview', { ...asked, session: 'session-2' });
    expect(again.placement_preview?.node).toBe('node-c');
    const { resource, notices } = await bench().expectOk('vm.create', WEB);
    expect(resource.node).toBe('node-c');
    expect(notices).toEqual([]);
  });
});
