import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Bus } from '@novacron/bus/bus';
import { openMemoryBus } from '@novacron/bus/open-memory-bus';
import { announceSubject, leaseSubject } from '@novacron/contract/agent/agent-subjects';
import { canonicalJson, type JsonObject } from '@novacron/contract/json';
import { problem } from '@novacron/contract/problem/problem';
import { err } from '@novacron/contract/result';
import { waitUntil } from '../../../../../test/support/src/wait-until.ts';
import {
  createVirtualTime,
  type VirtualTime,
} from '../../../../agent/src/test-kit/virtual-time.ts';
import { createIds, systemRandom } from '../../../adapters/ids/random-ids.ts';
import { openTemporaryStore } from '../../../adapters/store/sqlite/temporary-store.ts';
import { tenantRow } from '../../../adapters/store/suite/rows.ts';
import type { Store } from '../../../ports/store.ts';
import { createControlPlane } from '../../kernel/control-plane/control-plane.ts';
import { createNodeRegistry, type NodeRegistry } from './register-nodes.ts';

/** Capabilities of the server that newer agent messages depend on. */
const KNOWN = [
  'small-beats',
  'stop-reason',
  'guest-addresses',
  'planned-stop',
  'agent-silence',
  'isolation',
  'foreign-devices',
];

const AWAY = problem('unavailable', { detail: 'The store is away.', remedy: 'Wait.' });

let time: VirtualTime;
let bus: Bus;
let temporary: Awaited<ReturnType<typeof openTemporaryStore>>;
let registry: NodeRegistry;
let storeState: 'here' | 'away';
let renewals: JsonObject[];
let warnings: string[];

beforeEach(async () => {
  time = createVirtualTime();
  bus = openMemoryBus({ timers: time.timers });
  temporary = await openTemporaryStore();
  storeState = 'here';
  renewals = [];
  warnings = [];
  registry = createNodeRegistry(makeDeps());
  bus.subscribe(leaseSubject('node-01'), (message) => renewals.push(message));
});
afterEach(async () => {
  registry.stop();
  await temporary.remove();
});

function makeDeps(healthCheckIntervalMs?: number): Parameters<typeof createNodeRegistry>[0] {
  const store: Store = {
    ...temporary.store,
    commit: async (changes) =>
      storeState === 'away' ? err(AWAY) : temporary.store.commit(changes),
  };
  const ignore = (): void => undefined;
  const warn = (_fields: object, message: string): void => void warnings.push(message);
  const ids = createIds(time.clock, systemRandom);
  const logger = { debug: ignore, info: ignore, warn, error: warn };
  const { clock, timers } = time;
  // Before the store may be away: a server begins its term when it starts.
  const controlPlane = createControlPlane({ store: temporary.store, clock, ids, logger });
  return {
    store,
    bus,
    clock,
    timers,
    ids,
    logger,
    controlPlane,
    settings: { healthCheckIntervalMs },
  };
}

/** A heartbeat, received on the subject of a node. */
async function beat(number: number, changes: JsonObject = {}, place = 'node-01'): Promise<void> {
  bus.publish(announceSubject(place), {
    protocol: 1,
    node: 'node-01',
    zone: 'z',
    rack: 'r',
    driver: 'simulator',
    capabilities: { hotplugCpu: 'no', hotplugMemory: 'no', hotplugDisk: 'no', liveMigration: 'no' },
    capacity: { cpu_cores: 1, memory_mib: 1, disk_gb: 1 },
    incarnation: 'start-1',
    beat: number,
    lease_ms: 20_000,
    ...changes,
  });
  await time.settle();
}

/** A heartbeat that repeats an announcement. */
async function smallBeat(
  number: number,
  announced: number,
  changes: JsonObject = {},
  place = 'node-01',
): Promise<void> {
  const said = { protocol: 1, node: 'node-01', incarnation: 'start-1', lease_ms: 20_000 };
  bus.publish(announceSubject(place), { ...said, beat: number, announced, ...changes });
  await time.settle();
}

