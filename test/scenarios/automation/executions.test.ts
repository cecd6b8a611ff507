/** Executions: what steps do, in which order, as whom, and how they end. */
import { describe, expect, test } from '@jest/globals';
import type { Execution } from '@novacron/contract/automation/execution';
import { operationNames } from '@novacron/contract/operations-table/operations';
import { isStepWrite } from '@novacron/contract/operations-table/step-operations';
import { isRunTask } from '@novacron/server/app/automation/executions/tasks/run-tasks';
import { createWriteRegistry } from '@novacron/server/app/composition/write-registry';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const bench = useBench();

const CREATE = `  - id: create
    task: vm.create
    with: { name: "\${name}", cpu_cores: 1, memory_gb: 1, disk_gb: 10 }
    outputs: { vm_id: resource.id, node: resource.node }
    compensate: { task: vm.delete, with: { id: "\${steps.create.outputs.vm_id}" } }
`;

const NO_VM = 'vm_01jd3v6t7re3h8z9k2m4n5p6q7';

/** Stores a definition and runs it to its end. */
async function run(text: string, inputs: Execution['inputs'] = {}): Promise<Execution> {
  const { resource } = await bench().expectOk('workflow.create', { text });
  const { operation } = await bench().expectOk('workflow.run', { id: resource.id, inputs });
  await bench().end(operation);
  return bench().expectOk('execution.get', { id: operation.id });
}

const statusesOf = ({ steps }: Execution) => steps.map(({ id, status }) => `${id} ${status}`);

const vmNames = async () => (await bench().expectOk('vm.list', {})).items.map(({ name }) => name);

