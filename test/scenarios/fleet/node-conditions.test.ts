/** Nodes that are about to fail: what is seen of them, and the VMs that leave them. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { HostReading, SignalSource } from '@novacron/agent/signals/signal-source';
import { IncidentId } from '@novacron/contract/ids';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { decodeDefinition } from '@novacron/server/app/kernel/definitions/operation-definition';
import type { Bench } from '../test-kit/start-bench.ts';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const MINUTE_MS = 60_000;

const FAILING: HostReading = {
  disks: [{ device: 'sda', model: 'ST4000', state: 'failing', unreadableSectors: 0, warnings: [] }],
};
const SOUND: HostReading = { disks: [] };

/** Readings that the hosts report, by node. */
const readings = new Map<string, HostReading>();

beforeEach(() => {
  readings.clear();
  hangs.clear();
});

/** What hosts wait for before they can be read, by node. */
const hangs = new Map<string, Promise<void>>();

function signalsOf(nodeName: string): readonly SignalSource[] {
  const read = async () => {
    await hangs.get(nodeName);
    return readings.get(nodeName) ?? SOUND;
  };
  return [{ name: 'smart', everyMs: MINUTE_MS, read }];
}

async function nodeNamed(bench: Bench, name: string) {
  const { items } = await bench.expectOk('node.list', { name, limit: 1 });
  const [node] = items;
  if (node === undefined) throw new Error(`there is no node ${name}`);
  return node;
}

async function nodeOf(bench: Bench, id: string): Promise<string> {
  const { node } = await bench.expectOk('vm.get', { id });
  return String(node);
}

async function movesOf(bench: Bench) {
  const { items } = await bench.expectOk('operation.list', { kind: ['vm.migrate'], limit: 100 });
  return items.length;
}

/** Lets agents look, and the server after them. */
async function look(bench: Bench, minutes = 2): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) await bench.advance(MINUTE_MS);
}

