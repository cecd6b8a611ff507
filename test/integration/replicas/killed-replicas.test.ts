/** Three servers and five agents, killed one after another under load. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { REPLAY_LIMIT_MAX } from '@novacron/bus/bus';
import { type Client, createClient } from '@novacron/contract/client';
import { type CallOptions, createHttpCarrier } from '@novacron/testing/http-carrier';
import { waitUntil } from '@novacron/testing/wait-until';
import { findFaults } from '../../scenarios/test-kit/find-faults.ts';
import { makeCaller } from '../test-kit/live-client.ts';
import { runNovacron } from '../test-kit/start-server-process.ts';
import { type EventFollower, followEvents } from './test-kit/follow-events.ts';
import { type Cluster, type ClusterServer, startCluster } from './test-kit/start-cluster.ts';

jest.setTimeout(120_000);

type Call = Client<CallOptions>['call'];

const SERVERS = 3;
const AGENTS = 5;
const CALLERS = 6;
const LOAD_MS = 1_500;
const EVENT_SUBJECT = 'novacron.events';

describe('three servers on one PostgreSQL and one NATS', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startCluster({ servers: SERVERS, agents: AGENTS });
  });
  afterAll(() => cluster?.remove());

  /** The client of a server; unavailable while it is away. */
  function callOf(server: ClusterServer): Call {
    return createClient<CallOptions>((name, input, options) =>
      createHttpCarrier(server.url() ?? 'http://127.0.0.1:9', cluster.adminKey)(
        name,
        input,
        options,
      ),
    ).call;
  }

  test('make one admin key between them, and the others say where it is', () => {
    expect(cluster.keyFiles()).toHaveLength(1);
    const said = cluster.servers.map((server) => server.stdout());
    const [file = ''] = cluster.keyFiles();
    const makers = said.filter((text) => text.includes(`also in ${file}): ${cluster.adminKey}`));
    const others = said.filter((text) => text.includes(`made at the first start: ${file} on `));
    expect([makers.length, others.length]).toEqual([1, SERVERS - 1]);
  });

  test('answer a wait for an operation that another one runs as soon as it ends', async () => {
    const [first, second] = cluster.servers.map(callOf);
    const vm = { name: 'far', cpu_cores: 1, memory_gb: 1, disk_gb: 5 };
    await waitUntil('a node', async () => (await first?.('vm.create', vm))?.ok || undefined);
    const found = await second?.('operation.list', { limit: 1 });
    const id = found?.ok ? found.value.items[0]?.id : undefined;
    expect(id && (await second?.('operation.wait', { id, timeout_ms: 10_000 }))).toMatchObject({
      ok: true,
      value: { status: 'succeeded' },
    });
  });

  test('obey again after a policy that locked everybody out was disabled', async () => {
    const [first, second] = cluster.servers.map(callOf);
    const policy = { name: 'Nobody', type: 'access', rule: 'package novacron\n\nallow if false\n' };
    expect(await first?.('policy.create', { ...policy, type: 'access' })).toMatchObject({
      ok: true,
    });
    const network = { name: 'n', cidr: '10.0.0.0/16' };
    expect(await second?.('network.create', network)).toMatchObject({
      error: { code: 'policy-denied' },
    });
    const disabled = await runNovacron(['policy', 'disable', 'Nobody', '--break-glass'], {
      NOVACRON_STORE: cluster.storeUrl,
    });
    expect(disabled).toMatchObject({ code: 0, stdout: expect.stringContaining('is disabled') });
    expect(await second?.('network.create', network)).toMatchObject({ ok: true });
  });

  test('go on after PostgreSQL and NATS were killed', async () => {
    const [first, second] = cluster.servers.map(callOf);
    const vm = { cpu_cores: 1, memory_gb: 1, disk_gb: 5 };
    for (const [index, service] of [cluster.postgres, cluster.nats].entries()) {
      const names = Array.from({ length: 8 }, (_, each) => `service-${index}-${each}`);
      const asked = names.map((name) => first?.('vm.create', { ...vm, name }));
      await Promise.all(asked.slice(0, 2));
      await service.kill();
      if (service === cluster.postgres) {
        expect(await second?.('vm.list', {})).toMatchObject({ error: { code: 'unavailable' } });
      } else {
        expect(await second?.('vm.list', {})).toMatchObject({ ok: true });
      }
      await service.restart();
      await Promise.all(asked);
      await waitUntil('every operation to end', noOperationRuns, { timeoutMs: 60_000 });
    }
    const stuck = { from: 'operations', where: { status: 'stuck' } } as const;
    expect(await cluster.store.read(stuck)).toEqual([]);
    const machines = await cluster.machines();
    expect(await findFaults({ store: cluster.store, machines })).toEqual([]);
  });

  test('keep promises and books while each is killed under load', async () => {
    const callers = Array.from({ length: CALLERS }, (_, index) => makeCaller(`replica-${index}`));
    const followers = cluster.servers.map(({ url }) => followEvents(url, cluster.adminKey));
    const stop = new AbortController();
    const away = new Set<ClusterServer>();
    const writing = callers.map(async (caller, index) => {
      for (let at = index; !stop.signal.aborted; at += 1) {
        const server = cluster.servers[at % SERVERS];
        if (server?.url() === undefined) await pass(20);
        else await caller.write(callOf(server), stop.signal);
      }
    });
    const refusals: string[] = [];
    const probing = cluster.servers.map(async (server) => {
      const call = callOf(server);
      while (!stop.signal.aborted) {
        const answer = await call('vm.list', { limit: 1 });
        if (!answer.ok && !away.has(server)) refusals.push(answer.error.detail);
        await pass(50);
      }
    });
    for (const server of cluster.servers) {
      await pass(LOAD_MS);
      away.add(server);
      await server.kill();
      await pass(LOAD_MS);
      await server.restart();
      away.delete(server);
    }
    const [agent] = cluster.agents;
    await agent?.kill();
    await pass(LOAD_MS);
    await agent?.restart();
    await pass(LOAD_MS);
    stop.abort();
    await Promise.all([...writing, ...probing]);

    await waitUntil('every operation to end', noOperationRuns, { timeoutMs: 60_000 });
    expect(refusals).toEqual([]);
    for (const server of cluster.servers) {
      const broken = await Promise.all(callers.map((caller) => caller.check(callOf(server))));
      expect(broken.flat()).toEqual([]);
    }
    const machines = await cluster.machines();
    expect(await findFaults({ store: cluster.store, machines })).toEqual([]);
    await expectTakenOver();
    await expectGaplessEvents(followers);
    await expectOneRelay();
  });

  async function noOperationRuns(): Promise<true | undefined> {
    const rows = await cluster.store.read({
      from: 'operations',
      where: { status: { in: ['running', 'undoing'] } },
      limit: 1,
    });
    return rows.length === 0 ? true : undefined;
  }

  /** Some operations changed hands, and none is stuck. */
  async function expectTakenOver(): Promise<void> {
    const operations = await cluster.store.read({ from: 'operations' });
    expect(operations.filter(({ status }) => status === 'stuck')).toEqual([]);
    expect(operations.filter(({ fence }) => fence > 1).length).toBeGreaterThan(0);
    expect(cluster.servers.map((server) => server.stderr())).toEqual(['', '', '']);
  }

  /** Every replica has told every event, in order; so has the stream that NATS keeps. */
  async function expectGaplessEvents(followers: readonly EventFollower[]): Promise<void> {
    const last = await waitUntil('the last event to be published', async () => {
      const waiting = await cluster.store.read({ from: 'events', where: { position: null } });
      return waiting.length === 0 ? countEvents() : undefined;
    });
    const all = Array.from({ length: last }, (_, index) => index + 1);
    for (const { positions } of followers) {
      await waitUntil(`event ${last}`, () => positions.at(-1) === last || undefined);
      expect(positions).toEqual(all);
    }
    await Promise.all(followers.map((follower) => follower.stop()));
    const kept = await waitUntil('NATS to have all events', async () => {
      const found = await keptPositions();
      return found.size === last ? found : undefined;
    });
    expect([...kept].sort((left, right) => left - right)).toEqual(all);
  }

  async function countEvents(): Promise<number> {
    return (await cluster.store.read({ from: 'events' })).length;
  }

  async function keptPositions(): Promise<ReadonlySet<number>> {
    const found = new Set<number>();
    for (let from = 1; ; ) {
      const page = await cluster.bus.replay(EVENT_SUBJECT, { from, limit: REPLAY_LIMIT_MAX });
      if (!page.ok) throw new Error(page.error.detail);
      for (const { position } of page.value) found.add(position);
      const last = page.value.at(-1)?.position;
      if (last === undefined) return found;
      from = last + 1;
    }
  }

  async function expectOneRelay(): Promise<void> {
    const rows = await cluster.store.read({ from: 'leases' });
    const living = rows.filter(({ id }) => id.startsWith('server/'));
    const [relay] = rows.filter(({ id }) => id === 'relay');
    expect(living.map(({ holder }) => holder)).toContain(relay?.holder);
    expect(relay?.fence).toBeGreaterThan(1);
  }
});

/** Lets the load go on for a while. */
async function pass(durationMs: number): Promise<void> {
  const endAtMs = performance.now() + durationMs;
  await waitUntil('the moment', () => (performance.now() >= endAtMs ? true : undefined));
}
