/** Tenants' view of nodes, node incidents, and holds, which belong to the platform. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { HeartbeatReading } from '@novacron/agent/drivers/watch-heartbeat';
import { awaitSound } from '../test-kit/await-sound.ts';
import { SHARED_STORAGE_FLEET } from '../test-kit/shared-storage-fleet.ts';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const MINUTE_MS = 60_000;

let counter = 0;
async function readHeartbeat(): Promise<HeartbeatReading | undefined> {
  counter += 1;
  return { boot_id: 'boot', counter, guests: 7 };
}

describe('a tenant whose VM is on a node that is cut off', () => {
  // All are back then, so that the bench finds all machines.
  afterEach(async () => {
    bench().fleet.restartAgent('node-a');
    await awaitSound(bench());
  });
  const bench = useBench({ fleet: SHARED_STORAGE_FLEET, readHeartbeat });

  async function start() {
    const { secret } = await bench().expectOk('tenant.create', { name: 'shown-blue' });
    const found = await bench().application.authenticate(secret ?? '');
    if (!found.ok) throw new Error(found.error.detail);
    const as = { principal: found.value };
    await makeVm(bench(), { name: 'shown-mine', placement: { node: 'node-a' } });
    const size = { cpu_cores: 1, memory_gb: 2, disk_gb: 10 };
    const placement = { node: 'node-a' };
    const made = await bench().expectOk('vm.create', { name: 'theirs', ...size, placement }, as);
    await bench()
      .expectOk('operation.wait', { id: made.operation.id }, as)
      .catch(() => undefined);
    await bench().endAll();
    const { items } = await bench().expectOk('node.list', { name: 'node-a' });
    const [node] = items;
    if (node === undefined) throw new Error('there is the node');
    const { id } = node;
    const facts = { host_uuid: '99999999-2222-3333-4444-555555555555', tunnel_address: '10.0.0.9' };
    const facts_json = JSON.stringify({ ...node.facts, ...facts, of_later: 'releases' });
    await bench().fleet.stopAgent('node-a');
    await bench().store.commit([{ kind: 'patch', table: 'nodes', id, set: { facts_json } }]);
    await bench().advance(2 * MINUTE_MS);
    return { as, id };
  }

  test('sees its state, and nothing of other tenants, hosts and people', async () => {
    const { as, id } = await start();
    const platform = await bench().expectOk('node.get', { id });
    expect(platform).toMatchObject({
      pool_heartbeat: { state: 'moves', guests: 7, by: expect.arrayContaining(['node-b']) },
      facts: { tunnel_address: '10.0.0.9', storage: { free_gb: 500 } },
    });
    const shown = await bench().expectOk('node.get', { id }, as);
    expect(shown).toEqual({
      ...platform,
      agent_release: null,
      allocated: { cpu_cores: 1, memory_gb: 2, disk_gb: 10 },
      vm_count: 1,
      pool_heartbeat: {
        state: 'moves',
        at: platform.pool_heartbeat?.at,
        by: [],
        guests: null,
        reason: null,
      },
      facts: { storage: { pool: 'rack', sharing: 'shared', size_gb: 900 } },
      conditions: null,
    });
    const { items } = await bench().expectOk('incident.list', { state: ['open'] }, as);
    const [incident] = items;
    if (incident === undefined) throw new Error('there is an incident');
    const { explanation } = await bench().expectOk('incident.explain', { id: incident.id }, as);
    const text = explanation.join('\n');
    expect(text).toContain(
      'The heartbeat of node-a in the shared storage moves, as other nodes read.',
    );
    expect(text).not.toMatch(/node-[bcd]|7 guests/);
  });

  test('reads of a hold for all tenants that it is held, not why', async () => {
    const { as } = await start();
    const reason = 'switch of rack 3, for customer blue';
    await bench().expectOk('healing.hold', { all: true, reason });
    expect(await bench().expectOk('healing.status', {})).toMatchObject({
      holds: [{ scope: 'all', reason, held_by: 'admin' }],
    });
    const hold = { scope: 'all', held_by: 'platform:admin', until: null };
    const hidden = 'the platform operators can see the reason';
    const status = await bench().expectOk('healing.status', {}, as);
    expect(status).toMatchObject({ held: true, holds: [{ ...hold, reason: hidden }] });
    const { items } = await bench().expectOk('incident.list', { state: ['open'] }, as);
    const [incident] = items;
    if (incident === undefined) throw new Error('there is an incident');
    const explained = await bench().expectOk('incident.explain', { id: incident.id }, as);
    expect(explained.held_up).toEqual([
      expect.stringMatching(
        /^Healing is held since \S+ for all tenants by platform:admin: the platform operators/,
      ),
    ]);
    const { items: events } = await bench().expectOk('event.list', { limit: 1000 }, as);
    expect(JSON.stringify([status, explained, events])).not.toContain('customer blue');
    const own = { reason: 'we replace a disk' };
    await bench().expectOk('healing.release', { all: true });
    await bench().expectOk('healing.hold', own, as);
    expect(await bench().expectOk('healing.status', {}, as)).toMatchObject({
      holds: [{ scope: 'tenant', held_by: 'admin', ...own }],
    });
  });
});