function nodeNames(): Promise<readonly string[]> {
  return temporary.store.read({ from: 'nodes' }).then((rows) => rows.map(({ name }) => name));
}

describe('the lease of a node', () => {
  test('is renewed by each beat, of which not every one is written down', async () => {
    for (const number of [1, 2, 3]) {
      await beat(number);
      await waitUntil('the renewal', () => renewals.length === number || undefined);
      await time.advance(5_000);
    }
    expect(renewals).toMatchObject([1, 2, 3].map((beat) => ({ incarnation: 'start-1', beat })));
  });

  test('is not renewed by what the store has not kept, and is again when it has', async () => {
    storeState = 'away';
    await beat(1);
    await waitUntil('the refusal', () => warnings.length === 1 || undefined);
    expect(renewals).toEqual([]);
    expect(warnings).toEqual(['node not registered']);
    storeState = 'here';
    await beat(2);
    await waitUntil('the renewal', () => renewals.length === 1 || undefined);
    expect(renewals).toEqual([
      {
        incarnation: 'start-1',
        beat: 2,
        control_plane: expect.objectContaining({ number: 1 }),
        knows: KNOWN,
        stored_beat: 2,
      },
    ]);
    storeState = 'away';
    await time.advance(14_000);
    await beat(3);
    await waitUntil('the second refusal', () => warnings.length === 2 || undefined);
    expect(renewals).toHaveLength(1);
  });

  test('stores at once whether heartbeats of the node arrive in its storage', async () => {
    const known = {
      hotplugCpu: 'no',
      hotplugMemory: 'no',
      hotplugDisk: 'no',
      liveMigration: 'no',
    };
    const stored = async () => {
      const [row] = await temporary.store.read({ from: 'nodes', where: { name: 'node-01' } });
      return JSON.parse(row?.capabilities_json ?? '{}').poolHeartbeat;
    };
    await beat(1, { capabilities: known });
    await waitUntil('the renewal', () => renewals.length === 1 || undefined);
    for (const [number, poolHeartbeat] of [
      [2, 'yes'],
      [3, 'no'],
    ] as const) {
      await time.advance(1_000);
      await beat(number, { capabilities: { ...known, poolHeartbeat } });
      await waitUntil('the renewal', () => renewals.length === number || undefined);
      expect(await stored()).toBe(poolHeartbeat);
    }
  });

  test('brings the network map to an agent that has another one', async () => {
    const capabilities = {
      hotplugCpu: 'no',
      hotplugMemory: 'no',
      hotplugDisk: 'no',
      liveMigration: 'no',
      networks: 'yes',
    };
    await beat(1, { capabilities });
    await waitUntil('the map', () => renewals.length === 1 || undefined);
    const map = { tunnels: [], networks: [], version: expect.any(String) };
    expect(renewals[0]?.network_map).toEqual(map);
    const { version } = Object(renewals[0]?.network_map);
    await beat(2, { capabilities, network_map: version });
    await waitUntil('the second renewal', () => renewals.length === 2 || undefined);
    expect(renewals[1]).not.toHaveProperty('network_map');
    await beat(3, { capabilities, network_map: 'older' });
    await waitUntil('the third renewal', () => renewals.length === 3 || undefined);
    expect(renewals[2]?.network_map).toEqual(map);
  });

  test('is renewed by a small beat of an announcement that was heard', async () => {
    await beat(1);
    await waitUntil('the renewal', () => renewals.length === 1 || undefined);
    await smallBeat(2, 1);
    await waitUntil('the second renewal', () => renewals.length === 2 || undefined);
    expect(renewals[1]).toMatchObject({ beat: 2, control_plane: { number: 1 } });
    expect(warnings).toEqual([]);
  });

  test.each([
    ['of another beat', 2, {}],
    ['of another start', 1, { incarnation: 'start-2' }],
  ])('is not renewed by a small beat of an announcement %s: it asks', async (_what, at, more) => {
    await beat(1);
    await waitUntil('the renewal', () => renewals.length === 1 || undefined);
    await smallBeat(3, at, more);
    const incarnation = 'start-1';
    const asked = { incarnation, ...more, beat: 0, knows: KNOWN };
    expect(renewals.slice(1)).toEqual([{ ...asked, wants: 'announcement' }]);
  });

  test('is not renewed by a small beat in the name of another node', async () => {
    await beat(1);
    await waitUntil('the renewal', () => renewals.length === 1 || undefined);
    await smallBeat(2, 1, {}, 'node-02');
    expect(renewals).toHaveLength(1);
    expect(warnings).toEqual(['an announcement in the name of another node is ignored']);
  });

  test('is no matter of agents that have none', async () => {
    bus.publish(announceSubject('node-01'), {});
    await beat(1, { incarnation: 7 });
    await waitUntil('the refusals', () => warnings.length === 2 || undefined);
    expect(renewals).toEqual([]);
  });
});

