import { describe, expect, test } from '@jest/globals';
import type { SimulatorDriver } from '@novacron/agent/drivers/simulator/open-simulator-driver';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { machineOf, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const TERRAFORM = { client: 'terraform', deployment: 'shop' } as const;

/** Time limit for recording a change on a node. Unit: ms. */
const SOON_MS = 1_000;

/** Agent, server and store take turns in it. */
const TURNS = 4;

describe('connections changed on a node', () => {
  const bench = useBench();

  async function soon() {
    for (let turn = 0; turn < TURNS; turn += 1) await bench().advance(SOON_MS / TURNS);
  }

  async function apply(more: Partial<InputOf<'vm.create'>> = {}): Promise<Vm> {
    const made = await bench().expectOk('vm.create', { ...SMALL_VM, ...more }, TERRAFORM);
    await bench().end(made.operation);
    await soon();
    return bench().expectOk('vm.get', { id: made.resource.id });
  }

  async function makeNetwork(name: string, cidr: string) {
    return (await bench().expectOk('network.create', { name, cidr }, TERRAFORM)).resource.id;
  }

  async function makeVolume(vm: Vm) {
    const asked = { name: 'data', size_gb: 1, attached_to: vm.id };
    const made = await bench().expectOk('volume.create', asked, TERRAFORM);
    await bench().end(made.operation);
    await soon();
    return made.resource.id;
  }

  const disturb = async ({ id, node }: Vm, how: Parameters<SimulatorDriver['disturb']>[1]) => {
    bench().fleet.drivers.get(String(node))?.disturb(id, how);
    await soon();
  };

  async function remediate(id: string, action: 'revert' | 'adopt') {
    const asked = { action, ids: [id] };
    const [item] = (await bench().expectOk('drift.remediate', asked, { client: 'cli' })).remediated;
    if (item === undefined) throw new Error('nothing was remediated');
    if (item.operation !== null) {
      expect(await bench().end(item.operation)).toMatchObject({ status: 'succeeded' });
    }
    await soon();
    return item;
  }

  const report = async () => (await bench().expectOk('drift.report', {})).items;
  const get = ({ id }: Vm) => bench().expectOk('vm.get', { id });
  const networkOf = async (vm: Vm) => (await machineOf(bench(), vm))?.spec.network ?? null;
  const volumesOf = async (vm: Vm) => (await machineOf(bench(), vm))?.volumes;
  const typesOf = async () =>
    (await bench().expectOk('event.list', {})).items.map(({ type }) => type);

  test('a machine that is cut off its network is critical drift, and is reverted', async () => {
    const network_id = await makeNetwork('front', '10.0.0.0/24');
    const vm = await apply({ network_id });
    const wire = await networkOf(vm);
    await disturb(vm, { kind: 'alter', spec: { network: null } });
    expect(await get(vm)).toMatchObject({ network_id: null });
    expect(await report()).toMatchObject([
      {
        resource_id: vm.id,
        severity: 'critical',
        drift_class: 'security',
        fields: [{ field: 'network_id', was: network_id, is: null, wanted: network_id }],
        causes: [{ kind: 'hypervisor' }],
      },
    ]);
    await remediate(vm.id, 'revert');
    expect(await networkOf(vm)).toEqual(wire);
    expect(await get(vm)).toMatchObject({ network_id, ip_address: vm.ip_address });
    expect(await report()).toEqual([]);
    expect(await typesOf()).toContain('vm.network_changed');
  });

  test('another network is reported by its id, and goes with any change of the VM', async () => {
    const network_id = await makeNetwork('front', '10.0.0.0/24');
    const other = await makeNetwork('back', '10.1.0.0/24');
    const vm = await apply({ network_id });
    const network = { network_id: other, cidr: '10.1.0.0/24' };
    await disturb(vm, { kind: 'alter', spec: { network } });
    expect(await report()).toMatchObject([{ fields: [{ field: 'network_id', is: other }] }]);
    const labels = { id: vm.id, metadata: { tier: 'web' } };
    await bench().end((await bench().expectOk('vm.update', labels, TERRAFORM)).operation);
    await soon();
    expect(await networkOf(vm)).toMatchObject({ network_id });
    expect(await report()).toEqual([]);
  });

  test('being in no network is adopted, and one that is none of NovaCron is none', async () => {
    const network_id = await makeNetwork('front', '10.0.0.0/24');
    const vm = await apply({ network_id });
    const network = { network_id: 'virbr0', cidr: '192.0.2.0/24' };
    await disturb(vm, { kind: 'alter', spec: { network } });
    expect(await report()).toMatchObject([{ fields: [{ field: 'network_id', is: null }] }]);
    await remediate(vm.id, 'adopt');
    expect(await get(vm)).toMatchObject({ network_id: null, ip_address: null });
    expect(await networkOf(vm)).toBeNull();
    expect(await report()).toEqual([]);
  });

  test('what is put right on the node is drift no more', async () => {
    const network_id = await makeNetwork('front', '10.0.0.0/24');
    const vm = await apply({ network_id });
    const network = await networkOf(vm);
    await disturb(vm, { kind: 'alter', spec: { network: null } });
    await disturb(vm, { kind: 'alter', spec: { network } });
    expect(await report()).toEqual([]);
    expect(await typesOf()).toContain('vm.network_restored');
  });

  async function applyConnected() {
    const network_id = await makeNetwork('front', '10.0.0.0/24');
    const back = await makeNetwork('back', '10.1.0.0/24');
    const store = await makeNetwork('store', '10.2.0.0/24');
    const further_network_ids = [back, store];
    return { vm: await apply({ network_id, further_network_ids }), back, store };
  }

  const furtherOf = async (vm: Vm) => {
    const found = await machineOf(bench(), vm);
    return found?.spec.further_networks?.map(({ network_id }) => network_id);
  };

  test('a further interface that is unplugged is drift, and is plugged in again', async () => {
    const { vm, back, store } = await applyConnected();
    await disturb(vm, { kind: 'unplug-interface', network_id: store });
    expect(await report()).toMatchObject([
      {
        resource_id: vm.id,
        severity: 'critical',
        drift_class: 'security',
        fields: [{ field: 'further_network_ids[1]', was: store, is: null, wanted: store }],
        causes: [{ kind: 'hypervisor' }],
      },
    ]);
    // Answers have what it should be: Terraform plans no new VM for it.
    expect(await get(vm)).toMatchObject({
      further_network_ids: [back, store],
      missing_network_ids: [store],
      network_interfaces: vm.network_interfaces,
    });
    await remediate(vm.id, 'revert');
    expect(await furtherOf(vm)).toEqual([back, store]);
    expect(await get(vm)).toMatchObject({
      id: vm.id,
      missing_network_ids: [],
      network_interfaces: vm.network_interfaces,
    });
    expect(await report()).toEqual([]);
    expect(await typesOf()).toContain('vm.network_changed');
  });

  test('a further interface goes with any change of the VM, and with a restart', async () => {
    const { vm, back, store } = await applyConnected();
    await disturb(vm, { kind: 'unplug-interface', network_id: store });
    const labels = { id: vm.id, metadata: { tier: 'web' } };
    await bench().end((await bench().expectOk('vm.update', labels, TERRAFORM)).operation);
    await soon();
    expect(await furtherOf(vm)).toEqual([back, store]);
    await disturb(vm, { kind: 'unplug-interface', network_id: back });
    expect(await report()).toHaveLength(1);
    for (const name of ['vm.stop', 'vm.start'] as const) {
      await bench().end((await bench().expectOk(name, { id: vm.id }, TERRAFORM)).operation);
    }
    await soon();
    expect(await report()).toEqual([]);
  });

  test('a further interface that is plugged in again on the node is drift no more', async () => {
    const { vm, back } = await applyConnected();
    await disturb(vm, { kind: 'unplug-interface', network_id: back });
    await disturb(vm, { kind: 'plug-interfaces' });
    expect(await report()).toEqual([]);
    expect(await typesOf()).toContain('vm.network_restored');
  });

  test('a VM without a further interface is adopted by no change, which is said', async () => {
    const { vm, back } = await applyConnected();
    await disturb(vm, { kind: 'unplug-interface', network_id: back });
    const answer = await bench().expectOk(
      'drift.remediate',
      { action: 'adopt', ids: [vm.id] },
      { client: 'cli' },
    );
    expect(answer.remediated).toMatchObject([{ outcome: 'refused' }]);
    expect(JSON.stringify(answer)).toContain('further_network_ids');
    const rehearsed = await bench().expectOk('drift.remediate', {
      action: 'adopt',
      ids: [vm.id],
      dry_run: true,
    });
    expect(rehearsed.remediated).toEqual(answer.remediated);
    expect(await report()).toHaveLength(1);
  });

  const device = {
    kind: 'network-interface',
    name: 'spy0',
    mac_address: '52:54:00:00:00:99',
  } as const;

  test('a device that is plugged in by hand is critical drift, and is unplugged', async () => {
    const vm = await apply();
    await disturb(vm, { kind: 'plug-device', device });
    expect(await get(vm)).toMatchObject({ foreign_devices: [device] });
    expect(await report()).toMatchObject([
      {
        resource_id: vm.id,
        severity: 'critical',
        drift_class: 'security',
        fields: [{ field: 'foreign_devices[0]', was: null, is: device, wanted: null }],
        causes: [{ kind: 'hypervisor' }],
      },
    ]);
    const text = JSON.stringify(await bench().expectOk('drift.report', {}));
    expect(text).toContain('spy0');
    await remediate(vm.id, 'revert');
    expect((await machineOf(bench(), vm))?.foreign_devices).toBeUndefined();
    expect(await get(vm)).toMatchObject({ foreign_devices: [] });
    expect(await report()).toEqual([]);
    expect(await typesOf()).toContain('vm.devices_changed');
  });

  test('it goes with any change of the VM, and with a restart', async () => {
    const vm = await apply();
    await disturb(vm, { kind: 'plug-device', device });
    const labels = { id: vm.id, metadata: { tier: 'web' } };
    await bench().end((await bench().expectOk('vm.update', labels, TERRAFORM)).operation);
    await soon();
    expect(await report()).toEqual([]);
    await disturb(vm, { kind: 'plug-device', device });
    expect(await report()).toHaveLength(1);
    for (const name of ['vm.stop', 'vm.start'] as const) {
      await bench().end((await bench().expectOk(name, { id: vm.id }, TERRAFORM)).operation);
    }
    await soon();
    expect(await report()).toEqual([]);
    expect(await typesOf()).toContain('vm.devices_restored');
  });

  test('it cannot be adopted, and the VM does not migrate with it, which is said', async () => {
    const vm = await apply();
    await disturb(vm, { kind: 'plug-device', device });
    for (const rehearsal of [{ dry_run: true }, {}]) {
      const asked = { action: 'adopt' as const, ids: [vm.id], ...rehearsal };
      const answer = await bench().expectOk('drift.remediate', asked, { client: 'cli' });
      expect(answer.remediated).toMatchObject([{ outcome: 'refused' }]);
      expect(JSON.stringify(answer)).toContain(
        'which cannot be adopted: network interface spy0 (52:54:00:00:00:99)',
      );
    }
    const { operation } = await bench().expectOk('vm.migrate', { id: vm.id });
    expect(JSON.stringify(await bench().end(operation))).toContain(
      'network interface spy0 (52:54:00:00:00:99)',
    );
    expect(await report()).toHaveLength(1);
    expect(await get(vm)).toMatchObject({ status: 'running', node: vm.node });
  });

  test('a volume that is unplugged is drift of the volume, and is reverted', async () => {
    const vm = await apply();
    const volume_id = await makeVolume(vm);
    await disturb(vm, { kind: 'unplug', volume_id });
    const found = await bench().expectOk('volume.get', { id: volume_id });
    expect(found).toMatchObject({ attached_to: null, status: 'available' });
    expect((await get(vm)).volumes).toEqual([]);
    expect(await report()).toMatchObject([
      {
        resource_kind: 'volume',
        resource_id: volume_id,
        drift_class: 'availability',
        fields: [{ field: 'attached_to', was: vm.id, is: null, wanted: vm.id }],
        causes: [{ kind: 'hypervisor' }],
      },
    ]);
    await remediate(volume_id, 'revert');
    expect(await volumesOf(vm)).toEqual([{ volume_id, size_gb: 1 }]);
    expect(await bench().expectOk('volume.get', { id: volume_id })).toMatchObject({
      attached_to: vm.id,
      status: 'attached',
    });
    expect((await get(vm)).volumes).toEqual([volume_id]);
    expect(await report()).toEqual([]);
  });

  test('a volume that is unplugged is adopted: it is attached to nothing then', async () => {
    const vm = await apply();
    const volume_id = await makeVolume(vm);
    await disturb(vm, { kind: 'unplug', volume_id });
    expect(await bench().expectProblem('drift_baseline.set', { id: volume_id })).toMatchObject({
      detail: 'The volume data differs from its desired state on its node: attached_to.',
    });
    await remediate(volume_id, 'adopt');
    expect(await bench().expectOk('volume.get', { id: volume_id })).toMatchObject({
      attached_to: null,
      status: 'available',
    });
    expect((await get(vm)).volumes).toEqual([]);
    expect(await report()).toEqual([]);
  });

  test('a volume stays unplugged when it grows and when its VM moves, till reverted', async () => {
    const vm = await apply();
    const volume_id = await makeVolume(vm);
    await disturb(vm, { kind: 'unplug', volume_id });
    const grown = await bench().expectOk('volume.update', { id: volume_id, size_gb: 2 });
    await bench().end(grown.operation);
    await bench().end((await bench().expectOk('vm.migrate', { id: vm.id })).operation);
    await bench().advance(31_000);
    const moved = await get(vm);
    expect(await volumesOf(moved)).toEqual([]);
    const reported = (await report()).flatMap(({ fields }) => fields.map(({ field }) => field));
    expect(reported.sort()).toEqual(['attached_to', 'size_gb']);
    const back = { id: volume_id, attached_to: vm.id };
    await bench().end((await bench().expectOk('volume.update', back, TERRAFORM)).operation);
    await soon();
    expect(await volumesOf(moved)).toEqual([{ volume_id, size_gb: 2 }]);
    expect(await report()).toEqual([]);
  });

  test('an unplugged volume is no drift where Terraform has read that and leaves it', async () => {
    const vm = await apply();
    const volume_id = await makeVolume(vm);
    await disturb(vm, { kind: 'unplug', volume_id });
    const grown = { id: volume_id, size_gb: 2 };
    await bench().end((await bench().expectOk('volume.update', grown, TERRAFORM)).operation);
    await soon();
    expect(await report()).toEqual([]);
    expect(await volumesOf(vm)).toEqual([]);
    const back = { id: volume_id, attached_to: vm.id };
    await bench().end((await bench().expectOk('volume.update', back)).operation);
    await soon();
    expect(await report()).toMatchObject([{ fields: [{ field: 'attached_to', was: null }] }]);
  });
});
