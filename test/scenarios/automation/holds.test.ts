/** Automation that people have stopped: what ends, what does not begin, and how it goes on. */
import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { Execution } from '@novacron/contract/automation/execution';
import type { OperationId } from '@novacron/contract/ids';
import { ok } from '@novacron/contract/result';
import { waitUntil } from '@novacron/testing/wait-until';
import { useBench } from '../test-kit/use-bench.ts';

const bench = useBench();

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const REASON = 'a playbook deletes what it should keep';

const CREATE = `  - id: create
    task: vm.create
    with: { name: web-1, cpu_cores: 1, memory_gb: 1, disk_gb: 10 }
    outputs: { vm_id: resource.id }
    compensate: { task: vm.delete, with: { id: "\${steps.create.outputs.vm_id}" } }
`;

const SETTLES = `name: settles
steps:
${CREATE}  - { id: settle, needs: [create], wait: 1m }
  - { id: last, needs: [settle], wait: 1s }
`;

const current = (id: OperationId) => bench().expectOk('execution.get', { id });

const statusesOf = ({ steps }: Execution) => steps.map(({ id, status }) => `${id} ${status}`);

const hold = (more = {}) => bench().expectOk('automation.hold', { reason: REASON, ...more });

const release = (more = {}) => bench().expectOk('automation.release', more);

async function store(text: string) {
  return (await bench().expectOk('workflow.create', { text })).resource;
}

/** Runs a definition until its second step has begun. */
async function begin(text = SETTLES): Promise<{ readonly id: OperationId }> {
  const { id: workflow } = await store(text);
  const { operation } = await bench().expectOk('workflow.run', { id: workflow });
  const { id } = operation;
  while ((await current(id)).steps[1]?.status !== 'running') await bench().advance(100);
  return { id };
}

async function endOf(operation: { readonly id: OperationId }): Promise<Execution> {
  await bench().end(operation);
  return current(operation.id);
}

/** An administrator of a tenant other than the platform. */
async function ofAnotherTenant() {
  const { resource: tenant } = await bench().expectOk('tenant.create', { name: 'other' });
  const { resource: key } = await bench().expectOk('api_key.create', {
    name: 'admin-of-other',
    role: 'admin',
    tenant: 'other',
  });
  const { id, name, role } = key;
  return { principal: { id, name, role, tenantId: tenant.id } };
}

const executions = async () =>
  (await bench().expectOk('execution.list', { limit: 200, sort: 'created_at' })).items;

