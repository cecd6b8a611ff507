/** Tenants whose schedules and triggers are due at the same time: each has its turn. */
import { expect, test } from '@jest/globals';
import type { Principal } from '@novacron/server/app/kernel/context/call-context';
import { waitUntil } from '@novacron/testing/wait-until';
import { useBench } from '../test-kit/use-bench.ts';

const bench = useBench();

const PERIOD_MS = 5 * 60_000;

/** More than a round takes; a workflow has as many at most. */
const SCHEDULES = 64;

const schedulesOf = (name: string, count: number, minutes: string) => {
  const lines = Array.from(
    { length: count },
    (_, at) => `  - { cron: "${minutes} * * * *", overlap: allow, inputs: { at: ${at} } }`,
  );
  return `name: ${name}
inputs: { at: integer }
steps: [{ id: settle, wait: 1s }]
schedules:
${lines.join('\n')}
`;
};

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

/** The tenants of executions, in the order in which they were started. */
async function startedTenants(count: number): Promise<readonly string[]> {
  return waitUntil(`${count} executions to start`, async () => {
    await bench().advance(1_000);
    const events = await bench().store.read({
      from: 'events',
      where: { type: 'workflow.run.accepted' },
      orderBy: { column: 'position', direction: 'asc' },
    });
    return events.length >= count ? events.map(({ tenant_id }) => tenant_id) : undefined;
  });
}

test('a tenant with many due schedules delays those of another by one turn', async () => {
  const big = await makeTenant('big');
  const small = await makeTenant('small');
  for (const name of ['first', 'second']) await store(big, schedulesOf(name, SCHEDULES, '*/5'));
  // Due after all of the others, in the same round.
  await store(small, schedulesOf('one', 1, '1-59/5'));
  const nowMs = bench().deps.clock.nowMs();
  const dueMs = (Math.floor(nowMs / PERIOD_MS) + 1) * PERIOD_MS + 70_000;
  bench().stepClock('server', dueMs - nowMs);
  const started = await startedTenants(2 * SCHEDULES + 1);
  expect(started.slice(0, 3)).toContain(small.tenantId);
  expect(started.filter((id) => id === big.tenantId)).toHaveLength(2 * SCHEDULES);
});

test('tenants with many events start their executions in turn', async () => {
  const tenants = [await makeTenant('left'), await makeTenant('right')];
  for (const principal of tenants) await store(principal, FOLLOW);
  await bench().advance(1_000);
  for (const principal of tenants) {
    for (const at of [1, 2, 3, 4, 5, 6]) {
      const input = { name: `key-${at}`, public_key: keyOf(at) };
      await bench().expectOk('ssh_key.create', input, { principal });
    }
  }
  const started = await startedTenants(12);
  expect(new Set(started.slice(0, 2)).size).toBe(2);
});
