/** Executions that are paused: what ends, what does not begin, and how they go on. */
import { describe, expect, test } from '@jest/globals';
import type { Execution } from '@novacron/contract/automation/execution';
import type { OperationId } from '@novacron/contract/ids';
import { waitUntil } from '@novacron/testing/wait-until';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const bench = useBench();

const MINUTE_MS = 60_000;

const CREATE = `  - id: create
    task: vm.create
    with: { name: web-1, cpu_cores: 1, memory_gb: 1, disk_gb: 10 }
    outputs: { vm_id: resource.id }
    compensate: { task: vm.delete, with: { id: "\${steps.create.outputs.vm_id}" } }
`;

const STOP = `task: vm.stop, with: { id: "\${steps.create.outputs.vm_id}" }`;

const SETTLES = `name: settles
steps:
${CREATE}  - { id: settle, needs: [create], wait: 1m }
  - { id: stop, needs: [settle], ${STOP} }
`;

const ASKS = `name: asks
steps:
${CREATE}  - { id: ask, needs: [create], approval: {} }
  - { id: stop, needs: [ask], ${STOP} }
`;

const current = (id: OperationId) => bench().expectOk('execution.get', { id });

const statusesOf = ({ steps }: Execution) => steps.map(({ id, status }) => `${id} ${status}`);

/** Runs a definition until its second step has begun. */
async function begin(text: string): Promise<{ readonly id: OperationId }> {
  const { resource } = await bench().expectOk('workflow.create', { text });
  const { operation } = await bench().expectOk('workflow.run', { id: resource.id });
  const { id } = operation;
  while ((await current(id)).steps[1]?.status !== 'running') await bench().advance(100);
  return { id };
}

async function pause(id: OperationId): Promise<Execution> {
  return (await bench().expectOk('execution.pause', { id })).resource;
}

/** Advances the clock until no server runs the execution. */
async function parked(id: OperationId): Promise<void> {
  await waitUntil('the execution to be parked', async () => {
    await bench().advance(10_000);
    const [row] = await bench().store.read({ from: 'operations', where: { id } });
    return row?.owner === 'waiting' && row.wake_at_ms === null ? true : undefined;
  });
}

async function endOf(operation: { readonly id: OperationId }): Promise<Execution> {
  await bench().end(operation);
  return current(operation.id);
}

/** Someone other than the one who runs it. */
async function ann() {
  const { resource } = await bench().expectOk('api_key.create', {
    name: 'ann',
    role: 'operator',
    person: 'ann',
  });
  const { id, name, role, tenant_id: tenantId } = resource;
  return { principal: { id, name, role, tenantId } };
}

/** Its step runs before the question is stored. */
function pendingApproval() {
  return waitUntil('the approval to be asked for', async () => {
    await bench().advance(1);
    return (await bench().expectOk('approval.list', { status: ['pending'] })).items[0];
  });
}