describe('an execution', () => {
  test('runs each task as an operation of its own, with outputs of steps before', async () => {
    const text = `name: provision
inputs: { name: string, big: { type: boolean, default: false } }
steps:
${CREATE}  - { id: settle, needs: [create], wait: 10ms }
  - id: stop
    needs: [settle]
    task: vm.stop
    with: { id: "\${steps.create.outputs.vm_id}" }
    outputs: { status: resource.status }
  - id: grow
    needs: [stop]
    if: inputs.big
    task: vm.update
    with: { id: "\${steps.create.outputs.vm_id}", memory_gb: 8 }
  - { id: start, needs: [grow], task: vm.start, with: { id: "\${steps.create.outputs.vm_id}" } }
`;
    const ended = await run(text, { name: 'web-1' });
    expect([ended.status, statusesOf(ended)]).toEqual([
      'succeeded',
      ['create succeeded', 'settle succeeded', 'stop succeeded', 'grow skipped', 'start succeeded'],
    ]);
    expect(ended).toMatchObject({ version: 1, inputs: { name: 'web-1', big: false } });
    const [vm] = (await bench().expectOk('vm.list', {})).items;
    expect(vm).toMatchObject({ name: 'web-1', status: 'running', memory_gb: 1 });
    expect(ended.steps[0]?.outputs).toEqual({ vm_id: vm?.id, node: vm?.node });
    expect(ended.steps[2]?.outputs).toEqual({ status: 'stopped' });
    const ids = ended.steps.flatMap(({ operations }) => operations);
    const kinds = await Promise.all(
      ids.map(async (id) => (await bench().expectOk('operation.get', { id })).kind),
    );
    expect(kinds).toEqual(['vm.create', 'vm.stop', 'vm.start']);
    const listed = await bench().expectOk('execution.list', { workflow_id: [ended.workflow_id] });
    expect(listed.items).toMatchObject([
      { id: ended.id, status: 'succeeded', workflow: 'provision' },
    ]);
  });

  test('takes names where tasks take ids, and says which name is of nothing', async () => {
    const { id } = await makeVm(bench(), { name: 'web-1' });
    const text = (vm: string) => `name: named-${vm}
inputs: { vm: { default: ${vm} } }
steps:
  - { id: look, task: vm.get, with: { id: ${vm} }, outputs: { id: id, node: node } }
  - { id: node, needs: [look], task: node.get, with: { id: "\${steps.look.outputs.node}" } }
  - { id: stop, needs: [node], task: vm.stop, with: { id: "\${vm}" } }
`;
    const ended = await run(text('web-1'));
    expect([ended.status, ended.steps[0]?.outputs]).toMatchObject(['succeeded', { id }]);
    const failed = await run(text('web-2'));
    expect(failed.steps[0]).toMatchObject({ status: 'failed', message: 'there is no VM web-2' });
    const preview = await bench().expectOk('admission.preview', {
      operation: 'workflow.run',
      input: { id: failed.workflow_id },
    });
    expect(preview.notices).toContain(
      'Step stop would fail if it started now: there is no VM web-2.',
    );
  });

  test('takes back what has succeeded when a step fails for good', async () => {
    const text = `name: fails
inputs: { name: string }
steps:
${CREATE}  - { id: late, needs: [create], task: vm.start, with: { id: ${NO_VM} } }
`;
    const ended = await run(text, { name: 'web-1' });
    expect([ended.status, statusesOf(ended)]).toEqual([
      'failed',
      ['create taken_back', 'late failed'],
    ]);
    expect(ended.problem?.detail).toContain('step late failed: No VM found with the id vm_01jd3v');
    expect(await vmNames()).toEqual([]);
  });

  test('goes on, or stops and leaves everything, where a step says so', async () => {
    const steps = (onFailure: string) => `
inputs: { name: string }
steps:
${CREATE}  - id: odd
    needs: [create]
    task: vm.start
    with: { id: ${NO_VM} }
    on_failure: ${onFailure}
  - { id: after, needs: [odd], wait: 1ms }
`;
    const went = await run(`name: goes-on${steps('go_on')}`, { name: 'web-1' });
    expect([went.status, statusesOf(went)]).toEqual([
      'succeeded_with_failures',
      ['create succeeded', 'odd failed', 'after succeeded'],
    ]);
    const stopped = await run(`name: stops${steps('stop')}`, { name: 'web-2' });
    expect([stopped.status, statusesOf(stopped)]).toEqual([
      'stopped',
      ['create succeeded', 'odd failed', 'after waiting'],
    ]);
    expect(stopped.problem?.remedy).toContain(`novacron operation retry ${stopped.id} --from-step`);
    expect((await vmNames()).toSorted()).toEqual(['web-1', 'web-2']);
  });

  test('cleans up and reports by how the steps before have ended', async () => {
    const text = `name: status
inputs: { skip: { type: boolean, default: true } }
steps:
  - { id: work, task: vm.start, with: { id: ${NO_VM} }, on_failure: go_on }
  - { id: extra, if: inputs.skip == false, wait: 1ms }
  - { id: both, for_each: [a, b], if: item == "a", needs: [work], wait: 1ms }
  - { id: tidy, needs: [work], if: steps.work.status == "failed", wait: 1ms }
  - { id: cheer, needs: [work], if: steps.work.status == "succeeded", wait: 1ms }
  - id: report
    needs: [tidy, extra, both]
    if: steps.tidy.status == "succeeded" && steps.both.status == "succeeded"
    task: vm.list
    with: { search: "\${steps.extra.status}" }
`;
    const ended = await run(text, {});
    expect([ended.status, statusesOf(ended)]).toEqual([
      'succeeded_with_failures',
      [
        'work failed',
        'extra skipped',
        'both succeeded',
        'both[0] succeeded',
        'both[1] skipped',
        'tidy succeeded',
        'cheer skipped',
        'report succeeded',
      ],
    ]);
  });

  test('is retried from a step with the outputs of those before it', async () => {
    const text = `name: again
inputs: { name: string }
steps:
${CREATE}  - id: second
    needs: [create]
    task: vm.create
    with: { name: web-2, cpu_cores: 1, memory_gb: 1, disk_gb: 10 }
    on_failure: stop
  - id: stop
    needs: [second]
    task: vm.stop
    with: { id: "\${steps.create.outputs.vm_id}" }
`;
    const holder = await makeVm(bench(), { name: 'web-2' });
    const failed = await run(text, { name: 'web-1' });
    expect([failed.status, failed.steps[1]?.message]).toEqual([
      'stopped',
      expect.stringContaining('A VM named "web-2" exists already'),
    ]);
    const deleted = await bench().expectOk('vm.delete', { id: holder.id });
    await bench().end(deleted.operation);
    const { resource } = await bench().expectOk('operation.retry', {
      id: failed.id,
      from_step: 'second',
    });
    await bench().end(resource);
    const ended = await bench().expectOk('execution.get', { id: failed.id });
    expect([ended.status, ended.steps.map(({ attempts }) => attempts)]).toEqual([
      'succeeded',
      [1, 2, 1],
    ]);
    expect(ended.steps[0]?.operations).toHaveLength(1);
  });

  test('ends when it is cancelled: a wait at once, and what is done is taken back', async () => {
    const text = `name: slow
inputs: { name: string }
steps:
${CREATE}  - { id: settle, needs: [create], wait: 10d }
`;
    const { resource } = await bench().expectOk('workflow.create', { text });
    const { operation } = await bench().expectOk('workflow.run', {
      id: resource.id,
      inputs: { name: 'web-1' },
    });
    const { id } = operation;
    const current = () => bench().expectOk('execution.get', { id });
    while ((await current()).steps[1]?.status !== 'running') await bench().advance(100);
    const refused = await bench().expectProblem('workflow.delete', { id: resource.id });
    expect(refused.detail).toBe(`slow runs: ${id}.`);
    await bench().expectOk('operation.cancel', { id });
    await bench().end(operation);
    const ended = await current();
    expect([ended.status, statusesOf(ended)]).toEqual([
      'stopped',
      ['create taken_back', 'settle failed'],
    ]);
    expect(await vmNames()).toEqual([]);
  });
});

