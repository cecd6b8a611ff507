/** Steps of `finally`: they run however the others have ended, and know how. */
import { describe, expect, test } from '@jest/globals';
import type { Execution } from '@novacron/contract/automation/execution';
import type { OperationId } from '@novacron/contract/ids';
import { useBench } from '../test-kit/use-bench.ts';

const bench = useBench();

const NO_VM = 'vm_01jd3v6t7re3h8z9k2m4n5p6q7';

/** Makes a VM whose name says what the step knows. */
const note = (id: string, name: string, more = '') =>
  `  - { id: ${id}, task: vm.create, with: { name: "${name}", ${SIZE} }${more} }\n`;

const SIZE = 'cpu_cores: 1, memory_gb: 1, disk_gb: 5';

const CREATE = `  - id: create
    task: vm.create
    with: { name: web-1, ${SIZE} }
    outputs: { vm_id: resource.id }
    compensate: { task: vm.delete, with: { id: "\${steps.create.outputs.vm_id}" } }
`;

const FINALLY = `finally:
${note('note', `run-\${run.status}-\${steps.create.status}-\${steps.late.status}`)}`;

async function start(text: string): Promise<OperationId> {
  const { resource } = await bench().expectOk('workflow.create', { text });
  return (await bench().expectOk('workflow.run', { id: resource.id })).operation.id;
}

const current = (id: OperationId) => bench().expectOk('execution.get', { id });

async function endOf(id: OperationId): Promise<Execution> {
  await bench().end({ id });
  return current(id);
}

const run = async (text: string) => endOf(await start(text));

async function runUntilStep(text: string, at: number): Promise<OperationId> {
  const id = await start(text);
  while ((await current(id)).steps[at]?.status !== 'running') await bench().advance(100);
  return id;
}

const statusesOf = ({ steps }: Execution) => steps.map(({ id, status }) => `${id} ${status}`);

const names = async () =>
  (await bench().expectOk('vm.list', {})).items.map(({ name }) => name).toSorted();

describe('steps of finally', () => {
  test('run after the others have succeeded', async () => {
    const late = '  - { id: late, needs: [create], if: "false", wait: 1s }\n';
    const ended = await run(`name: well\nsteps:\n${CREATE}${late}${FINALLY}`);
    expect([ended.status, statusesOf(ended)]).toEqual([
      'succeeded',
      ['create succeeded', 'late skipped', 'note succeeded'],
    ]);
    expect(ended.steps[2]).toMatchObject({ finally: true, needs: ['late'] });
    expect(await names()).toEqual(['run-succeeded-succeeded-skipped', 'web-1']);
  });

  test('run after a failure, once what was done is taken back', async () => {
    const late = `  - { id: late, needs: [create], task: vm.start, with: { id: ${NO_VM} } }
  - { id: never, needs: [late], wait: 1s }
`;
    const text = `name: fails\nsteps:\n${CREATE}${late}${FINALLY}${note(
      'missed',
      'missed',
      ', if: steps.never.status != "skipped"',
    )}`;
    const ended = await run(text);
    expect([ended.status, statusesOf(ended)]).toEqual([
      'failed',
      ['create taken_back', 'late failed', 'never waiting', 'note succeeded', 'missed skipped'],
    ]);
    expect(await names()).toEqual(['run-failed-taken_back-failed']);
  });

  test('run after a cancellation, and are not cancelled themselves', async () => {
    const late = '  - { id: late, needs: [create], wait: 1h }\n';
    const settle = `${FINALLY}  - { id: settle, needs: [note], wait: 1m }\n`;
    const id = await runUntilStep(`name: ends\nsteps:\n${CREATE}${late}${settle}`, 1);
    await bench().expectOk('operation.cancel', { id });
    while ((await current(id)).steps[3]?.status !== 'running') await bench().advance(100);
    expect((await current(id)).status).toBe('running');
    const refused = await bench().expectProblem('operation.cancel', { id });
    expect(refused.detail).toContain('has ended already, except for its steps of finally');
    const ended = await endOf(id);
    expect(ended.status).toBe('stopped');
    expect(await names()).toEqual(['run-cancelled-taken_back-failed']);
  });

  test('run after the deadline', async () => {
    const slow = `  - { id: settle, needs: [create], wait: 50s }
  - { id: late, needs: [settle], wait: 50s }
`;
    const ended = await run(`name: slow\ndeadline: 1m\nsteps:\n${CREATE}${slow}${FINALLY}`);
    expect(ended.problem?.detail).toContain('not done before its deadline');
    expect(await names()).toEqual(['run-failed-taken_back-failed']);
  });

  test('do not run where nothing has begun', async () => {
    const group = 'concurrency: { group: one }\n';
    const wait = `steps: [{ id: create, wait: 1h }]\n`;
    const text = `name: queues\n${group}${wait}finally:\n${note('note', 'noted')}`;
    const { resource } = await bench().expectOk('workflow.create', { text });
    const { operation: first } = await bench().expectOk('workflow.run', { id: resource.id });
    const { operation: second } = await bench().expectOk('workflow.run', { id: resource.id });
    await bench().expectOk('operation.cancel', { id: second.id });
    expect(statusesOf(await endOf(second.id))).toEqual(['create waiting', 'note waiting']);
    expect(await names()).toEqual([]);
    await bench().expectOk('operation.cancel', { id: first.id });
    await endOf(first.id);
    expect(await names()).toEqual(['noted']);
  });

  test('fail the execution where one fails, and nothing is taken back', async () => {
    const last = `finally:\n  - { id: tidy, task: vm.start, with: { id: ${NO_VM} } }\n`;
    const ended = await run(`name: untidy\nsteps:\n${CREATE}${last}`);
    expect([ended.status, statusesOf(ended)]).toEqual([
      'failed',
      ['create succeeded', 'tidy failed'],
    ]);
    expect(ended.problem?.detail).toContain('step tidy failed');
    expect(ended.problem?.detail).toContain('a step of finally');
    expect(await names()).toEqual(['web-1']);
  });

  test('run again when the execution is retried from one of the others', async () => {
    const taken = { name: 'web-2', cpu_cores: 1, memory_gb: 1, disk_gb: 5 };
    const { operation, resource } = await bench().expectOk('vm.create', taken);
    await bench().end(operation);
    const late = note('late', 'web-2').replace('task', 'needs: [create], task');
    const tidy = `finally:\n  - { id: tidy, wait: 1s, if: run.status == "failed" }\n`;
    const id = await start(`name: again\nsteps:\n${CREATE}${late}${tidy}`);
    expect(statusesOf(await endOf(id)).at(-1)).toBe('tidy succeeded');
    await bench().end((await bench().expectOk('vm.delete', { id: resource.id })).operation);
    await bench().expectOk('operation.retry', { id, from_step: 'create' });
    const ended = await endOf(id);
    expect([ended.status, statusesOf(ended)]).toEqual([
      'succeeded',
      ['create succeeded', 'late succeeded', 'tidy skipped'],
    ]);
  });

  test('are named by a preview', async () => {
    const { resource } = await bench().expectOk('workflow.create', {
      text: `name: shown\nsteps: [{ id: settle, wait: 1s }]\nfinally:\n${note('note', 'n')}`,
    });
    const preview = await bench().expectOk('admission.preview', {
      operation: 'workflow.run',
      input: { id: resource.id },
    });
    expect(preview.notices).toContain('Step note runs at the end, also after a failure (finally).');
  });
});
