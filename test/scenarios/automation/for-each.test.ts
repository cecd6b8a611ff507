/** Steps that are repeated: each item of a list is a step of its own. */
import { describe, expect, test } from '@jest/globals';
import type { Execution } from '@novacron/contract/automation/execution';
import type { OperationId } from '@novacron/contract/ids';
import { LogEntry } from '@novacron/engine/sagas/log/log-entry';
import { waitUntil } from '@novacron/testing/wait-until';
import { useBench } from '../test-kit/use-bench.ts';

const bench = useBench();

const FLEET = `name: fleet
inputs: { names: list }
steps:
  - id: create
    for_each: "\${inputs.names}"
    max_parallel: 2
    if: item != 'none'
    task: vm.create
    with: { name: "\${item}", cpu_cores: 1, memory_gb: 1, disk_gb: 10 }
    outputs: { vm_id: resource.id }
    compensate: { task: vm.delete, with: { id: "\${steps.create.outputs.vm_id}" } }
`;

const STOP = `  - id: stop
    needs: [create]
    for_each: "\${steps.create.outputs.vm_id}"
    task: vm.stop
    with: { id: "\${item}" }
    retry: { max_attempts: 1 }
`;

const current = (id: OperationId) => bench().expectOk('execution.get', { id });

async function begin(text: string, inputs: Execution['inputs']) {
  const { resource } = await bench().expectOk('workflow.create', { text });
  return (await bench().expectOk('workflow.run', { id: resource.id, inputs })).operation;
}

async function run(text: string, inputs: Execution['inputs']): Promise<Execution> {
  const operation = await begin(text, inputs);
  await bench().end(operation);
  return current(operation.id);
}

const statusesOf = ({ steps }: Execution) => steps.map(({ id, status }) => `${id} ${status}`);

const stepOf = ({ steps }: Execution, id: string) => steps.find((step) => step.id === id);

const vms = async () => (await bench().expectOk('vm.list', {})).items;

const vmNames = async () => (await vms()).map(({ name }) => name).toSorted();

describe('a step with for_each', () => {
  test('is done for each item, and its outputs are lists for the steps after it', async () => {
    const ended = await run(`${FLEET}${STOP}`, { names: ['web-1', 'web-2', 'web-3'] });
    expect([ended.status, statusesOf(ended)]).toEqual([
      'succeeded',
      [
        'create succeeded',
        'create[0] succeeded',
        'create[1] succeeded',
        'create[2] succeeded',
        'stop succeeded',
        'stop[0] succeeded',
        'stop[1] succeeded',
        'stop[2] succeeded',
      ],
    ]);
    const created = stepOf(ended, 'create[1]');
    expect(created).toMatchObject({ of: 'create', item: 'web-2', needs: ['create'], attempts: 1 });
    expect(created?.operations).toHaveLength(1);
    const ids = ended.steps.flatMap(({ of, outputs }) =>
      of === 'create' ? [outputs?.vm_id ?? null] : [],
    );
    expect(stepOf(ended, 'create')?.outputs).toEqual({ vm_id: ids });
    expect(stepOf(ended, 'stop')?.needs).toEqual(['create']);
    expect((await vms()).map(({ name, status }) => `${name} ${status}`).toSorted()).toEqual([
      'web-1 stopped',
      'web-2 stopped',
      'web-3 stopped',
    ]);
  });

  test('has no more items under way at a time than it allows', async () => {
    const text = `name: waits
inputs: { names: list }
steps:
  - { id: settle, for_each: "\${inputs.names}", max_parallel: 2, wait: 1m }
`;
    const operation = await begin(text, { names: ['a', 'b', 'c', 'd', 'e'] });
    const most = new Set<number>();
    let seen = await current(operation.id);
    while (seen.finished_at === null) {
      const items = seen.steps.filter(({ of }) => of === 'settle');
      most.add(items.filter(({ status }) => status === 'running').length);
      await bench().advance(5_000);
      seen = await current(operation.id);
    }
    expect([seen.status, Math.max(...most)]).toEqual(['succeeded', 2]);
  });

  test('leaves out items whose condition does not hold; a list may be empty', async () => {
    const ended = await run(FLEET, { names: ['none', 'web-1'] });
    expect(statusesOf(ended)).toEqual([
      'create succeeded',
      'create[0] skipped',
      'create[1] succeeded',
    ]);
    expect(stepOf(ended, 'create')?.outputs).toEqual({
      vm_id: [null, stepOf(ended, 'create[1]')?.outputs?.vm_id],
    });
    const { resource } = await bench().expectOk('workflow.create', {
      text: `${FLEET}${STOP}`.replace('name: fleet', 'name: empty'),
    });
    const input = { id: resource.id, inputs: { names: [] } };
    const { operation } = await bench().expectOk('workflow.run', input);
    await bench().end(operation);
    const empty = await current(operation.id);
    expect([empty.status, statusesOf(empty)]).toEqual([
      'succeeded',
      ['create succeeded', 'stop succeeded'],
    ]);
  });

  test('is taken back item by item when one fails for good', async () => {
    const text = FLEET.replace('task:', 'retry: { max_attempts: 1 }\n    task:');
    const ended = await run(text, { names: ['web-1', 'web-2', 'not a name'] });
    expect([ended.status, statusesOf(ended)]).toEqual([
      'failed',
      ['create taken_back', 'create[0] taken_back', 'create[1] taken_back', 'create[2] taken_back'],
    ]);
    expect(ended.problem?.detail).toContain('step create[2] failed');
    expect(await vmNames()).toEqual([]);
  });

  test('goes on with the other items where it says so', async () => {
    const text = FLEET.replace('task: vm.create', 'on_failure: go_on\n    task: vm.create');
    const ended = await run(text, { names: ['web-1', 'not a name', 'web-2'] });
    expect([ended.status, statusesOf(ended)]).toEqual([
      'succeeded_with_failures',
      ['create failed', 'create[0] succeeded', 'create[1] failed', 'create[2] succeeded'],
    ]);
    expect(await vmNames()).toEqual(['web-1', 'web-2']);
  });

  test('keeps the items that have succeeded when it is retried', async () => {
    await bench().expectOk('vm.create', { name: 'web-2', cpu_cores: 1, memory_gb: 1, disk_gb: 10 });
    const text = FLEET.replace('task: vm.create', 'on_failure: stop\n    task: vm.create');
    const stopped = await run(text, { names: ['web-1', 'web-2'] });
    expect([stopped.status, statusesOf(stopped)]).toEqual([
      'stopped',
      ['create failed', 'create[0] succeeded', 'create[1] failed'],
    ]);
    const [taken] = (await vms()).filter(({ name }) => name === 'web-2');
    if (taken === undefined) throw new Error('web-2 was created before');
    await bench().end((await bench().expectOk('vm.delete', { id: taken.id })).operation);
    const input = { id: stopped.id, from_step: 'create' };
    await bench().end((await bench().expectOk('operation.retry', input)).resource);
    const ended = await current(stopped.id);
    expect([ended.status, ended.steps.map(({ id, attempts }) => `${id} ${attempts}`)]).toEqual([
      'succeeded',
      ['create 1', 'create[0] 1', 'create[1] 2'],
    ]);
    expect(await vmNames()).toEqual(['web-1', 'web-2']);
  });

  test('goes on where it was after a restart, and repeats no item', async () => {
    const each = 'for_each: [1, 2, 3], max_parallel: 1';
    const settle = `  - { id: settle, needs: [create], ${each}, wait: 1m }\n`;
    const operation = await begin(`${FLEET}${settle}`, { names: ['web-1', 'web-2'] });
    while (stepOf(await current(operation.id), 'settle[1]')?.status !== 'running') {
      await bench().advance(1_000);
    }
    await bench().restartServer();
    await bench().end(operation);
    const ended = await current(operation.id);
    expect([ended.status, ended.steps.map(({ attempts }) => attempts)]).toEqual([
      'succeeded',
      [1, 1, 1, 1, 1, 1, 1],
    ]);
    expect(await vmNames()).toEqual(['web-1', 'web-2']);
  });
});