describe('a server that moves no VM', () => {
  const bench = useBench({ signalsOf });

  test('shows the condition of a node, opens an incident, and places VMs elsewhere', async () => {
    const vm = await makeVm(bench());
    const home = String(vm.node);
    readings.set(home, FAILING);
    await look(bench());
    const evidence = 'sda (ST4000): SMART expects it to fail';
    const seen = { kind: 'disk_failing', subject: 'sda', severity: 'severe', evidence };
    expect(await nodeNamed(bench(), home)).toMatchObject({
      status: 'ready',
      conditions: [{ ...seen, cleared_at: null }],
    });
    const { items } = await bench().expectOk('incident.list', { limit: 10 });
    expect(items).toMatchObject([
      {
        cause: 'disk_failing',
        severity: 'warning',
        target: home,
        summary: `Node ${home} may fail soon: ${evidence}.`,
      },
    ]);
    const { advice } = await bench().expectOk('incident.get', {
      id: IncidentId.parse(items[0]?.id),
    });
    expect(advice).toEqual([
      '1 VM is there. None is moved automatically, because the server is configured that way.',
      `Have the hardware of ${home} checked. To empty it: novacron node drain ${home}.`,
    ]);
    for (const name of ['b', 'c', 'd', 'e', 'f']) {
      expect((await makeVm(bench(), { name, memory_gb: 2, cpu_cores: 1 })).node).not.toBe(home);
    }
    // A VM that has no other place still goes there.
    const pinned = { ...SMALL_VM, name: 'pinned', placement: { node: home } };
    expect((await makeVm(bench(), pinned)).node).toBe(home);
    expect(await nodeOf(bench(), vm.id)).toBe(home);
    expect(await movesOf(bench())).toBe(0);
  });

  test('says of a storage that is away what to look at', async () => {
    const message = 'The storage directory /pool has no pool.json: mount the storage there.';
    readings.set('node-a', { storagesAway: [{ pool: 'pool-1', message }] });
    await look(bench());
    const { items } = await bench().expectOk('incident.list', { limit: 10 });
    const summary = `Node node-a has trouble with a storage: ${message}`;
    expect(items).toMatchObject([{ cause: 'storage_errors', target: 'node-a', summary }]);
    const id = IncidentId.parse(items[0]?.id);
    expect((await bench().expectOk('incident.get', { id })).advice).toEqual([
      'Check the storage on node-a: its mount, and its disks or storage server. ' +
        'To empty it: novacron node drain node-a.',
    ]);
  });

  test('names a full disk, and starts no VM that waits for room until there is some', async () => {
    const vm = await makeVm(bench());
    const home = String(vm.node);
    const room = (freeMib: number): HostReading => ({
      storageRoom: [{ pool: 'pool-1', directory: '/var/lib/novacron/storage', freeMib }],
    });
    readings.set(home, room(12));
    await look(bench());
    const { items } = await bench().expectOk('incident.list', { limit: 10 });
    const summary = `Disk full on ${home}: /var/lib/novacron/storage has 12 MiB free.`;
    expect(items).toMatchObject([{ cause: 'disk_full', target: home, summary }]);

    const stop = { kind: 'power-off', reason: 'io_error' } as const;
    bench().fleet.drivers.get(home)?.disturb(vm.id, stop);
    await look(bench(), 10);
    const stopped = await bench().expectOk('vm.get', { id: vm.id });
    expect(stopped).toMatchObject({ status: 'stopped', stop_reason: 'io_error' });
    const incident = IncidentId.parse(items[0]?.id);
    expect(await bench().expectOk('incident.get', { id: incident })).toMatchObject({
      state: 'open',
      severity: 'critical',
      vms_down: 1,
      summary: summary.replace('free.', 'free; 1 VM affected.'),
      members: [{ vm_id: vm.id, node: home, up_at: null }],
    });
    const starts = { kind: ['vm.start'] };
    expect((await bench().expectOk('operation.list', starts)).items).toEqual([]);

    // It is full until there is twice as much room.
    readings.set(home, room(300));
    await look(bench());
    expect((await bench().expectOk('operation.list', starts)).items).toEqual([]);
    readings.set(home, room(600));
    await look(bench());
    const [start] = (await bench().expectOk('operation.list', starts)).items;
    expect(start).toMatchObject({ target_id: vm.id, status: 'succeeded' });
    const [row] = await bench().store.read({
      from: 'operations',
      where: { id: String(start?.id) },
    });
    if (row === undefined) throw new Error('the operation is stored');
    expect(await bench().expectOk('incident.get', { id: incident })).toMatchObject({
      state: 'resolved',
      vms_down: 0,
      vms_affected: 1,
      members: [{ vm_id: vm.id, up_at: expect.any(String) }],
    });
    // Its process has waited with the guest, so a failed start must not end it.
    expect(decodeDefinition(row).steps).toMatchObject([{ name: 'start', undo: null }]);
  });

  test('keeps a condition until an agent that was restarted has looked', async () => {
    readings.set('node-a', FAILING);
    await look(bench());
    await bench().fleet.stopAgent('node-a');
    readings.set('node-a', SOUND);
    let answer = (): void => undefined;
    hangs.set('node-a', new Promise((resolve) => (answer = resolve)));
    bench().fleet.restartAgent('node-a');
    await look(bench());
    const { conditions } = await nodeNamed(bench(), 'node-a');
    expect(conditions).toMatchObject([{ kind: 'disk_failing', cleared_at: null }]);
    answer();
    await look(bench());
    const later = await nodeNamed(bench(), 'node-a');
    expect(later.conditions).toMatchObject([{ cleared_at: expect.any(String) }]);
  });

  test('keeps a condition that has ended for an hour, and resolves its incident', async () => {
    readings.set('node-a', FAILING);
    await look(bench());
    readings.set('node-a', SOUND);
    await look(bench());
    const { conditions } = await nodeNamed(bench(), 'node-a');
    expect(conditions).toMatchObject([{ kind: 'disk_failing', cleared_at: expect.any(String) }]);
    const { items } = await bench().expectOk('incident.list', { limit: 10 });
    expect(items).toMatchObject([{ cause: 'disk_failing', state: 'resolved' }]);
    await look(bench(), 61);
    expect(await nodeNamed(bench(), 'node-a')).toMatchObject({ conditions: [] });
  });
});

