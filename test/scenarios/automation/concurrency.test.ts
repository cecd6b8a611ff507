/** Concurrency groups: who holds them, who waits at which place, and how turns come. */
import { describe, expect, test } from '@jest/globals';
import type { Execution } from '@novacron/contract/automation/execution';
import type { OperationId, WorkflowId } from '@novacron/contract/ids';
import { waitUntil } from '@novacron/testing/wait-until';
import { useBench } from '../test-kit/use-bench.ts';

const bench = useBench();

const MINUTE_MS = 60_000;

const current = (id: OperationId) => bench().expectOk('execution.get', { id });

async function store(text: string): Promise<WorkflowId> {
  return (await bench().expectOk('workflow.create', { text })).resource.id;
}

async function run(id: WorkflowId, inputs: Execution['inputs'] = {}): Promise<OperationId> {
  return (await bench().expectOk('workflow.run', { id, inputs })).operation.id;
}

/** A workflow that waits for a minute. */
function waits(name: string, concurrency: string, more = ''): string {
  return `name: ${name}
concurrency: ${concurrency}
${more}steps: [{ id: settle, wait: 1m }]
`;
}

/** Returns the status, queue position and group holders of executions, in short form. */
async function placesOf(...ids: readonly OperationId[]) {
  const all = await Promise.all(ids.map(current));
  return all.map(({ status, queued_for, concurrency }) => {
    const holders = concurrency?.holders.map(({ id }) => ids.indexOf(id)).join(',');
    const queued = queued_for === null ? '' : 'queued ';
    return `${status} ${queued}${concurrency?.place ?? '-'} of ${holders}`;
  });
}

async function cancel(id: OperationId): Promise<void> {
  const { resource } = await bench().expectOk('operation.cancel', { id });
  await bench().end(resource);
}

/** Waits until the step of an execution runs. */
function began(id: OperationId) {
  return waitUntil('the execution to begin', async () => {
    await bench().advance(1);
    return (await current(id)).steps[0]?.status === 'running' ? true : undefined;
  });
}

function ended(id: OperationId) {
  return waitUntil('the execution to end', async () => {
    await bench().advance(1);
    const found = await current(id);
    return found.finished_at === null ? undefined : found;
  });
}

const rowOf = async (id: OperationId) =>
  (await bench().store.read({ from: 'operations', where: { id } }))[0];

describe('a group', () => {
  test('lets as many run as its limit, and then the others as they came', async () => {
    const workflow = await store(waits('deploy', '{ group: production, limit: 2 }'));
    const a = await run(workflow);
    const b = await run(workflow);
    const c = await run(workflow);
    const d = await run(workflow);
    expect(await placesOf(a, b, c, d)).toEqual([
      'running - of 0,1',
      'running - of 0,1',
      'running queued 1 of 0,1',
      'running queued 2 of 0,1',
    ]);
    expect(await current(c)).toMatchObject({
      queued_for: 'production',
      concurrency: { group: 'production', limit: 2, when_busy: 'queue' },
    });
    expect(await rowOf(c)).toMatchObject({ owner: 'waiting' });
    await cancel(a);
    await began(c);
    expect(await placesOf(a, b, c, d)).toEqual([
      'stopped - of 1,2',
      'running - of 1,2',
      'running - of 1,2',
      'running queued 1 of 1,2',
    ]);
    const events = await bench().store.read({ from: 'events' });
    const own = events.filter(({ data_json }) => JSON.parse(data_json).operation_id === c);
    const types = own.map(({ type }) => type);
    expect(types.toSorted()).toEqual(['workflow.run.accepted', 'workflow.run.dequeued']);
  });

  test('has values of inputs in its name, and is one for all workflows of a tenant', async () => {
    const group = `{ group: "db-\${name}" }`;
    const first = await store(waits('first', group, 'inputs: { name: string }\n'));
    const second = await store(waits('second', group, 'inputs: { name: string }\n'));
    const a = await run(first, { name: 'a' });
    const b = await run(second, { name: 'b' });
    const other = await run(second, { name: 'a' });
    expect(await placesOf(a, b, other)).toEqual([
      'running - of 0',
      'running - of 1',
      'running queued 1 of 0',
    ]);
    const refused = await bench().expectProblem('workflow.run', {
      id: first,
      inputs: { name: 'x'.repeat(300) },
    });
    expect(refused.detail).toContain(
      'its concurrency.group has 303 characters; the maximum is 256',
    );
  });

  test('with skip, refuses an execution that finds it full, and names the holder', async () => {
    const workflow = await store(waits('deploy', '{ group: g, when_busy: skip }'));
    const a = await run(workflow);
    const refused = await bench().expectProblem('workflow.run', { id: workflow, inputs: {} });
    expect([refused.code, refused.detail]).toEqual([
      'in-use',
      `deploy does not start: its concurrency group g is full. ${a} holds it, ` +
        'and the limit is 1.',
    ]);
    await cancel(a);
    const b = await run(workflow);
    expect(await placesOf(b)).toEqual(['running - of 0']);
  });

  test('with cancel_oldest, the oldest is taken back and the latest begins after it', async () => {
    const workflow = await store(waits('deploy', '{ group: g, when_busy: cancel_oldest }'));
    const a = await run(workflow);
    const b = await run(workflow);
    const c = await run(workflow);
    await began(c);
    expect([(await ended(a)).status, (await ended(b)).status]).toEqual(['stopped', 'stopped']);
    expect((await current(b)).steps[0]?.attempts).toBe(0);
    expect(await placesOf(c)).toEqual(['running - of 0']);
  });
});

