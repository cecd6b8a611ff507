/** Runs of one step: what they begin with, what they ask for, and what they are refused. */
import { describe, expect, test } from '@jest/globals';
import type { Execution } from '@novacron/contract/automation/execution';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { waitUntil } from '@novacron/testing/wait-until';
import { useBench } from '../test-kit/use-bench.ts';

const bench = useBench();

const TEXT = `name: release
inputs: { name: string }
steps:
  - id: create
    task: vm.create
    with: { name: "\${name}", cpu_cores: 1, memory_gb: 1, disk_gb: 10 }
    outputs: { vm_id: resource.id, node: resource.node }
    on_failure: stop
  - { id: settle, needs: [create], wait: 1ms }
  - { id: ask, needs: [settle], approval: { message: "May \${steps.create.outputs.vm_id} go?" } }
  - id: stop
    needs: [ask]
    if: steps.create.outputs.node != "none"
    task: vm.stop
    with: { id: "\${steps.create.outputs.vm_id}" }
    on_failure: stop
  - { id: start, needs: [settle], task: vm.start, with: { id: "\${steps.create.outputs.vm_id}" } }
`;

async function keyOf(name: string) {
  const { resource } = await bench().expectOk('api_key.create', {
    name,
    role: 'operator',
    person: name,
  });
  const { id, tenant_id: tenantId } = resource;
  return { principal: { id, name, role: 'operator', tenantId } };
}

const store = async (text: string) =>
  (await bench().expectOk('workflow.create', { text })).resource;

/** Waits until an execution asks people. */
async function approvalOf({ id }: { readonly id: Execution['id'] }) {
  await waitUntil('the execution to wait', async () => {
    await bench().advance(100);
    const [row] = await bench().store.read({ from: 'operations', where: { id } });
    return row?.owner === 'waiting' ? true : undefined;
  });
  const { items } = await bench().expectOk('approval.list', {
    subject_id: [id],
    status: ['pending'],
  });
  const [last] = items;
  if (last === undefined) throw new Error('it asks');
  return bench().expectOk('approval.get', { id: last.id });
}

const run = async (input: InputOf<'workflow.run'>) =>
  (await bench().expectOk('workflow.run', input)).operation;

const endOf = async (operation: { readonly id: Execution['id'] }) => {
  await bench().end(operation);
  return bench().expectOk('execution.get', { id: operation.id });
};

/** Runs the whole workflow, with the approval of another person. */
async function runAll(id: InputOf<'workflow.run'>['id'], name = 'web-1') {
  const operation = await run({ id, inputs: { name } });
  const approval = await approvalOf(operation);
  await bench().expectOk('approval.approve', { id: approval.id }, await keyOf(`ann-${name}`));
  const whole = await endOf(operation);
  expect(whole.status).toBe('succeeded');
  return whole;
}

const statusesOf = ({ steps }: Execution) => steps.map(({ id, status }) => `${id} ${status}`);

