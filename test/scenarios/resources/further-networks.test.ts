import { describe, expect, test } from '@jest/globals';
import { defaultFleet } from '@novacron/agent/fleet/fleet';
import type { NetworkId, VmId } from '@novacron/contract/ids';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import { machineOf, makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

type Bench = ReturnType<typeof useBench>;

const CIDRS = { front: '10.0.0.0/24', back: '10.1.0.0/24', store: '10.2.0.0/24' } as const;

async function makeNetworks(bench: Bench): Promise<Record<keyof typeof CIDRS, NetworkId>> {
  const make = async (name: keyof typeof CIDRS) =>
    (await bench().expectOk('network.create', { name, cidr: CIDRS[name] })).resource.id;
  return { front: await make('front'), back: await make('back'), store: await make('store') };
}

describe('a VM in several networks', () => {
  const bench = useBench();

  async function makeConnected(): Promise<{
    readonly vm: Vm;
    readonly networks: Awaited<ReturnType<typeof makeNetworks>>;
  }> {
    const networks = await makeNetworks(bench);
    const { front: network_id, back, store } = networks;
    const further_network_ids = [store, back];
    return { vm: await makeVm(bench(), { network_id, further_network_ids }), networks };
  }

  async function change(vm: Vm, more: object): Promise<Vm> {
    const { operation } = await bench().expectOk('vm.update', { id: vm.id, ...more });
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    return bench().expectOk('vm.get', { id: vm.id });
  }

  const furtherOnNode = async (vm: Vm) => (await machineOf(bench(), vm))?.spec.further_networks;

  const countsOf = async () => {
    const { items } = await bench().expectOk('network.list', {});
    return Object.fromEntries(items.map(({ name, vm_count }) => [name, vm_count]));
  };

  test('has an interface with an address in each, in their order', async () => {
    const { vm, networks } = await makeConnected();
    const { front, back, store } = networks;
    const { network_interfaces: interfaces } = vm;
    expect(interfaces.map(({ network_id }) => network_id)).toEqual([front, store, back]);
    expect(interfaces.map(({ ip_address }) => ip_address)).toEqual([
      vm.ip_address,
      expect.stringMatching(/^10\.2\.0\./),
      expect.stringMatching(/^10\.1\.0\./),
    ]);
    expect(new Set(interfaces.map(({ mac_address }) => mac_address)).size).toBe(3);
    expect(await furtherOnNode(vm)).toEqual(
      interfaces.slice(1).map((each) => ({
        ...each,
        cidr: each.network_id === store ? CIDRS.store : CIDRS.back,
      })),
    );
    expect(await countsOf()).toEqual({ front: 1, back: 1, store: 1 });
  });

  test('keeps them through changes, another first network, a new root disk and moves', async () => {
    const { vm, networks } = await makeConnected();
    const [, ...further] = vm.network_interfaces;
    const other = await bench().expectOk('network.create', { name: 'dmz', cidr: '10.3.0.0/24' });
    const id = other.resource.id;
    await change(vm, { cpu_cores: 2, metadata: { tier: 'web' } });
    const moved = await change(vm, { network_id: id });
    expect(moved.network_interfaces).toEqual([
      { network_id: id, ip_address: moved.ip_address, mac_address: vm.mac_address },
      ...further,
    ]);
    expect(await countsOf()).toEqual({ front: 0, back: 1, store: 1, dmz: 1 });
    const fresh = await change(vm, { reimage_trigger: 'again' });
    expect(await furtherOnNode(fresh)).toHaveLength(2);
    for (const name of ['vm.stop', 'vm.start', 'vm.migrate'] as const) {
      const { operation } = await bench().expectOk(name, { id: vm.id });
      expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    }
    const now = await bench().expectOk('vm.get', { id: vm.id });
    expect(now.node).not.toBe(vm.node);
    expect(now.network_interfaces).toEqual(moved.network_interfaces);
    expect(await furtherOnNode(now)).toMatchObject(further);
    expect((await bench().expectOk('drift.report', {})).items).toEqual([]);
    const held = await bench().expectProblem('network.delete', { id: networks.back });
    expect(held).toMatchObject({ code: 'in-use' });
    await bench().end((await bench().expectOk('vm.delete', { id: vm.id })).operation);
    expect(await countsOf()).toEqual({ front: 0, back: 0, store: 0, dmz: 0 });
    await bench().end((await bench().expectOk('network.delete', { id: networks.back })).operation);
  });

  test('changes them only as a new VM', async () => {
    const { vm, networks } = await makeConnected();
    for (const further_network_ids of [null, [networks.back], [networks.back, networks.store]]) {
      const refused = await bench().expectProblem('vm.update', { id: vm.id, further_network_ids });
      expect(JSON.stringify(refused.fields)).toMatch(/further_network_ids.*a new one/);
    }
    const taken = { id: vm.id, network_id: networks.back };
    expect(await bench().expectProblem('vm.update', taken)).toMatchObject({
      fields: [{ path: ['further_network_ids'] }],
    });
    const none = { id: vm.id, network_id: null };
    expect(await bench().expectProblem('vm.update', none)).toMatchObject({
      fields: [{ path: ['further_network_ids'], message: 'needs network_id' }],
    });
  });

  test('is reached over any of them, and only there', async () => {
    const { vm, networks } = await makeConnected();
    const alone = await makeVm(bench(), { name: 'alone', network_id: networks.back });
    const probe = { from_vm_id: alone.id, to_vm_id: vm.id, protocol: 'tcp', port: 22 } as const;
    expect((await bench().expectOk('network.reachability', probe)).allowed).toBe(true);
    const other = await bench().expectOk('network.create', { name: 'dmz', cidr: '10.3.0.0/24' });
    const away = await makeVm(bench(), { name: 'away', network_id: other.resource.id });
    const lost = await bench().expectOk('network.reachability', { ...probe, from_vm_id: away.id });
    expect(lost.allowed).toBe(false);
  });

  test('that is made in a batch shares no address with the others', async () => {
    const { front: network_id, back } = await makeNetworks(bench);
    const vms = ['one', 'two', 'three'].map((name) => ({
      ...SMALL_VM,
      name,
      network_id,
      further_network_ids: [back],
    }));
    const batch = await bench().expectOk('vm_batch.create', { vms } as never);
    const answers = batch as unknown as { operations: { id: never; target_id: VmId }[] };
    for (const operation of answers.operations ?? []) await bench().end(operation as never);
    const { items } = await bench().expectOk('vm.list', {});
    const addresses = items.flatMap((vm) => vm.network_interfaces.map((each) => each.ip_address));
    expect(new Set(addresses).size).toBe(6);
  });

  test.each([
    ['no first network', { network_id: null }, 'needs network_id'],
    ['its first network again', { further_network_ids: ['front'] }, 'which is network_id already'],
    ['a network twice', { further_network_ids: ['back', 'back'] }, 'must name each network once'],
    ['an unknown network', { further_network_ids: ['gone'] }, 'there is no network net_'],
  ])('is refused with %s', async (_what, wrong, said) => {
    const ids: Record<string, string> = { ...(await makeNetworks(bench)) };
    ids.gone = 'net_00000000000000000000000000';
    const named = { network_id: 'front', further_network_ids: ['back'], ...wrong };
    const refused = await bench().expectProblem('vm.create', {
      ...SMALL_VM,
      network_id: named.network_id && ids[named.network_id],
      further_network_ids: named.further_network_ids.map((name) => ids[name]),
    } as never);
    expect(JSON.stringify(refused.fields)).toContain(said);
  });

  test('is made only of templates that allow each of them', async () => {
    const { front, back } = await makeNetworks(bench);
    const made = await bench().expectOk('template.create', {
      name: 'guarded',
      image: 'https://images.example.com/debian-12.qcow2',
      network_ids: [front],
    } as never);
    const wanted = { ...SMALL_VM, network_id: front, template_id: made.resource.id };
    const refused = await bench().expectProblem('vm.create', {
      ...wanted,
      further_network_ids: [back],
    } as never);
    expect(refused.fields).toMatchObject([{ path: ['further_network_ids'] }]);
  });
});

describe('a fleet in which one node has several interfaces', () => {
  const { nodes, ...fleet } = defaultFleet();
  const [first, ...others] = nodes;
  if (first === undefined) throw new Error('the default fleet has nodes');
  const cannot = { several_interfaces: 'no' } as const;
  const bench = useBench({
    fleet: {
      ...fleet,
      nodes: [first, ...others.map((node) => ({ ...node, capabilities: cannot }))],
    },
  });

  test('shows the same node before the networks are made and afterwards', async () => {
    const { front: network_id, back } = await makeNetworks(bench);
    const preview = async (more: object, unknown: readonly string[]) => {
      const input = { ...SMALL_VM, ...more };
      const asked = { operation: 'vm.create', input, unknown, session: 'session-1' } as const;
      return (await bench().expectOk('admission.preview', asked as never)).placement_preview;
    };
    const planned = await preview({}, ['network_id', 'further_network_ids']);
    expect(planned).toMatchObject({ node: first.name });
    expect(await preview({ network_id, further_network_ids: [back] }, [])).toEqual(planned);
    expect(await preview({ network_id }, [])).toEqual(planned);
  });

  test('places VMs with further networks there', async () => {
    const { front: network_id, back } = await makeNetworks(bench);
    for (const name of ['one', 'two', 'three']) {
      const vm = await makeVm(bench(), { name, network_id, further_network_ids: [back] });
      expect(vm.node).toBe(first.name);
    }
  });
});