describe('an execution is refused before anything is done', () => {
  const refuse = async (text: string, inputs: Execution['inputs'] = {}) => {
    const { resource } = await bench().expectOk('workflow.create', { text });
    return bench().expectProblem('workflow.run', { id: resource.id, inputs });
  };

  test('for inputs that are missing', async () => {
    const found = await refuse(`name: w\ninputs: { name: string }\nsteps:\n${CREATE}`);
    expect(found.detail).toBe('A run of w is refused: inputs.name is missing: give it a value.');
  });

  test('for steps that executions do not carry out', async () => {
    const text = `name: w
steps:
  - { id: b, task: vm.bulk, with: { action: stop, all: true } }
`;
    const found = await refuse(text);
    expect(found.detail).toBe('This server cannot run w: step b calls vm.bulk.');
  });
});

test('policies are asked about each step', async () => {
  const { resource: rule } = await bench().expectOk('policy.create', {
    name: 'P',
    type: 'resource',
    rule: `package p
deny contains "not by workflows" if {
  input.action == "create_vm"
  input.resource.name == "web-1"
}`,
  });
  const text = `name: w\ninputs: { name: string }\nsteps:\n${CREATE}`;
  const denied = await run(text, { name: 'web-1' });
  expect([denied.status, denied.steps[0]?.attempts]).toEqual(['failed', 1]);
  expect(denied.problem?.detail).toContain('not by workflows');
  await bench().expectOk('policy.delete', { id: rule.id });
});

