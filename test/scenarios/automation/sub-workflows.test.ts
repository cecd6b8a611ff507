/** Steps that are executions of other workflows: values, ends, pauses, circles, approvals. */
import { describe, expect, test } from '@jest/globals';
import type { Execution } from '@novacron/contract/automation/execution';
import type { OperationId, WorkflowId } from '@novacron/contract/ids';
import { waitUntil } from '@novacron/testing/wait-until';
import { useBench } from '../test-kit/use-bench.ts';

const bench = useBench();

const NO_VM = 'vm_01jd3v6t7re3h8z9k2m4n5p6q7';

const CREATE = `name: create
inputs: { name: string }
steps:
  - id: vm
    task: vm.create
    with: { name: "\${name}", cpu_cores: 1, memory_gb: 1, disk_gb: 10 }
    outputs: { vm_id: resource.id }
    compensate: { task: vm.delete, with: { id: "\${steps.vm.outputs.vm_id}" } }
`;

const PARENT = `name: provision
inputs: { name: string }
steps:
  - id: make
    workflow: create
    with: { name: "\${name}" }
    outputs: { vm_id: steps.vm.outputs.vm_id, status: execution.status }
`;

const STOP = `  - id: stop
    needs: [make]
    task: vm.stop
    with: { id: "\${steps.make.outputs.vm_id}" }
`;

const current = (id: OperationId) => bench().expectOk('execution.get', { id });

async function store(text: string): Promise<WorkflowId> {
  return (await bench().expectOk('workflow.create', { text })).resource.id;
}

async function start(id: WorkflowId, inputs: Execution['inputs'] = {}): Promise<OperationId> {
  return (await bench().expectOk('workflow.run', { id, inputs })).operation.id;
}

async function run(id: WorkflowId, inputs: Execution['inputs'] = {}): Promise<Execution> {
  const execution = await start(id, inputs);
  await bench().end({ id: execution });
  return current(execution);
}

/** The execution that a step has started last. */
async function partOf({ steps }: Execution, step: string): Promise<Execution> {
  const id = steps.find((each) => each.id === step)?.operations.at(-1);
  if (id === undefined) throw new Error(`${step} has started an execution`);
  return current(id);
}

const statusesOf = ({ steps }: Execution) => steps.map(({ id, status }) => `${id} ${status}`);

const vmNames = async () =>
  (await bench().expectOk('vm.list', {})).items.map(({ name }) => name).toSorted();

function reached(id: OperationId, isReached: (execution: Execution) => boolean) {
  return waitUntil('the execution to get there', async () => {
    await bench().advance(1);
    const found = await current(id);
    return isReached(found) ? found : undefined;
  });
}

/** An execution and its part, which waits for a while. */
async function startSlow(more = '') {
  await store(`${CREATE}  - { id: settle, needs: [vm], wait: 5m }\n`);
  const id = await start(await store(`${PARENT}${more}`), { name: 'web-1' });
  const above = await reached(id, ({ steps }) => (steps[0]?.operations.length ?? 0) > 0);
  const part = await partOf(above, 'make');
  await reached(part.id, ({ steps }) => steps[1]?.status === 'running');
  return { id, part: part.id };
}

