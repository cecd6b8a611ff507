/** The state of a fleet in numbers, as far as the caller may see it. */
import { describe, expect, test } from '@jest/globals';
import type { OperationName } from '@novacron/contract/operations-table/operations';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

/** Time after which a silent node is lost. Unit: ms. */
const LOST_MS = 40_000;

describe('fleet.summary', () => {
  const bench = useBench();

  test('agrees with the lists that show the same in detail', async () => {
    await makeVm(bench(), { name: 'summary-web-1' });
    await makeVm(bench(), { name: 'summary-web-2' });
    const off = await makeVm(bench(), { name: 'summary-off' });
    const stopped = await bench().expectOk('vm.stop', { id: off.id });
    await bench().end(stopped.operation);
    const { cpu_cores, memory_gb, disk_gb } = SMALL_VM;
    const group = await bench().expectOk('vm_group.create', {
      name: 'summary-group',
      min_size: 2,
      max_size: 2,
      vm: { cpu_cores, memory_gb, disk_gb },
    });
    await bench().end(group.operation);
    await bench().endAll();
    const found = await bench().expectOk('fleet.summary', {});
    const { items: vms } = await bench().expectOk('vm.list', {});
    const { items: nodes } = await bench().expectOk('node.list', {});
    expect(found.left_out).toEqual([]);
    expect(found.vms).toEqual({
      total: vms.length,
      by_status: { running: 4, stopped: 1 },
      by_health: {},
    });
    expect(found.groups).toEqual({ total: 1, by_status: { ready: 1 } });
    expect(found.nodes).toMatchObject({ total: nodes.length, by_status: { ready: nodes.length } });
    expect(found.nodes?.zones.map(({ zone }) => zone)).toEqual([
      ...new Set(nodes.map(({ zone }) => zone).toSorted()),
    ]);
    const cores = nodes.reduce((sum, { capacity }) => sum + capacity.cpu_cores, 0);
    const used = nodes.reduce((sum, { allocated }) => sum + allocated.cpu_cores, 0);
    expect(used).toBe(5 * SMALL_VM.cpu_cores);
    expect(found.capacity?.cpu_cores).toEqual({ total: cores, used, free: cores - used });
    const largest = Math.max(...nodes.map(({ capacity }) => capacity.cpu_cores));
    expect(found.failover).toMatchObject({ nodes: 1, cpu_cores_left: cores - used - largest });
    expect(found.operations).toEqual({ running: 0, stuck: 0, failed_last_hour: 0 });
    expect(found.incidents).toEqual({ open: 0, unacknowledged: 0, by_severity: {} });
    expect(found.drift).toEqual({ open: 0, by_severity: {}, tampered: 0 });
    expect(found.engine).toMatchObject({ held: false, holds: [], platform: { servers: 1 } });
    expect(found.engine?.leaders?.length).toBeGreaterThan(0);
  });

  test('shows what a lost node ran as unknown, its group as degraded, an incident', async () => {
    const { cpu_cores, memory_gb, disk_gb } = SMALL_VM;
    const made = await bench().expectOk('vm_group.create', {
      name: 'summary-lost',
      min_size: 1,
      max_size: 1,
      vm: { cpu_cores, memory_gb, disk_gb },
    });
    await bench().end(made.operation);
    await bench().endAll();
    const [vm] = (await bench().expectOk('vm.list', {})).items;
    await bench().fleet.stopAgent(String(vm?.node));
    await bench().advance(LOST_MS);
    const found = await bench().expectOk('fleet.summary', {});
    const [listed] = (await bench().expectOk('vm.list', {})).items;
    expect(listed?.status).toBe('unknown');
    expect(found.vms?.by_status).toEqual({ unknown: 1 });
    expect(found.groups?.by_status).toEqual({ degraded: 1 });
    expect(found.nodes?.by_status.lost).toBe(1);
    expect(found.incidents).toMatchObject({ open: 1, unacknowledged: 1 });
    bench().fleet.restartAgent(String(vm?.node));
    await bench().advance(LOST_MS);
  });

  test('shows a tenant what is its own, and says why it does not see the rest', async () => {
    await makeVm(bench(), { name: 'summary-platform' });
    await bench().expectOk('healing.hold', { all: true, reason: 'a secret reason' });
    const made = await bench().expectOk('tenant.create', { name: 'summary-tenant' });
    const principal = { ...bench().admin, tenantId: made.resource.id };
    const found = await bench().expectOk('fleet.summary', {}, { principal });
    expect(found.vms).toEqual({ total: 0, by_status: {}, by_health: {} });
    expect(found.capacity?.cpu_cores).toMatchObject({ used: 0, free: null });
    expect(found.engine).toMatchObject({ held: true, platform: null, leaders: null });
    expect(JSON.stringify(found)).not.toContain('secret reason');
    expect(found.failover).toBeNull();
    expect(found.left_out).toEqual([
      { part: 'failover', reason: expect.stringContaining('reserved for the first tenant') },
    ]);
    await bench().expectOk('healing.release', { all: true });
  });

  test('shows a role only what it may list', async () => {
    const operations = new Set<OperationName>(['fleet.summary', 'node.list']);
    const principal = { ...bench().admin, role: 'summary-reader', operations };
    const found = await bench().expectOk('fleet.summary', {}, { principal });
    expect(found.nodes?.total).toBe(3);
    expect(found.capacity).not.toBeNull();
    expect(found.vms).toBeNull();
    expect(found.left_out).toContainEqual({
      part: 'vms',
      reason: 'Your role summary-reader does not allow vm.list.',
    });
  });
});
