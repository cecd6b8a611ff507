/** Shared storages cut silent nodes off where their power cannot be switched. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Fleet } from '@novacron/agent/fleet/fleet';
import type { NodeId } from '@novacron/contract/ids';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import { err, ok } from '@novacron/contract/result';
import type { FenceDevices } from '@novacron/server/ports/fence-devices';
import type { StorageAccess } from '@novacron/server/ports/storage-fences';
import { awaitSound } from '../test-kit/await-sound.ts';
import { inspectFleet } from '../test-kit/inspect-fleet.ts';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const AFTER_MS = 60_000;
/** After this time a node that was cut off does not count for others. Unit: ms. */
const SETTLED_MS = 10 * 60_000;

const amounts = { size_gb: 900, free_gb: 500 };
const node = (name: string, zone: string) => ({
  name,
  zone,
  rack: `rack of ${name}`,
  cpu_cores: 8,
  memory_gb: 16,
  disk_gb: 200,
  storage: {
    pool: 'cut-shared',
    sharing: 'shared' as const,
    ...amounts,
    classes: {
      nvme: { pool: `own of ${name}`, sharing: 'local' as const, ...amounts },
      hdd: { pool: 'cut-slow', sharing: 'shared' as const, ...amounts },
    },
  },
});
const FLEET: Fleet = {
  nodes: [node('cut-a', 'zone-a'), node('cut-b', 'zone-a'), node('cut-c', 'zone-b')],
  storage_pools: { ssd: { size_gb: 100 }, hdd: { size_gb: 100 }, nvme: { size_gb: 100 } },
};

/** A storage as the tests have it. */
interface Storage {
  readonly access: Map<string, StorageAccess>;
  /** Whether it does what it is asked, beside what it answers. */
  obeys: boolean;
  readFault: string | undefined;
  readonly orders: string[];
}
const storages = new Map<string, Storage>();
let hasSwitch = true;
let powerFault: string | undefined;
let powerOrders = 0;
let automaticAfterMs: number | undefined;

function storageCalled(pool: string): Storage {
  const found = storages.get(pool);
  if (found === undefined) throw new Error(`there is no storage ${pool}`);
  return found;
}

const DEVICES: FenceDevices = {
  get automaticAfterMs() {
    return automaticAfterMs;
  },
  list: () =>
    hasSwitch
      ? FLEET.nodes.map(({ name }) => ({
          node: name,
          kind: 'redfish',
          address: `https://bmc-of-${name}`,
          identity: 'unchecked',
        }))
      : [],
  read: async () => (powerFault === undefined ? ok({ power: 'on', uuid: null }) : err(powerFault)),
  powerOff: async () => {
    powerOrders += 1;
    return ok(undefined);
  },
  storages: {
    list: () =>
      [...storages.keys()].map((pool) => ({ pool, kind: 'command', address: `/fence/${pool}` })),
    read: async ({ node: name, pool }) => {
      const { access, readFault } = storageCalled(pool);
      return readFault === undefined ? ok(access.get(name) ?? 'reaches') : err(readFault);
    },
    cutOff: async ({ node: name, pool }) => {
      const { orders, access, obeys } = storageCalled(pool);
      orders.push(`off ${name}`);
      if (obeys) access.set(name, 'cut_off');
      return ok(undefined);
    },
    restore: async ({ node: name, pool }) => {
      const { orders, access, obeys } = storageCalled(pool);
      orders.push(`on ${name}`);
      if (obeys) access.set(name, 'reaches');
      return ok(undefined);
    },
  },
};