test('a silent node is noticed as soon as the health checks are frequent', async () => {
  const status = async () => (await temporary.store.read({ from: 'nodes' }))[0]?.status;
  registry.stop();
  registry = createNodeRegistry(makeDeps(500));
  await beat(1);
  await waitUntil('the node', async () => ((await status()) === 'ready' ? true : undefined));
  await time.advance(20_000);
  expect(await status()).toBe('ready');
  await time.advance(600);
  await waitUntil('its loss', async () => ((await status()) === 'lost' ? true : undefined));
  expect(warnings).toEqual(['node is lost: its agent is silent']);
});

describe('a node that is heard each second', () => {
  const row = async () => (await temporary.store.read({ from: 'nodes' }))[0];
  const suspected = async () => {
    const text = (await row())?.suspected_json ?? null;
    return text === null ? null : JSON.parse(text);
  };

  async function beats(count: number): Promise<void> {
    for (let number = 1; number <= count; number += 1) {
      await beat(number, { beat_ms: 1_000 });
      await waitUntil('the node', row);
      await time.advance(1_000);
    }
  }

  test('is suspected after 5 s of silence, and not after its next beat', async () => {
    await beats(10);
    await time.advance(3_900);
    expect(await suspected()).toBeNull();
    await time.advance(1_100);
    await waitUntil('suspicion', async () => (await suspected()) ?? undefined);
    expect(await suspected()).toEqual({
      since: expect.stringMatching(/^2026-01-01T00:00:1/),
      reason: expect.stringMatching(/^is suspected: no heartbeat for [56] s, lost after 20 s$/),
    });
    expect((await row())?.status).toBe('ready');
    await beat(11, { beat_ms: 1_000 });
    await waitUntil('its end', async () => ((await suspected()) === null ? true : undefined));
  });

  test('is lost after its lease, which it announces itself', async () => {
    await beat(1, { beat_ms: 1_000, lease_ms: 60_000 });
    await waitUntil('the node', row);
    await time.advance(59_000);
    expect((await row())?.status).toBe('ready');
    await time.advance(2_500);
    await waitUntil('its loss', async () => ((await row())?.status === 'lost' ? true : undefined));
    expect(await suspected()).toBeNull();
  });

  test('is not blamed when the time of day is set', async () => {
    await beats(3);
    let stepMs = 3_600_000;
    registry.stop();
    const { clock, timers } = time;
    const stepping = { nowMs: () => clock.nowMs() + stepMs, steadyMs: clock.nowMs };
    registry = createNodeRegistry({ ...makeDeps(), clock: stepping, timers });
    await beats(2);
    stepMs = -3_600_000;
    await beats(30);
    expect(await row()).toMatchObject({ status: 'ready', suspected_json: null });
    stepMs = 3_600_000;
    await time.advance(21_000);
    await waitUntil('its loss', async () => ((await row())?.status === 'lost' ? true : undefined));
  });
});

