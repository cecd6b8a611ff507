/** Nodes on standby that are awake before a group of VMs needs them, as its forecast says. */
import { describe, expect, test } from '@jest/globals';
import type { VmGroupId } from '@novacron/contract/ids';
import { waitUntil } from '@novacron/testing/wait-until';
import { useBench } from '../test-kit/use-bench.ts';

const LOAD = 'queue_length_count';
const STEP_S = 300;
const DAY_STEPS = 288;
const HALF_MINUTE_MS = 30_000;

describe('a group whose forecast needs more nodes than are awake', () => {
  const bench = useBench();

  async function nodeNamed(name: string) {
    const { items } = await bench().expectOk('node.list', { name });
    const [node] = items;
    if (node === undefined) throw new Error(`there is no node ${name}`);
    return node;
  }

  /** Two members, each fills half of a node: with a third one N+1 needs the third node. */
  async function makeGroup() {
    const made = await bench().expectOk('vm_group.create', {
      name: 'web',
      vm: { cpu_cores: 4, memory_gb: 1, disk_gb: 4 },
      min_size: 2,
      max_size: 3,
      anti_affinity: null,
      spread: null,
      scaling: {
        rules: [{ kind: 'target', metric: LOAD, value: 200 }],
        prediction: { horizon: '2h', weight: 1 },
        cooldown: '1m',
        warm_up: '30s',
      },
    });
    expect(await bench().end(made.operation)).toMatchObject({ status: 'succeeded' });
    return made.resource.id;
  }

  /** The load rises by 1.3 a minute now, and the group keeps two members up to 420. */
  function dailyLoad(): (atMs: number) => number {
    const beginMs = bench().deps.clock.nowMs();
    const dayMs = DAY_STEPS * STEP_S * 1_000;
    return (atMs) => 403 + 300 * Math.sin((2 * Math.PI * (atMs - beginMs)) / dayMs);
  }

  async function fillHistory(id: VmGroupId, loadAt: (atMs: number) => number) {
    const nowS = Math.floor(bench().deps.clock.nowMs() / 1_000);
    const samples = Array.from({ length: 5 * DAY_STEPS }, (_, step) => {
      const atS = nowS - (5 * DAY_STEPS - 1 - step) * STEP_S;
      return { name: LOAD, atS, value: loadAt(atS * 1_000) };
    });
    const target = { id, tenantId: bench().admin.tenantId, kind: 'vm_group' } as const;
    const written = await bench().deps.metricSeries?.write([{ target, samples }], 'written');
    expect(written).toMatchObject({ ok: true });
  }

  async function passHalfMinute(id: VmGroupId, loadAt: (atMs: number) => number) {
    const samples = [{ name: LOAD, value: loadAt(bench().deps.clock.nowMs()) }];
    await bench().expectOk('metric.write', { vm_group_id: id, samples });
    await bench().advance(HALF_MINUTE_MS);
  }

  test('finds one awake, and a consolidation leaves it in service', async () => {
    const { id: nodeId } = await nodeNamed('node-c');
    await bench().expectOk('node.drain', { id: nodeId });
    const { operation } = await bench().expectOk('node.powerdown', { id: nodeId });
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    const id = await makeGroup();
    const loadAt = dailyLoad();
    await fillHistory(id, loadAt);
    await passHalfMinute(id, loadAt);
    await waitUntil('the forecast', async () => {
      const rows = await bench().store.read({ from: 'forecast_selections' });
      return rows.length > 0 ? true : undefined;
    });
    const sizeOf = async () => (await bench().expectOk('vm_group.get', { id })).size;
    for (let half = 0; half < 20 && (await nodeNamed('node-c')).woken == null; half += 1) {
      await passHalfMinute(id, loadAt);
    }
    await bench().advance(HALF_MINUTE_MS);
    expect(await sizeOf()).toBe(2);
    expect(await nodeNamed('node-c')).toMatchObject({
      status: 'ready',
      woken: {
        by: 'forecast',
        reason: expect.stringMatching(/^node-c is woken: web is expected to need 1 more VM; with /),
      },
    });
    const { items: events } = await bench().expectOk('event.list', { limit: 1_000 });
    expect(events.filter(({ type }) => type === 'node.woken_ahead')).toMatchObject([
      { source: 'autoscaler', target: nodeId, data: { name: 'node-c' } },
    ]);
    const dryRun = await bench().expectOk('optimizer.consolidate', { dry_run: true });
    expect(dryRun.plan?.emptied).toEqual([]);
    expect(dryRun.plan?.explanation).toContain('In service for a while after waking: node-c.');

    for (let half = 0; half < 40 && (await sizeOf()) === 2; half += 1) {
      await passHalfMinute(id, loadAt);
    }
    await bench().endAll();
    expect(await sizeOf()).toBe(3);
    const { items: operations } = await bench().expectOk('operation.list', { limit: 1_000 });
    const powerUps = operations.filter(({ kind }) => kind === 'node.powerup');
    expect(powerUps).toMatchObject([{ status: 'succeeded' }]);
    expect(await nodeNamed('node-c')).toMatchObject({ status: 'ready', vm_count: 1 });
  }, 120_000);
});
