import { describe, expect, test } from '@jest/globals';
import { usageSubject } from '@novacron/contract/agent/agent-subjects';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const METRICS_MS = 30_000;

/** Days of which the use of a VM is known. */
const DAYS = 5;

/** The history of a node has a reading every quarter of an hour. */
const READING_MS = 900_000;

const RATES = [
  'disk_read_bytes_per_s',
  'disk_write_bytes_per_s',
  'network_receive_bytes_per_s',
  'network_transmit_bytes_per_s',
] as const;

const WITHOUT_RATES = {
  ...Object.fromEntries(RATES.map((name) => [name, null])),
  memory_available_gb: null,
};

describe('what nodes and VMs use', () => {
  const bench = useBench();

  function report(node: string, cpu_cores: number): void {
    const measured_at_ms = bench().deps.clock.nowMs();
    const used = { cpu_cores, memory_mib: 1_024, measured_at_ms, interval_ms: METRICS_MS };
    bench().bus.publish(usageSubject(node), { ...used, machines: [] });
  }

  /** Writes what a VM has used in the last days. */
  async function use(
    vmId: string,
    { cpu, availableGb }: { readonly cpu: number; readonly availableGb: number },
  ) {
    const nowS = Math.floor(bench().deps.clock.nowMs() / 1_000);
    const samples = Array.from({ length: DAYS * 288 }, (_, step) => nowS - 300 * (step + 1))
      .toReversed()
      .flatMap((atS) => [
        { name: 'cpu_utilization_ratio', atS, value: cpu },
        { name: 'memory_utilization_ratio', atS, value: 0.95 },
        { name: 'memory_available_bytes', atS, value: availableGb * 1_024 ** 3 },
      ]);
    const target = { id: vmId, tenantId: bench().admin.tenantId, kind: 'vm' } as const;
    const written = await bench().deps.metricSeries?.write([{ target, samples }], 'measured');
    expect(written).toMatchObject({ ok: true });
  }

  async function usageOfNode(name: string) {
    const { items } = await bench().expectOk('node.list', { name });
    const [node] = items;
    if (node === undefined) throw new Error(`there is no node ${name}`);
    return { id: node.id, usage: await bench().expectOk('node.usage', { id: node.id }) };
  }

  test('is measured by its agent and shown beside what was promised', async () => {
    const vm = await makeVm(bench());
    const fresh = await bench().expectOk('vm.usage', { id: vm.id });
    expect(fresh).toMatchObject({ name: vm.name, node: vm.node, cpu_cores: null });
    await bench().advance(METRICS_MS);
    const used = await bench().expectOk('vm.usage', { id: vm.id });
    expect(used).toMatchObject({ name: vm.name, node: vm.node, cpu_cores_allocated: vm.cpu_cores });
    expect(used.cpu_cores).toBeGreaterThan(0);
    expect(used.cpu_cores).toBeLessThan(vm.cpu_cores);
    expect(used.memory_gb).toBeLessThan(vm.memory_gb);
    const { usage } = await usageOfNode(vm.node ?? '');
    expect(usage).toMatchObject({
      name: vm.node,
      cpu_cores: used.cpu_cores,
      memory_gb: used.memory_gb,
      measured_at: used.measured_at,
      // The only VM of the node: its rates are those of the node.
      ...Object.fromEntries(RATES.map((name) => [name, used[name]])),
      memory_available_gb: null,
    });
    expect(Number(used.memory_available_gb) + Number(used.memory_gb)).toBe(vm.memory_gb);
    for (const name of RATES) expect(used[name]).toBeGreaterThan(0);
  });

  test('says which size it recommends, by what was used since the last change of it', async () => {
    const vm = await makeVm(bench(), { cpu_cores: 4, memory_gb: 8 });
    const of = async () => (await bench().expectOk('vm.usage', { id: vm.id })).rightsizing;
    expect(await of()).toMatchObject({ cpu_cores: { verdict: 'unknown', days: 0 } });
    await use(vm.id, { cpu: 0.1, availableGb: 5 });
    const known = await of();
    expect(known).toMatchObject({
      cpu_cores: { configured: 4, recommended: 1, verdict: 'shrink', used_p95: 0.4 },
      // By what the guest could still use, which is less than what its machine has touched.
      memory_gb: { configured: 8, recommended: 3.5, verdict: 'shrink', used_max: 3 },
    });
    expect(known?.cpu_cores.days).toBeCloseTo(DAYS, 1);
    expect(known?.explanation.join(' ')).toContain(`CPU of ${vm.name}: 4 cores, of which 0.4`);
    const change = { id: vm.id, description: 'another one' };
    await bench().end((await bench().expectOk('vm.update', change)).operation);
    expect(await of()).toMatchObject({ cpu_cores: { verdict: 'unknown', recommended: null } });
  });

  test('by an agent of an earlier release has neither rates nor available memory', async () => {
    const vm = await makeVm(bench());
    const used = { cpu_cores: 1, memory_mib: 1_024 };
    bench().bus.publish(usageSubject(String(vm.node)), {
      ...used,
      measured_at_ms: bench().deps.clock.nowMs(),
      interval_ms: METRICS_MS,
      machines: [{ vm_id: vm.id, ...used }],
    });
    expect(await bench().expectOk('vm.usage', { id: vm.id })).toMatchObject({
      cpu_cores: 1,
      memory_gb: 1,
      ...WITHOUT_RATES,
    });
  });

  test('is forgotten when an agent has measured nothing for three intervals', async () => {
    const vm = await makeVm(bench());
    await bench().advance(METRICS_MS);
    await bench().fleet.stopAgent(vm.node ?? '');
    await bench().advance(2 * METRICS_MS);
    expect((await bench().expectOk('vm.usage', { id: vm.id })).cpu_cores).toBeGreaterThan(0);
    await bench().advance(2 * METRICS_MS);
    expect(await bench().expectOk('vm.usage', { id: vm.id })).toMatchObject({
      node: vm.node,
      cpu_cores: null,
      memory_gb: null,
      measured_at: null,
    });
    bench().fleet.restartAgent(vm.node ?? '');
  });

  test('of a node has a history, and sums of its VMs as far as they were measured', async () => {
    const reportAt = (cpu_cores: number): void => {
      const measured_at_ms = bench().deps.clock.nowMs();
      const used = { cpu_cores, memory_mib: 2_048 };
      const rates = { disk_read_bytes_per_s: 10, network_receive_bytes_per_s: 3 };
      bench().bus.publish(usageSubject('node-b'), {
        ...used,
        measured_at_ms,
        interval_ms: METRICS_MS,
        machines: [
          { vm_id: 'vm_01m8bxq27rehsvtq2hw9k6pmx0', ...used, ...rates },
          { vm_id: 'vm_01m8bxq27rehsvtq2hw9k6pmx1', ...used, disk_read_bytes_per_s: 5 },
        ],
      });
    };
    await bench().fleet.stopAgent('node-b');
    await bench().advance(READING_MS);
    reportAt(1);
    await bench().advance(READING_MS);
    reportAt(2);
    const { usage } = await usageOfNode('node-b');
    expect(usage).toMatchObject({
      cpu_cores: 2,
      disk_read_bytes_per_s: 15,
      disk_write_bytes_per_s: null,
      network_receive_bytes_per_s: 3,
      network_transmit_bytes_per_s: null,
    });
    const lastTwo = usage.history.slice(-2);
    expect(lastTwo).toMatchObject([{ cpu_cores: 1 }, { cpu_cores: 2, memory_gb: 2 }]);
    const [before, after] = lastTwo.map(({ at }) => Date.parse(at));
    expect(Number(after) - Number(before)).toBeGreaterThanOrEqual(READING_MS);
    bench().fleet.restartAgent('node-b');
  });

  test('draws VMs that want performance to the node that is idle, not the empty one', async () => {
    for (const name of ['one', 'two']) {
      await makeVm(bench(), { name, placement: { node: 'node-c' } });
    }
    for (const busy of ['node-a', 'node-b']) report(busy, 8);
    report('node-c', 0);
    const vm = await makeVm(bench(), { placement: { strategy: 'performance' } });
    expect(vm.node).toBe('node-c');
    report('node-c', 8);
    report('node-b', 0);
    const second = await makeVm(bench(), {
      name: 'web-02',
      placement: { strategy: 'performance' },
    });
    expect(second.node).toBe('node-b');
  });

  test('of a node is nothing to another tenant, and what cannot be is not believed', async () => {
    const { id } = await usageOfNode('node-a');
    const { secret } = await bench().expectOk('tenant.create', { name: 'other' });
    const found = await bench().application.authenticate(secret ?? '');
    if (!found.ok) throw new Error(found.error.detail);
    const as = { principal: found.value };
    expect(await bench().expectProblem('node.usage', { id }, as)).toMatchObject({
      code: 'forbidden',
      detail: 'node.usage affects all tenants, so it is reserved for the first tenant.',
    });
    bench().bus.publish(usageSubject('node-a'), { cpu_cores: -1 });
    await bench().advance(1);
    expect((await usageOfNode('node-a')).usage.cpu_cores).toBe(0);
  });
});
