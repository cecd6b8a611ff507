/**
 * Two servers on one PostgreSQL that are killed in turn while schedules are due: each moment starts
 * exactly one execution, whichever server holds the lease.
 */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { problem } from '@novacron/contract/problem/problem';
import { makeRng } from '@novacron/engine/rng';
import type { Change } from '@novacron/server/ports/store';
import { waitUntil } from '@novacron/testing/wait-until';
import { type Call, readPages } from '../test-kit/world.ts';
import { type Cluster, startCluster } from './test-kit/start-cluster.ts';
import { callOf } from './test-kit/start-load.ts';

jest.setTimeout(400_000);

const SEED = process.env.SEED ?? 'schedules-1';
const MINUTE_MS = 60_000;
const WORKFLOWS = 4;
/** Moments that each schedule has missed: more than one round makes up for. */
const MISSED = 25;
const KILLS = 3;

const textOf = (at: number) => `name: regular-${at}
steps: [{ id: pause, wait: 1s }]
schedules: [{ cron: "* * * * *", missed: all, catch_up: 2d, overlap: allow }]
`;

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startCluster({ servers: 2, agents: 0 });
});
afterAll(() => cluster?.remove());

function must<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false }): T {
  if (!result.ok) throw new Error(JSON.stringify(result));
  return result.value;
}

/** Returns the number of executions by workflow ID. */
function countByWorkflow(rows: readonly { readonly target_id: string }[]) {
  const counts = new Map<string, number>();
  for (const { target_id: id } of rows) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

const RUNS = { from: 'operations', where: { kind: 'workflow.run' } } as const;

const countStarted = async () => (await cluster.store.read(RUNS)).length;

/** Sets all schedules back, as if no server had run for so long. @returns what they were and are */
async function missMoments() {
  return waitUntil('the schedules to be set back', async () => {
    const { triggers, runs } = await cluster.store.snapshot({
      triggers: { from: 'workflow_triggers' },
      runs: RUNS,
    });
    const nowMs = Date.now();
    const set = {
      reached: Math.floor(nowMs / MINUTE_MS) * MINUTE_MS - MISSED * MINUTE_MS,
      next_ms: nowMs,
    };
    const otherwise = problem('conflict', { detail: 'The schedule has moved.', remedy: 'Again.' });
    const changes = triggers.map(({ id, reached }): Change => {
      return {
        kind: 'update',
        table: 'workflow_triggers',
        id,
        set,
        expect: { reached },
        otherwise,
      };
    });
    const done = await cluster.store.commit(changes);
    return done.ok ? { from: set.reached, before: countByWorkflow(runs) } : undefined;
  });
}

test(`each moment of a schedule starts one execution (seed ${SEED})`, async () => {
  const rng = makeRng(SEED).fork('killed-schedules');
  const [server] = cluster.servers;
  if (server === undefined) throw new Error('there are two servers');
  const call: Call = callOf(cluster, server);
  for (let at = 0; at < WORKFLOWS; at += 1)
    must(await call('workflow.create', { text: textOf(at) }));
  const { from, before } = await missMoments();
  const first = await countStarted();
  const holders = new Set<string>();
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const range = (WORKFLOWS * MISSED) / (KILLS + 1);
    const wanted = first + Math.ceil((kill - rng.next()) * range);
    await waitUntil(
      `${wanted} executions`,
      async () => (await countStarted()) >= wanted || undefined,
    );
    const [lease] = await cluster.store.read({ from: 'leases', where: { id: 'reconcilers' } });
    if (lease !== undefined) holders.add(lease.holder);
    // In turn: one of two kills at least meets the holder of the lease.
    const victim = cluster.servers[kill % 2];
    await victim?.kill();
    await victim?.restart();
  }
  await waitUntil('the missed moments to be made up for', async () => {
    const rows = await cluster.store.read({ from: 'workflow_triggers' });
    const isPast = rows.every(({ reached }) => reached >= from + MISSED * MINUTE_MS);
    return isPast || undefined;
  });
  // A snapshot: a minute may pass at any time, and a commit counts and advances at once.
  const { triggers, runs } = await cluster.store.snapshot({
    triggers: { from: 'workflow_triggers' },
    runs: RUNS,
  });
  const started = countByWorkflow(runs);
  const made = triggers.map(
    ({ workflow_id: id }) => (started.get(id) ?? 0) - (before.get(id) ?? 0),
  );
  expect(made).toEqual(triggers.map(({ reached }) => (reached - from) / MINUTE_MS));
  expect(holders.size).toBeGreaterThan(1);
  const ended = await waitUntil('the executions to end', async () => {
    const executions = await readPages((page) => call('execution.list', page));
    return executions.every(({ finished_at }) => finished_at !== null) ? executions : undefined;
  });
  expect(new Set(ended.map(({ status }) => status))).toEqual(new Set(['succeeded']));
});
