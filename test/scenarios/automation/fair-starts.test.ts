/** Tenants whose schedules and triggers are due at the same time: each has its turn. */
import { expect, test } from '@jest/globals';
import type { Principal } from '@novacron/server/app/kernel/context/call-context';
import type { Change } from '@novacron/server/ports/store';
import type { WorkflowTriggerRow } from '@novacron/server/ports/tables/automation/workflow-rows';
import { waitUntil } from '@novacron/testing/wait-until';
import { useBench } from '../test-kit/use-bench.ts';

const bench = useBench();

const HOUR_MS = 3_600_000;

/** Number of schedules that are due for one tenant before the other's. */
const SCHEDULES = 20;

const HOURLY = `name: hourly
steps: [{ id: settle, wait: 1s }]
schedules: [{ cron: "0 * * * *" }]
`;

const FOLLOW = `name: follow
inputs: { name: string }
steps: [{ id: settle, wait: 1s }]
triggers: [{ event: { type: ssh_key.create.succeeded }, inputs: { name: data.name } }]
`;

const keyOf = (at: number) =>
  `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGm9fTk2kxL1rjc0Jw${at}Vf0dN9Q1p0r3v5b7n9m1k3j5h me`;

async function makeTenant(name: string): Promise<Principal> {
  const { resource, api_key: key } = await bench().expectOk('tenant.create', { name });
  if (key === undefined) throw new Error('a new tenant has a key');
  return { id: key.id, name: key.name, role: key.role, tenantId: resource.id };
}

const store = (principal: Principal, text: string) =>
  bench().expectOk('workflow.create', { text }, { principal });

/** The tenants of events of some types, in their order, once there are enough. */
async function tenantsOf(types: readonly string[], count: number): Promise<readonly string[]> {
  return waitUntil(`${count} events`, async () => {
    await bench().advance(1_000);
    const events = await bench().store.read({
      from: 'events',
      where: { type: { in: types } },
      orderBy: { column: 'position', direction: 'asc' },
    });
    return events.length >= count ? events.map(({ tenant_id }) => tenant_id) : undefined;
  });
}

/** A schedule that is due, whose author is gone: it is turned off when it would start something. */
function dueSchedule(tenant_id: string, at: number): Change {
  const nowMs = bench().deps.clock.nowMs();
  const row: WorkflowTriggerRow = {
    id: `wf_big/${at}`,
    tenant_id,
    workflow_id: 'wf_big',
    kind: 'schedule',
    version: 1,
    spec_json: JSON.stringify({ cron: '0 * * * *' }),
    author_json: JSON.stringify({ id: 'key_gone', name: 'gone', role: 'operator', kind: 'key' }),
    state: 'on',
    since_ms: nowMs - 2 * HOUR_MS,
    reached: nowMs - 2 * HOUR_MS,
    next_ms: nowMs - HOUR_MS,
    started_id: null,
    outcome: null,
    at_ms: null,
  };
  return { kind: 'put', into: 'workflow_triggers', row };
}

test('a tenant with many due schedules delays those of another by one turn', async () => {
  const big = await makeTenant('big');
  const small = await makeTenant('small');
  await store(small, HOURLY);
  // Due after all of the others.
  const nowMs = bench().deps.clock.nowMs();
  bench().stepClock('server', HOUR_MS - (nowMs % HOUR_MS) + 1_000);
  const rows = Array.from({ length: SCHEDULES }, (_, at) => dueSchedule(big.tenantId, at));
  await bench().store.commit(rows);
  const types = ['workflow.trigger.disabled', 'workflow.run.accepted'];
  const tenants = await tenantsOf(types, SCHEDULES + 1);
  expect(tenants.indexOf(small.tenantId)).toBeLessThan(2);
});

test('tenants with many events start their executions in turn', async () => {
  const tenants = [await makeTenant('left'), await makeTenant('right')];
  for (const principal of tenants) await store(principal, FOLLOW);
  await bench().advance(1_000);
  for (const principal of tenants) {
    for (const at of [1, 2, 3]) {
      const input = { name: `key-${at}`, public_key: keyOf(at) };
      await bench().expectOk('ssh_key.create', input, { principal });
    }
  }
  const started = await tenantsOf(['workflow.run.accepted'], 6);
  expect(new Set(started.slice(0, 2)).size).toBe(2);
});