describe('a step that starts another workflow', () => {
  test('is an execution of its own, whose outputs it has', async () => {
    await store(CREATE);
    const ended = await run(await store(`${PARENT}${STOP}`), { name: 'web-1' });
    expect([ended.status, statusesOf(ended)]).toEqual([
      'succeeded',
      ['make succeeded', 'stop succeeded'],
    ]);
    const [vm] = (await bench().expectOk('vm.list', {})).items;
    expect(vm).toMatchObject({ name: 'web-1', status: 'stopped' });
    expect(ended.steps[0]).toMatchObject({
      kind: 'workflow',
      outputs: { vm_id: vm?.id, status: 'succeeded' },
    });
    expect(await partOf(ended, 'make')).toMatchObject({
      workflow: 'create',
      inputs: { name: 'web-1' },
      part_of: { execution_id: ended.id, workflow: 'provision', step: 'make' },
      created_by: ended.created_by,
    });
    expect(ended.part_of).toBeNull();
  });

  test('runs the version that is current when it begins, or the one that it names', async () => {
    const id = await store('name: child\nsteps: [{ id: a, wait: 1ms }]\n');
    await bench().expectOk('workflow.update', {
      id,
      text: 'name: child\nsteps: [{ id: b, wait: 1ms }]\n',
    });
    const ended = await run(
      await store(`name: both
steps:
  - { id: now, workflow: child, outputs: { v: execution.version } }
  - { id: then, workflow: child, version: 1, outputs: { v: execution.version } }
`),
    );
    expect(ended.steps.map(({ outputs }) => outputs)).toEqual([{ v: 2 }, { v: 1 }]);
  });

  test('is repeated for the items of a list', async () => {
    await store(CREATE);
    const ended = await run(
      await store(`name: many
steps:
  - id: make
    for_each: [web-1, web-2, web-3]
    workflow: create
    with: { name: "\${item}" }
    outputs: { vm_id: steps.vm.outputs.vm_id }
`),
    );
    expect(ended.status).toBe('succeeded');
    expect(await vmNames()).toEqual(['web-1', 'web-2', 'web-3']);
    const parts = ended.steps.filter(({ of }) => of === 'make');
    const shown = await Promise.all(
      parts.map(async ({ operations: [id] }) => (id === undefined ? null : current(id))),
    );
    expect(shown.map((part) => part?.part_of?.step)).toEqual(['make[0]', 'make[1]', 'make[2]']);
  });

  test('fails with its execution, which is not started again, and says why', async () => {
    await store(`${CREATE}  - { id: late, needs: [vm], task: vm.start, with: { id: ${NO_VM} } }\n`);
    const ended = await run(await store(PARENT), { name: 'web-1' });
    expect([ended.status, ended.steps[0]?.attempts]).toEqual(['failed', 1]);
    expect(ended.problem?.detail).toContain('step late failed: No VM found');
    const part = await partOf(ended, 'make');
    expect([part.status, statusesOf(part)]).toEqual(['failed', ['vm taken_back', 'late failed']]);
    expect(await vmNames()).toEqual([]);
  });

  test('is repeated where it says so', async () => {
    await store(`name: create
inputs: { name: string }
steps: [{ id: vm, task: vm.start, with: { id: ${NO_VM} }, outputs: { vm_id: resource.id } }]
`);
    const text = `${PARENT}    retry: { max_attempts: 2, backoff: fixed, delay: 1s }\n`;
    const ended = await run(await store(text), { name: 'web-1' });
    expect([ended.status, ended.steps[0]?.operations.length]).toEqual(['failed', 2]);
  });

  test('is taken back by what the steps of its execution say', async () => {
    await store(CREATE);
    const late = `  - { id: late, needs: [make], task: vm.start, with: { id: ${NO_VM} } }\n`;
    const ended = await run(await store(`${PARENT}${late}`), { name: 'web-1' });
    expect([ended.status, statusesOf(ended)]).toEqual([
      'failed',
      ['make taken_back', 'late failed'],
    ]);
    const part = await partOf(ended, 'make');
    expect([part.status, statusesOf(part)]).toEqual(['stopped', ['vm taken_back']]);
    expect(await vmNames()).toEqual([]);
  });

  test('is taken back by its own compensation instead where it has one', async () => {
    await store(CREATE);
    await store('name: note\nsteps: [{ id: a, wait: 1ms }]\n');
    const late = `    compensate: { workflow: note }
  - { id: late, needs: [make], task: vm.start, with: { id: ${NO_VM} } }
`;
    const ended = await run(await store(`${PARENT}${late}`), { name: 'web-1' });
    expect(statusesOf(ended)).toEqual(['make taken_back', 'late failed']);
    const started = await Promise.all((ended.steps[0]?.operations ?? []).map(current));
    expect(started.map(({ workflow, status }) => `${workflow} ${status}`)).toEqual([
      'create succeeded',
      'note succeeded',
    ]);
    expect(await vmNames()).toEqual(['web-1']);
  });
});

