/** Effects of a single faulty or lying node, tested on a bus with nodes that answer. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Bus } from '@novacron/bus/bus';
import { openMemoryBus } from '@novacron/bus/open-memory-bus';
import { announceSubject, poolHeartbeatSubject } from '@novacron/contract/agent/agent-subjects';
import type { JsonObject } from '@novacron/contract/json';
import { makeRng } from '@novacron/engine/rng';
import { wait } from '@novacron/runtime/wait';
import {
  createVirtualTime,
  type VirtualTime,
} from '../../../../agent/src/test-kit/virtual-time.ts';
import { nodeRow } from '../../../adapters/store/suite/rows.ts';
import { NO_TELEMETRY } from '../../../ports/telemetry.ts';
import { createSecondChannel, type SecondChannel } from './second-channel.ts';

const QUIET_MS = 1_600;
/** Time after which every responding node has answered and no request is repeated. Unit: ms. */
const WATCHED_MS = 3_200;
const DEADLINE_MS = 8_200;

let time: VirtualTime;
let bus: Bus;
let channel: SecondChannel;
let stop: () => void;
let wakes: number;
let asked: string[];

beforeEach(() => {
  time = createVirtualTime();
  bus = openMemoryBus({ timers: time.timers });
  wakes = 0;
  asked = [];
  const ignore = (): void => undefined;
  channel = createSecondChannel({
    bus,
    clock: time.clock,
    rng: makeRng('channel'),
    telemetry: NO_TELEMETRY,
    logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  });
  stop = channel.listen(() => {
    wakes += 1;
  });
});
afterEach(async () => {
  stop();
  await bus.close();
});

const node = (name: string, rack = `rack of ${name}`) =>
  nodeRow(`node_${name}`, {
    name,
    rack,
    capabilities_json: JSON.stringify({ poolHeartbeat: 'yes' }),
    facts_json: JSON.stringify({ storage: { pool: 'nfs', sharing: 'shared' } }),
  });

const DEAD = node('a');

/** Response of a node; `silent`: none. */
interface Said {
  readonly afterMs: number;
  readonly answer: JsonObject | 'silent';
}
const moves = (afterMs = 1_000): Said => ({ afterMs, answer: { kind: 'moves', guests: 2 } });
const stopped = (afterMs = 3_100, watched = 3_100): Said => ({
  afterMs,
  answer: { kind: 'stopped', watched_ms: watched, guests: 0 },
});
const SILENT: Said = { afterMs: 60_000, answer: 'silent' };

/** Nodes that are heard, and answer so; the first one is silent from now on. */
async function ask(others: Readonly<Record<string, Said>>, rack?: string): Promise<void> {
  const rows = [DEAD, ...Object.keys(others).map((name) => node(name, rack))];
  const beat = (name: string) => bus.publish(announceSubject(name), { node: name });
  for (const [name, { afterMs, answer }] of Object.entries(others)) {
    bus.respond(poolHeartbeatSubject(name), async () => {
      asked.push(name);
      await wait({ timers: time.timers, delayMs: afterMs, signals: [] });
      return answer === 'silent' ? { kind: 'moves' } : answer;
    });
  }
  beat('a');
  await time.advance(QUIET_MS);
  for (const name of Object.keys(others)) beat(name);
  await time.settle();
  channel.ask(rows, new Set());
}

async function readingAfter(durationMs: number) {
  await time.advance(durationMs);
  return channel.readingOf('a');
}

describe('a node that lies', () => {
  test('that it has watched a living node stop decides nothing', async () => {
    await ask({ b: stopped(3), c: moves(3_050) });
    expect(await readingAfter(WATCHED_MS - 200)).toBeUndefined();
    expect(await readingAfter(200)).toMatchObject({ kind: 'moves', by: ['c'], guests: 2 });
  });

  test('at once is not believed where it is alone', async () => {
    await ask({ b: stopped(3) });
    expect(await readingAfter(WATCHED_MS)).toMatchObject({
      kind: 'unknown',
      reason: expect.stringMatching(/^b: says after \d+ ms that it has stopped, having watched/),
    });
  });

  test('at once is not believed where the other one is silent, too', async () => {
    await ask({ b: stopped(3), c: SILENT });
    expect(await readingAfter(DEADLINE_MS)).toMatchObject({ kind: 'unknown', by: ['b', 'c'] });
  });

  test('in time is outvoted by one that saw it move, which may answer later', async () => {
    await ask({ b: stopped(3_100), c: moves(6_000) });
    expect(await readingAfter(WATCHED_MS)).toBeUndefined();
    expect(await readingAfter(DEADLINE_MS)).toMatchObject({ kind: 'moves', by: ['c'] });
  });
});

describe('a node that was asked', () => {
  test('and sees the heartbeat move is believed at once', async () => {
    await ask({ b: moves(500), c: stopped() });
    expect(await readingAfter(600)).toMatchObject({ kind: 'moves', by: ['b'] });
    expect(wakes).toBe(1);
    expect(await readingAfter(WATCHED_MS)).toMatchObject({ kind: 'moves', by: ['b'] });
  });

  test('agrees with the other one that it has stopped', async () => {
    await ask({ b: stopped(), c: stopped(3_150) });
    expect(await readingAfter(WATCHED_MS)).toMatchObject({ kind: 'stopped', by: ['b', 'c'] });
  });

  test('and does not answer in time leaves it to the other one', async () => {
    await ask({ b: SILENT, c: stopped() });
    expect(await readingAfter(WATCHED_MS)).toBeUndefined();
    expect(await readingAfter(DEADLINE_MS)).toMatchObject({ kind: 'stopped', by: ['c'] });
  });

  test('and gives an answer of another release does not count', async () => {
    await ask({ b: { afterMs: 3_100, answer: { kind: 'perhaps' } }, c: stopped() });
    expect(await readingAfter(WATCHED_MS)).toMatchObject({
      kind: 'unknown',
      reason: expect.stringContaining('b: sent an invalid response'),
    });
  });
});

test('which nodes are asked is drawn by lot, each time', async () => {
  const others = Object.fromEntries(['b', 'c', 'd', 'e', 'f'].map((name) => [name, moves(10)]));
  await ask(others);
  await time.advance(DEADLINE_MS);
  const rows = [DEAD, ...Object.keys(others).map((name) => node(name))];
  for (let round = 0; round < 20; round += 1) {
    await time.advance(31_000);
    for (const name of Object.keys(others)) bus.publish(announceSubject(name), { node: name });
    await time.settle();
    channel.ask(rows, new Set(['a']));
    await time.settle();
  }
  expect(asked).toHaveLength(2 * 21);
  expect(new Set(asked)).toEqual(new Set(Object.keys(others)));
});

test('nodes of other racks are asked first', async () => {
  await ask({ b: stopped(), c: stopped() }, DEAD.rack);
  await time.advance(DEADLINE_MS);
  asked.length = 0;
  const far = node('z');
  bus.respond(poolHeartbeatSubject('z'), async () => {
    asked.push('z');
    return { kind: 'moves' };
  });
  for (let round = 0; round < 10; round += 1) {
    await time.advance(31_000);
    for (const name of ['b', 'c', 'z']) bus.publish(announceSubject(name), { node: name });
    await time.settle();
    channel.ask([DEAD, node('b', DEAD.rack), node('c', DEAD.rack), far], new Set(['a']));
    await time.advance(DEADLINE_MS);
  }
  expect(asked.filter((name) => name === 'z')).toHaveLength(10);
});