describe('a run of one step', () => {
  test('runs it alone, with the inputs and outputs of an earlier execution', async () => {
    const { id } = await store(TEXT);
    const whole = await runAll(id);
    const vmId = whole.steps[0]?.outputs?.vm_id;
    const inputs = { name: 'web-1' };
    const bare = await bench().expectProblem('workflow.run', { id, inputs, only_step: 'start' });
    expect([bare.code, bare.detail, bare.fields?.[0]?.path]).toEqual([
      'validation-failed',
      'A run of one step of release is refused: start uses the step create, which does not run: ' +
        'name an execution in which it has ended.',
      ['outputs_from'],
    ]);
    const stopped = await bench().expectOk('vm.stop', { id: String(vmId) });
    await bench().end(stopped.operation);
    const one = await endOf(await run({ id, only_step: 'start', outputs_from: whole.id }));
    expect([one.status, statusesOf(one)]).toEqual([
      'succeeded',
      ['create skipped', 'settle skipped', 'ask skipped', 'stop skipped', 'start succeeded'],
    ]);
    expect(one).toMatchObject({ only_step: 'start', outputs_from: whole.id, inputs });
    expect(one.steps.map(({ message }) => message)).toEqual([
      `only start runs; its outputs are those of ${whole.id}`,
      'only start runs',
      'only start runs',
      'only start runs',
      null,
    ]);
    expect((await bench().expectOk('vm.list', {})).items).toMatchObject([
      { id: vmId, status: 'running' },
    ]);
    // Its answer has the outputs that it was given, so the next one can have them of it.
    const next = await endOf(await run({ id, only_step: 'start', outputs_from: one.id }));
    expect(next.steps[0]?.outputs).toEqual(whole.steps[0]?.outputs);
  });

  test('asks for the approvals before it again, about the values that it gets', async () => {
    const { id } = await store(TEXT);
    const whole = await runAll(id);
    const operation = await run({ id, only_step: 'stop', outputs_from: whole.id });
    const approval = await approvalOf(operation);
    const vmId = whole.steps[0]?.outputs?.vm_id;
    expect(approval).toMatchObject({
      message: `May ${vmId} go?`,
      details: { targets: [{ step: 'stop', action: { task: 'vm.stop', with: { id: vmId } } }] },
    });
    const own = await bench().expectProblem('approval.approve', { id: approval.id });
    expect(own.code).toBe('forbidden');
    await bench().expectOk('approval.deny', { id: approval.id }, await keyOf('bob'));
    const denied = await endOf(operation);
    expect([denied.status, statusesOf(denied)]).toEqual([
      'failed',
      ['create skipped', 'settle skipped', 'ask failed', 'stop waiting', 'start skipped'],
    ]);
  });

  test('is refused where a workflow before it would have asked for approval', async () => {
    await store('name: leave\nsteps:\n  - { id: ask, approval: {} }\n');
    const text = `name: through
steps:
  - { id: leave, workflow: leave }
  - { id: settle, needs: [leave], wait: 1ms }
`;
    const { id } = await store(text);
    const refused = await bench().expectProblem('workflow.run', { id, only_step: 'settle' });
    expect([refused.detail, refused.remedy]).toEqual([
      'A run of one step of through is refused: a step before settle starts a workflow ' +
        'that requires approval, or that cannot be read.',
      'Run the whole workflow, which requests the approval.',
    ]);
  });

  test('gets nothing of an execution with other inputs, or of another text', async () => {
    const { id } = await store(TEXT);
    const whole = await runAll(id);
    const only = { id, only_step: 'start', outputs_from: whole.id } as const;
    const other = await bench().expectProblem('workflow.run', {
      ...only,
      inputs: { name: 'web-2' },
    });
    expect(other.detail).toContain(`the input name differs from ${whole.id}`);
    await bench().expectOk('workflow.update', { id, text: TEXT.replace('1ms', '2ms') });
    const newer = await bench().expectProblem('workflow.run', only);
    expect([newer.detail, newer.remedy]).toEqual([
      `A run of one step of release is refused: ${whole.id} ran version 1, whose text ` +
        'differs from version 2.',
      'Run that version: --at-version 1',
    ]);
    expect((await endOf(await run({ ...only, at_version: 1 }))).version).toBe(1);
    const { id: second } = await store('name: second\nsteps:\n  - { id: start, wait: 1ms }\n');
    const foreign = await bench().expectProblem('workflow.run', { ...only, id: second });
    expect(foreign.detail).toContain(`${whole.id} is an execution of release`);
    const unknown = await bench().expectProblem('workflow.run', { id, only_step: 'stopp' });
    expect(unknown.detail).toContain('stopp is not a step of this version; did you mean stop?');
    const alone = await bench().expectProblem('workflow.run', { id, outputs_from: whole.id });
    expect(alone.detail).toContain(
      'outputs of an earlier execution can only be used in a run of one step',
    );
  });

  test('is one that policies can refuse by its name', async () => {
    const { id } = await store('name: plain\nsteps:\n  - { id: a, wait: 1ms }\n');
    const rule = `package p
deny contains "whole runs only" if {
  input.action == "run_workflow"
  input.resource.only_step
}`;
    await bench().expectOk('policy.create', { name: 'P', type: 'resource', rule });
    const denied = await bench().expectProblem('workflow.run', { id, only_step: 'a' });
    expect(denied).toMatchObject({ code: 'policy-denied' });
    expect((await endOf(await run({ id }))).status).toBe('succeeded');
  });
});