describe('an execution that waits for its turn', () => {
  const TEXT = waits('deploy', '{ group: g }', 'deadline: 3m\n');

  test('is cancelled without having begun, and those behind it move up', async () => {
    const workflow = await store(TEXT);
    const a = await run(workflow);
    const b = await run(workflow);
    const c = await run(workflow);
    await cancel(b);
    expect(await current(b)).toMatchObject({ status: 'stopped', queued_for: null });
    expect((await current(b)).steps[0]).toMatchObject({ status: 'waiting', attempts: 0 });
    expect(await placesOf(a, c)).toEqual(['running - of 0', 'running queued 1 of 0']);
  });

  test('ends at its deadline while it waits, also where the server is away then', async () => {
    const held = await store(waits('holder', '{ group: g }', 'deadline: 9m\n').replace('1m', '8m'));
    const workflow = await store(TEXT);
    const a = await run(held);
    const b = await run(workflow);
    await bench().restartServer();
    await bench().advance(3 * MINUTE_MS + 20_000);
    const late = await ended(b);
    expect([late.status, late.problem?.detail]).toEqual([
      'stopped',
      'workflow.run of deploy failed: it was not done before its deadline',
    ]);
    expect(await placesOf(a)).toEqual(['running - of 0']);
    await cancel(a);
  });

  test('waits on after a pause, and holds the group while it is paused in its turn', async () => {
    const workflow = await store(TEXT);
    const a = await run(workflow);
    const b = await run(workflow);
    await bench().expectOk('execution.pause', { id: b });
    await bench().expectOk('execution.resume', { id: b });
    await waitUntil('it to be parked', async () => {
      await bench().advance(1);
      return (await rowOf(b))?.owner === 'waiting' ? true : undefined;
    });
    expect(await placesOf(a, b)).toEqual(['running - of 0', 'running queued 1 of 0']);
    await bench().expectOk('execution.pause', { id: b });
    await cancel(a);
    await waitUntil('its turn', async () => {
      await bench().advance(1000);
      return (await current(b)).queued_for === null ? true : undefined;
    });
    expect((await current(b)).steps[0]).toMatchObject({ status: 'waiting', attempts: 0 });
    expect(await placesOf(b)).toEqual(['running - of 0']);
    await bench().expectOk('execution.resume', { id: b });
    await began(b);
  });

  test('gets a turn that a server has left when it was killed, from another one', async () => {
    const workflow = await store(TEXT);
    const a = await run(workflow);
    const b = await run(workflow);
    const row = await rowOf(a);
    // The end of the holder, as a server writes it that is killed right afterwards.
    await bench().store.commit([
      {
        kind: 'patch',
        table: 'operations',
        id: a,
        set: { status: 'failed', finished_at_ms: 1, fence: (row?.fence ?? 0) + 1 },
      },
    ]);
    await bench().advance(6_000);
    await began(b);
    await cancel(b);
    const left = await bench().store.read({ from: 'execution_places' });
    const locks = await bench().store.read({
      from: 'rule_versions',
      where: { id: { from: 'concurrency/', until: 'concurrency0' } },
    });
    expect([left, locks]).toEqual([[], []]);
  });
});

test('a retry needs room in the group, and takes its place', async () => {
  const text = `name: fails
concurrency: { group: g }
steps:
  - { id: odd, task: vm.start, with: { id: vm_01jd3v6t7re3h8z9k2m4n5p6q7 } }
`;
  const workflow = await store(text);
  const failed = await run(workflow);
  expect((await ended(failed)).status).toBe('failed');
  const holder = await run(await store(waits('deploy', '{ group: g }')));
  const retry = { id: failed, from_step: 'odd' };
  const refused = await bench().expectProblem('operation.retry', retry);
  expect(refused.detail).toContain(`concurrency group g is full. ${holder} holds it`);
  await cancel(holder);
  await bench().expectOk('operation.retry', retry);
  expect((await ended(failed)).steps[0]?.attempts).toBe(2);
});
