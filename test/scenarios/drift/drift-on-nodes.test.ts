import { describe, expect, test } from '@jest/globals';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { machineOf, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const TERRAFORM = { client: 'terraform', deployment: 'shop' } as const;

/** Time limit for recording a change on a node. Unit: ms. */
const SOON_MS = 1_000;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Agent, server and store take turns in it. */
const TURNS = 4;

const HTTPS = {
  direction: 'ingress',
  action: 'allow',
  protocol: 'tcp',
  ports: '443',
  cidr: '0.0.0.0/0',
} as const;

describe('a machine changed on its node', () => {
  const bench = useBench();

  async function soon() {
    for (let turn = 0; turn < TURNS; turn += 1) await bench().advance(SOON_MS / TURNS);
  }

  async function apply(more: Partial<InputOf<'vm.create'>> = {}) {
    const made = await bench().expectOk('vm.create', { ...SMALL_VM, ...more }, TERRAFORM);
    await bench().end(made.operation);
    await soon();
    return bench().expectOk('vm.get', { id: made.resource.id });
  }

  type Spec = NonNullable<Awaited<ReturnType<typeof machineOf>>>['spec'];

  async function alter({ id, node }: Vm, spec: Partial<Spec>) {
    bench().fleet.drivers.get(String(node))?.disturb(id, { kind: 'alter', spec });
    await soon();
  }

  async function remediate({ id }: Vm, action: 'revert' | 'adopt') {
    const asked = { action, ids: [id] };
    const [item] = (await bench().expectOk('drift.remediate', asked, { client: 'cli' })).remediated;
    if (item === undefined) throw new Error('nothing was remediated');
    const ended = item.operation === null ? null : await bench().end(item.operation);
    await soon();
    return { item, ended };
  }

  const report = async () => (await bench().expectOk('drift.report', {})).items;
  const get = ({ id }: Vm) => bench().expectOk('vm.get', { id });
  const specOf = async (vm: Vm) => (await machineOf(bench(), vm))?.spec;

  async function remove({ id }: Vm) {
    await bench().end((await bench().expectOk('vm.delete', { id })).operation);
  }

  test('is drift within a second, by the hand of the hypervisor, and answers show it', async () => {
    const vm = await apply();
    await alter(vm, { cpu_cores: 4, memory_mib: 16_384 });
    expect(await get(vm)).toMatchObject({ cpu_cores: 4, memory_gb: 16, disk_gb: 20 });
    expect(await report()).toMatchObject([
      {
        resource_id: vm.id,
        severity: 'medium',
        drift_class: 'cost',
        fields: [
          { field: 'cpu_cores', was: 2, is: 4, wanted: 2 },
          { field: 'memory_gb', was: 4, is: 16, wanted: 4 },
        ],
        causes: [{ kind: 'hypervisor', principal: 'platform', client: 'platform' }],
        detected_at: expect.any(String),
      },
    ]);
    const { items } = await bench().expectOk('audit.list', { resource_id: vm.id });
    expect(items).toContainEqual(
      expect.objectContaining({
        operation: 'vm.size_changed',
        changes: { cpu_cores: { was: 2, is: 4 }, memory_gb: { was: 4, is: 16 } },
      }),
    );
    await remediate(vm, 'revert');
    expect(await get(vm)).toMatchObject({ cpu_cores: 2, memory_gb: 4, status: 'running' });
    expect(await specOf(vm)).toMatchObject({ cpu_cores: 2, memory_mib: 4096 });
    expect(await report()).toEqual([]);
  });

  test('is reverted automatically in the restart window, where that takes a restart', async () => {
    await bench().expectOk('drift_settings.update', { auto_remediate: 'revert' });
    const vm = await apply({ restart_window: { schedule: '0 2 * * *', duration: '2h' } });
    await alter(vm, { cpu_cores: 3 });
    await bench().endAll();
    const { items } = await bench().expectOk('operation.list', { kind: ['drift.remediate'] });
    expect(items).toMatchObject([{ status: 'succeeded' }]);
    expect(await get(vm)).toMatchObject({ pending_restart: ['cpu_cores'] });
    expect(await specOf(vm)).toMatchObject({ cpu_cores: 3 });
    await bench().skip(2 * HOUR_MS);
    await bench().advance(MINUTE_MS);
    expect(await specOf(vm)).toMatchObject({ cpu_cores: 2 });
    expect(await report()).toEqual([]);
  });

  test('is reported with its power and its firewall, and all of it is reverted', async () => {
    const vm = await apply();
    const firewall = { group_ids: [], rules: [{ ...HTTPS, group_id: null }] };
    await alter(vm, { memory_mib: 2048, firewall });
    bench().fleet.drivers.get(String(vm.node))?.disturb(vm.id, { kind: 'power-off' });
    await soon();
    expect(await get(vm)).toMatchObject({ power_state: 'stopped', memory_gb: 2 });
    const [record] = await report();
    expect(record).toMatchObject({ severity: 'critical' });
    expect(record?.fields.map(({ field }) => field)).toEqual([
      'memory_gb',
      'power_state',
      'firewall_rules[0]',
    ]);
    const why = 'the guest shut itself down';
    expect(record?.fields.map((field) => field.why)).toEqual([undefined, why, undefined]);
    expect(record?.explanation).toContain(
      `power_state: "stopped" (expected "running") (availability): ${why}`,
    );
    expect((await remediate(vm, 'revert')).ended).toMatchObject({ status: 'succeeded' });
    expect(await get(vm)).toMatchObject({ status: 'running', memory_gb: 4, firewall_rules: null });
    expect(await report()).toEqual([]);
  });

  test('is adopted as the desired state of the VM, with room, and not restarted', async () => {
    const vm = await apply();
    await alter(vm, { memory_mib: 8192, disk_gb: 30 });
    const { item, ended } = await remediate(vm, 'adopt');
    expect(item).toMatchObject({
      outcome: 'started',
      hcl: ['resource "novacron_vm" "web-01" {', '  memory_gb = 8', '  disk_gb   = 30', '}'],
    });
    expect(ended).toMatchObject({ status: 'succeeded', steps: [{ name: 'configure' }] });
    expect(await get(vm)).toMatchObject({ memory_gb: 8, disk_gb: 30 });
    expect(await bench().store.read({ from: 'allocations' })).toMatchObject([
      { memory_mib: 8192, disk_gb: 30 },
    ]);
    expect(await report()).toEqual([]);
    expect(await bench().expectOk('drift_baseline.get', { id: vm.id })).toMatchObject({
      origin: 'adopt',
      proof: 'proven',
      deployment: 'shop',
      applied: { memory_gb: 8, disk_gb: 30 },
    });
    expect((await bench().expectOk('event.list', {})).items.map(({ type }) => type)).toContain(
      'drift.adopted',
    );
  });

  test('is adopted with its power and its firewall', async () => {
    const vm = await apply({ firewall_rules: [HTTPS] });
    await alter(vm, { firewall: { group_ids: [], rules: [] } });
    bench().fleet.drivers.get(String(vm.node))?.disturb(vm.id, { kind: 'power-off' });
    await soon();
    await remediate(vm, 'adopt');
    expect(await get(vm)).toMatchObject({ power_state: 'stopped', firewall_rules: null });
    expect(await report()).toEqual([]);
  });

  test('is not adopted where its node has no room for it', async () => {
    const vm = await apply();
    await alter(vm, { memory_mib: 1024 * 1024 });
    const { item } = await remediate(vm, 'adopt');
    expect(item).toMatchObject({
      outcome: 'refused',
      problem: { code: 'no-capacity', detail: expect.stringContaining('memory_gb needs 1020 GB') },
    });
    await remediate(vm, 'revert');
    expect(await specOf(vm)).toMatchObject({ memory_mib: 4096 });
  });

  test('cannot be made the baseline by itself: that would be drift at once', async () => {
    const vm = await apply();
    await alter(vm, { memory_mib: 8192 });
    expect(await bench().expectProblem('drift_baseline.set', { id: vm.id })).toMatchObject({
      code: 'conflict',
      detail: 'The VM web-01 differs from its desired state on its node: memory_gb.',
      remedy: expect.stringContaining(`novacron drift remediate ${vm.id} --action adopt --yes`),
    });
    await remediate(vm, 'revert');
  });

  test('is repaired by an apply of the desired VM, and not reported afterwards', async () => {
    const vm = await apply();
    await alter(vm, { memory_mib: 8192 });
    const done = await bench().expectOk('vm.update', { id: vm.id, memory_gb: 4 }, TERRAFORM);
    expect(await bench().end(done.operation)).toMatchObject({
      status: 'succeeded',
      // Less memory cannot be taken from a VM that runs.
      steps: [{ name: 'stop' }, { name: 'configure' }, { name: 'start' }],
    });
    await soon();
    expect(await specOf(vm)).toMatchObject({ memory_mib: 4096 });
    expect(await report()).toEqual([]);
  });

  test('is left as it is by changes of other fields, and by a move', async () => {
    const vm = await apply();
    await alter(vm, { memory_mib: 8192, disk_gb: 30 });
    const labels = { id: vm.id, metadata: { tier: 'web' } };
    const done = await bench().expectOk('vm.update', labels);
    expect(await bench().end(done.operation)).toMatchObject({ status: 'succeeded' });
    expect(await specOf(vm)).toMatchObject({
      memory_mib: 8192,
      disk_gb: 30,
      labels: { tier: 'web' },
    });
    await bench().end((await bench().expectOk('vm.migrate', { id: vm.id })).operation);
    await soon();
    const moved = await get(vm);
    expect(moved.node).not.toBe(vm.node);
    expect(await specOf(moved)).toMatchObject({ memory_mib: 8192, disk_gb: 30 });
    const noted = (await report())[0]?.fields.map(({ field }) => field);
    expect(noted).toEqual(['memory_gb', 'disk_gb', 'metadata.tier']);
    await remove(moved);
  });

  test('is no drift where Terraform, which has read it, applies other fields', async () => {
    const vm = await apply();
    await alter(vm, { memory_mib: 8192 });
    const labels = { id: vm.id, metadata: { tier: 'web' } };
    await bench().end((await bench().expectOk('vm.update', labels, TERRAFORM)).operation);
    await soon();
    expect(await get(vm)).toMatchObject({ memory_gb: 8 });
    expect(await report()).toEqual([]);
    await alter(vm, { memory_mib: 4096 });
    expect(await report()).toMatchObject([{ fields: [{ field: 'memory_gb', was: 8, is: 4 }] }]);
  });

  test('with a larger disk is not reverted: that takes a new VM, by Terraform', async () => {
    const vm = await apply();
    await alter(vm, { disk_gb: 30 });
    const { item } = await remediate(vm, 'revert');
    expect(item).toMatchObject({
      outcome: 'refused',
      problem: {
        code: 'validation-failed',
        detail: 'Reverting disk_gb of web-01 requires a new VM and destroys its data.',
        remedy:
          'Review the replacement: terraform plan -replace=novacron_vm.web-01 (its address in ' +
          'the configuration of deployment shop), then apply it; or adopt the change: novacron ' +
          `drift remediate ${vm.id} --action adopt --yes.`,
      },
    });
    await remediate(vm, 'adopt');
    expect(await report()).toEqual([]);
  });

  test('and that is gone is drift, which a new VM mends, by Terraform', async () => {
    const vm = await apply();
    bench().fleet.drivers.get(String(vm.node))?.disturb(vm.id, { kind: 'vanish' });
    await soon();
    expect(await get(vm)).toMatchObject({ status: 'unknown', power_state: 'stopped' });
    expect(await get(vm)).not.toHaveProperty('machine');
    expect(await report()).toMatchObject([
      {
        fields: [{ field: 'power_state', was: 'running', is: 'stopped', wanted: 'running' }],
        causes: [{ kind: 'hypervisor' }],
      },
    ]);
    for (const action of ['revert', 'adopt'] as const) {
      expect((await remediate(vm, action)).item).toMatchObject({
        outcome: 'refused',
        problem: {
          detail: 'The machine of the VM web-01 is missing from its node.',
          remedy: expect.stringContaining('terraform apply -replace=novacron_vm.web-01'),
        },
      });
    }
    await remove(vm);
    await soon();
    expect(await report()).toEqual([]);
  });

  test('and that was gone is known again when it is back, and reverted', async () => {
    const vm = await apply();
    const [driver, spec] = [bench().fleet.drivers.get(String(vm.node)), await specOf(vm)];
    if (driver === undefined || spec === undefined) throw new Error('there is no machine');
    driver.disturb(vm.id, { kind: 'vanish' });
    await soon();
    const order = { vm_id: vm.id, generation: 1, signal: new AbortController().signal };
    expect(await driver.create(order, spec)).toMatchObject({ ok: true });
    await soon();
    expect(await get(vm)).toMatchObject({ status: 'stopped', power_state: 'stopped' });
    expect((await remediate(vm, 'revert')).ended).toMatchObject({ status: 'succeeded' });
    expect(await get(vm)).toMatchObject({ status: 'running' });
    expect(await report()).toEqual([]);
  });

  test('and that was replaced by another one is reported by field, and reverted', async () => {
    const vm = await apply();
    const [driver, spec] = [bench().fleet.drivers.get(String(vm.node)), await specOf(vm)];
    if (driver === undefined || spec === undefined) throw new Error('there is no machine');
    driver.disturb(vm.id, { kind: 'vanish' });
    const order = { vm_id: vm.id, generation: 1, signal: new AbortController().signal };
    const other = { ...spec, memory_mib: spec.memory_mib * 2 };
    expect(await driver.create(order, other)).toMatchObject({ ok: true });
    await soon();
    const [noted] = await report();
    expect(noted?.fields.map(({ field }) => field)).toEqual(['memory_gb', 'power_state']);
    expect((await remediate(vm, 'revert')).ended).toMatchObject({ status: 'succeeded' });
    expect(await specOf(vm)).toEqual(spec);
    expect(await report()).toEqual([]);
  });

  test('stays so where the revert fails, and is still reported', async () => {
    const vm = await apply();
    await alter(vm, { memory_mib: 8192 });
    const driver = bench().fleet.drivers.get(String(vm.node));
    driver?.faults.add({ action: 'configure', kind: 'fail-final' });
    expect((await remediate(vm, 'revert')).ended).toMatchObject({ status: 'failed' });
    expect(await get(vm)).toMatchObject({ memory_gb: 8, status: 'running' });
    expect(await report()).toMatchObject([{ fields: [{ field: 'memory_gb', is: 8 }] }]);
    expect((await remediate(vm, 'revert')).ended).toMatchObject({ status: 'succeeded' });
  });

  test('is no longer drift once it was repaired on the node', async () => {
    const vm = await apply();
    await alter(vm, { memory_mib: 8192 });
    await alter(vm, { memory_mib: 4096 });
    expect(await report()).toEqual([]);
    const { items } = await bench().expectOk('event.list', {});
    expect(items.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['vm.size_changed', 'vm.size_restored', 'drift.resolved']),
    );
  });
});