describe('while automation is held', () => {
  test('what runs comes to its end, no step begins, and it goes on afterwards', async () => {
    const { id } = await begin();
    const { hold: held, replaced, cancelled } = await hold();
    expect([held.scope, held.reason, replaced, cancelled]).toEqual(['tenant', REASON, null, null]);
    await bench().advance(5 * MINUTE_MS);
    const waiting = await current(id);
    const statuses = ['create succeeded', 'settle succeeded', 'last waiting'];
    expect([waiting.status, waiting.held, statusesOf(waiting)]).toEqual([
      'running',
      held,
      statuses,
    ]);
    const { engine } = await bench().expectOk('fleet.summary', {});
    expect(engine?.automation_holds).toEqual([held]);
    expect(await bench().expectOk('automation.status', {})).toEqual({
      held: true,
      holds: [held],
      executions: { unfinished: 1, taking_back: 0 },
    });
    await bench().restartServer();
    await bench().advance(MINUTE_MS);
    expect(statusesOf(await current(id))).toEqual(statuses);
    await release();
    const ended = await endOf({ id });
    expect([ended.status, ended.held, ended.steps.map(({ attempts }) => attempts)]).toEqual([
      'succeeded',
      null,
      [1, 1, 1],
    ]);
    const audited = (await bench().expectOk('audit.list', { limit: 100 })).items;
    const names = audited.map(({ operation }) => operation);
    expect(names).toEqual(expect.arrayContaining(['automation.hold', 'automation.release']));
    const { items } = await bench().expectOk('event.list', { limit: 500 });
    const types = items.map(({ type }) => type).filter((type) => type.startsWith('automation.'));
    expect(types).toEqual(['automation.held', 'automation.released']);
  });

  test('a server that was killed begins nothing that it had not begun', async () => {
    const { id } = await begin();
    await bench().restartServer(async () => {
      await bench().store.commit([
        {
          kind: 'put',
          into: 'automation_holds',
          row: {
            id: 'all',
            tenant_id: bench().admin.tenantId,
            reason: REASON,
            held_at_ms: bench().deps.clock.nowMs(),
            held_by: 'admin',
            until_ms: null,
          },
        },
      ]);
    });
    await bench().advance(5 * MINUTE_MS);
    expect(statusesOf(await current(id))).toEqual([
      'create succeeded',
      'settle succeeded',
      'last waiting',
    ]);
    await release({ all: true });
    expect((await endOf({ id })).status).toBe('succeeded');
  });

  test('an execution that starts is refused, with who holds it and why', async () => {
    const { id } = await store(SETTLES);
    const { hold: held } = await hold({ until: '1h' });
    const found = await bench().expectProblem('workflow.run', { id });
    expect([found.code, found.detail, found.remedy]).toEqual([
      'conflict',
      `settles does not start: automation is held since ${held.held_at} by admin: ${REASON}.`,
      `Wait until ${held.until}, or ask an admin to release it: novacron automation release.`,
    ]);
    expect(found.data).toMatchObject({ reason: 'held', held_by: 'admin' });
    await bench().advance(HOUR_MS);
    const { operation } = await bench().expectOk('workflow.run', { id });
    await bench().end(operation);
  });

  test('a tenant learns of a hold for all, and not why', async () => {
    const as = await ofAnotherTenant();
    const { resource } = await bench().expectOk('workflow.create', { text: SETTLES }, as);
    await hold({ all: true });
    const found = await bench().expectProblem('workflow.run', { id: resource.id }, as);
    expect(found.detail).toMatch(
      /automation is held since \S+ for all tenants by platform:admin: /,
    );
    expect(found.detail).not.toContain(REASON);
    const mine = { reason: 'x', all: true };
    const refused = await bench().expectProblem('automation.hold', mine, as);
    expect(refused.detail).toBe(
      'Only administrators of the platform may hold automation for all tenants.',
    );
    await release({ all: true });
  });

  test('a deadline does not pass', async () => {
    const { id } = await begin(`name: short\ndeadline: 3m\n${SETTLES.slice(14)}`);
    await hold();
    await bench().advance(30 * MINUTE_MS);
    expect((await current(id)).status).toBe('running');
    await release();
    expect((await endOf({ id })).status).toBe('succeeded');
  });

  test('a cancelled execution is taken back', async () => {
    const { id } = await begin();
    await hold();
    await bench().expectOk('operation.cancel', { id });
    const ended = await endOf({ id });
    expect([ended.status, statusesOf(ended)]).toEqual([
      'stopped',
      ['create taken_back', 'settle failed', 'last waiting'],
    ]);
    await release();
  });

  test('one that is paused as well goes on after both', async () => {
    const { id } = await begin();
    await hold();
    await bench().advance(2 * MINUTE_MS);
    await bench().expectOk('execution.pause', { id });
    await release();
    await bench().advance(MINUTE_MS);
    expect(statusesOf(await current(id))).toContain('last waiting');
    await hold();
    await bench().expectOk('execution.resume', { id });
    await bench().advance(MINUTE_MS);
    expect(statusesOf(await current(id))).toContain('last waiting');
    await release();
    expect((await endOf({ id })).status).toBe('succeeded');
  });

  test('a schedule waits, and its latest moment starts afterwards', async () => {
    await store(`name: regular
steps: [{ id: pause, wait: 1s }]
schedules: [{ cron: "* * * * *", overlap: cancel_oldest }]
`);
    await hold();
    await bench().advance(3 * MINUTE_MS);
    expect(await executions()).toEqual([]);
    await release();
    await bench().advance(20_000);
    expect(await executions()).toHaveLength(1);
  });

  test('an event is not lost', async () => {
    await store(`name: watches
steps: [{ id: pause, wait: 1s }]
triggers: [{ event: { type: vm.create.succeeded } }]
`);
    await bench().advance(MINUTE_MS);
    await hold();
    const vm = { name: 'web-2', cpu_cores: 1, memory_gb: 1, disk_gb: 10 };
    await bench().end((await bench().expectOk('vm.create', vm)).operation);
    await bench().advance(MINUTE_MS);
    expect(await executions()).toEqual([]);
    await release();
    await bench().advance(MINUTE_MS);
    expect(await executions()).toHaveLength(1);
  });

  test('a delivery is answered with 503, and taken when it comes again', async () => {
    const allowed = { workflows: ['hooked'] };
    await bench().expectOk('secret.create', { name: 'hook', value: 'correct-horse', allowed });
    const workflow = await store(`name: hooked
steps: [{ id: pause, wait: 1s }]
triggers: [{ webhook: { name: deploy, secrets: [hook] } }]
`);
    const deliver = () => {
      const body = Buffer.from('{}');
      const timestamp = String(Math.floor(bench().deps.clock.nowMs() / 1_000));
      const mac = createHmac('sha256', 'correct-horse').update(`msg_1.${timestamp}.`).update(body);
      const signature = `v1,${mac.digest('base64')}`;
      return bench().application.takeDelivery({
        address: { workflowId: workflow.id, name: 'deploy' },
        headers: { id: 'msg_1', timestamp, signature, authorization: undefined },
        body,
        chainLength: 0,
        readJson: () => ok({}),
        sender: { requestId: bench().application.nextRequestId(), clientAddress: '192.0.2.7' },
      });
    };
    await hold();
    expect(await deliver()).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    await release();
    expect(await deliver()).toMatchObject({ ok: true, value: { status: 'started' } });
  });
});

describe('a hold', () => {
  test('cancels what runs where that is asked for', async () => {
    const { id } = await begin();
    const asks = await store(`name: asks\nsteps: [{ id: ask, approval: {} }]\n`);
    const { operation } = await bench().expectOk('workflow.run', { id: asks.id });
    await waitUntil('the approval to be asked for', async () => {
      await bench().advance(100);
      return (await bench().expectOk('approval.list', {})).items[0];
    });
    const { cancelled } = await hold({ cancel: true });
    expect(cancelled).toEqual({ count: 2, executions: [id, operation.id], left: 0 });
    expect((await endOf({ id })).status).toBe('stopped');
    expect((await endOf(operation)).status).toBe('stopped');
    await release();
  });

  test('is refused by a policy, which sees what it is about', async () => {
    const rule = `package novacron

deny contains "runs are not cancelled here" if {
  input.action == "hold_automation"
  input.resource.cancel
}
`;
    await bench().expectOk('policy.create', { name: 'No stops', type: 'resource', rule });
    const input = { reason: REASON, cancel: true };
    const found = await bench().expectProblem('automation.hold', input);
    expect([found.code, found.detail]).toEqual([
      'policy-denied',
      expect.stringContaining('runs are not cancelled here'),
    ]);
    expect((await bench().expectOk('automation.status', {})).held).toBe(false);
    const nothing = await bench().expectProblem('automation.release', {});
    expect([nothing.code, nothing.detail]).toEqual([
      'not-found',
      'Automation of this tenant is not held.',
    ]);
  });
});
