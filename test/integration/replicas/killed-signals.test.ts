/**
 * Signals to executions of two servers that are killed in turn: one that was acknowledged counts,
 * the first with a name counts alone, and what waits for it goes on exactly once.
 */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { OperationId } from '@novacron/contract/ids';
import { makeRng } from '@novacron/engine/rng';
import { waitUntil } from '@novacron/testing/wait-until';
import type { Call } from '../test-kit/world.ts';
import { findDoubleWork } from './test-kit/find-double-work.ts';
import { type Cluster, startCluster } from './test-kit/start-cluster.ts';
import { callOf } from './test-kit/start-load.ts';

jest.setTimeout(400_000);

const SEED = process.env.SEED ?? 'signals-1';
const EXECUTIONS = 6;
const KILLS = 3;
/** Reads from the sending of a signal to the kill: they take as long as it does. */
const READS_MAX = 4;

/** `late` waits for a signal that may come before its step begins. */
const TEXT = `name: build
steps:
  - { id: built, wait: { signal: built }, outputs: { number: data.number } }
  - { id: settle, needs: [built], wait: 50ms }
  - { id: late, needs: [settle], wait: { signal: late }, outputs: { number: data.number } }
  - { id: after, needs: [late], wait: 1ms }
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

/** The answer to a signal; the number that counts is that of the first one acknowledged. */
interface Sent {
  readonly number: number;
  readonly acknowledged: 'first' | 'repeated' | 'unknown';
}

async function send(call: Call, id: OperationId, signal: string, number: number): Promise<Sent> {
  const answer = await call('execution.signal', { id, signal, data: { number } }).catch(() => null);
  if (answer?.ok !== true) return { number, acknowledged: 'unknown' };
  return { number, acknowledged: answer.value.repeated ? 'repeated' : 'first' };
}

/** The number that a step has taken from its signal. */
async function numberOf(call: Call, id: OperationId, name: string): Promise<unknown> {
  const { steps } = must(await call('execution.get', { id }));
  const step = steps.find((each) => each.id === name);
  return step?.outputs?.number;
}

test(`signals count once through ${KILLS} kills (seed ${SEED})`, async () => {
  const rng = makeRng(SEED).fork('killed-signals');
  const [first, second] = cluster.servers.map((server): Call => callOf(cluster, server));
  if (first === undefined || second === undefined) throw new Error('there are two servers');
  const calls = [first, second];
  const { resource } = must(await first('workflow.create', { text: TEXT }));
  const ids: OperationId[] = [];
  for (let at = 0; at < EXECUTIONS; at += 1) {
    const call = at % 2 === 0 ? first : second;
    ids.push(must(await call('workflow.run', { id: resource.id })).operation.id);
  }
  await waitUntil('every execution to wait', async () => {
    const rows = await cluster.store.read({ from: 'execution_signals' });
    return rows.length === EXECUTIONS || undefined;
  });
  const sent = new Map<string, Sent[]>();
  const note = (key: string, one: Sent) => sent.set(key, [...(sent.get(key) ?? []), one]);
  let number = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    // Both signals of two executions, each to both servers, while one of these dies.
    const some = ids.slice(kill * 2, kill * 2 + 2);
    const sending = some.flatMap((id) =>
      ['built', 'late'].flatMap((signal) =>
        calls.map(async (call) => {
          number += 1;
          note(`${id}/${signal}`, await send(call, id, signal, number));
        }),
      ),
    );
    const reads = Math.floor(rng.next() * READS_MAX);
    const other = calls[(kill + 1) % 2];
    for (let read = 0; read < reads; read += 1) await other?.('execution.list', { limit: 1 });
    await cluster.servers[kill % 2]?.kill();
    await Promise.all(sending);
    await cluster.servers[kill % 2]?.restart();
    for (const id of some) {
      for (const signal of ['built', 'late']) {
        number += 1;
        note(`${id}/${signal}`, await send(first, id, signal, number));
      }
    }
  }
  const runs = await waitUntil('every execution to end', async () => {
    const rows = await cluster.store.read({ from: 'operations', where: { kind: 'workflow.run' } });
    return rows.every(({ finished_at_ms }) => finished_at_ms !== null) ? rows : undefined;
  });
  expect(new Set(runs.map(({ status }) => status))).toEqual(new Set(['succeeded']));
  for (const id of ids) {
    for (const step of ['built', 'late']) {
      const all = sent.get(`${id}/${step}`) ?? [];
      const firsts = all.filter(({ acknowledged }) => acknowledged === 'first');
      expect(firsts.length).toBeLessThanOrEqual(1);
      const counted = await numberOf(first, id, step);
      // Without an acknowledgement it was one whose answer was lost.
      const allowed =
        firsts.length === 1 ? firsts : all.filter((one) => one.acknowledged === 'unknown');
      expect(allowed.map((one) => one.number)).toContain(counted);
    }
  }
  expect(await findDoubleWork(cluster.store)).toEqual([]);
});
