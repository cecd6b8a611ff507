/** Servers are away while nodes die: what they find when they are back. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ok } from '@novacron/contract/result';
import type { FenceDevices } from '@novacron/server/ports/fence-devices';
import { awaitSound } from '../test-kit/await-sound.ts';
import { inspectFleet } from '../test-kit/inspect-fleet.ts';
import { SHARED_STORAGE_FLEET } from '../test-kit/shared-storage-fleet.ts';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const AFTER_MS = MINUTE_MS;
/** Every node has it when a server starts. Unit: ms. */
const NODE_LEASE_MS = 20 * SECOND_MS;
/** Time for which guarded VMs of simulated nodes run on without a server. Unit: ms. */
const ISOLATION_LEASE_MS = MINUTE_MS;
/** Guarded VMs run on for so long: heartbeats are stored each 14 s, and guests killed 3 s early. */
const SHORT_MS = ISOLATION_LEASE_MS - 18 * SECOND_MS;

const off = new Set<string>();
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
    off.add(name);
    return ok(undefined);
  },
};

describe.each([
  ['a controller', DEVICES],
  ['the time that its node announced', undefined],
])('a VM of a node that dies while no server runs, fenced by %s', (_, fenceDevices) => {
  // All are back then, so that the bench finds all machines.
  afterEach(async () => {
    for (const { name } of SHARED_STORAGE_FLEET.nodes) bench().fleet.restartAgent(name);
    await awaitSound(bench());
  });
  const fences = fenceDevices === undefined ? {} : { fenceDevices };
  const bench = useBench({ fleet: SHARED_STORAGE_FLEET, ...fences });
  beforeEach(() => off.clear());

  const healing =
    fenceDevices === undefined
      ? ({ on_node_loss: 'restart', stop_when_isolated: true } as const)
      : ({ on_node_loss: 'restart' } as const);

  async function makeOn(node: string, name: string) {
    const { id } = await makeVm(bench(), { name, placement: { node }, healing });
    await bench().end((await bench().expectOk('vm.update', { id, placement: null })).operation);
    // A server names guarded VMs, and their node confirms them.
    await bench().advance(10 * SECOND_MS);
    return id;
  }
  const show = (id: Awaited<ReturnType<typeof makeOn>>) => bench().expectOk('vm.get', { id });

  async function runningOn(id: Awaited<ReturnType<typeof makeOn>>): Promise<readonly string[]> {
    const machines = [...(await inspectFleet(bench().fleet))];
    return machines.flatMap(([node, own]) =>
      own.some((each) => each.vm_id === id && each.status === 'running') ? [node] : [],
    );
  }

  test('starts elsewhere once, after the node had its whole time again', async () => {
    const dead = await makeOn('node-a', 'dead');
    const alive = await makeOn('node-b', 'alive');
    await bench().restartServer(async () => {
      await bench().fleet.powerOff('node-a');
      await bench().advance(30 * SECOND_MS);
    });
    const graceMs = fenceDevices === undefined ? ISOLATION_LEASE_MS : NODE_LEASE_MS;
    await bench().advance(graceMs - 2 * SECOND_MS);
    expect(off).toEqual(new Set());
    expect(await show(dead)).toMatchObject({ node: 'node-a' });
    expect(await runningOn(dead)).toEqual([]);
    await bench().advance(2 * AFTER_MS);
    await bench().endAll();
    const moved = await show(dead);
    expect(moved).toMatchObject({ status: 'running' });
    expect(await runningOn(dead)).toEqual([moved.node]);
    expect(moved.node).not.toBe('node-a');
    expect(await show(alive)).toMatchObject({ node: 'node-b', status: 'running' });
    // Its node returns to servers that have given it away: it starts nothing.
    bench().fleet.restartAgent('node-a');
    await awaitSound(bench());
    expect(await runningOn(dead)).toEqual([moved.node]);
  });

  test('starts elsewhere once, when the server dies together with the node', async () => {
    const dead = await makeOn('node-a', 'together');
    const diedMs = bench().deps.clock.nowMs();
    await bench().restartServer(async () => {
      // Both are gone at once: no server has seen a beat of it missing.
      await bench().fleet.powerOff('node-a');
      await bench().advance(5 * MINUTE_MS);
    });
    const graceMs = fenceDevices === undefined ? ISOLATION_LEASE_MS : NODE_LEASE_MS;
    await bench().advance(graceMs - 2 * SECOND_MS);
    expect(off).toEqual(new Set());
    expect(await show(dead)).toMatchObject({ node: 'node-a' });
    expect(await runningOn(dead)).toEqual([]);
    await bench().advance(2 * AFTER_MS);
    await bench().endAll();
    const moved = await show(dead);
    expect(moved).toMatchObject({ status: 'running' });
    expect(moved.node).not.toBe('node-a');
    expect(await runningOn(dead)).toEqual([moved.node]);
    await bench().advance(5 * MINUTE_MS);
    const recoveries = await bench().expectOk('operation.list', { kind: ['vm.recover'] });
    const own = recoveries.items.filter(({ target_id }) => target_id === dead);
    expect(own).toMatchObject([{ status: 'succeeded' }]);
    const { items: incidents } = await bench().expectOk('incident.list', { limit: 100 });
    const opened = incidents.filter(({ opened_at }) => Date.parse(opened_at) >= diedMs);
    expect(opened).toMatchObject([{ cause: 'node_lost', target: 'node-a' }]);
    bench().fleet.restartAgent('node-a');
    await awaitSound(bench());
    expect(await runningOn(dead)).toEqual([moved.node]);
  });

  test('stays where its node returns before its time is over', async () => {
    const id = await makeOn('node-a', 'back');
    await bench().restartServer(async () => {
      await bench().fleet.stopAgent('node-a');
      await bench().advance(20 * SECOND_MS);
    });
    await bench().advance(NODE_LEASE_MS - 2 * SECOND_MS);
    bench().fleet.restartAgent('node-a');
    await bench().advance(5 * MINUTE_MS);
    expect(off).toEqual(new Set());
    expect(await show(id)).toMatchObject({ node: 'node-a', status: 'running' });
    expect(await runningOn(id)).toEqual(['node-a']);
  });

  test('does not leave a node that lives, when servers are away again and again', async () => {
    const id = await makeOn('node-a', 'lives');
    await bench().restartServer(() => bench().advance(SHORT_MS));
    // By then a heartbeat is stored again.
    await bench().advance(ISOLATION_LEASE_MS / 2);
    await bench().restartServer(() => bench().advance(SHORT_MS));
    await bench().advance(5 * MINUTE_MS);
    expect(off).toEqual(new Set());
    expect(await show(id)).toMatchObject({ node: 'node-a', status: 'running' });
    const { items } = await bench().expectOk('event.list', { limit: 1000 });
    const types = new Set(items.map(({ type }) => type));
    for (const type of ['node.lost', 'node.lease_expired', 'vm.stopped'])
      expect(types).not.toContain(type);
  });
});