describe('an execution that is paused', () => {
  test('ends what runs, begins nothing, survives restarts and goes on', async () => {
    const { id } = await begin(SETTLES);
    expect(await pause(id)).toMatchObject({
      status: 'running',
      paused_at: expect.stringMatching(/^20/),
      paused_by: expect.any(String),
    });
    await parked(id);
    await bench().restartServer();
    await bench().advance(MINUTE_MS);
    const held = await current(id);
    expect(statusesOf(held)).toEqual(['create succeeded', 'settle succeeded', 'stop waiting']);
    const [listed] = (await bench().expectOk('execution.list', {})).items;
    expect(listed).toMatchObject({ id, paused_at: held.paused_at, paused_by: held.paused_by });
    const { resource } = await bench().expectOk('execution.resume', { id });
    expect([resource.paused_at, resource.paused_by]).toEqual([null, null]);
    const ended = await endOf({ id });
    expect([ended.status, ended.steps.map(({ attempts }) => attempts)]).toEqual([
      'succeeded',
      [1, 1, 1],
    ]);
    const { items } = await bench().expectOk('event.list', { limit: 500 });
    const types = items.map(({ type }) => type);
    expect(types.filter((type) => type.startsWith('workflow.run.'))).toEqual([
      'workflow.run.accepted',
      'workflow.run.paused',
      'workflow.run.resumed',
      'workflow.run.succeeded',
    ]);
    const audited = (await bench().expectOk('audit.list', { limit: 100 })).items;
    expect(audited.map(({ operation }) => operation)).toEqual(
      expect.arrayContaining(['execution.pause', 'execution.resume']),
    );
  });

  test('has its deadline later by the pause', async () => {
    const text = `name: short\ndeadline: 3m\n${SETTLES.slice(SETTLES.indexOf('steps:'))}`;
    const { id } = await begin(text);
    await pause(id);
    await parked(id);
    await bench().advance(4 * MINUTE_MS);
    await bench().expectOk('execution.resume', { id });
    expect((await endOf({ id })).status).toBe('succeeded');
  });

  test('is cancelled as any other', async () => {
    const { id } = await begin(SETTLES);
    await pause(id);
    await parked(id);
    await bench().expectOk('operation.cancel', { id });
    const ended = await endOf({ id });
    expect([ended.status, ended.paused_at, statusesOf(ended)]).toEqual([
      'stopped',
      null,
      ['create taken_back', 'settle succeeded', 'stop waiting'],
    ]);
  });

  test('takes votes, and begins nothing behind them', async () => {
    const { id } = await begin(ASKS);
    await pause(id);
    const approval = await pendingApproval();
    await bench().expectOk('approval.approve', { id: approval.id }, await ann());
    await parked(id);
    const held = await current(id);
    expect(statusesOf(held)).toEqual(['create succeeded', 'ask succeeded', 'stop waiting']);
    await bench().expectOk('execution.resume', { id });
    expect((await endOf({ id })).status).toBe('succeeded');
  });

  test('takes nothing back before it is resumed', async () => {
    const { id } = await begin(ASKS);
    await pause(id);
    const approval = await pendingApproval();
    await bench().expectOk('approval.deny', { id: approval.id }, await ann());
    await parked(id);
    const held = await current(id);
    expect([held.status, statusesOf(held)]).toEqual([
      'running',
      ['create succeeded', 'ask failed', 'stop waiting'],
    ]);
    await bench().expectOk('execution.resume', { id });
    const ended = await endOf({ id });
    expect([ended.status, ended.steps[0]?.status]).toEqual(['failed', 'taken_back']);
  });
});

describe('a request is refused', () => {
  test('to pause twice, to resume twice, and once it has ended', async () => {
    const { id } = await begin(SETTLES);
    const early = await bench().expectProblem('execution.resume', { id });
    expect([early.code, early.detail]).toEqual([
      'validation-failed',
      `workflow.run of settles (${id}) cannot be resumed: it is not paused.`,
    ]);
    const { paused_by: by } = await pause(id);
    const twice = await bench().expectProblem('execution.pause', { id });
    expect(twice.detail).toBe(
      `workflow.run of settles (${id}) cannot be paused: it was paused already by ${by}.`,
    );
    expect(twice.remedy).toBe(`See its state: novacron execution inspect ${id}`);
    await bench().expectOk('execution.resume', { id });
    await bench().expectProblem('execution.resume', { id });
    await bench().end({ id });
    const late = await bench().expectProblem('execution.pause', { id });
    expect(late.detail).toContain('cannot be paused: it has ended already.');
    const later = await bench().expectProblem('execution.resume', { id });
    expect(later.detail).toContain('cannot be resumed: it has ended already.');
  });

  test('by a policy, which sees the action and the name of the workflow', async () => {
    const rule = `package novacron

deny contains "settles runs to its end" if {
  input.action == "pause_execution"
  input.resource.workflow == "settles"
}
`;
    await bench().expectOk('policy.create', { name: 'No pauses', type: 'resource', rule });
    const { id } = await begin(SETTLES);
    const found = await bench().expectProblem('execution.pause', { id });
    expect([found.code, found.detail]).toEqual([
      'policy-denied',
      expect.stringContaining('settles runs to its end'),
    ]);
    expect((await current(id)).paused_at).toBeNull();
    const audited = (await bench().expectOk('audit.list', { limit: 100 })).items;
    expect(audited).toContainEqual(
      expect.objectContaining({ operation: 'execution.pause', outcome: 'policy-denied' }),
    );
    expect((await endOf({ id })).status).toBe('succeeded');
  });

  test('while it is taken back', async () => {
    const { id } = await begin(SETTLES);
    await bench().expectOk('operation.cancel', { id });
    const found = await bench().expectProblem('execution.pause', { id });
    expect(found.detail).toContain('cannot be paused: it is being taken back.');
    await bench().end({ id });
  });

  test('of an operation that is no execution', async () => {
    const vm = await makeVm(bench());
    const { operation } = await bench().expectOk('vm.stop', { id: vm.id });
    const found = await bench().expectProblem('execution.pause', { id: operation.id });
    expect([found.code, found.detail]).toEqual([
      'not-found',
      `No execution found with the id ${operation.id}.`,
    ]);
    await bench().end(operation);
  });
});
