/** Ten servers that start at the same moment on one empty PostgreSQL: right, not only fast. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { waitUntil } from '@novacron/testing/wait-until';
import { findFaults } from '../../scenarios/test-kit/find-faults.ts';
import { checkRules } from '../../simulation/checks/check-rules.ts';
import { type Call, readPages, readWorld } from '../test-kit/world.ts';
import { findDoubleWork } from './test-kit/find-double-work.ts';
import { type Cluster, startCluster } from './test-kit/start-cluster.ts';
import { callOf } from './test-kit/start-load.ts';

jest.setTimeout(180_000);

const SERVERS = 10;
const NODES = 2;
/** Cores per VM: nodes have 64 cores, so that exactly this number of VMs fits. */
const CORES = 16;
const ROOM = (64 / CORES) * NODES;

const SMALL = { cpu_cores: 1, memory_gb: 1, disk_gb: 5 };

describe('ten servers that start at once', () => {
  let cluster: Cluster;
  let calls: readonly Call[];

  beforeAll(async () => {
    cluster = await startCluster({ servers: SERVERS, agents: NODES });
    calls = cluster.servers.map((server) => callOf(cluster, server));
    await waitUntil('the nodes', async () => {
      const where = { status: 'ready' };
      const nodes = await cluster.store.read({ from: 'nodes', where });
      return nodes.length === NODES || undefined;
    });
  });
  afterAll(() => cluster?.remove());

  async function waitForQuiet(): Promise<void> {
    await waitUntil('every operation to end', async () => {
      const where = { status: { in: ['running', 'undoing'] } };
      const open = await cluster.store.read({ from: 'operations', where, limit: 1 });
      const events = await cluster.store.read({
        from: 'events',
        where: { position: null },
        limit: 1,
      });
      return (open.length === 0 && events.length === 0) || undefined;
    });
  }

  test('make the first secrets once between them', async () => {
    expect(cluster.keyFiles()).toHaveLength(1);
    const { tenants, keys, templates, pools } = await cluster.store.snapshot({
      tenants: { from: 'tenants' },
      keys: { from: 'api_keys' },
      templates: { from: 'templates' },
      pools: { from: 'storage_pools' },
    });
    expect(tenants.map(({ name }) => name)).toEqual(['default']);
    expect(keys.map(({ name }) => name)).toEqual(['admin']);
    for (const names of [templates.map(({ name }) => name), pools.map(({ id }) => id)]) {
      expect(names).toEqual([...new Set(names)]);
    }
  });

  test('sign tokens that all of them know, though each is asked for its first one', async () => {
    const made = await Promise.all(calls.map((call) => call('token.create', {})));
    const tokens = made.map((answer) => (answer.ok ? answer.value.secret : answer.error.detail));
    for (const call of calls) {
      for (const apiKey of tokens) {
        const answer = await call('identity.whoami', {}, { apiKey });
        expect(answer.ok ? '' : answer.error.detail).toBe('');
      }
    }
    expect(await cluster.store.read({ from: 'signing_keys' })).toHaveLength(1);
  });

  test('make one authority for agents, though each is asked for it first', async () => {
    const reported = await Promise.all(calls.map((call) => call('bus.authority', {})));
    const texts = reported.map((answer) => (answer.ok ? answer.value.text : answer.error.detail));
    expect(new Set(texts).size).toBe(1);
    expect(texts[0]).toContain('BEGIN CERTIFICATE');
    expect(await cluster.store.read({ from: 'authorities' })).toHaveLength(1);
  });

  test('each live under a lease of their own, and one of them relays', async () => {
    const leases = await cluster.store.read({ from: 'leases' });
    const living = leases.filter(({ id }) => id.startsWith('server/'));
    expect(new Set(living.map(({ holder }) => holder)).size).toBe(SERVERS);
    const holders = living.map(({ holder }) => holder);
    for (const id of ['relay', 'reconcilers']) {
      const [lease] = leases.filter((each) => each.id === id);
      expect(holders).toContain(lease?.holder);
    }
  });

  test('give a name to one of ten that ask for it', async () => {
    const asked = calls.map((call) => call('vm.create', { ...SMALL, name: 'only-one' }));
    const answers = await Promise.all(asked);
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
    const codes = answers.flatMap((answer) => (answer.ok ? [] : [answer.error.code]));
    expect(new Set(codes)).toEqual(new Set(['name-taken']));
  });

  test('do a request once that comes to all of them under one key', async () => {
    const input = { ...SMALL, name: 'one-key', idempotency_key: 'one-request' };
    const answers = await Promise.all(calls.map((call) => call('vm.create', input)));
    const ids = answers.map((answer) =>
      answer.ok ? answer.value.operation.id : answer.error.detail,
    );
    expect(new Set(ids).size).toBe(1);
    await waitForQuiet();
  });

  test('keep VMs of a group on a node each, whichever server is asked', async () => {
    const asked = calls.flatMap((call, index) =>
      [0, 1, 2].map((each) =>
        call('vm.create', { ...SMALL, name: `far-${index}-${each}`, anti_affinity: 'far' }),
      ),
    );
    const answers = await Promise.all(asked);
    await waitForQuiet();
    expect(answers.filter(({ ok }) => ok)).toHaveLength(NODES);
    const codes = answers.flatMap((answer) => (answer.ok ? [] : [answer.error.code]));
    expect(new Set(codes)).toEqual(new Set(['no-capacity']));
    const { nodes, vms, allocations } = await cluster.store.snapshot({
      nodes: { from: 'nodes' },
      vms: { from: 'vms' },
      allocations: { from: 'allocations' },
    });
    expect(checkRules({ nodes, vms, allocations })).toEqual([]);
    const far = new Set<string>(
      vms.flatMap(({ id, name }) => (name.startsWith('far-') ? [id] : [])),
    );
    const places = allocations.filter(({ vm_id }) => far.has(vm_id));
    expect(new Set(places.map(({ node_id }) => node_id)).size).toBe(NODES);
  });

  test('never give away more than the nodes have', async () => {
    const left = await readPages((page) => calls[0]?.('vm.list', page) ?? noCall());
    for (const { id } of left) await calls[0]?.('vm.delete', { id });
    await waitForQuiet();
    const size = { cpu_cores: CORES, memory_gb: 1, disk_gb: 5 };
    const asked = calls.flatMap((call, index) =>
      [0, 1].map((each) => call('vm.create', { ...size, name: `big-${index}-${each}` })),
    );
    const answers = await Promise.all(asked);
    await waitForQuiet();
    const codes = answers.flatMap((answer) => (answer.ok ? [] : [answer.error.code]));
    expect(new Set(codes)).toEqual(new Set(['no-capacity']));
    expect(answers.filter((answer) => answer.ok)).toHaveLength(ROOM);
    const worlds = await Promise.all(calls.map(readWorld));
    for (const world of worlds) expect(world).toEqual(worlds[0]);
    const machines = await cluster.machines();
    expect(await findFaults({ store: cluster.store, machines })).toEqual([]);
    expect(await findDoubleWork(cluster.store)).toEqual([]);
    expect(cluster.servers.map((server) => server.stderr())).toEqual(cluster.servers.map(() => ''));
  });
});

function noCall(): never {
  throw new Error('there is no server');
}