/** The most migrations that ran at one time, by the order of their events. */
async function mostMovesAtOnce(bench: Bench): Promise<number> {
  const type = ['vm.migrate.accepted', 'vm.migrate.succeeded', 'vm.migrate.failed'];
  const { items } = await bench.expectOk('event.list', { type });
  let running = 0;
  let most = 0;
  for (const event of items) {
    running += event.type === 'vm.migrate.accepted' ? 1 : -1;
    most = Math.max(most, running);
  }
  return most;
}

describe('a server that moves VMs', () => {
  const bench = useBench({ signalsOf, proactiveMoves: 1 });

  test('migrates them off a node that is about to fail, one at a time, and not back', async () => {
    const { node } = await makeVm(bench(), { name: 'first' });
    const home = String(node);
    for (const name of ['second', 'third']) {
      const made = await makeVm(bench(), { name, cpu_cores: 1, memory_gb: 1 });
      if (made.node === home) continue;
      const { operation } = await bench().expectOk('vm.migrate', { id: made.id, node: home });
      await bench().end(operation);
    }
    const before = await movesOf(bench());
    readings.set(home, FAILING);
    await look(bench(), 2);
    await bench().advance(240_000);
    expect(await mostMovesAtOnce(bench())).toBe(1);
    const { items } = await bench().expectOk('vm.list', { limit: 10 });
    expect(items.map(({ node }) => node)).not.toContain(home);
    const moved = await movesOf(bench());
    expect(moved).toBe(before + 3);
    const { items: events } = await bench().expectOk('event.list', { type: ['vm.moves_off'] });
    expect(events.map(({ data }) => data.name)).toEqual(expect.arrayContaining(['first']));
    // It comes and goes: nothing moves back, and nothing moves again.
    for (const reading of [SOUND, FAILING, SOUND]) {
      readings.set(home, reading);
      await look(bench(), 5);
    }
    expect(await movesOf(bench())).toBe(moved);
  });

  test('moves none while people hold healing, and goes on after it', async () => {
    const vm = await makeVm(bench());
    const home = String(vm.node);
    await bench().expectOk('healing.hold', { reason: 'a test' });
    readings.set(home, FAILING);
    await look(bench(), 5);
    expect(await movesOf(bench())).toBe(0);
    await bench().expectOk('healing.release', {});
    await look(bench());
    await bench().endAll();
    expect(await nodeOf(bench(), vm.id)).not.toBe(home);
  });

  test('moves none to a node with a condition, although only that one has room', async () => {
    const large = { cpu_cores: 6, memory_gb: 2 };
    const first = await makeVm(bench(), { ...large, name: 'first' });
    const second = await makeVm(bench(), { ...large, name: 'second' });
    for (const name of ['node-a', 'node-b', 'node-c']) {
      if (name !== second.node) readings.set(name, FAILING);
    }
    await look(bench(), 5);
    expect(await nodeOf(bench(), first.id)).toBe(first.node);
    const { items } = await bench().expectOk('event.list', { type: ['vm.not_moved'] });
    expect(items).toMatchObject([{ target: first.id, data: { node: first.node } }]);
    const { detail } = items[0]?.data ?? {};
    const { waiting } = await bench().expectOk('healing.status', {});
    expect(waiting).toMatchObject([{ operation: 'vm.migrate', target: 'first', reason: detail }]);
    const open = await bench().expectOk('incident.list', { target: [String(first.node)] });
    const id = open.items[0]?.id;
    if (id === undefined) throw new Error('no incident is open');
    const { advice } = await bench().expectOk('incident.get', { id });
    expect(advice).toContain('1 VM is there.');
    expect(advice).toContain(`VM first is not moved: ${String(detail)}`);
  });

  test('moves none where all other nodes have conditions, too', async () => {
    await makeVm(bench());
    for (const name of ['node-a', 'node-b', 'node-c']) readings.set(name, FAILING);
    await look(bench(), 5);
    expect(await movesOf(bench())).toBe(0);
    const { items } = await bench().expectOk('incident.list', { limit: 10 });
    const busy = items.filter(({ state }) => state === 'open').map(({ id }) => id);
    const details = await Promise.all(busy.map((id) => bench().expectOk('incident.get', { id })));
    expect(details.flatMap(({ advice }) => advice)).toContain(
      '1 VM is there. None is moved: every other node in service has such a condition, too.',
    );
  });
});

