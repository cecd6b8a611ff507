/** Pending healing actions are listed, with the reason why they wait. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Fleet } from '@novacron/agent/fleet/fleet';
import type { NodeId } from '@novacron/contract/ids';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { ok } from '@novacron/contract/result';
import type { FenceDevices } from '@novacron/server/ports/fence-devices';
import { awaitSound } from '../test-kit/await-sound.ts';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const MINUTE_MS = 60_000;
/** Time after which a silent node is lost. Unit: ms. */
const LOST_MS = 40_000;

const node = (name: string) => ({
  name,
  zone: 'zone-a',
  rack: `rack-${name}`,
  cpu_cores: 8,
  memory_gb: 16,
  disk_gb: 200,
  storage: { pool: 'rack', sharing: 'shared' as const, size_gb: 900, free_gb: 500 },
});
const FLEET: Fleet = {
  nodes: [node('waits-a'), node('waits-b'), node('waits-c')],
  storage_pools: { ssd: { size_gb: 100 }, hdd: { size_gb: 100 }, nvme: { size_gb: 100 } },
};

const off = new Set<string>();
const DEVICES: FenceDevices = {
  automaticAfterMs: MINUTE_MS,
  list: () =>
    FLEET.nodes.map(({ name }) => ({
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

describe('what healing waits for', () => {
  // All are back then, so that the bench finds all machines.
  afterEach(async () => {
    for (const { name } of FLEET.nodes) bench().fleet.restartAgent(name);
    await awaitSound(bench());
  });
  const bench = useBench({ fleet: FLEET, fenceDevices: DEVICES });
  beforeEach(() => off.clear());

  const healing = { on_node_loss: 'restart' } as const;
  async function makeOn(name: string, more: Partial<InputOf<'vm.create'>> = {}): Promise<Vm> {
    const { id } = await makeVm(bench(), { placement: { node: name }, healing, ...more });
    await bench().end((await bench().expectOk('vm.update', { id, placement: null })).operation);
    return bench().expectOk('vm.get', { id });
  }
  const waiting = async () => (await bench().expectOk('healing.status', {})).waiting;
  async function confirm(name: string): Promise<void> {
    const { items } = await bench().expectOk('node.list', { name });
    const id = String(items[0]?.id) as NodeId;
    await bench().end((await bench().expectOk('node.confirm_dead', { id })).operation);
  }
  async function incident() {
    const { items } = await bench().expectOk('incident.list', { state: ['open'] });
    const id = items[0]?.id;
    if (id === undefined) throw new Error('no incident is open');
    const shown = await bench().expectOk('incident.get', { id });
    const explained = await bench().expectOk('incident.explain', { id });
    return {
      steps: shown.steps.map(({ what }) => what),
      held_up: explained.held_up,
      shown,
      explained,
    };
  }

  test('is a hold, for a VM that has crashed', async () => {
    await bench().expectOk('healing.hold', { reason: 'a disk is replaced' });
    const vm = await makeOn('waits-a', { healing: { attempts: 2 } });
    bench().fleet.drivers.get('waits-a')?.disturb(vm.id, { kind: 'power-off', reason: 'crash' });
    await bench().advance(MINUTE_MS);
    expect(await waiting()).toMatchObject([
      {
        class: 'recovery',
        by: 'restarts',
        operation: 'vm.start',
        target: vm.name,
        reason: expect.stringMatching(/^healing is held since .* by admin: a disk is replaced$/),
        held_by: null,
      },
    ]);
    await bench().expectOk('healing.release', {});
    await bench().advance(MINUTE_MS);
    expect(await waiting()).toEqual([]);
  });

  test('is the time between two starts', async () => {
    const vm = await makeOn('waits-a', { healing: { attempts: 3 } });
    const driver = bench().fleet.drivers.get('waits-a');
    driver?.disturb(vm.id, { kind: 'power-off', reason: 'panic' });
    await bench().advance(2_000);
    driver?.disturb(vm.id, { kind: 'power-off', reason: 'panic' });
    await bench().advance(1_000);
    expect(await waiting()).toMatchObject([
      {
        operation: 'vm.start',
        reason: expect.stringMatching(
          /^it stopped after it was started once; the next start is at/,
        ),
      },
    ]);
  });

  test('is a hold for all, for a node that is lost and the VMs on it', async () => {
    const vm = await makeOn('waits-a');
    await bench().expectOk('healing.hold', { all: true, reason: 'a switch' });
    await bench().fleet.stopAgent('waits-a');
    await bench().advance(LOST_MS + 2 * MINUTE_MS);
    expect(off).toEqual(new Set());
    const found = await waiting();
    expect(found.map(({ operation, target }) => [operation, target])).toEqual([
      ['vm.recover', vm.name],
      ['node.fence', 'waits-a'],
    ]);
    expect(found[0]?.reason).toBe('its node waits-a does not respond, and is not known to be off');
    const held = /^healing is held since .* for all tenants by admin: a switch$/;
    expect(found[1]?.reason).toMatch(held);
    const loss = await bench().expectOk('vm.explain', { id: vm.id, if_node_lost: true });
    expect(loss.explanation[0]).toMatch(/^waits-a is lost: it would start on/);
    const said = loss.explanation.join(' ');
    expect(said).toContain('No VM starts elsewhere now: healing is held since');
    expect(said).toContain(
      'waits-a is not powered off or cut off automatically now: healing is held',
    );
    expect(said).not.toContain('without a person');
    expect((await incident()).steps).toContainEqual(
      expect.stringMatching(/^node.fence of waits-a waits: healing is held/),
    );
    await confirm('waits-a');
    await bench().advance(10_000);
    expect((await waiting()).map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^healing is held since .* for all tenants by admin: a switch$/),
    ]);
  });

  test('is a cause that nodes have in common, and an incident says so', async () => {
    await makeOn('waits-a');
    await makeOn('waits-b', { name: 'other' });
    await bench().fleet.stopAgent('waits-a');
    await bench().fleet.stopAgent('waits-b');
    await bench().advance(LOST_MS + 2 * MINUTE_MS);
    expect(off).toEqual(new Set());
    const why =
      '2 of 3 nodes in the fleet are silent at once, which has a common cause: none is powered ' +
      'off (waits-a, waits-b)';
    const fences = (await waiting()).filter(({ operation }) => operation === 'node.fence');
    expect(fences.map(({ target, reason }) => [target, reason])).toEqual([
      ['waits-a', why],
      ['waits-b', why],
    ]);
    const { items } = await bench().expectOk('node.list', { name: 'waits-a' });
    const id = String(items[0]?.id) as NodeId;
    const loss = await bench().expectOk('node.explain', { id, if_lost: true });
    expect(loss.explanation).toContain(
      `waits-a is not powered off or cut off automatically now: ${why}.`,
    );
    const { items: events } = await bench().expectOk('event.list', { limit: 1000 });
    const pages = events.filter(({ priority }) => priority === 'critical');
    expect(pages.map(({ type }) => type)).toEqual(['incident.opened']);
    expect((await incident()).held_up).toContain(`node.fence of waits-a waits: ${why}`);
  });

  test('is room, and what recoveries have failed of', async () => {
    const big = { cpu_cores: 6, memory_gb: 12, disk_gb: 20 };
    await makeOn('waits-b', { ...big, name: 'way-b', healing: null });
    await makeOn('waits-c', { ...big, name: 'way-c', healing: null });
    const large = await makeOn('waits-a', { ...big, name: 'large' });
    const small = await makeOn('waits-a', { name: 'small' });
    for (const name of ['waits-b', 'waits-c']) {
      const faults = bench().fleet.drivers.get(name)?.faults;
      faults?.add({ action: 'define', kind: 'fail-final', times: 1_000 });
    }
    await bench().expectOk('healing.hold', { reason: 'wait' });
    await bench().fleet.stopAgent('waits-a');
    await bench().advance(LOST_MS);
    await confirm('waits-a');
    await bench().expectOk('healing.release', {});
    await bench().advance(MINUTE_MS);
    await bench().endAll();
    const reasons = new Map((await waiting()).map(({ target, reason }) => [target, reason]));
    expect(reasons.get(large.name)).toMatch(/room|memory|fits/i);
    expect(reasons.get(small.name)).toMatch(/failed, the next is at .*: .*failed on demand/);
    expect((await incident()).steps).toContainEqual(
      expect.stringMatching(/^vm.recover of large waits: /),
    );
    // The simulator locks no disks: the failure is stored as QEMU words it.
    const { items } = await bench().expectOk('operation.list', { kind: ['vm.recover'], limit: 50 });
    const failed = items.filter(
      ({ status, target_name }) => status === 'failed' && target_name === 'small',
    );
    const [last] = failed.sort((one, other) => (one.id < other.id ? 1 : -1));
    const detail = 'The VM cannot start: Failed to get shared "write" lock.';
    const problem_json = JSON.stringify({ ...last?.problem, detail });
    await bench().store.commit([
      { kind: 'patch', table: 'operations', id: String(last?.id), set: { problem_json } },
    ]);
    const { explained, shown } = await incident();
    expect(explained.causes[0]?.cause).toBe('host_unreachable');
    expect(shown.advice.join(' ')).toContain('Disks are still in use (small)');
    expect(shown.steps.map(({ what }) => what)).toContain(`vm.recover of small failed: ${detail}`);
    for (const name of ['waits-b', 'waits-c']) bench().fleet.drivers.get(name)?.faults.clear();
  });
});
