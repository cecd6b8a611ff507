/** Before a silent node is powered off, other nodes read its heartbeat in the shared storage. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { HeartbeatReading } from '@novacron/agent/drivers/watch-heartbeat';
import { ok } from '@novacron/contract/result';
import type { FenceDevices } from '@novacron/server/ports/fence-devices';
import { NO_TELEMETRY, type Telemetry } from '@novacron/server/ports/telemetry';
import { awaitSound } from '../test-kit/await-sound.ts';
import { SHARED_STORAGE_FLEET } from '../test-kit/shared-storage-fleet.ts';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const AFTER_MS = MINUTE_MS;
/** Time after which a node is suspected and its peers have watched its heartbeat. Unit: ms. */
const CONFIRMED_MS = 7 * SECOND_MS;
/** Time after which a silent node is lost. Unit: ms. */
const LOST_MS = 30 * SECOND_MS;

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

/** The counters in the storage: that of each node moves unless it is here. */
const still = new Set<string>();
let storage: 'works' | 'away' = 'works';
let counter = 0;

async function readHeartbeat(node: string): Promise<HeartbeatReading | undefined> {
  if (storage === 'away') throw new Error('the storage has not answered for 2 s');
  counter += 1;
  return { boot_id: 'boot', counter: still.has(node) ? 0 : counter, guests: 1 };
}

/** Counted metrics. */
const counted: [metric: string, answer: unknown, name: unknown][] = [];
const telemetry: Telemetry = {
  ...NO_TELEMETRY,
  count: (metric, labels) => {
    counted.push([metric, Object(labels).answer, Object(labels).name]);
  },
};

