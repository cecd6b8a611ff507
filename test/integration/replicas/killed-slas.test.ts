/**
 * Two servers on one PostgreSQL that are killed in turn while SLAs are breached: each moment is
 * reported exactly once, and what is late is cancelled, whichever server holds the lease.
 */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { waitUntil } from '@novacron/testing/wait-until';
import { type Call, readPages } from '../test-kit/world.ts';
import { type Cluster, startCluster } from './test-kit/start-cluster.ts';
import { callOf } from './test-kit/start-load.ts';

jest.setTimeout(400_000);

const EXECUTIONS = 24;
const KILLS = 3;
/** From one breach to the next; unit: seconds. */
const APART_S = 2;

/** The first breach is late enough for all executions to have begun. */
const FIRST_S = 20;

const textOf = (at: number) => {
  const breachS = FIRST_S + at * APART_S;
  const times = `warn_after: ${breachS - 5}, breach_after: ${breachS}`;
  return `name: late-${at}
steps: [{ id: settle, wait: 1h }]
sla: { ${times}, on_breach: cancel }
`;
};

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startCluster({ servers: 2, agents: 0 });
});
afterAll(() => cluster?.remove());

function must<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false }): T {
  if (!result.ok) throw new Error(JSON.stringify(result));
  return result.value;
}

const countBreached = async () => {
  const rows = await cluster.store.read({ from: 'execution_slas' });
  return rows.filter(({ breached_ms }) => breached_ms !== null).length;
};

test('each moment of an SLA is reported once, and what is late is cancelled', async () => {
  const [server] = cluster.servers;
  if (server === undefined) throw new Error('there are two servers');
  const call: Call = callOf(cluster, server);
  for (let at = 0; at < EXECUTIONS; at += 1) {
    const { resource } = must(await call('workflow.create', { text: textOf(at) }));
    must(await call('workflow.run', { id: resource.id }));
  }
  const holders = new Set<string>();
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const wanted = Math.floor((kill * EXECUTIONS) / (KILLS + 2));
    await waitUntil(`${wanted} breaches`, async () =>
      (await countBreached()) >= wanted ? true : undefined,
    );
    const [lease] = await cluster.store.read({ from: 'leases', where: { id: 'reconcilers' } });
    if (lease !== undefined) holders.add(lease.holder);
    // In turn: one of two kills at least meets the holder of the lease.
    const victim = cluster.servers[kill % 2];
    await victim?.kill();
    await victim?.restart();
  }
  await waitUntil('all of them to be breached', async () =>
    (await countBreached()) === EXECUTIONS ? true : undefined,
  );
  const ended = await waitUntil('the executions to end', async () => {
    const executions = await readPages((page) => call('execution.list', page));
    return executions.every(({ finished_at }) => finished_at !== null) ? executions : undefined;
  });
  expect(new Set(ended.map(({ status }) => status))).toEqual(new Set(['stopped']));
  const events = await cluster.store.read({ from: 'events' });
  const reported = events
    .filter(({ type }) => type.startsWith('workflow.sla.'))
    .map(({ type, target }) => `${target} ${type}`);
  const wanted = ended.flatMap(({ id }) => [
    `${id} workflow.sla.breached`,
    `${id} workflow.sla.warning`,
  ]);
  expect(reported.toSorted()).toEqual(wanted.toSorted());
  expect(holders.size).toBeGreaterThan(1);
});