describe('a list', () => {
  test('that is none refuses the run, or fails the step where only a run knows it', async () => {
    const one = FLEET.replace('names: list', 'names: string');
    const { resource } = await bench().expectOk('workflow.create', { text: one });
    const input = { id: resource.id, inputs: { names: 'web-1' } };
    const found = await bench().expectProblem('workflow.run', input);
    expect(found.detail).toContain('steps.create.for_each is not a list');
    const [, steps = ''] = FLEET.split('steps:\n');
    const later = `name: later
steps:
${steps.replace(`"\${inputs.names}"`, '[web-1]')}  - id: each
    needs: [create]
    for_each: "\${steps.create.outputs.vm_id.0}"
    wait: 1s
`;
    const ended = await run(later, {});
    expect([ended.status, ended.problem?.detail]).toEqual([
      'failed',
      expect.stringContaining('step each failed: its for_each is not a list'),
    ]);
  });

  test('is done once for each item where all of them end at the same moment', async () => {
    const text = 'name: same\nsteps: [{ id: each, for_each: [1, 2, 3, 4, 5], wait: 1s }]\n';
    const { id, status } = await run(text, {});
    expect(status).toBe('succeeded');
    const log = await bench().store.read({ from: 'operation_log', where: { operation_id: id } });
    const ends = log.flatMap(({ entry_json }) => {
      const entry = LogEntry.parse(JSON.parse(entry_json));
      return entry.kind === 'succeeded' ? [entry.step] : [];
    });
    expect(ends.toSorted()).toEqual(['each', ...[0, 1, 2, 3, 4].map((at) => `each[${at}]`)]);
  });

  test('is part of what people approve', async () => {
    const text = `name: asks
inputs: { names: list }
steps:
  - { id: ask, approval: {} }
${FLEET.slice(FLEET.indexOf('  - id')).replace('for_each', 'needs: [ask]\n    for_each')}`;
    const operation = await begin(text, { names: ['web-1', 'web-2'] });
    const summary = await waitUntil('the approval to be asked for', async () => {
      await bench().advance(1);
      return (await bench().expectOk('approval.list', { status: ['pending'] })).items[0];
    });
    const approval = await bench().expectOk('approval.get', { id: summary.id });
    expect(approval.details.targets).toMatchObject([
      { step: 'create', action: { for_each: ['web-1', 'web-2'] } },
    ]);
    await bench().expectOk('operation.cancel', { id: operation.id });
    await bench().end(operation);
  });
});

test('people are not asked for each item', async () => {
  const text = `name: asks\nsteps:\n  - { id: ask, for_each: [1, 2], approval: {} }\n`;
  const { resource } = await bench().expectOk('workflow.create', { text });
  const found = await bench().expectProblem('workflow.run', { id: resource.id });
  expect(found.detail).toContain('step ask requests an approval for each item');
});
