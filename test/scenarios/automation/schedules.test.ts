/**
 * Automatic starts of executions: schedules and triggers, their identity, and conditions that stop
 * them.
 */
import { describe, expect, test } from '@jest/globals';
import type { Workflow } from '@novacron/contract/automation/workflow';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const bench = useBench();

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Between two moments of the schedule. */
const PERIOD_MS = 5 * MINUTE_MS;

const regular = (more = '', steps = '{ id: pause, wait: 1s }', name = 'regular') => `name: ${name}
steps: [${steps}]
schedules: [{ cron: "*/5 * * * *"${more} }]
`;

/** A step that waits for no moment. */
const READS = '{ id: read, task: node.list }';

async function store(text: string): Promise<Workflow> {
  const { resource } = await bench().expectOk('workflow.create', { text });
  return resource;
}

const executions = async () =>
  (await bench().expectOk('execution.list', { limit: 200, sort: 'created_at' })).items;

const eventsOf = async (type: string) =>
  (await bench().expectOk('event.list', { limit: 500 })).items.filter(
    (event) => event.type === type,
  );

async function stateOf({ id }: Workflow) {
  const { starts } = await bench().expectOk('workflow.get', { id });
  return starts;
}

describe('a schedule', () => {
  test('starts one execution at each of its moments, and shows the next one', async () => {
    const workflow = await store(regular());
    const [before] = await stateOf(workflow);
    expect(before).toMatchObject({ kind: 'schedule', state: 'on', last_execution_id: null });
    const minute = new Date(String(before?.next_at)).getUTCMinutes();
    expect(minute % 5).toBe(0);
    await bench().advance(3 * PERIOD_MS);
    const started = await executions();
    expect(started).toHaveLength(3);
    const moments = started.map(({ created_at }) => String(created_at).slice(0, 16));
    expect(new Set(moments).size).toBe(3);
    const [after] = await stateOf(workflow);
    expect(after?.last_execution_id).toBe(started.at(-1)?.id);
    expect(Date.parse(String(after?.next_at))).toBeGreaterThan(bench().deps.clock.nowMs());
  });

  test.each([
    ['latest', 1],
    ['skip', 0],
    ['all', 5],
  ])('with missed: %s makes up for what a jump of the clock leaves out', async (missed, count) => {
    await store(regular(`, missed: ${missed}, catch_up: 2d, overlap: allow`));
    await bench().advance(MINUTE_MS);
    // To the middle of a period, so that the last moment is not on time.
    const nowMs = bench().deps.clock.nowMs();
    const betweenMs = Math.floor(nowMs / PERIOD_MS) * PERIOD_MS + 5.5 * PERIOD_MS;
    bench().stepClock('server', betweenMs - nowMs);
    await bench().advance(2 * MINUTE_MS);
    expect(await executions()).toHaveLength(count);
  });

  test('starts nothing twice when the clock jumps back', async () => {
    await store(regular());
    await bench().advance(PERIOD_MS);
    expect(await executions()).toHaveLength(1);
    bench().stepClock('server', -2 * MINUTE_MS);
    await bench().advance(3 * MINUTE_MS);
    expect(await executions()).toHaveLength(1);
  });

  test('goes on when a clock that was ahead comes back', async () => {
    const workflow = await store(regular(', overlap: allow', READS));
    bench().stepClock('server', DAY_MS);
    await bench().advance(2 * PERIOD_MS + MINUTE_MS);
    const before = (await executions()).length;
    bench().stepClock('server', -DAY_MS);
    await bench().advance(2 * PERIOD_MS);
    expect(await executions()).toHaveLength(before + 2);
    const [shown] = await stateOf(workflow);
    const untilMs = Date.parse(String(shown?.next_at)) - bench().deps.clock.nowMs();
    expect(untilMs).toBeLessThanOrEqual(PERIOD_MS);
  });

  test.each([
    ['skip', 1, 'workflow.trigger.skipped'],
    ['allow', 3, undefined],
    ['cancel_oldest', 3, undefined],
  ])('with overlap: %s meets an execution that still runs', async (overlap, count, type) => {
    await store(regular(`, overlap: ${overlap}`, '{ id: pause, wait: 10h }'));
    await bench().advance(3 * PERIOD_MS + MINUTE_MS);
    const started = await executions();
    expect(started).toHaveLength(count);
    if (type !== undefined) expect(await eventsOf(type)).toHaveLength(2);
    const running = started.filter(({ status }) => status === 'running');
    expect(running).toHaveLength(overlap === 'allow' ? 3 : 1);
    for (const { id } of running) await bench().expectOk('operation.cancel', { id });
  });

  test('runs as who wrote the text, until that one is gone and it is stored again', async () => {
    const { resource: key } = await bench().expectOk('api_key.create', {
      name: 'author',
      role: 'operator',
    });
    const { tenantId } = bench().admin;
    const principal = { id: key.id, name: 'author', role: 'operator', tenantId };
    const text = regular();
    const { resource } = await bench().expectOk('workflow.create', { text }, { principal });
    await bench().advance(PERIOD_MS);
    expect(await executions()).toMatchObject([{ created_by: 'author' }]);
    await bench().expectOk('api_key.delete', { id: key.id });
    await bench().advance(PERIOD_MS);
    expect(await executions()).toHaveLength(1);
    const [off] = await stateOf(resource);
    expect(off).toMatchObject({ state: 'off', next_at: null });
    expect(off?.last_outcome).toContain('author is no longer authorized');
    expect(await eventsOf('workflow.trigger.disabled')).toMatchObject([{ target: resource.id }]);
    await bench().expectOk('workflow.update', { id: resource.id, text });
    await bench().advance(PERIOD_MS);
    expect((await executions()).map(({ created_by }) => created_by)).toEqual(['author', 'admin']);
  });

  test('keeps its place in another version, and ends with the workflow', async () => {
    const workflow = await store(regular());
    await bench().advance(PERIOD_MS + MINUTE_MS);
    const [before] = await stateOf(workflow);
    const text = regular('', '{ id: rest, wait: 2s }');
    await bench().expectOk('workflow.update', { id: workflow.id, text });
    const [after] = await stateOf(workflow);
    expect(after).toEqual({ ...before, version: 2 });
    await bench().expectOk('workflow.delete', { id: workflow.id });
    await bench().advance(2 * PERIOD_MS);
    expect(await executions()).toHaveLength(1);
  });
});