test('a step is refused once the API key of the execution is gone', async () => {
  const made = await bench().expectOk('api_key.create', { name: 'ci', role: 'operator' });
  const key = await bench().application.authenticate(made.secret);
  if (!key.ok) throw new Error(key.error.detail);
  const later = CREATE.replace('id: create', 'id: create\n    needs: [settle]');
  const wait = '  - { id: settle, wait: 1m }\n';
  const text = `name: w\ninputs: { name: string }\nsteps:\n${wait}${later}`;
  const { resource } = await bench().expectOk('workflow.create', { text });
  const input = { id: resource.id, inputs: { name: 'web-1' } };
  const { operation } = await bench().expectOk('workflow.run', input, { principal: key.value });
  await bench().expectOk('api_key.delete', { id: made.resource.id });
  await bench().end(operation);
  const ended = await bench().expectOk('execution.get', { id: operation.id });
  expect([ended.status, ended.created_by]).toEqual(['failed', 'ci']);
  expect(ended.problem?.detail).toContain('ci is no longer authorized');
});

test('a server that goes on after another one repeats nothing and waits for the rest', async () => {
  const text = `name: w
inputs: { name: string }
steps:
${CREATE}  - { id: settle, needs: [create], wait: 1h }
  - { id: stop, needs: [settle], task: vm.stop, with: { id: "\${steps.create.outputs.vm_id}" } }
`;
  const { resource } = await bench().expectOk('workflow.create', { text });
  const input = { id: resource.id, inputs: { name: 'web-1' } };
  const { operation } = await bench().expectOk('workflow.run', input);
  await bench().restartServer();
  await bench().advance(30_000);
  await bench().restartServer();
  await bench().end(operation);
  const ended = await bench().expectOk('execution.get', { id: operation.id });
  expect([ended.status, ended.steps.map(({ operations }) => operations.length)]).toEqual([
    'succeeded',
    [1, 0, 1],
  ]);
  const [, settle] = ended.steps;
  const waitedMs = Date.parse(settle?.ended_at ?? '') - Date.parse(settle?.started_at ?? '');
  expect(waitedMs).toBeGreaterThanOrEqual(3_600_000);
  expect(await vmNames()).toEqual(['web-1']);
});

test('what executions can call is what the registry of writes has', () => {
  const registered = Object.keys(createWriteRegistry());
  const steps = operationNames().filter(isStepWrite);
  expect(steps.filter(isRunTask)).toEqual(steps.filter((name) => registered.includes(name)));
});

describe('events about steps', () => {
  const typesOf = async (ended: Execution) => {
    const { items } = await bench().expectOk('event.list', { limit: 500 });
    const own = items.filter(({ type }) => type.startsWith('execution.step.'));
    expect(new Set(own.map(({ target }) => target))).toEqual(new Set([ended.id]));
    return own.map(({ type, data }) => [
      `${data.step} ${type.slice('execution.step.'.length)}`,
      ...(data.next === undefined ? [] : [data.next]),
    ]);
  };

  test('report what begins, succeeds, is skipped, fails and is taken back, in order', async () => {
    const text = `name: reported
inputs: { name: string }
steps:
${CREATE}  - { id: settle, needs: [create], if: "false", wait: 1s }
  - { id: stop, needs: [settle], task: vm.stop, with: { id: ${NO_VM} } }
`;
    const ended = await run(text, { name: 'web-1' });
    expect(ended.status).toBe('failed');
    expect(await typesOf(ended)).toEqual([
      ['create started'],
      ['create succeeded'],
      ['settle started'],
      ['settle skipped'],
      ['stop started'],
      ['stop failed', 'final'],
      ['create taken_back'],
    ]);
  });

  test('report an attempt that is repeated', async () => {
    const text = `name: again
steps:
  - id: big
    task: vm.create
    with: { name: big, cpu_cores: 512, memory_gb: 1, disk_gb: 1 }
    retry: { max_attempts: 2, backoff: fixed, delay: 1s }
`;
    const ended = await run(text);
    expect(await typesOf(ended)).toEqual([
      ['big started'],
      ['big failed', 'retry'],
      ['big started'],
      ['big failed', 'final'],
    ]);
  });
});
