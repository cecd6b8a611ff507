import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { machineOf, makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGm9fTk2kxL1rjc0Jw7Vf0dN9Q1p0r3v5b7n9m1k3j5h me';
const OTHER_KEY = `${KEY.slice(0, -4)}6i you`;

describe('the arguments of a VM', () => {
  const bench = useBench();

  async function change(vm: Vm, more: Omit<InputOf<'vm.update'>, 'id'>) {
    const { operation } = await bench().expectOk('vm.update', { id: vm.id, ...more });
    const ended = await bench().end(operation);
    expect(ended).toMatchObject({ status: 'succeeded' });
    const now = await bench().expectOk('vm.get', { id: vm.id });
    return { now, steps: ended.steps.map(({ name }) => name) };
  }

  test('a VM that says nothing of them has what a VM had before there were any', async () => {
    expect(await makeVm(bench())).toMatchObject({
      power_state: 'running',
      deletion_protection: false,
      priority: 50,
      spot: false,
      description: null,
      ssh_keys: null,
      user_data: null,
      volumes: [],
      cost_per_hour: null,
      user_data_wo_version: null,
      password_wo_version: null,
    });
  });

  describe('power_state', () => {
    test('decides whether a new VM starts', async () => {
      const vm = await makeVm(bench(), { power_state: 'stopped' });
      expect(vm).toMatchObject({ status: 'stopped', power_state: 'stopped' });
      expect(await machineOf(bench(), vm)).toMatchObject({ status: 'stopped' });
    });

    test('stops and starts, together with a change that then needs no restart', async () => {
      const vm = await makeVm(bench());
      const stopped = await change(vm, { power_state: 'stopped', memory_gb: 2 });
      expect(stopped.steps).toEqual(['stop', 'configure']);
      expect(stopped.now).toMatchObject({ status: 'stopped', memory_gb: 2 });
      const started = await change(vm, { power_state: 'running', cpu_cores: 1 });
      expect(started.steps).toEqual(['configure', 'start']);
      expect(started.now).toMatchObject({ status: 'running', cpu_cores: 1 });
      expect(await machineOf(bench(), started.now)).toMatchObject({ status: 'running' });
    });

    test('is given back where the stop fails for good', async () => {
      const vm = await makeVm(bench());
      for (const driver of bench().fleet.drivers.values()) {
        driver.faults.add({ action: 'stop', kind: 'fail-final' });
      }
      const { operation } = await bench().expectOk('vm.update', {
        id: vm.id,
        power_state: 'stopped',
      });
      expect(await bench().end(operation)).toMatchObject({ status: 'failed' });
      const now = await bench().expectOk('vm.get', { id: vm.id });
      expect(now).toMatchObject({ status: 'running', power_state: 'running' });
    });

    test('drifts when the VM is stopped by hand, which concerns availability', async () => {
      const as = { client: 'terraform', deployment: 'shop' } as const;
      const created = await bench().expectOk('vm.create', SMALL_VM, as);
      await bench().end(created.operation);
      const { id } = created.resource;
      await bench().end((await bench().expectOk('vm.stop', { id })).operation);
      const { items } = await bench().expectOk('drift.report', {});
      expect(items).toMatchObject([
        {
          resource_id: id,
          fields: [
            {
              field: 'power_state',
              was: 'running',
              is: 'stopped',
              drift_class: 'availability',
            },
          ],
          causes: [{ principal: 'admin', client: 'rest' }],
        },
      ]);
      await bench().end((await bench().expectOk('vm.start', { id })).operation);
      expect((await bench().expectOk('drift.report', {})).items).toEqual([]);
    });
  });

  test('deletion_protection refuses the deletion, in a plan as well, until it is off', async () => {
    const vm = await makeVm(bench(), { deletion_protection: true });
    const refused = await bench().expectProblem('vm.delete', { id: vm.id });
    expect(refused).toMatchObject({
      code: 'deletion-protected',
      detail: 'The VM web-01 is protected from deletion: its deletion_protection is true.',
      remedy:
        'Set deletion_protection to false and apply that first ' +
        '(novacron vm update web-01 --no-deletion-protection); then delete it.',
      fields: [{ path: ['deletion_protection'], message: 'refuses the deletion' }],
    });
    const ask = { operation: 'vm.delete', input: { id: vm.id } } as const;
    expect(await bench().expectOk('admission.preview', ask)).toMatchObject({
      problems: [{ code: 'deletion-protected', errors: [{ path: ['deletion_protection'] }] }],
    });
    await change(vm, { deletion_protection: false });
    expect(await bench().expectOk('admission.preview', ask)).toMatchObject({ problems: [] });
    await bench().end((await bench().expectOk('vm.delete', { id: vm.id })).operation);
  });

  test('priority decides who leaves a drained node first', async () => {
    const place = { placement: { node: 'node-a' } };
    const low = await makeVm(bench(), { ...place, name: 'low', priority: 10, memory_gb: 8 });
    const high = await makeVm(bench(), { ...place, name: 'high', priority: 90 });
    for (const vm of [low, high]) await change(vm, { placement: null });
    const drained = await bench().expectOk('node.drain', { id: await nodeId('node-a') });
    expect(drained.plan.moves.map(({ vm }) => vm)).toEqual(['high', 'low']);
    await bench().endAll();
  });

  async function nodeId(name: string) {
    const { items } = await bench().expectOk('node.list', {});
    return items.find((node) => node.name === name)?.id ?? '';
  }

  test('the volumes that are attached to a VM are reported with it', async () => {
    const vm = await makeVm(bench());
    const { operation, resource } = await bench().expectOk('volume.create', {
      name: 'data',
      size_gb: 10,
      type: 'ssd',
      attached_to: vm.id,
    });
    await bench().end(operation);
    const { items } = await bench().expectOk('vm.list', {});
    expect(items).toMatchObject([{ id: vm.id, volumes: [resource.id] }]);
  });

  describe('what the guest is reported', () => {
    const SECRETS = { user_data_wo: 'hidden-user-data', password_wo: 'hidden-password' } as const;
    const mark = expect.stringMatching(/^sha256:[0-9a-f]{64}$/);

    test('reaches the machine, changes with a restart and moves along', async () => {
      const vm = await makeVm(bench(), { ssh_keys: [KEY], user_data: '#cloud-config' });
      expect(vm).toMatchObject({ ssh_keys: [KEY], user_data: '#cloud-config' });
      const before = (await machineOf(bench(), vm))?.spec.guest;
      expect(before).toEqual({ ssh_keys: [KEY], user_data: mark, password: null });
      const preview = await bench().expectOk('admission.preview', {
        operation: 'vm.update',
        input: { id: vm.id, ssh_keys: [OTHER_KEY] },
      });
      expect(preview.restarts).toEqual(['ssh_keys']);
      const rekeyed = await change(vm, { ssh_keys: [OTHER_KEY] });
      expect(rekeyed.steps).toEqual(['stop', 'configure', 'start']);
      await change(vm, { user_data: '#cloud-config\npackages: [nginx]' });
      const { operation } = await bench().expectOk('vm.migrate', { id: vm.id });
      await bench().end(operation);
      const moved = await bench().expectOk('vm.get', { id: vm.id });
      const after = (await machineOf(bench(), moved))?.spec.guest;
      expect(after).toMatchObject({ ssh_keys: [OTHER_KEY], user_data: mark });
      expect(after?.user_data).not.toBe(before?.user_data);
      const renamed = await change(moved, { name: 'web-02' });
      expect((await machineOf(bench(), renamed.now))?.spec.guest).toEqual(after);
    });

    test('of both kinds of user data the last one given counts, and never both', async () => {
      const vm = await makeVm(bench(), { user_data: 'seen' });
      const { now } = await change(vm, { user_data_wo: 'unseen', user_data_wo_version: 1 });
      expect(now.user_data).toBeNull();
      const both = { user_data: 'seen', user_data_wo: 'unseen' };
      const refused = await bench().expectProblem('vm.update', { id: vm.id, ...both });
      expect(refused).toMatchObject({
        code: 'validation-failed',
        detail: 'user_data and user_data_wo cannot be used together.',
        remedy: 'Remove one of them.',
        fields: [{ path: ['user_data_wo'], message: 'cannot be used together with user_data' }],
      });
    });

    test('write-only, it is in no answer, no audit entry, no row and no journal', async () => {
      const vm = await makeVm(bench(), { ...SECRETS, user_data_wo_version: 1 });
      expect((await machineOf(bench(), vm))?.spec.guest).toMatchObject({
        user_data: mark,
        password: mark,
      });
      const changed = await change(vm, { password_wo: 'hidden-too', password_wo_version: 2 });
      expect(changed.steps).toEqual(['stop', 'configure', 'start']);
      const reported = [
        changed.now,
        await bench().expectOk('vm.list', {}),
        await bench().expectOk('audit.list', {}),
        await bench().expectOk('event.list', {}),
        await bench().expectOk('operation.list', {}),
      ];
      const tables = ['vms', 'vm_secrets', 'operations', 'audit', 'events', 'idempotency_keys'];
      for (const from of tables as ['vms'])
        reported.push((await bench().storeOnDisk.read({ from })) as never);
      expect(JSON.stringify(reported)).not.toContain('hidden-');
      expect(await bench().store.read({ from: 'vm_secrets' })).toHaveLength(1);
      await bench().end((await bench().expectOk('vm.delete', { id: vm.id })).operation);
      expect(await bench().store.read({ from: 'vm_secrets' })).toEqual([]);
    });

    test('a change of it that fails gives back what was there', async () => {
      const vm = await makeVm(bench(), { user_data: 'before' });
      for (const driver of bench().fleet.drivers.values()) {
        driver.faults.add({ action: 'configure', kind: 'fail-final' });
      }
      const update = { id: vm.id, user_data: 'after' };
      const { operation } = await bench().expectOk('vm.update', update);
      expect(await bench().end(operation)).toMatchObject({ status: 'failed' });
      expect((await bench().expectOk('vm.get', { id: vm.id })).user_data).toBe('before');
    });

    test.each([
      [['not a key'], 'ssh_keys.0: must be a public key such as `ssh-ed25519 AAAAC3… comment`'],
      [[KEY, KEY], 'ssh_keys: must not have the same key twice'],
    ])('keys %j are refused', async (ssh_keys, message) => {
      const refused = await bench().expectProblem('vm.create', { ...SMALL_VM, ssh_keys });
      expect(refused.detail).toContain(message);
    });
  });
});

const HOUR_MS = 3_600_000;

describe('what a VM costs', () => {
  const node = { rack: 'rack-1', cpu_cores: 8, memory_gb: 16, disk_gb: 200 };
  const bench = useBench({
    fleet: {
      nodes: [
        { ...node, name: 'dear', zone: 'zone-a', class: 'dear' },
        { ...node, name: 'cheap', zone: 'zone-b', class: 'cheap' },
        { ...node, name: 'spot', zone: 'zone-c', class: 'spot' },
      ],
      storage_pools: { ssd: { size_gb: 10 }, hdd: { size_gb: 10 }, nvme: { size_gb: 10 } },
    },
  });

  const at = (name: string) => ({ placement: { node: name } });

  beforeEach(async () => {
    await bench().expectOk('price_list.create', {
      name: 'standard',
      currency: 'EUR',
      node_classes: [
        { name: 'dear', cpu_core: 0.02, memory_gb: 0.01, disk_gb: 0.001, spot_discount: 0.5 },
        { name: 'cheap', cpu_core: 0.01, memory_gb: 0.005, spot_discount: 0.75 },
        { name: 'spot', cpu_core: 0.005, memory_gb: 0.0025, spot_risk: 0.1 },
      ],
    });
  });

  test('follows from its size and its node, with a discount for spot VMs', async () => {
    const dear = await makeVm(bench(), { name: 'vm-1', ...at('dear') });
    expect(dear.cost_per_hour).toBe(0.1);
    const saving = await makeVm(bench(), { name: 'vm-2', ...at('dear'), spot: true });
    expect(saving.cost_per_hour).toBe(0.06);
    const cheap = await makeVm(bench(), { name: 'vm-3', ...at('cheap') });
    expect(cheap.cost_per_hour).toBe(0.04);
    const { items } = await bench().expectOk('node.list', {});
    expect(items.map(({ prices }) => prices?.cpu_core)).toEqual([0.02, 0.01, 0.005]);
  });

  test('is reported with the decision and the preview of its place, and ranks nodes', async () => {
    const placement = { strategy: 'cost' } as const;
    const preview = await bench().expectOk('admission.preview', {
      operation: 'vm.create',
      input: { ...SMALL_VM, placement },
      session: 'session-1',
    });
    expect(preview.placement_preview).toMatchObject({ node: 'cheap', cost_per_hour: 0.04 });
    const vm = await makeVm(bench(), { placement });
    expect(vm).toMatchObject({ node: 'cheap', cost_per_hour: 0.04 });
    const why = await bench().expectOk('placement.explain', { id: vm.id });
    expect(why.decision).toMatchObject({ target_node: 'cheap', cost_per_hour: 0.04 });
    expect(why.explanation.join('\n')).toContain('0.04 per hour');
    const spot = await makeVm(bench(), { name: 'web-02', placement, spot: true });
    expect(spot).toMatchObject({ node: 'cheap', cost_per_hour: 0.01 });
  });

  test('a node that may be taken away is for spot VMs only, also when they change', async () => {
    const refused = await bench().expectProblem('vm.create', { ...SMALL_VM, ...at('spot') });
    expect(refused).toMatchObject({ code: 'no-capacity' });
    expect(refused.detail).toContain('too likely to be taken away');
    const vm = await makeVm(bench(), { ...at('spot'), spot: true });
    expect(vm).toMatchObject({ node: 'spot', cost_per_hour: 0.02 });
    const stays = await bench().expectProblem('vm.update', { id: vm.id, spot: false });
    expect(stays.detail).toContain('taken away');
  });

  test('and its bill stay the same when it is moved to a node of another class', async () => {
    const vm = await makeVm(bench(), { placement: { strategy: 'cost' } });
    const from = new Date(bench().deps.clock.nowMs()).toISOString();
    const moved = await bench().expectOk('vm.migrate', { id: vm.id, node: 'dear' });
    expect(await bench().end(moved.operation)).toMatchObject({ status: 'succeeded' });
    const after = await bench().expectOk('vm.get', { id: vm.id });
    expect(after).toMatchObject({ node: 'dear', cost_per_hour: 0.04 });
    const to = new Date(Date.parse(from) + HOUR_MS).toISOString();
    await bench().skip(2 * HOUR_MS);
    const report = await bench().expectOk('cost.report', { from, to, group_by: ['class'] });
    expect(report.lines).toMatchObject([{ class: 'cheap', amount: 0.04, hours: 1 }]);
  });

  test('includes its addresses as planned, also while it is stopped', async () => {
    const [list] = (await bench().expectOk('price_list.list', {})).items;
    const addresses = [{ name: 'public', price: 0.004 }];
    await bench().expectOk('price_list.update', { id: String(list?.id), addresses });
    const network = { name: 'lan', cidr: '10.0.0.0/24', address_class: 'public' };
    const { id: network_id } = (await bench().expectOk('network.create', network)).resource;
    const input = { ...SMALL_VM, network_id, placement: { strategy: 'cost' } } as const;
    const preview = (unknown: string[]) =>
      bench().expectOk('admission.preview', {
        operation: 'vm.create',
        input,
        unknown,
        session: 'session-1',
      });
    const planned = await preview([]);
    expect(planned.cost).toMatchObject({ per_hour_after: 0.044 });
    expect(planned.placement_preview).toMatchObject({ cost_per_hour: 0.044 });
    expect((await preview(['network_id'])).cost).toBeNull();
    const vm = await makeVm(bench(), input);
    expect(vm.cost_per_hour).toBe(0.044);
    await bench().end((await bench().expectOk('vm.stop', { id: vm.id })).operation);
    await bench().expectOk('network.update', { id: network_id, address_class: null });
    const fromMs = bench().deps.clock.nowMs();
    await bench().skip(2 * HOUR_MS);
    const [from, to] = [fromMs, fromMs + HOUR_MS].map((ms) => new Date(ms).toISOString());
    expect(await bench().expectOk('cost.report', { from, to })).toMatchObject({ total: 0.004 });
    const grown = { id: vm.id, cpu_cores: 4 };
    await bench().end((await bench().expectOk('vm.update', grown)).operation);
    expect((await bench().expectOk('vm.get', { id: vm.id })).cost_per_hour).toBe(0);
  });
});
