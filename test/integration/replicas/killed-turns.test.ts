/**
 * Two servers on one PostgreSQL that are killed in turn while executions of one group run: never do
 * more run than its limit says, and none of those that wait is lost.
 */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { WorkflowId } from '@novacron/contract/ids';
import { makeRng } from '@novacron/engine/rng';
import { waitUntil } from '@novacron/testing/wait-until';
import type { Call } from '../test-kit/world.ts';
import { findDoubleWork } from './test-kit/find-double-work.ts';
import { type Cluster, startCluster } from './test-kit/start-cluster.ts';
import { callOf } from './test-kit/start-load.ts';

jest.setTimeout(400_000);

const SEED = process.env.SEED ?? 'turns-1';
const LIMIT = 2;
const EXECUTIONS = 24;
const KILLS = 3;

const TEXT = `name: deploy
concurrency: { group: production, limit: ${LIMIT} }
steps:
  - { id: first, wait: 10ms }
  - { id: second, needs: [first], wait: 500ms }
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

const readRuns = () => cluster.store.read({ from: 'operations', where: { kind: 'workflow.run' } });

const countEnded = async () =>
  (await readRuns()).filter(({ finished_at_ms }) => finished_at_ms !== null).length;

/**
 * The most executions at the same time: from the end of the first step to that of the second. When
 * an execution was asked for says nothing: it was decided later that it may begin.
 */
async function mostAtOnce(): Promise<number> {
  const runs = await readRuns();
  const log = await cluster.store.read({ from: 'operation_log' });
  const moments = runs.flatMap(({ id, finished_at_ms: endMs }) => {
    const entries = log
      .filter(({ operation_id }) => operation_id === id)
      .map(({ entry_json, at_ms }) => ({ ...JSON.parse(entry_json), at_ms }));
    const beganMs = entries.find(
      ({ kind, step }) => kind === 'succeeded' && step === 'first',
    ).at_ms;
    return [
      { atMs: beganMs, by: 1 },
      { atMs: endMs ?? Number.POSITIVE_INFINITY, by: -1 },
    ];
  });
  let now = 0;
  let most = 0;
  // One begins after another one has ended, which may be in the same millisecond.
  for (const { by } of moments.toSorted(
    (left, right) => left.atMs - right.atMs || left.by - right.by,
  )) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}

test(`a group never has more than its limit, through ${KILLS} kills (seed ${SEED})`, async () => {
  const rng = makeRng(SEED).fork('killed-turns');
  const [first, second] = cluster.servers.map((server): Call => callOf(cluster, server));
  if (first === undefined || second === undefined) throw new Error('there are two servers');
  const { resource } = must(await first('workflow.create', { text: TEXT }));
  const run = async (call: Call, id: WorkflowId) => must(await call('workflow.run', { id }));
  // Both servers start them at the same moments.
  for (let at = 0; at < EXECUTIONS; at += 2) {
    await Promise.all([run(first, resource.id), run(second, resource.id)]);
  }
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const wanted = Math.floor(((kill - rng.next()) * EXECUTIONS) / (KILLS + 1));
    await waitUntil(`${wanted} ends`, async () => (await countEnded()) >= wanted || undefined);
    const victim = cluster.servers[kill % 2];
    await victim?.kill();
    await victim?.restart();
  }
  await waitUntil('all to end', async () => (await countEnded()) === EXECUTIONS || undefined);
  const runs = await readRuns();
  expect(new Set(runs.map(({ status }) => status))).toEqual(new Set(['succeeded']));
  expect(await mostAtOnce()).toBe(LIMIT);
  expect(await findDoubleWork(cluster.store)).toEqual([]);
  await waitUntil('the places to be removed', async () => {
    const left = await cluster.store.read({ from: 'execution_places' });
    return left.length === 0 || undefined;
  });
});