describe('a node that does not answer', () => {
  // All are back then, so that the bench finds all machines.
  afterEach(async () => {
    still.clear();
    for (const { name } of SHARED_STORAGE_FLEET.nodes) bench().fleet.restartAgent(name);
    await awaitSound(bench());
  });
  const bench = useBench({
    fleet: SHARED_STORAGE_FLEET,
    fenceDevices: DEVICES,
    readHeartbeat,
    telemetry,
  });
  beforeEach(() => {
    off.clear();
    still.clear();
    counted.length = 0;
    storage = 'works';
  });

  async function makeOn(name: string, more: Partial<Parameters<typeof makeVm>[1]> = {}) {
    const healing = { on_node_loss: 'restart' } as const;
    const { id } = await makeVm(bench(), { placement: { node: name }, healing, ...more });
    await bench().end((await bench().expectOk('vm.update', { id, placement: null })).operation);
    return bench().expectOk('vm.get', { id });
  }

  async function nodeCalled(name: string) {
    const { items } = await bench().expectOk('node.list', { name });
    return items[0];
  }

  /** Its host dies. */
  async function die(name: string): Promise<void> {
    still.add(name);
    await bench().fleet.stopAgent(name);
  }

  test('on both channels is powered off within seconds, and its VMs start elsewhere', async () => {
    const { id } = await makeOn('node-a');
    await die('node-a');
    await bench().advance(4 * SECOND_MS);
    expect(off).toEqual(new Set());
    await bench().advance(CONFIRMED_MS - 4 * SECOND_MS);
    expect(off).toEqual(new Set(['node-a']));
    await bench().advance(5 * SECOND_MS);
    await bench().endAll();
    const moved = await bench().expectOk('vm.get', { id });
    expect(moved).toMatchObject({ status: 'running' });
    expect(moved.node).not.toBe('node-a');
    expect(await nodeCalled('node-a')).toMatchObject({
      status: 'lost',
      suspected: null,
      fenced: {
        kind: 'power',
        by: 'platform',
        reason: expect.stringMatching(
          /^no heartbeat for [5-7] s, and the one in the shared storage has stopped \(read by n/,
        ),
      },
      pool_heartbeat: { state: 'stopped', guests: 1, reason: null },
    });
    const answers = counted.filter(([name]) => name === 'novacron_pool_heartbeat_answers_total');
    expect(new Set(answers.map(([, answer]) => answer))).toEqual(new Set(['stopped']));
    const { items } = await bench().expectOk('event.list', { limit: 1000 });
    expect(items.filter(({ type }) => type === 'node.lost')).toHaveLength(1);
  });

  test('as its agent has stopped on purpose is not watched before it should be back', async () => {
    await makeOn('node-a');
    await bench().advance(5 * SECOND_MS);
    counted.length = 0;
    await bench().fleet.stopAgent('node-a', { plannedStopMs: 40 * SECOND_MS });
    await bench().advance(30 * SECOND_MS);
    const rounds = counted.filter(
      ([metric, , name]) => metric === 'novacron_reconciler_rounds_total' && name === 'fencing',
    );
    // One each second, and none each quarter of a second.
    expect(rounds.length).toBeLessThanOrEqual(32);
    expect(counted.map(([metric]) => metric)).not.toContain(
      'novacron_pool_heartbeat_answers_total',
    );
    still.add('node-a');
    await bench().advance(20 * SECOND_MS);
    expect(off).toEqual(new Set(['node-a']));
  });

  test('in a copy of the storage is said of both, and no VM moves into it', async () => {
    const inCopy = 'node-b';
    const kept = new Map([...bench().fleet.drivers].map(([name, { storage }]) => [name, storage]));
    for (const [name, driver] of bench().fleet.drivers) {
      const others = [...kept.keys()].filter((each) => each !== name);
      const seen = others.filter((each) => (each === inCopy) === (name === inCopy));
      const peers = seen.map((node) => ({ node, heartbeat: 'moves' }));
      const facts = { pool: 'rack', sharing: 'shared', size_gb: 900, free_gb: 500, peers };
      Object.assign(driver, { storage: () => facts });
    }
    await bench().advance(2 * MINUTE_MS);
    const { items } = await bench().expectOk('event.list', { limit: 1000 });
    const found = items.filter(({ type }) => type === 'node.storages_apart');
    const pairs = found.map(({ data }) => [...new Set(Object(data).nodes)].sort());
    expect(pairs.sort()).toEqual([
      ['node-a', 'node-b'],
      ['node-b', 'node-c'],
      ['node-b', 'node-d'],
    ]);
    expect(found[0]?.data).toMatchObject({
      pool: 'rack',
      detail: expect.stringMatching(/^Two storages have the id rack: node-. does not see the /),
    });
    const { id } = await makeOn(inCopy);
    await die(inCopy);
    await bench().advance(LOST_MS);
    await bench().endAll();
    expect(await bench().expectOk('vm.get', { id })).toMatchObject({ node: inCopy });
    for (const [name, driver] of bench().fleet.drivers) {
      Object.assign(driver, { storage: kept.get(name) });
    }
  });

  test('and whose heartbeat in the storage moves is an alarm, and never powered off', async () => {
    const vm = await makeOn('node-a');
    await bench().fleet.stopAgent('node-a');
    await bench().advance(CONFIRMED_MS);
    expect(await nodeCalled('node-a')).toMatchObject({
      status: 'ready',
      suspected: { reason: expect.stringContaining('is suspected') },
      pool_heartbeat: { state: 'moves', guests: 1 },
    });
    await bench().advance(10 * MINUTE_MS);
    expect(off).toEqual(new Set());
    const { items } = await bench().expectOk('incident.list', { state: ['open'] });
    expect(items).toMatchObject([
      {
        cause: 'management_lost',
        target: 'zone-a',
        nodes: ['node-a'],
        summary: 'Node node-a of zone-a runs, and servers do not hear it; 1 VM affected.',
      },
    ]);
    const [incident] = items;
    if (incident === undefined) throw new Error('there is an incident');
    const { explanation } = await bench().expectOk('incident.explain', { id: incident.id });
    expect(explanation.join('\n')).toContain(
      'The heartbeat of node-a in the shared storage moves, with 1 guests, as node-',
    );
    expect(explanation.join('\n')).toContain('Check the management network of the nodes');
    bench().fleet.restartAgent('node-a');
    await bench().advance(LOST_MS);
    expect(await nodeCalled('node-a')).toMatchObject({ status: 'ready', pool_heartbeat: null });
    expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({ node: 'node-a' });
    const left = await bench().expectOk('incident.list', { state: ['open'] });
    expect(left.items).toEqual([]);
  });

  test('keeps its VMs where its controller says off, and its heartbeat moves', async () => {
    const vm = await makeOn('node-a');
    await bench().fleet.stopAgent('node-a');
    await bench().advance(LOST_MS);
    // The controller is that of another machine.
    off.add('node-a');
    const id = (await nodeCalled('node-a'))?.id;
    if (id === undefined) throw new Error('there is no node-a');
    const fenced = await bench().end((await bench().expectOk('node.fence', { id })).operation);
    expect(fenced).toMatchObject({
      status: 'failed',
      problem: {
        detail: expect.stringContaining(
          'https://bmc-of-node-a says that the power is off, and the heartbeat of node-a moves ' +
            'in the shared storage: it may switch another machine',
        ),
      },
    });
    expect(await nodeCalled('node-a')).toMatchObject({ status: 'lost', fenced: null });
    const waiting = { node: 'node-a', status: 'unknown' };
    expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject(waiting);
  });

  test('and dies while its management network is away is powered off then', async () => {
    await makeOn('node-a');
    await bench().fleet.stopAgent('node-a');
    await bench().advance(2 * MINUTE_MS);
    expect(off).toEqual(new Set());
    still.add('node-a');
    await bench().advance(MINUTE_MS);
    expect(off).toEqual(new Set(['node-a']));
  });

  test('while the storage is away waits for the time of silence', async () => {
    await makeOn('node-a');
    storage = 'away';
    await bench().fleet.stopAgent('node-a');
    await bench().advance(AFTER_MS - 5 * SECOND_MS);
    expect(off).toEqual(new Set());
    expect(await nodeCalled('node-a')).toMatchObject({
      status: 'lost',
      pool_heartbeat: {
        state: 'unknown',
        reason: expect.stringContaining('the storage has not answered for 2 s'),
      },
    });
    // One that is silent for so long is looked at every 5 s.
    await bench().advance(11 * SECOND_MS);
    expect(off).toEqual(new Set(['node-a']));
  });

  test('is not powered off by a channel while people hold healing, or with its zone', async () => {
    await makeOn('node-a');
    await bench().expectOk('healing.hold', { all: true, reason: 'work on the network' });
    await die('node-a');
    await bench().advance(LOST_MS);
    expect(off).toEqual(new Set());
    await bench().expectOk('healing.release', { all: true });
    await die('node-b');
    await bench().advance(2 * MINUTE_MS);
    expect(off).toEqual(new Set(['node-a']));
  });

  test('and whose VMs wait for it is left alone', async () => {
    await makeOn('node-a', { healing: { on_node_loss: 'wait' } });
    await die('node-a');
    await bench().advance(2 * AFTER_MS);
    expect(off).toEqual(new Set());
    expect(await nodeCalled('node-a')).toMatchObject({ pool_heartbeat: { state: 'stopped' } });
  });

  test('in a zone where two do is left alone', async () => {
    await makeOn('node-a');
    await die('node-a');
    await die('node-b');
    await bench().advance(5 * MINUTE_MS);
    expect(off).toEqual(new Set());
  });
});

describe('a node of which one other node alone says that it runs', () => {
  const [gone, witness, ...others] = SHARED_STORAGE_FLEET.nodes;
  const bench = useBench({
    fleet: {
      ...SHARED_STORAGE_FLEET,
      nodes: [gone, witness, ...others.map(({ storage: _storage, ...each }) => each)].filter(
        (each) => each !== undefined,
      ),
    },
    fenceDevices: DEVICES,
    readHeartbeat,
  });

  test('is an alarm that names the witness after ten minutes, and can be confirmed', async () => {
    off.clear();
    still.clear();
    storage = 'works';
    const healing = { on_node_loss: 'restart' } as const;
    const { id } = await makeVm(bench(), { placement: { node: 'node-a' }, healing });
    await bench().end((await bench().expectOk('vm.update', { id, placement: null })).operation);
    await bench().fleet.stopAgent('node-a');
    await bench().advance(9 * MINUTE_MS);
    const show = async () => {
      const { items } = await bench().expectOk('incident.list', { state: ['open'] });
      const [only] = items;
      if (only === undefined || items.length > 1) throw new Error('there is one incident');
      return bench().expectOk('incident.get', { id: only.id });
    };
    const early = await show();
    expect(early.summary).toBe(
      'Node node-a of zone-a runs, and servers do not hear it; 1 VM affected.',
    );
    await bench().advance(2 * MINUTE_MS);
    const late = await show();
    expect(late).toMatchObject({
      id: early.id,
      cause: 'management_lost',
      summary:
        'Node node-a of zone-a runs, and servers do not hear it; 1 VM affected; node-b alone ' +
        'says that node-a runs.',
    });
    expect(late.advice.at(-1)).toBe(
      'Only node-b reports that node-a is running, and it may be wrong: check node-a itself. If ' +
        'it is off, confirm it: novacron node confirm-dead node-a --force --reason "…". Then ' +
        'check node-b, too.',
    );
    const { items: events } = await bench().expectOk('event.list', { limit: 1000 });
    expect(events.filter(({ type }) => type === 'incident.changed')).toMatchObject([
      // It has paged when it was opened.
      { priority: 'normal', data: { summary: late.summary } },
    ]);
    expect(off).toEqual(new Set());
    const { items: nodes } = await bench().expectOk('node.list', { name: 'node-a' });
    const [lost] = nodes;
    if (lost === undefined) throw new Error('the node is there');
    // What may be wrong is named, and is not passed over without a word.
    for (const forced of [{}, { reason: 'seen' }, { force: true }]) {
      const asked = { id: lost.id, ...forced };
      const refused = await bench().expectProblem('node.confirm_dead', asked);
      const previewed = { operation: 'node.confirm_dead', input: asked } as const;
      expect(await bench().expectOk('admission.preview', previewed)).toMatchObject({
        problems: [{ detail: refused.detail }],
      });
      expect(refused).toMatchObject({
        code: 'conflict',
        detail: expect.stringMatching(
          /^Node node-a is alive: its heartbeat in the shared storage moves, as node-b read at /,
        ),
      });
    }
    const seen = { id: lost.id, force: true, reason: 'seen' };
    await bench().end((await bench().expectOk('node.confirm_dead', seen)).operation);
    await bench().advance(MINUTE_MS);
    await bench().endAll();
    expect((await bench().expectOk('vm.get', { id })).node).not.toBe('node-a');
  });
});