describe('a planned stop', () => {
  const STOP_MS = 60_000;
  const row = async () => (await temporary.store.read({ from: 'nodes' }))[0];
  const suspected = async () => {
    const text = (await row())?.suspected_json ?? null;
    return text === null ? null : JSON.parse(text);
  };
  const becomes = (status: string) =>
    waitUntil(`the status ${status}`, async () =>
      (await row())?.status === status ? true : undefined,
    );

  async function stopAsPlanned(): Promise<void> {
    await beat(1, { beat_ms: 1_000 });
    await waitUntil('the node', row);
    await time.advance(1_000);
    await beat(2, { beat_ms: 1_000, planned_stop_ms: STOP_MS });
    await waitUntil('its stop', async () => (await suspected()) ?? undefined);
  }

  /** Another server on the same store, which has heard nothing. */
  async function takeOver(awayMs: number): Promise<void> {
    registry.stop();
    await time.advance(awayMs);
    registry = createNodeRegistry(makeDeps());
  }

  test('is known at once, and the node is not lost before its time is over', async () => {
    await stopAsPlanned();
    expect(await suspected()).toEqual({
      since: '2026-01-01T00:00:01.000Z',
      reason: 'its agent was stopped on purpose, and is expected back by 2026-01-01T00:01:01.000Z',
      planned_until: '2026-01-01T00:01:01.000Z',
      stopped_start: 'start-1',
    });
    await time.advance(STOP_MS - 1_000);
    expect(await row()).toMatchObject({ status: 'ready' });
    await time.advance(3_000);
    await becomes('lost');
    expect(await suspected()).toBeNull();
  });

  test('is ended by the next start of the agent, not by what its own still sent', async () => {
    await stopAsPlanned();
    const stored = await suspected();
    await beat(1, { beat_ms: 1_000 });
    await time.advance(2_000);
    expect(await suspected()).toEqual(stored);
    await beat(1, { beat_ms: 1_000, incarnation: 'start-2' });
    await waitUntil('its end', async () => ((await suspected()) === null ? true : undefined));
    await time.advance(26_000);
    await becomes('lost');
  });

  test('is taken from the store by a server that has not heard of it', async () => {
    await stopAsPlanned();
    await takeOver(5_000);
    await time.advance(STOP_MS - 10_000);
    expect(await row()).toMatchObject({ status: 'ready' });
    await time.advance(10_000);
    await becomes('lost');
  });

  test('leaves the node a full lease after a server that starts when it is over', async () => {
    await stopAsPlanned();
    await takeOver(STOP_MS + 60_000);
    await time.advance(19_000);
    expect(await row()).toMatchObject({ status: 'ready' });
    await time.advance(3_000);
    await becomes('lost');
  });

  test('is not ended by a heartbeat of before, which is stored late', async () => {
    let commits: 'at once' | 'held' = 'at once';
    let release = (): void => {};
    registry.stop();
    const deps = makeDeps();
    const commit: Store['commit'] = async (changes) => {
      if (commits === 'held') {
        commits = 'at once';
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      }
      return deps.store.commit(changes);
    };
    registry = createNodeRegistry({ ...deps, store: { ...deps.store, commit } });
    await beat(1, { beat_ms: 1_000 });
    await waitUntil('the renewal', () => renewals[0]);
    time.stall(15_000);
    commits = 'held';
    await beat(2, { beat_ms: 1_000 });
    await waitUntil('the commit', () => (commits === 'at once' ? true : undefined));
    await beat(3, { beat_ms: 1_000, planned_stop_ms: STOP_MS });
    const stored = await waitUntil('its stop', async () => (await suspected()) ?? undefined);
    release();
    await waitUntil('the renewal', () => renewals.find(({ beat: number }) => number === 2));
    expect(await suspected()).toEqual(stored);
  });

  test('of a node that is switched off is no suspicion: it can be woken', async () => {
    await beat(1, { beat_ms: 1_000 });
    const { id = '' } = (await waitUntil('the node', row)) ?? {};
    const otherwise = problem('conflict', { detail: 'It has changed.', remedy: 'None.' });
    const set = { status: 'standby' };
    await temporary.store.commit([
      { kind: 'update', table: 'nodes', id, set, expect: { status: 'ready' }, otherwise },
    ]);
    await beat(2, { beat_ms: 1_000, planned_stop_ms: STOP_MS });
    await waitUntil('the renewal', () => renewals.find(({ beat: number }) => number === 2));
    expect(await row()).toMatchObject({ status: 'standby', suspected_json: null });
  });

  test('is no longer than half an hour, whatever the agent announces', async () => {
    await beat(1, { beat_ms: 1_000, planned_stop_ms: 86_400_000 });
    await waitUntil('its stop', async () => (await suspected()) ?? undefined);
    expect(await suspected()).toMatchObject({ planned_until: '2026-01-01T00:30:00.000Z' });
  });
});