test('an execution whose part cannot be taken back is stuck, and says so', async () => {
  const wrong = `compensate: { task: vm.stop, with: { id: ${NO_VM} } }`;
  await store(CREATE.replace(/compensate: .*/, wrong));
  const late = `  - { id: late, needs: [make], task: vm.start, with: { id: ${NO_VM} } }\n`;
  const ended = await run(await store(`${PARENT}${late}`), { name: 'web-1' });
  const part = await partOf(ended, 'make');
  expect([part.status, ended.status]).toEqual(['stuck', 'stuck']);
  expect(ended.problem?.detail).toContain(
    `taking back step make failed too: its execution ${part.id} is stuck`,
  );
  expect(await vmNames()).toEqual(['web-1']);
});

describe('what people do with an execution', () => {
  test('a cancellation reaches what is a part of it', async () => {
    const { id, part } = await startSlow();
    await bench().expectOk('operation.cancel', { id });
    await bench().end({ id });
    expect((await current(id)).status).toBe('stopped');
    const ended = await current(part);
    expect([ended.status, statusesOf(ended)]).toEqual([
      'stopped',
      ['vm taken_back', 'settle failed'],
    ]);
    expect(await vmNames()).toEqual([]);
  });

  test('a pause and its end reach what is a part of it', async () => {
    const { id, part } = await startSlow();
    await bench().expectOk('execution.pause', { id });
    expect([(await current(part)).paused_by, (await current(id)).paused_by]).toEqual([
      'admin',
      'admin',
    ]);
    await bench().expectOk('execution.resume', { id });
    expect((await current(part)).paused_at).toBeNull();
    await bench().end({ id });
    expect((await current(id)).status).toBe('succeeded');
  });

  test('a server that restarts goes on with both and starts nothing again', async () => {
    const { id, part } = await startSlow();
    await bench().restartServer();
    await bench().advance(30_000);
    await bench().restartServer();
    await bench().end({ id });
    expect(await current(id)).toMatchObject({
      status: 'succeeded',
      steps: [{ attempts: 1, operations: [part] }],
    });
  });
});

describe('workflows that lead to each other', () => {
  test('are refused when their texts are stored, and a missing one when a run begins', async () => {
    const { resource, notices } = await bench().expectOk('workflow.create', {
      text: 'name: a\nsteps: [{ id: s, workflow: b }]\n',
    });
    expect(notices).toEqual([
      'A run is refused until it is stored: the tenant has no workflow or runbook b, ' +
        'which a step starts.',
    ]);
    const missing = await bench().expectProblem('workflow.run', { id: resource.id, inputs: {} });
    expect(missing.detail).toBe(
      'a is refused: the tenant has no workflow or runbook b, which a step starts.',
    );
    const circle = await bench().expectProblem('workflow.create', {
      text: 'name: b\nsteps: [{ id: s, workflow: a }]\n',
    });
    expect(circle.detail).toBe('b is refused: b starts a starts b: remove one of these steps.');
  });

  test('may be eight levels deep', async () => {
    await store('name: w1\nsteps: [{ id: s, wait: 1ms }]\n');
    for (let level = 2; level <= 8; level += 1) {
      await store(`name: w${level}\nsteps: [{ id: s, workflow: w${level - 1} }]\n`);
    }
    const refused = await bench().expectProblem('workflow.create', {
      text: 'name: w9\nsteps: [{ id: s, workflow: w8 }]\n',
    });
    expect(refused.detail).toBe('w9 is refused: w9 starts workflows 9 levels deep, 8 at most.');
    const { items } = await bench().expectOk('workflow.list', { limit: 100 });
    const top = items.find(({ name }) => name === 'w8');
    if (top === undefined) throw new Error('w8 is stored');
    expect((await run(top.id)).status).toBe('succeeded');
    const all = await bench().expectOk('execution.list', { limit: 100 });
    expect(all.items.map(({ status }) => status)).toEqual(Array(8).fill('succeeded'));
  });

  test('do not wait for themselves in a concurrency group', async () => {
    const group = 'concurrency: { group: one }\n';
    await store(`name: child\n${group}steps: [{ id: s, wait: 1ms }]\n`);
    const ended = await run(
      await store(`name: above\n${group}steps: [{ id: s, workflow: child }]\n`),
    );
    expect(ended.status).toBe('failed');
    expect(ended.problem?.detail).toContain(
      'The step does not start child: a parent execution is already in its concurrency group one.',
    );
  });
});