describe('a live migration that does not end', () => {
  const bench = useBench({ signalsOf, proactiveMoves: 1 });

  const migrations = async () => {
    const { items } = await bench().expectOk('operation.list', { kind: ['vm.migrate'], limit: 9 });
    return items.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  };

  /** Makes a VM whose memory does not get to another node: it is on one that may fail. */
  async function makeSlow(more: Partial<InputOf<'vm.create'>> = {}): Promise<Vm> {
    const vm = await makeVm(bench(), more);
    const driver = bench().fleet.drivers.get(String(vm.node));
    driver?.faults.add({ action: 'migrate', kind: 'hang' });
    readings.set(String(vm.node), FAILING);
    return vm;
  }

  test('is cancelled after 5 minutes, and a cold one follows', async () => {
    const vm = await makeSlow();
    const home = String(vm.node);
    await look(bench(), 3);
    expect(await migrations()).toMatchObject([{ status: 'running' }]);
    await look(bench(), 8);
    await bench().endAll();
    const [live, cold, more] = await migrations();
    expect(more).toBeUndefined();
    expect(live).toMatchObject({
      status: 'failed',
      problem: { detail: expect.stringContaining('not done before its deadline') },
    });
    expect(cold).toMatchObject({ status: 'succeeded' });
    expect(cold?.steps.map(({ name }) => name)).toEqual([
      'stop',
      'prepare-incoming',
      'migrate',
      'activate',
      'delete-source',
      'start',
    ]);
    const after = await bench().expectOk('vm.get', { id: vm.id });
    expect(after).toMatchObject({ status: 'running' });
    expect(after.node).not.toBe(home);
    const { items } = await bench().expectOk('event.list', { type: ['vm.moves_off'] });
    const events = items.toSorted((one, other) => (one.at < other.at ? -1 : 1));
    expect(events.map(({ data, priority }) => [data.manner, priority])).toEqual([
      ['live', 'normal'],
      ['cold', 'high'],
    ]);
    expect(events[1]?.data.detail).toContain('its live migration did not finish within 5m');
    const { strategies } = await bench().expectOk('healing.outcomes', {});
    expect(strategies.filter(({ level }) => level === 2)).toMatchObject([
      { strategy: 'live_migration', outcomes: 1, succeeded: 0 },
      { strategy: 'cold_migration', outcomes: 1, succeeded: 1 },
    ]);
  });

  test('is followed by none where the VM may not be restarted, and says so', async () => {
    const vm = await makeSlow({ healing: { restart: 'never' } });
    await look(bench(), 12);
    expect(await migrations()).toMatchObject([{ status: 'failed' }]);
    expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({
      node: vm.node,
      status: 'running',
    });
    const { items } = await bench().expectOk('event.list', { type: ['vm.not_moved'] });
    expect(items).toMatchObject([
      { target: vm.id, data: { reason: 'not-restarted', detail: expect.any(String) } },
    ]);
    expect(items[0]?.data.detail).toContain('healing.restart is "never"');
  });

  test('waits for the restart window of its VM', async () => {
    const nowMs = bench().deps.clock.nowMs();
    const hour = (new Date(nowMs).getUTCHours() + 2) % 24;
    const restart_window = { schedule: `0 ${hour} * * *`, duration: '1h' };
    const vm = await makeSlow({ restart_window });
    await look(bench(), 12);
    expect(await migrations()).toMatchObject([{ status: 'failed' }]);
    const { items } = await bench().expectOk('event.list', { type: ['vm.not_moved'] });
    expect(items).toMatchObject([{ target: vm.id, data: { reason: 'restart_window' } }]);
  });
});

describe('another tenant', () => {
  const bench = useBench({ signalsOf });

  test('sees no conditions of nodes', async () => {
    readings.set('node-a', FAILING);
    await look(bench());
    const { id } = await nodeNamed(bench(), 'node-a');
    const { secret } = await bench().expectOk('tenant.create', { name: 'other' });
    const found = await bench().application.authenticate(secret ?? '');
    if (!found.ok) throw new Error(found.error.detail);
    const node = await bench().expectOk('node.get', { id }, { principal: found.value });
    expect([node.conditions, node.facts?.conditions]).toEqual([null, undefined]);
  });
});