describe('a node whose agent does not respond', () => {
  const row = async () => (await temporary.store.read({ from: 'nodes' }))[0];
  const suspected = async () => {
    const text = (await row())?.suspected_json ?? null;
    return text === null ? null : JSON.parse(text);
  };

  test('is alive and takes no VMs, until its agent responds', async () => {
    await beat(1, { beat_ms: 1_000 });
    await waitUntil('the node', row);
    await time.advance(6_000);
    await smallBeat(2, 1, { agent_silent_ms: 6_000 });
    await waitUntil('its silence', async () => (await suspected())?.agent_silent_since);
    const stored = {
      since: '2026-01-01T00:00:00.000Z',
      reason: 'its agent does not respond: it hangs or has crashed, and the node is alive',
      agent_silent_since: '2026-01-01T00:00:00.000Z',
    };
    expect(await suspected()).toEqual(stored);
    for (let number = 3; number < 40; number += 1) {
      await time.advance(1_000);
      await smallBeat(number, 1, { agent_silent_ms: 4_000 + number * 1_000 });
    }
    expect(await row()).toMatchObject({ status: 'ready' });
    expect(await suspected()).toEqual(stored);
    expect(renewals.at(-1)).toMatchObject({ beat: 39 });
    await smallBeat(40, 1);
    await waitUntil('its return', async () => ((await suspected()) === null ? true : undefined));
  });
});

test('a node has a full lease after its store was away', async () => {
  const row = async () => (await temporary.store.read({ from: 'nodes' }))[0];
  let readState: 'here' | 'away' = 'here';
  registry.stop();
  const deps = makeDeps();
  const read: Store['read'] = (query) => {
    if (readState === 'away') throw new Error('the store is away');
    return deps.store.read(query);
  };
  registry = createNodeRegistry({ ...deps, store: { ...deps.store, read } });
  await beat(1, { beat_ms: 1_000 });
  await waitUntil('the node', row);
  await time.advance(2_000);
  readState = 'away';
  await time.advance(300_000);
  readState = 'here';
  await time.advance(19_000);
  expect(await row()).toMatchObject({ status: 'ready' });
  await time.advance(4_000);
  await waitUntil('its loss', async () => ((await row())?.status === 'lost' ? true : undefined));
});

test('the silence of a lost node counts from its last heartbeat, stored or not', async () => {
  const row = async () => (await temporary.store.read({ from: 'nodes' }))[0];
  const startMs = time.clock.nowMs();
  await beat(1);
  await waitUntil('the node', async () => ((await row())?.status === 'ready' ? true : undefined));
  await time.advance(10_000);
  await beat(2);
  const lastMs = time.clock.nowMs();
  expect((await row())?.last_seen_at_ms).toBe(startMs);
  await time.advance(26_000);
  await waitUntil('its loss', async () => ((await row())?.status === 'lost' ? true : undefined));
  // Two clocks, one of which counts in fractions.
  expect(Math.abs(((await row())?.last_seen_at_ms ?? 0) - lastMs)).toBeLessThanOrEqual(1);
});

