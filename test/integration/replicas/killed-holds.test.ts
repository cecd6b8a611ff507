/**
 * Automation that people hold while a server dies: no step begins once the hold is acknowledged,
 * and after the release each execution goes on exactly once.
 */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { makeRng } from '@novacron/engine/rng';
import { LogEntry } from '@novacron/engine/sagas/log/log-entry';
import { waitUntil } from '@novacron/testing/wait-until';
import type { Call } from '../test-kit/world.ts';
import { findDoubleWork } from './test-kit/find-double-work.ts';
import { type Cluster, startCluster } from './test-kit/start-cluster.ts';
import { callOf } from './test-kit/start-load.ts';

jest.setTimeout(400_000);

const SEED = process.env.SEED ?? 'holds-1';
const EXECUTIONS = 8;
const STEPS = 12;
const ROUNDS = 3;

const CHAIN = Array.from({ length: STEPS }, (_, at) =>
  at === 0
    ? '  - { id: s0, wait: 20ms }'
    : `  - { id: s${at}, needs: [s${at - 1}], for_each: [a, b], wait: 20ms }`,
);

const TEXT = `name: long
steps:
${CHAIN.join('\n')}
  - { id: part, needs: [s3], workflow: part }
`;

const PART = `name: part
steps:
  - { id: one, wait: 20ms }
  - { id: two, needs: [one], wait: 20ms }
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

/** The log of each execution, by its id. */
async function readLogs(): Promise<ReadonlyMap<string, readonly LogEntry[]>> {
  const rows = await cluster.store.read({ from: 'operation_log' });
  const logs = new Map<string, LogEntry[]>();
  for (const row of rows.toSorted((left, right) => left.seq - right.seq)) {
    const log = logs.get(row.operation_id) ?? [];
    logs.set(row.operation_id, log);
    log.push(LogEntry.parse(JSON.parse(row.entry_json)));
  }
  return logs;
}

/** Keys of all attempts that have begun. */
async function begun(): Promise<ReadonlySet<string>> {
  const keys = [...(await readLogs())].flatMap(([id, log]) =>
    log.flatMap((entry) =>
      entry.kind === 'started' && entry.direction === 'do'
        ? [`${id}/${entry.step}#${entry.attempt}`]
        : [],
    ),
  );
  return new Set(keys);
}

/** The executions that a server runs. */
const readOwned = async () =>
  (await readRuns()).filter(
    ({ finished_at_ms, owner }) => finished_at_ms === null && owner !== 'waiting',
  );

/** Whether an execution is held now, or waits for one of its own that is. */
function isHeld(log: readonly LogEntry[]): boolean {
  const last = log.findLast(({ kind }) => kind === 'held' || kind === 'released');
  const ofPart = log.filter((entry) => 'step' in entry && entry.step === 'part');
  return last?.kind === 'held' || ofPart.at(-1)?.kind === 'started';
}

test(`nothing begins in a hold, and all goes on once (seed ${SEED})`, async () => {
  const rng = makeRng(SEED).fork('killed-holds');
  const calls = cluster.servers.map((server): Call => callOf(cluster, server));
  const [first, second] = calls;
  if (first === undefined || second === undefined) throw new Error('there are two servers');
  must(await first('workflow.create', { text: PART }));
  const { resource } = must(await first('workflow.create', { text: TEXT }));
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = await readRuns();
    for (let at = 0; at < EXECUTIONS; at += 1) {
      must(await (at % 2 === 0 ? first : second)('workflow.run', { id: resource.id }));
    }
    const wanted = (await begun()).size + Math.floor(rng.next() * EXECUTIONS * STEPS);
    await waitUntil(`${wanted} begins`, async () => (await begun()).size >= wanted || undefined);
    const victim = cluster.servers[round % 2];
    const survivor = calls[(round + 1) % 2] ?? first;
    const dying = rng.next() < 0.5 ? victim?.kill() : undefined;
    must(await survivor('automation.hold', { reason: 'a playbook deletes too much' }));
    const known = await begun();
    await (dying ?? victim?.kill());
    await victim?.restart();
    const left = (await readOwned()).length;
    // A server that has taken one over has tried to begin its next step.
    await waitUntil('all that is left to be held', async () => {
      const log = await readLogs();
      const owned = await readOwned();
      return owned.every(({ id }) => isHeld(log.get(id) ?? [])) || undefined;
    });
    expect(left).toBeGreaterThan(0);
    expect([...(await begun())].filter((key) => !known.has(key))).toEqual([]);
    expect((await survivor('workflow.run', { id: resource.id })).ok).toBe(false);
    must(await survivor('automation.release', {}));
    const runs = await waitUntil('every execution to end', async () => {
      const rows = await readRuns();
      return rows.every(({ finished_at_ms }) => finished_at_ms !== null) ? rows : undefined;
    });
    expect(new Set(runs.map(({ status }) => status))).toEqual(new Set(['succeeded']));
    expect(runs).toHaveLength(before.length + EXECUTIONS * 2);
  }
  expect(await findDoubleWork(cluster.store)).toEqual([]);
});
