/** Workflows that people have disabled: what starts nothing then, who enabled it, what goes on. */
import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { Workflow } from '@novacron/contract/automation/workflow';
import type { WorkflowId } from '@novacron/contract/ids';
import { ok } from '@novacron/contract/result';
import { useBench } from '../test-kit/use-bench.ts';

const bench = useBench();

const PERIOD_MS = 300_000;

const WAIT = 'name: provision\nsteps:\n  - { id: settle, wait: 1s }\n';

const store = async (text: string, enabled?: boolean): Promise<Workflow> =>
  (
    await bench().expectOk('workflow.create', {
      text,
      ...(enabled === undefined ? {} : { enabled }),
    })
  ).resource;

const change = async (id: WorkflowId, enabled: boolean): Promise<Workflow> =>
  (await bench().expectOk('workflow.update', { id, enabled })).resource;

const executions = async () =>
  (await bench().expectOk('execution.list', { sort: 'created_at' })).items;

describe('a disabled workflow', () => {
  test('is stored, shown and listed as such, and no run of it starts', async () => {
    const { id } = await store(WAIT, false);
    expect(await bench().expectOk('workflow.get', { id })).toMatchObject({
      enabled: false,
      version: 1,
      text: WAIT,
    });
    const { items } = await bench().expectOk('workflow.list', {});
    expect(items).toMatchObject([{ id, enabled: false }]);
    const refused = await bench().expectProblem('workflow.run', { id, inputs: {} });
    expect([refused.code, refused.detail, refused.remedy]).toEqual([
      'conflict',
      'provision does not start: the workflow is disabled.',
      'Read it (novacron workflow show provision), then enable it: ' +
        'novacron workflow enable provision.',
    ]);
    expect(await executions()).toEqual([]);
    expect(await change(id, true)).toMatchObject({ enabled: true, version: 1, revision: 2 });
    const { operation } = await bench().expectOk('workflow.run', { id, inputs: {} });
    await bench().end({ id: operation.id });
    expect(await executions()).toMatchObject([{ status: 'succeeded' }]);
  });

  test('stays disabled with another text and an earlier one, until it is enabled', async () => {
    const { id, enabled } = await store(WAIT);
    expect(enabled).toBe(true);
    expect(await change(id, false)).toMatchObject({ version: 1, revision: 2 });
    const text = WAIT.replace('1s', '2s');
    const next = await bench().expectOk('workflow.update', { id, text });
    expect(next.resource).toMatchObject({ enabled: false, version: 2 });
    const back = await bench().expectOk('workflow.rollback', { id, to_version: 1 });
    expect(back.resource).toMatchObject({ enabled: false, version: 3 });
    expect(await change(id, false)).toMatchObject({ enabled: false, version: 3, revision: 4 });
    const both = await bench().expectOk('workflow.update', { id, text, enabled: true });
    expect(both.resource).toMatchObject({ enabled: true, version: 4, revision: 5 });
    const { items } = await bench().expectOk('workflow.versions', { id });
    expect(items.map(({ version }) => version)).toEqual([1, 2, 3, 4]);
  });

  test('is enabled by a write that policies decide, and the audit log says by whom', async () => {
    const { id } = await store(WAIT, false);
    const rule = `package p
deny contains "drafts are read first" if {
  input.action == "update_workflow"
  input.resource.enabled
}`;
    const made = await bench().expectOk('policy.create', { name: 'P', type: 'resource', rule });
    const denied = await bench().expectProblem('workflow.update', { id, enabled: true });
    expect(denied).toMatchObject({ code: 'policy-denied' });
    expect(denied.detail).toContain('drafts are read first');
    await bench().expectOk('policy.delete', { id: made.resource.id });
    await change(id, true);
    const { items } = await bench().expectOk('audit.list', { resource_id: id });
    expect(items[0]).toMatchObject({
      operation: 'workflow.update',
      outcome: 'done',
      principal: 'admin',
      changes: { enabled: { was: false, is: true } },
    });
  });

  test('is not started by its schedule, which begins again from when it is enabled', async () => {
    const text =
      'name: regular\nsteps: [{ id: a, wait: 1s }]\nschedules: [{ cron: "*/5 * * * *" }]\n';
    const { id, starts } = await store(text, false);
    expect(starts).toMatchObject([{ state: 'off', next_at: null }]);
    await bench().advance(2 * PERIOD_MS);
    expect(await executions()).toEqual([]);
    await change(id, true);
    await bench().advance(PERIOD_MS);
    expect(await executions()).toHaveLength(1);
    await change(id, false);
    await bench().advance(2 * PERIOD_MS);
    // The same text is no reason to turn its schedule on.
    await bench().expectOk('workflow.update', { id, text });
    await bench().advance(PERIOD_MS);
    expect(await executions()).toHaveLength(1);
    await change(id, true);
    await bench().advance(PERIOD_MS);
    expect(await executions()).toHaveLength(2);
  });

  test('is not started by events, nor later by those that it has missed', async () => {
    const text = `name: follow
steps: [{ id: a, wait: 1s }]
triggers: [{ event: { type: network.create } }]
`;
    const { id } = await store(text);
    const network = (name: string, cidr: string) =>
      bench().expectOk('network.create', { name, cidr });
    await change(id, false);
    await network('one', '10.1.0.0/24');
    await bench().advance(60_000);
    await change(id, true);
    await bench().advance(60_000);
    expect(await executions()).toEqual([]);
  });

  test('takes no delivery, and says so only to who can sign', async () => {
    const value = 'correct-horse-battery';
    const allowed = { workflows: ['hooked'] };
    await bench().expectOk('secret.create', { name: 'hook', value, allowed });
    const { id } = await store(
      `name: hooked
steps: [{ id: a, wait: 1s }]
triggers: [{ webhook: { name: deploy, secrets: [hook] } }]
`,
      false,
    );
    const deliver = (secret: string) => {
      const body = Buffer.from('{}');
      const timestamp = String(Math.floor(bench().deps.clock.nowMs() / 1_000));
      const signature = createHmac('sha256', secret).update(`msg_1.${timestamp}.{}`);
      return bench().application.takeDelivery({
        address: { workflowId: id, name: 'deploy' },
        headers: {
          id: 'msg_1',
          timestamp,
          signature: `v1,${signature.digest('base64')}`,
          authorization: undefined,
        },
        body,
        chainLength: 0,
        readJson: () => ok({}),
        sender: { requestId: bench().application.nextRequestId(), clientAddress: '192.0.2.7' },
      });
    };
    expect(await deliver(value)).toMatchObject({
      error: {
        code: 'conflict',
        detail: 'The delivery was rejected: the workflow of this address is disabled.',
      },
    });
    expect(await deliver('another-horse-battery')).toMatchObject({
      error: { code: 'unauthenticated' },
    });
    const { items } = await bench().expectOk('audit.list', { resource_id: id });
    expect(items.map(({ operation, outcome }) => [operation, outcome])).toContainEqual([
      'workflow.deliver',
      'conflict',
    ]);
    await change(id, true);
    expect(await deliver(value)).toMatchObject({ value: { status: 'started' } });
  });

  test('is not started by a step of another one, which does not begin', async () => {
    const { id: part } = await store(WAIT);
    const { id } = await store('name: above\nsteps: [{ id: make, workflow: provision }]\n');
    await change(part, false);
    const refused = await bench().expectProblem('workflow.run', { id, inputs: {} });
    expect([refused.code, refused.detail]).toEqual([
      'conflict',
      'above does not start: it would start provision, which people have disabled.',
    ]);
    await change(part, true);
    const { operation } = await bench().expectOk('workflow.run', { id, inputs: {} });
    await bench().end({ id: operation.id });
  });

  test('has executions that go on to their ends', async () => {
    const { id } = await store(WAIT.replace('1s', '5m'));
    const { operation } = await bench().expectOk('workflow.run', { id, inputs: {} });
    await change(id, false);
    await bench().end({ id: operation.id });
    expect(await executions()).toMatchObject([{ status: 'succeeded' }]);
  });
});