test('a server that did not run does not blame the nodes for what it has not heard', async () => {
  const status = async () => (await temporary.store.read({ from: 'nodes' }))[0]?.status;
  await beat(1);
  await waitUntil('the node', async () => ((await status()) === 'ready' ? true : undefined));
  await time.advance(4_000);
  time.stall(60_000);
  await time.advance(19_000);
  expect(await status()).toBe('ready');
  await time.advance(6_000);
  await waitUntil('its loss', async () => ((await status()) === 'lost' ? true : undefined));
});

test('a node that speaks in the name of another one is not believed', async () => {
  await beat(1, {}, 'node-02');
  expect(renewals).toEqual([]);
  expect(warnings).toEqual(['an announcement in the name of another node is ignored']);
  expect(await nodeNames()).toEqual([]);
  await beat(2);
  await waitUntil('the node', async () => (await nodeNames()).length === 1 || undefined);
  expect(await nodeNames()).toEqual(['node-01']);
});

describe('a node whose agent follows a control plane', () => {
  const OTHER = { id: 'cp_other', term: 'term_other', number: 3 };

  const row = async () => (await temporary.store.read({ from: 'nodes' }))[0];
  const eventsOf = async () =>
    (await temporary.store.read({ from: 'events' })).map(({ type, target, data_json }) => ({
      type,
      target,
      data: JSON.parse(data_json),
    }));
  const becomes = (status: string) =>
    waitUntil(`the status ${status}`, async () =>
      (await row())?.status === status ? true : undefined,
    );

  beforeEach(async () => {
    const tenant = { ...tenantRow('tnt_first'), is_platform: 1 };
    await temporary.store.commit([{ kind: 'put', into: 'tenants', row: tenant }]);
  });

  test('is used while it follows this one, or none that it names', async () => {
    await beat(1);
    await becomes('ready');
    const { control_plane: claim } = (await waitUntil('a renewal', () => renewals[0])) ?? {};
    await beat(2, { follows: claim ?? null });
    await waitUntil('another renewal', () => renewals[1]);
    expect(renewals[1]).toEqual({
      incarnation: 'start-1',
      beat: 2,
      control_plane: claim,
      knows: KNOWN,
      stored_beat: 1,
    });
    expect(await eventsOf()).toEqual([]);
  });

  test('is lost, without a lease, when it follows another one, and reported once', async () => {
    await beat(1);
    await becomes('ready');
    await beat(2, { follows: OTHER });
    await becomes('lost');
    await beat(3, { follows: OTHER });
    await beat(4, { follows: OTHER });
    const { id } = (await row()) ?? {};
    expect(await eventsOf()).toEqual([
      {
        type: 'node.lost',
        target: id,
        data: { name: 'node-01', reason: 'other-control-plane', vm_count: 0 },
      },
      { type: 'control_plane.refused', target: id, data: { name: 'node-01', follows: OTHER } },
    ]);
    await beat(5);
    await becomes('ready');
    expect((await eventsOf()).at(-1)).toMatchObject({ type: 'node.back' });
    expect(await row()).toMatchObject({ followed_json: null });
  });

  test('hears the name of this one every 20 s while it refuses it, and nothing else', async () => {
    const named = () => renewals.filter(({ control_plane }) => control_plane !== undefined);
    for (let number = 1; number <= 8; number += 1) {
      await beat(number, { follows: OTHER });
      await becomes('lost');
      await waitUntil('the name', () => named()[0]);
      await time.advance(5_000);
    }
    // No terms that this one follows: it must not be followed for that.
    const claim = { id: expect.any(String), term: expect.any(String), number: 1 };
    expect(named()).toEqual([
      { incarnation: 'start-1', beat: 1, control_plane: claim, knows: KNOWN },
      { incarnation: 'start-1', beat: 5, control_plane: claim, knows: KNOWN },
    ]);
  });

  test('of which a later term is announced is no news', async () => {
    await beat(1, { follows: OTHER });
    await becomes('lost');
    const later = { ...OTHER, term: 'term_later', number: 4 };
    await beat(2, { follows: later });
    await waitUntil('the later term', async () =>
      (await row())?.followed_json === canonicalJson(later) ? true : undefined,
    );
    expect((await eventsOf()).map(({ type }) => type)).toEqual(['control_plane.refused']);
  });

  test('that is new and follows another one is listed, and never ready', async () => {
    await beat(1, { follows: OTHER });
    await becomes('lost');
    expect(await row()).toMatchObject({ followed_json: canonicalJson(OTHER) });
    expect((await eventsOf()).map(({ type }) => type)).toEqual(['control_plane.refused']);
  });

  test('that refuses another one stays ready, and the other one is reported once', async () => {
    await beat(1);
    await becomes('ready');
    const refused = { control_plane: OTHER, at: '2026-01-02T03:04:05.000Z' };
    await beat(2, { refused });
    await waitUntil('the report', async () => ((await eventsOf()).length > 0 ? true : undefined));
    await beat(3, { refused });
    expect(await eventsOf()).toMatchObject([
      { type: 'control_plane.contested', data: { refused: OTHER } },
    ]);
    expect((await row())?.status).toBe('ready');
  });

  test('is back with its next heartbeat after silence', async () => {
    await beat(1);
    await becomes('ready');
    await time.advance(26_000);
    await becomes('lost');
    await beat(2);
    await becomes('ready');
    expect(await eventsOf()).toMatchObject([
      { type: 'node.lost', data: { reason: 'silent' } },
      { type: 'node.back' },
    ]);
  });
});