describe('a node whose controller is gone with its rack', () => {
  afterEach(async () => {
    automaticAfterMs = undefined;
    for (const { name } of FLEET.nodes) bench().fleet.restartAgent(name);
    await awaitSound(bench());
  });
  const bench = useBench({ fleet: FLEET, fenceDevices: DEVICES });
  beforeEach(() => {
    automaticAfterMs = AFTER_MS;
    hasSwitch = true;
    powerFault = 'does not answer: timeout';
    powerOrders = 0;
    storages.clear();
    addStorage('cut-shared');
  });

  function addStorage(pool: string): void {
    storages.set(pool, { access: new Map(), obeys: true, readFault: undefined, orders: [] });
  }

  const RESTART = { healing: { on_node_loss: 'restart' } } as const;
  async function makeOn(name: string, more: Partial<Parameters<typeof makeVm>[1]> = {}) {
    const { id } = await makeVm(bench(), { placement: { node: name }, ...RESTART, ...more });
    await bench().end((await bench().expectOk('vm.update', { id, placement: null })).operation);
    return bench().expectOk('vm.get', { id });
  }
  async function attach(vm: Vm, type: 'hdd' | 'nvme') {
    const disk = { name: `data-${type}`, size_gb: 3, type, attached_to: vm.id } as const;
    await bench().end((await bench().expectOk('volume.create', disk)).operation);
  }
  const show = ({ id }: Pick<Vm, 'id'>) => bench().expectOk('vm.get', { id });

  async function nodeCalled(name: string) {
    const { items } = await bench().expectOk('node.list', { name });
    const [found] = items;
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found;
  }
  const idOf = async (name: string): Promise<NodeId> => (await nodeCalled(name)).id;

  async function operationsOf(kind: string) {
    const { items } = await bench().expectOk('operation.list', { kind: [kind] });
    return items;
  }

  test('is cut off by its storage, and the VMs with all disks there start elsewhere', async () => {
    const vm = await makeOn('cut-a');
    const local = await makeOn('cut-a', { name: 'has-a-local-disk' });
    await attach(local, 'nvme');
    const waiting = await makeOn('cut-a', { name: 'waits', healing: null });
    await bench().fleet.stopAgent('cut-a');
    await bench().advance(5 * AFTER_MS);
    await bench().endAll();
    expect(storageCalled('cut-shared').orders).toEqual(['off cut-a']);
    const lost = await nodeCalled('cut-a');
    expect(lost).toMatchObject({
      status: 'lost',
      fenced: null,
      cut_off: { by: 'platform', pools: [{ pool: 'cut-shared', state: 'confirmed' }] },
    });
    const moved = await show(vm);
    expect(moved).toMatchObject({ status: 'running', revision: vm.revision });
    expect(moved.node).not.toBe('cut-a');
    for (const left of [local, waiting]) {
      expect(await show(left)).toMatchObject({ status: 'unknown', node: 'cut-a' });
    }
    expect(await bench().expectProblem('vm.recover', { id: local.id })).toMatchObject({
      code: 'conflict',
      detail: expect.stringContaining('has a disk in the storage own of cut-a'),
      remedy: expect.stringContaining('novacron node confirm-dead cut-a'),
    });
    // The power is tried again for what the storage cannot give away, and gives all away.
    const before = await operationsOf('node.fence');
    expect(before.length).toBeGreaterThan(0);
    await bench().end(
      (await bench().expectOk('node.confirm_dead', { id: lost.id, reason: 'seen' })).operation,
    );
    expect(await bench().expectProblem('vm.recover', { id: local.id })).toMatchObject({
      data: { reason: 'storage' },
    });
  });

  test('is cut off at once where it has no controller', async () => {
    hasSwitch = false;
    const vm = await makeOn('cut-a');
    await bench().fleet.stopAgent('cut-a');
    await bench().advance(2 * AFTER_MS);
    await bench().endAll();
    expect(await operationsOf('node.fence')).toEqual([]);
    expect((await show(vm)).node).not.toBe('cut-a');
    // Nothing is left to be gained by a power-off.
    hasSwitch = true;
    await bench().advance(3 * AFTER_MS);
    expect(await operationsOf('node.fence')).toEqual([]);
  });

  test('is not cut off where its power could be switched', async () => {
    powerFault = undefined;
    await makeOn('cut-a');
    await bench().fleet.stopAgent('cut-a');
    await bench().advance(AFTER_MS + 10_000);
    expect(powerOrders).toBeGreaterThan(0);
    expect(storageCalled('cut-shared').orders).toEqual([]);
  });

  test('is not cut off for VMs that have a disk elsewhere', async () => {
    const local = await makeOn('cut-a');
    await attach(local, 'nvme');
    await bench().fleet.stopAgent('cut-a');
    await bench().advance(4 * AFTER_MS);
    expect(storageCalled('cut-shared').orders).toEqual([]);
    expect(await show(local)).toMatchObject({ status: 'unknown', node: 'cut-a' });
  });

  test.each<[string, Partial<Storage>, string]>([
    ['says that it takes writes', { obeys: false }, 'still says that the storage takes its writes'],
    ['cannot be read', { readFault: 'did not answer within 20 s' }, 'did not answer within 20 s'],
  ])('keeps its VMs where the storage %s afterwards', async (_title, more, detail) => {
    const vm = await makeOn('cut-a');
    Object.assign(storageCalled('cut-shared'), more);
    await bench().fleet.stopAgent('cut-a');
    await bench().advance(5 * AFTER_MS);
    expect(storageCalled('cut-shared').orders).toContain('off cut-a');
    expect(await nodeCalled('cut-a')).toMatchObject({
      fenced: null,
      cut_off: { pools: [{ pool: 'cut-shared', state: 'ordered' }] },
    });
    expect(await show(vm)).toMatchObject({ status: 'unknown', node: 'cut-a' });
    expect(await bench().expectProblem('vm.recover', { id: vm.id })).toMatchObject({
      data: { reason: 'not-fenced' },
    });
    const [last] = await operationsOf('node.cut_off');
    expect(last).toMatchObject({
      status: 'failed',
      problem: { detail: expect.stringContaining(detail) },
    });
    // It is confirmed once it is read.
    Object.assign(storageCalled('cut-shared'), { obeys: true, readFault: undefined });
    await bench().advance(6 * AFTER_MS);
    await bench().endAll();
    expect(await show(vm)).toMatchObject({ status: 'running' });
  });

  test('gives away for each storage what was confirmed for it', async () => {
    addStorage('cut-slow');
    storageCalled('cut-slow').obeys = false;
    const fast = await makeOn('cut-a');
    const both = await makeOn('cut-a', { name: 'on-both' });
    await attach(both, 'hdd');
    await bench().fleet.stopAgent('cut-a');
    await bench().advance(8 * AFTER_MS);
    await bench().endAll();
    expect(await nodeCalled('cut-a')).toMatchObject({
      cut_off: {
        pools: [
          { pool: 'cut-shared', state: 'confirmed' },
          { pool: 'cut-slow', state: 'ordered' },
        ],
      },
    });
    expect(await show(fast)).toMatchObject({ status: 'running' });
    expect(await show(both)).toMatchObject({ status: 'unknown', node: 'cut-a' });
    storageCalled('cut-slow').obeys = true;
    await bench().advance(6 * AFTER_MS);
    await bench().endAll();
    expect((await show(both)).node).not.toBe('cut-a');
  });

  test('is left alone while people hold healing, or with others of its zone', async () => {
    await makeOn('cut-a');
    await bench().expectOk('healing.hold', { all: true, reason: 'work on the network' });
    await bench().fleet.stopAgent('cut-a');
    await bench().advance(5 * AFTER_MS);
    expect(storageCalled('cut-shared').orders).toEqual([]);
    await bench().fleet.stopAgent('cut-b');
    await bench().advance(AFTER_MS);
    await bench().expectOk('healing.release', { all: true });
    await bench().advance(5 * AFTER_MS);
    expect(storageCalled('cut-shared').orders).toEqual([]);
  });

  test('is cut off although another one of its zone was, if that is ten minutes ago', async () => {
    hasSwitch = false;
    const vms = [await makeOn('cut-a'), await makeOn('cut-b', { name: 'second' })];
    await bench().fleet.stopAgent('cut-a');
    await bench().advance(2 * AFTER_MS);
    await bench().endAll();
    expect(storageCalled('cut-shared').orders).toEqual(['off cut-a']);
    await bench().fleet.stopAgent('cut-b');
    await bench().advance(2 * AFTER_MS);
    expect(storageCalled('cut-shared').orders).toEqual(['off cut-a']);
    await bench().advance(SETTLED_MS);
    await bench().endAll();
    expect(storageCalled('cut-shared').orders).toEqual(['off cut-a', 'off cut-b']);
    for (const vm of vms) {
      const moved = await show(vm);
      expect(moved).toMatchObject({ status: 'running' });
      expect(['cut-a', 'cut-b']).not.toContain(moved.node);
    }
  });

  test('that is back takes no VM until no copy is left, and has its storage again', async () => {
    const vm = await makeOn('cut-a');
    await bench().fleet.stopAgent('cut-a');
    await bench().advance(5 * AFTER_MS);
    await bench().endAll();
    const id = await idOf('cut-a');
    expect(await bench().expectProblem('node.reconnect', { id })).toMatchObject({
      code: 'conflict',
      remedy: expect.stringContaining('novacron node reconnect cut-a --force'),
    });
    storageCalled('cut-shared').obeys = false;
    bench().fleet.restartAgent('cut-a');
    for (let turn = 0; turn < 100 && (await nodeCalled('cut-a')).status === 'lost'; turn += 1) {
      await bench().advance(100);
    }
    expect(await bench().expectProblem('node.reconnect', { id })).toMatchObject({
      code: 'conflict',
      detail: `Node cut-a runs copies of VMs that were recovered: ${vm.id}.`,
    });
    await bench().advance(AFTER_MS);
    expect(await nodeCalled('cut-a')).toMatchObject({
      status: 'ready',
      cut_off: { pools: [{ pool: 'cut-shared' }] },
    });
    const there = { ...SMALL_VM, name: 'new-one', placement: { node: 'cut-a' } };
    expect(await bench().expectProblem('vm.create', there)).toMatchObject({
      code: 'no-capacity',
      detail: expect.stringContaining('its storage has cut it off'),
    });
    storageCalled('cut-shared').obeys = true;
    await bench().advance(6 * AFTER_MS);
    expect(storageCalled('cut-shared').access.get('cut-a')).toBe('reaches');
    expect(await nodeCalled('cut-a')).toMatchObject({ status: 'ready', cut_off: null });
    expect((await inspectFleet(bench().fleet)).get('cut-a')).toEqual([]);
    const orders = storageCalled('cut-shared').orders;
    expect(orders.slice(0, 2)).toEqual(['off cut-a', 'on cut-a']);
    expect(await show(vm)).toMatchObject({ status: 'running' });
    expect((await bench().expectOk('drift.report', {})).items).toEqual([]);
  });

  test('is cut off again where its storage accepts its writes again', async () => {
    hasSwitch = false;
    const vm = await makeOn('cut-a');
    await bench().fleet.stopAgent('cut-a');
    await bench().advance(2 * AFTER_MS);
    await bench().endAll();
    expect((await show(vm)).node).not.toBe('cut-a');
    const storage = storageCalled('cut-shared');
    storage.access.set('cut-a', 'reaches');
    await bench().advance(3 * AFTER_MS);
    expect(storage.orders).toEqual(['off cut-a', 'off cut-a']);
    expect(await nodeCalled('cut-a')).toMatchObject({
      cut_off: { pools: [{ state: 'confirmed' }], reason: 'its storage accepts its writes again' },
    });
  });

  test('is cut off and given back its storage by people', async () => {
    automaticAfterMs = undefined;
    const vm = await makeOn('cut-a', { healing: null });
    const id = await idOf('cut-a');
    expect(await bench().expectProblem('node.cut_off', { id })).toMatchObject({
      code: 'conflict',
      remedy: expect.stringContaining('Only a node that is lost can be cut off'),
    });
    expect(await bench().expectProblem('node.reconnect', { id })).toMatchObject({
      detail: 'Node cut-a is not cut off from any storage.',
    });
    await bench().fleet.stopAgent('cut-a');
    await bench().advance(AFTER_MS);
    const cut = await bench().expectOk('node.cut_off', { id, reason: 'smoke' });
    expect(await bench().end(cut.operation)).toMatchObject({ status: 'succeeded' });
    expect(await nodeCalled('cut-a')).toMatchObject({ cut_off: { by: 'admin', reason: 'smoke' } });
    const recovered = await bench().expectOk('vm.recover', { id: vm.id });
    await bench().end(recovered.operation);
    expect(await show(vm)).toMatchObject({ status: 'running' });
    const back = await bench().expectOk('node.reconnect', { id, force: true, reason: 'seen' });
    expect(await bench().end(back.operation)).toMatchObject({ status: 'succeeded' });
    expect(await nodeCalled('cut-a')).toMatchObject({ status: 'lost', cut_off: null });
    const { items } = await bench().expectOk('audit.list', { limit: 1000 });
    expect(items).toContainEqual(
      expect.objectContaining({ operation: 'node.reconnect', changes: expect.anything() }),
    );
  });

  test('is tested without being cut off', async () => {
    powerFault = undefined;
    const id = await idOf('cut-a');
    expect(await bench().expectOk('node.test_fence', { id })).toMatchObject({
      kind: 'redfish',
      ready: true,
      storages: [
        { pool: 'cut-shared', address: '/fence/cut-shared', access: 'reaches', ready: true },
      ],
    });
    storageCalled('cut-shared').access.set('cut-a', 'cut_off');
    hasSwitch = false;
    expect(await bench().expectOk('node.test_fence', { id })).toMatchObject({
      kind: null,
      ready: false,
      storages: [
        { ready: false, fault: expect.stringContaining('was not ordered to refuse them') },
      ],
    });
    expect(storageCalled('cut-shared').orders).toEqual([]);
    storages.clear();
    expect(await bench().expectProblem('node.cut_off', { id })).toMatchObject({ code: 'conflict' });
  });
});
