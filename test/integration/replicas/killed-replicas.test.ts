/** Three servers and five agents, killed one after another under load. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { REPLAY_LIMIT_MAX } from '@novacron/bus/bus';
import { AGENT_PROTOCOL_VERSION } from '@novacron/contract/agent/agent';
import { commandSubject } from '@novacron/contract/agent/agent-subjects';
import type { VmId } from '@novacron/contract/ids';
import { newestOf, toTerm } from '@novacron/server/app/kernel/control-plane/control-plane';
import { waitUntil } from '@novacron/testing/wait-until';
import { findFaults } from '../../scenarios/test-kit/find-faults.ts';
import { runNovacron } from '../test-kit/start-server-process.ts';
import { type Call, readWorld } from '../test-kit/world.ts';
import { findDoubleWork } from './test-kit/find-double-work.ts';
import { type EventFollower, followEvents } from './test-kit/follow-events.ts';
import { type Cluster, type ClusterServer, startCluster } from './test-kit/start-cluster.ts';
import { callOf, type Load, pass, startLoad } from './test-kit/start-load.ts';

jest.setTimeout(180_000);

const SERVERS = 3;
const AGENTS = 5;
const CALLERS = 6;
const LOAD_MS = 1_000;
const SEED = 'replicas-1';
const EVENT_SUBJECT = 'novacron.events';

describe('three servers on one PostgreSQL and one NATS', () => {
  let cluster: Cluster;
  let followers: readonly EventFollower[] = [];
  let load: Load | undefined;

  beforeAll(async () => {
    cluster = await startCluster({ servers: SERVERS, agents: AGENTS });
  });
  afterAll(async () => {
    // A test that failed has left it under way.
    await load?.stop();
    await Promise.all(followers.map((follower) => follower.stop()));
    await cluster?.remove();
  });

  test('make one admin key between them, and the others say where it is', () => {
    expect(cluster.keyFiles()).toHaveLength(1);
    const said = cluster.servers.map((server) => server.stdout());
    const [file = ''] = cluster.keyFiles();
    const makers = said.filter((text) => text.includes(`The admin API key is in ${file}\n`));
    const others = said.filter((text) => text.includes(`made at the first start: ${file} on `));
    expect([makers.length, others.length]).toEqual([1, SERVERS - 1]);
  });

  test('answer a wait for an operation that another one runs as soon as it ends', async () => {
    const [first, second] = cluster.servers.map((server) => callOf(cluster, server));
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
    const [first, second] = cluster.servers.map((server) => callOf(cluster, server));
    const policy = {
      name: 'Lockout',
      type: 'access',
      rule: 'package novacron\n\nallow if false\n',
    };
    expect(await first?.('policy.create', { ...policy, type: 'access' })).toMatchObject({
      ok: true,
    });
    const network = { name: 'n', cidr: '10.0.0.0/16' };
    expect(await second?.('network.create', network)).toMatchObject({
      error: { code: 'policy-denied' },
    });
    const disable = ['policy', 'disable', 'Lockout', '--break-glass', '--store', cluster.storeUrl];
    expect(await runNovacron(disable)).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(
        /The store is encrypted with the key \w+, and there is no key in/,
      ),
    });
    const disabled = await runNovacron(disable, {
      NOVACRON_SEALING_KEY_FILE: cluster.sealingKeyFile,
    });
    expect(disabled).toMatchObject({ code: 0, stdout: expect.stringContaining('is disabled') });
    expect(await second?.('network.create', network)).toMatchObject({ ok: true });

    const create = ['api-key', 'create', 'rescue', '--role', 'admin', '--break-glass'];
    const key = await runNovacron([...create, '--store', cluster.storeUrl, '--output', 'json'], {
      NOVACRON_SEALING_KEY_FILE: cluster.sealingKeyFile,
    });
    expect(key).toMatchObject({ code: 0 });
    const headers = { authorization: `Bearer ${JSON.parse(key.stdout).secret}` };
    const [server] = cluster.servers;
    expect((await fetch(`${server?.url()}/api/v2/identity`, { headers })).status).toBe(200);
  });

  test('say so while PostgreSQL is away, and serve again by themselves', async () => {
    const [first] = cluster.servers;
    const headers = { authorization: `Bearer ${cluster.adminKey}` };
    const look = (path: string) => fetch(`${first?.url()}${path}`, { headers });
    await cluster.postgres.kill();
    const refused = await look('/api/v2/vms');
    expect(refused.status).toBe(503);
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    expect(await refused.json()).toMatchObject({
      code: 'unavailable',
      detail: expect.stringContaining('database is unavailable'),
      remedy: expect.stringMatching(/\S/),
    });
    expect((await look('/healthz')).status).toBe(200);
    // The store is probed every few seconds.
    await waitUntil('not to be ready', async () =>
      (await look('/readyz')).status === 503 ? true : undefined,
    );
    await cluster.postgres.restart();
    await waitUntil('a page', async () => ((await look('/api/v2/vms')).ok ? true : undefined));
    await waitUntil('to be ready', async () => ((await look('/readyz')).ok ? true : undefined));
  });

  test('let any of them cancel what another one runs, and let it go on later', async () => {
    const [first, second, third] = cluster.servers.map((server) => callOf(cluster, server));
    const steered = { name: 'steered', cpu_cores: 1, memory_gb: 1, disk_gb: 5 };
    const made = await first?.('vm.create', steered);
    if (made?.ok !== true) throw new Error(made?.error.detail);
    const { id, node } = made.value.resource;
    await waitUntil('every operation to end', noOperationRuns);
    const agent = cluster.agents.find((each) => each.node === node);
    await agent?.kill();
    const stopped = await first?.('vm.stop', { id });
    if (stopped?.ok !== true) throw new Error(stopped?.error.detail);
    const { id: operation } = stopped.value.operation;
    const cancelled = await second?.('operation.cancel', { id: operation });
    expect(cancelled).toMatchObject({ ok: true, value: { resource: { status: 'undoing' } } });
    await agent?.restart();
    const ended = await third?.('operation.wait', { id: operation, timeout_ms: 30_000 });
    expect(ended).toMatchObject({ ok: true, value: { status: 'failed' } });
    // Its node counts as reachable again a moment after the agent is back.
    await waitUntil('the VM to be running', async () => {
      const vm = await first?.('vm.get', { id });
      return vm?.ok === true && vm.value.status === 'running' ? true : undefined;
    });
    await expectNothingTwice();
  });

  test('keep promises and books while each is killed under load', async () => {
    const others = new Set((await readWorld(callOf(cluster, serverAt(0)))).keys());
    followers = cluster.servers.map(({ url }) => followEvents(url, cluster.adminKey));
    const running = startLoad(cluster, { seed: SEED, callers: CALLERS });
    load = running;
    for (const server of cluster.servers) {
      await pass(LOAD_MS);
      running.setAway(server, 'yes');
      await server.kill();
      await pass(LOAD_MS);
      await server.restart();
      running.setAway(server, 'no');
    }
    for (const agent of cluster.agents) {
      await pass(LOAD_MS / 2);
      await agent.kill();
      await pass(LOAD_MS / 2);
      await agent.restart();
    }
    await pass(LOAD_MS);
    await cluster.nats.kill();
    await pass(LOAD_MS);
    await cluster.nats.restart();
    await pass(LOAD_MS);
    running.expectAnswers('no');
    await cluster.postgres.kill();
    await pass(LOAD_MS);
    await cluster.postgres.restart();
    await waitUntil('all servers to answer', allAnswer);
    running.expectAnswers('yes');
    await pass(LOAD_MS);
    await running.stop();

    await waitUntil('every operation to end', noOperationRuns, { timeoutMs: 60_000 });
    expect(await findFailed()).toEqual([]);
    expect(running.complaints).toEqual([]);
    expect(running.answered()).toBeGreaterThan(0);
    const [world, ...same] = await Promise.all(
      cluster.servers.map((server) => readWorld(callOf(cluster, server))),
    );
    for (const other of same) expect(other).toEqual(world);
    expect(running.callers.flatMap((caller) => caller.check(world ?? new Map()))).toEqual([]);
    const promised = new Set(running.callers.flatMap((caller) => caller.ids()));
    const ids = [...(world ?? new Map()).keys()].filter((id) => !others.has(id));
    expect(ids.filter((id) => !promised.has(id))).toEqual([]);
    const machines = await cluster.machines();
    expect(await findFaults({ store: cluster.store, machines })).toEqual([]);
    await expectNothingTwice();
    await expectTakenOver();
    await expectGaplessEvents();
    await expectOneRelay();
  });

  test('tidy a node up once, though each of them is killed over it', async () => {
    const { node, vmId } = await makeLeftover(callOf(cluster, serverAt(0)));
    const agent = cluster.agents.find((each) => each.node === node);
    await agent?.kill();
    await agent?.restart();
    for (const server of cluster.servers) {
      await server.kill();
      await server.restart();
    }
    await waitUntil('the machine to go', async () => {
      const machines = (await cluster.machines()).get(node) ?? [];
      return machines.some(({ vm_id }) => vm_id === vmId) ? undefined : true;
    });
    await waitUntil('every operation to end', noOperationRuns);
    const where = { kind: 'vm.cleanup', target_id: vmId };
    expect(await cluster.store.read({ from: 'operations', where })).toMatchObject([
      { status: 'succeeded', created_by: 'platform' },
    ]);
    await expectNothingTwice();
  });

  function serverAt(index: number): ClusterServer {
    const server = cluster.servers[index];
    if (server === undefined) throw new Error(`there is no server ${index}`);
    return server;
  }

  /** Returns the errors of failed or stuck operations, except cancelled ones. */
  async function findFailed(): Promise<readonly string[]> {
    const where = { status: { in: ['failed', 'stuck'] } };
    const rows = await cluster.store.read({ from: 'operations', where });
    const details = rows.map((row) => String(JSON.parse(row.problem_json ?? '{}').detail));
    return details.filter((detail) => !detail.includes('it was cancelled by'));
  }

  async function allAnswer(): Promise<true> {
    for (const server of cluster.servers) {
      const answer = await callOf(cluster, server)('vm.list', {});
      if (!answer.ok) throw new Error(`${answer.error.detail}\n${server.stderrOfThisLife()}`);
    }
    return true;
  }

  async function expectNothingTwice(): Promise<void> {
    await waitUntil('every event to have its place', async () => {
      const where = { position: null };
      const waiting = await cluster.store.read({ from: 'events', where, limit: 1 });
      return waiting.length === 0 || undefined;
    });
    expect(await findDoubleWork(cluster.store)).toEqual([]);
  }

  /** A machine of a VM that was deleted, as a node brings one back that was restored. */
  async function makeLeftover(call: Call): Promise<{ node: string; vmId: VmId }> {
    const made = await call('vm.create', { name: 'left', cpu_cores: 1, memory_gb: 1, disk_gb: 5 });
    if (!made.ok) throw new Error(made.error.detail);
    const { id: vmId, node } = made.value.resource;
    await waitUntil('every operation to end', noOperationRuns);
    await call('vm.delete', { id: vmId });
    await waitUntil('every operation to end', noOperationRuns);
    // Agents follow the control plane of these servers, and obey no other sender.
    const newest = newestOf(await cluster.store.read({ from: 'control_plane_terms' }));
    const command = {
      ...(newest === undefined ? {} : { control_plane: toTerm(newest) }),
      protocol: AGENT_PROTOCOL_VERSION,
      operation_id: made.value.operation.id,
      step: 'restore#1',
      vm_id: vmId,
      generation: 9,
      action: {
        kind: 'create',
        spec: {
          name: 'left',
          cpu_cores: 1,
          memory_mib: 1024,
          disk_gb: 5,
          template: 'default',
          network: null,
          labels: {},
        },
      },
    };
    const said = await cluster.bus.request(commandSubject(String(node)), command, {
      timeoutMs: 5_000,
    });
    expect(said).toMatchObject({ ok: true, value: { kind: 'accepted' } });
    await waitUntil('the machine', async () =>
      (await cluster.machines()).get(String(node))?.find(({ vm_id }) => vm_id === vmId),
    );
    return { node: String(node), vmId };
  }

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

  /** Every replica has reported every event, in order; so has the stream that NATS keeps. */
  async function expectGaplessEvents(): Promise<void> {
    const last = await waitUntil('the last event to be published', async () => {
      const waiting = await cluster.store.read({ from: 'events', where: { position: null } });
      return waiting.length === 0 ? countEvents() : undefined;
    });
    const all = Array.from({ length: last }, (_, index) => index + 1);
    for (const { positions } of followers) {
      await waitUntil(`event ${last}`, () => positions.at(-1) === last || undefined);
      expect(positions).toEqual(all);
    }
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