describe('a trigger', () => {
  const FOLLOW = `name: follow
inputs: { vm_id: string, name: string }
steps: [{ id: stop, task: vm.stop, with: { id: "\${vm_id}" } }]
triggers:
  - event: { type: vm.create.succeeded, if: 'event.data.name != "calm"' }
    inputs: { vm_id: target, name: data.name }
`;

  test('starts an execution for each event that matches, once', async () => {
    await makeVm(bench(), { name: 'before' });
    await store(FOLLOW);
    await bench().advance(1_000);
    const vm = await makeVm(bench(), { name: 'web-02' });
    await makeVm(bench(), { name: 'calm' });
    await bench().advance(MINUTE_MS);
    const started = await executions();
    expect(started).toHaveLength(1);
    const execution = await bench().expectOk('execution.get', {
      id: String(started[0]?.id) as never,
    });
    expect(execution.inputs).toEqual({ vm_id: vm.id, name: 'web-02' });
    expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({ status: 'stopped' });
    await bench().advance(10 * MINUTE_MS);
    expect(await executions()).toHaveLength(1);
  });

  test.each(['workflow.run.succeeded', 'execution.step.succeeded'])(
    'that sees %s of its own executions ends after eight of them',
    async (type) => {
      const workflow = await store(`name: loop
steps: [{ id: pause, wait: 1s }]
triggers: [{ event: { type: ${type} } }]
`);
      await bench().expectOk('workflow.run', { id: workflow.id });
      await bench().advance(10 * MINUTE_MS);
      expect(await executions()).toHaveLength(8);
      const [refused] = await eventsOf('workflow.trigger.refused');
      expect(refused?.data.detail).toContain('a chain of 8 executions');
    },
  );
});