test('a part of an execution is refused where a policy denies it', async () => {
  await store(CREATE);
  const id = await store(PARENT);
  await bench().expectOk('policy.create', {
    name: 'P',
    type: 'resource',
    rule: `package p
deny contains "not this one" if {
  input.action == "run_workflow"
  input.resource.name == "create"
}`,
  });
  const ended = await run(id, { name: 'web-1' });
  expect([ended.status, ended.problem?.detail]).toEqual([
    'failed',
    expect.stringContaining('not this one'),
  ]);
});

test('an approval is about the versions of what the steps behind it start', async () => {
  const child = await store('name: child\nsteps: [{ id: a, wait: 1ms }]\n');
  const id = await start(
    await store(`name: asks
steps:
  - { id: ask, approval: {} }
  - { id: go, needs: [ask], workflow: child }
`),
  );
  const approval = await waitUntil('the approval', async () => {
    await bench().advance(1);
    return (await bench().expectOk('approval.list', {})).items[0];
  });
  const shown = await bench().expectOk('approval.get', { id: approval.id });
  expect(shown.details.targets).toEqual([
    { step: 'go', action: { workflow: 'child', version: 1 } },
  ]);
  await bench().expectOk('workflow.update', {
    id: child,
    text: 'name: child\nsteps: [{ id: b, wait: 1ms }]\n',
  });
  const made = await bench().expectOk('api_key.create', {
    name: 'ben',
    role: 'admin',
    person: 'ben',
  });
  const key = await bench().application.authenticate(made.secret);
  if (!key.ok) throw new Error(key.error.detail);
  const refused = await bench().expectProblem(
    'approval.approve',
    { id: approval.id },
    { principal: key.value },
  );
  expect(refused.detail).toContain('has changed since this vote was prepared');
  await bench().expectOk('operation.cancel', { id });
  await bench().end({ id });
});

test('a text with tasks that who stores it may not call is refused', async () => {
  const { resource: key } = await bench().expectOk('api_key.create', {
    name: 'ann',
    role: 'operator',
  });
  const { id: keyId, name, role, tenant_id: tenantId } = key;
  const ann = { principal: { id: keyId, name, role, tenantId } };
  const inner = (step: string) => `name: inner\nsteps: [{ id: a, ${step} }]\n`;
  const text = inner('task: audit.list, outputs: { first: items.0.operation }');
  const own = { text: inner('wait: 1ms') };
  const { id } = (await bench().expectOk('workflow.create', own, ann)).resource;
  await store('name: outer\nsteps: [{ id: call, workflow: inner }]\n');
  const refused = await bench().expectProblem('workflow.update', { id, text }, ann);
  expect([refused.code, refused.detail]).toEqual([
    'forbidden',
    'audit.list needs the role admin; your key has the role operator.',
  ]);
  await bench().expectOk('workflow.update', { id, text });
  await bench().expectOk('workflow.rollback', { id, to_version: 1 }, ann);
  const again = await bench().expectProblem('workflow.rollback', { id, to_version: 2 }, ann);
  expect(again.code).toBe('forbidden');
  const another = text.replace('inner', 'another');
  const created = await bench().expectProblem('workflow.create', { text: another }, ann);
  expect(created.code).toBe('forbidden');
});
