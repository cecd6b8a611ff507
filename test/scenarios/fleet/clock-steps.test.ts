/** The time of day is set while nodes are alive, and when they die: it evicts and saves none. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ok } from '@novacron/contract/result';
import type { FenceDevices } from '@novacron/server/ports/fence-devices';
import { awaitSound } from '../test-kit/await-sound.ts';
import { SHARED_STORAGE_FLEET } from '../test-kit/shared-storage-fleet.ts';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
/** After this silence a node is powered off. Unit: ms. */
const AFTER_MS = MINUTE_MS;

const off = new Set<string>();
const orders: string[] = [];
let controllers: 'work' | 'ignore orders' = 'work';
const DEVICES: FenceDevices = {
  automaticAfterMs: AFTER_MS,
  list: () =>
    SHARED_STORAGE_FLEET.nodes.map(({ name }) => ({
      node: name,
      kind: 'redfish',
      address: `https://bmc-of-${name}`,
      identity: 'unchecked',
    })),
  read: async (name) => ok({ power: off.has(name) ? 'off' : 'on', uuid: null }),
  powerOff: async (name) => {
    orders.push(name);
    if (controllers === 'work') off.add(name);
    return ok(undefined);
  },
};

describe('the time of day', () => {
  // All are back then, so that the bench finds all machines.
  afterEach(async () => {
    for (const { name } of SHARED_STORAGE_FLEET.nodes) bench().fleet.restartAgent(name);
    await awaitSound(bench());
  });
  const bench = useBench({ fleet: SHARED_STORAGE_FLEET, fenceDevices: DEVICES });
  beforeEach(() => {
    off.clear();
    orders.length = 0;
    controllers = 'work';
  });

  async function makeOn(node: string, healing: Parameters<typeof makeVm>[1] = {}) {
    const { id } = await makeVm(bench(), { placement: { node }, ...healing });
    await bench().end((await bench().expectOk('vm.update', { id, placement: null })).operation);
    // A server names guarded VMs, and their node confirms them.
    await bench().advance(10 * SECOND_MS);
    return id;
  }
  const RESTART = { healing: { on_node_loss: 'restart' } } as const;
  const GUARDED = { healing: { on_node_loss: 'restart', stop_when_isolated: true } } as const;

  const show = (id: Awaited<ReturnType<typeof makeOn>>) => bench().expectOk('vm.get', { id });

  async function eventsOf(...types: readonly string[]) {
    const { items } = await bench().expectOk('event.list', { limit: 1000 });
    return items.filter(({ type }) => types.includes(type));
  }

  const STEPS = [
    ['the server', 'server', 5 * MINUTE_MS],
    ['the server', 'server', -5 * MINUTE_MS],
    ['the server', 'server', 12 * SECOND_MS],
    ['all nodes', 'nodes', 5 * MINUTE_MS],
    ['all nodes', 'nodes', -5 * MINUTE_MS],
  ] as const;

  test.each(STEPS)('of %s that is set evicts no VM (%s by %d ms)', async (_, of, byMs) => {
    const restarted = await makeOn('node-a', { name: 'restarted', ...RESTART });
    const guarded = await makeOn('node-b', { name: 'guarded', ...GUARDED });
    bench().stepClock(of, byMs);
    await bench().advance(10 * MINUTE_MS);
    expect(await show(restarted)).toMatchObject({ node: 'node-a', status: 'running' });
    expect(await show(guarded)).toMatchObject({ node: 'node-b', status: 'running' });
    expect(orders).toEqual([]);
    expect(await eventsOf('node.lost', 'node.lease_expired', 'vm.stopped')).toEqual([]);
  });

  test('of the server that is set back delays no power-off and no recovery', async () => {
    const id = await makeOn('node-a', RESTART);
    bench().stepClock('server', -5 * MINUTE_MS);
    await bench().fleet.stopAgent('node-a');
    await bench().advance(AFTER_MS + 20 * SECOND_MS);
    expect(off).toEqual(new Set(['node-a']));
    await bench().endAll();
    const moved = await show(id);
    expect(moved).toMatchObject({ status: 'running' });
    expect(moved.node).not.toBe('node-a');
  });

  test('of the server that is set back while a node is lost delays none either', async () => {
    const id = await makeOn('node-a', RESTART);
    await bench().fleet.stopAgent('node-a');
    await bench().advance(AFTER_MS / 2);
    bench().stepClock('server', -5 * MINUTE_MS);
    await bench().advance(AFTER_MS / 2 + 20 * SECOND_MS);
    expect(off).toEqual(new Set(['node-a']));
    await bench().endAll();
    expect(await show(id)).toMatchObject({ status: 'running' });
  });

  test('of the server that is set forward powers none off before its time', async () => {
    const id = await makeOn('node-a', RESTART);
    await bench().fleet.stopAgent('node-a');
    await bench().advance(AFTER_MS - 15 * SECOND_MS);
    bench().stepClock('server', 12 * SECOND_MS);
    await bench().advance(10 * SECOND_MS);
    expect(orders).toEqual([]);
    bench().fleet.restartAgent('node-a');
    await bench().advance(5 * MINUTE_MS);
    expect(orders).toEqual([]);
    expect(await show(id)).toMatchObject({ node: 'node-a', status: 'running' });
  });

  test('of the server that is set back makes no failed power-off be repeated at once', async () => {
    await makeOn('node-a', RESTART);
    controllers = 'ignore orders';
    await bench().fleet.stopAgent('node-a');
    await bench().advance(AFTER_MS / 2);
    bench().stepClock('server', -10 * MINUTE_MS);
    await bench().advance(9 * MINUTE_MS);
    const failed = await eventsOf('node.fence.failed');
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.length).toBeLessThan(5);
    controllers = 'work';
    await bench().advance(25 * MINUTE_MS);
    expect(off).toEqual(new Set(['node-a']));
    await bench().endAll();
  });

  test('of the server that is set back forgets no recovery that has failed', async () => {
    const id = await makeOn('node-a', RESTART);
    const others = SHARED_STORAGE_FLEET.nodes.filter(({ name }) => name !== 'node-a');
    for (const { name } of others) {
      const faults = bench().fleet.drivers.get(name)?.faults;
      faults?.add({ action: 'start', kind: 'fail-final', times: 1_000 });
    }
    await bench().fleet.stopAgent('node-a');
    await bench().advance(AFTER_MS / 2);
    bench().stepClock('server', -10 * MINUTE_MS);
    for (let minute = 0; minute < 9; minute += 1) {
      await bench().advance(MINUTE_MS);
      await bench().endAll();
    }
    const left = await eventsOf('vm.not_recovered');
    expect(left.map(({ data }) => data.detail)).toContainEqual(
      expect.stringContaining('stopped: it failed to start 3 times'),
    );
    for (const { name } of others) bench().fleet.drivers.get(name)?.faults.clear();
    await bench().expectOk('vm.recover', { id });
    await bench().endAll();
    expect(await show(id)).toMatchObject({ status: 'running' });
  });
});