describe('an agent on another host with the name of a node', () => {
  const uuid = (digit: string) => ({ facts: { host_uuid: digit.repeat(32) } });
  const FIRST = { incarnation: 'start-1', ...uuid('1') };
  const SECOND = { incarnation: 'start-2', ...uuid('2') };

  async function row() {
    const [found] = await temporary.store.read({ from: 'nodes' });
    if (found === undefined) throw new Error('there is no node');
    return found;
  }
  async function change(set: object): Promise<void> {
    const { id } = await row();
    const done = await temporary.store.commit([{ kind: 'patch', table: 'nodes', id, set }]);
    expect(done.ok).toBe(true);
  }
  async function beatFor(seconds: number, changes: JsonObject): Promise<void> {
    for (let at = 1; at <= seconds; at += 1) {
      await beat(at, { beat_ms: 1_000, ...changes });
      await time.advance(1_000);
      await time.settle();
    }
  }

  test('is not heard while VMs may run on the first host, which is lost in time', async () => {
    await beatFor(2, FIRST);
    await change({ vm_count: 1 });
    await beatFor(40, SECOND);
    await waitUntil('the loss', async () => (await row()).status === 'lost' || undefined);
    expect((await row()).facts_json).toContain('1'.repeat(32));
    expect(renewals.every(({ incarnation }) => incarnation === 'start-1')).toBe(true);
    expect(warnings).toContain('node not registered');
    // Known to be off: nothing can run there twice.
    const fence = { kind: 'confirmed', at: '2026-01-02T03:04:05.000Z', by: 'anna', reason: null };
    await change({ fenced_json: canonicalJson(fence) });
    await beatFor(5, SECOND);
    await waitUntil('the return', async () => (await row()).status === 'ready' || undefined);
    expect((await row()).facts_json).toContain('2'.repeat(32));
  });

  test('takes the name over where no VM is on the node, as after a repair', async () => {
    await beatFor(2, FIRST);
    await beatFor(2, SECOND);
    await waitUntil('the other host', async () =>
      (await row()).facts_json?.includes('2'.repeat(32)) ? true : undefined,
    );
  });
});
