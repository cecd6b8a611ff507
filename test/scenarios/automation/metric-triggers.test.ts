/** Metrics that start executions: once for each crossing of a threshold. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Workflow } from '@novacron/contract/automation/workflow';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import type { ChangeSet, Store } from '@novacron/server/ports/store';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

/** Hook for changes that another server makes just before a commit of this server. */
let before: (store: Store, changes: ChangeSet) => Promise<unknown> = async () => undefined;

const bench = useBench({
  wrapStore: (store) => ({
    ...store,
    commit: async (changes) => {
      await before(store, changes);
      return store.commit(changes);
    },
  }),
});

afterEach(() => {
  before = async () => undefined;
});

const MINUTE_MS = 60_000;
const LOAD = 'queue_length_count';

const textOf = (
  metric = '',
  inputs = '{ value: value, since: since, vm: target.id }',
) => `name: grow
inputs: { value: number, since: string, vm: string }
steps: [{ id: pause, wait: 1s }]
triggers:
  - metric: { name: ${LOAD}, operator: gt, value: 10${metric} }
    inputs: ${inputs}
`;

async function store(text: string): Promise<Workflow> {
  const { resource } = await bench().expectOk('workflow.create', { text });
  return resource;
}

const executions = async () =>
  (await bench().expectOk('execution.list', { limit: 200, sort: 'created_at' })).items;

async function stateOf({ id }: Workflow) {
  const [start] = (await bench().expectOk('workflow.get', { id })).starts;
  return start;
}

/** Writes a sample a minute, of the tenant unless a VM is named. */
async function measure(values: readonly number[], of: { readonly vm_id?: Vm['id'] } = {}) {
  for (const value of values) {
    await bench().expectOk('metric.write', { ...of, samples: [{ name: LOAD, value }] });
    await bench().advance(MINUTE_MS);
  }
}

describe('a threshold', () => {
  test('starts one execution a crossing, with what was measured', async () => {
    const workflow = await store(textOf());
    const { tenantId } = bench().admin;
    await measure([5, 12, 13, 14]);
    const [first, ...more] = await executions();
    if (first === undefined) throw new Error('an execution was started');
    expect(more).toEqual([]);
    const { inputs } = await bench().expectOk('execution.get', { id: first.id });
    expect(inputs).toMatchObject({ value: 12, vm: tenantId });
    expect(Date.parse(String(inputs.since))).toBeLessThan(Date.parse(String(first.created_at)));
    expect(await stateOf(workflow)).toMatchObject({
      kind: 'metric',
      state: 'on',
      next_at: null,
      last_execution_id: first.id,
    });
    await measure([5, 12]);
    expect(await executions()).toHaveLength(2);
  });

  test('starts nothing again after a restart, nor while nothing is measured', async () => {
    await store(textOf());
    await measure([12]);
    await bench().restartServer();
    await measure([12]);
    await bench().advance(20 * MINUTE_MS);
    await measure([12]);
    expect(await executions()).toHaveLength(1);
  });

  test('that another server has followed is followed by that one alone', async () => {
    await store(textOf());
    let overtaken = 0;
    before = async (rows, changes) => {
      const mine = changes.find(
        (change) => 'table' in change && change.table === 'workflow_triggers',
      );
      if (mine?.kind !== 'update' || overtaken > 0) return;
      overtaken += 1;
      const set = { reached: bench().deps.clock.nowMs() };
      await rows.commit([{ ...mine, table: 'workflow_triggers', set }]);
    };
    await measure([12, 12, 12]);
    expect([overtaken, await executions()]).toEqual([1, []]);
  });

  test('with for starts one when it has held so long', async () => {
    await store(textOf(', for: 3m'));
    await measure([12, 12, 5, 12, 12]);
    expect(await executions()).toEqual([]);
    await measure([12, 12]);
    expect(await executions()).toHaveLength(1);
  });

  test('of a VM reads the series of that VM alone, by its name or id', async () => {
    const web = await makeVm(bench(), { name: 'web-01' });
    const other = await makeVm(bench(), { name: 'web-02' });
    await store(textOf(', vm: web-01'));
    await measure([12], { vm_id: other.id });
    await measure([12]);
    expect(await executions()).toEqual([]);
    await measure([12], { vm_id: web.id });
    const [first] = await executions();
    if (first === undefined) throw new Error('an execution was started');
    const { inputs } = await bench().expectOk('execution.get', { id: first.id });
    expect(inputs).toMatchObject({ vm: web.id });
  });

  test('of a VM that is not there says so in the workflow', async () => {
    const workflow = await store(textOf(', vm: web-09'));
    await measure([12, 12]);
    expect(await stateOf(workflow)).toMatchObject({
      last_outcome: 'there is no VM web-09 to measure',
    });
    expect(await executions()).toEqual([]);
  });

  test('whose inputs are missing is refused once a crossing', async () => {
    await store(textOf('', '{ value: value, since: since, vm: target.node }'));
    await measure([12, 12]);
    const { items } = await bench().expectOk('event.list', { limit: 500 });
    const refused = items.filter(({ type }) => type === 'workflow.trigger.refused');
    expect(refused).toHaveLength(1);
    expect(refused[0]?.data.detail).toContain('it has no target.node');
  });
});

test('a trigger of a VM and of a group at once is refused', async () => {
  const text = textOf(', vm: web-01, vm_group: web');
  const { detail } = await bench().expectProblem('workflow.create', { text });
  expect(detail).toContain('triggers.0.metric.vm_group is one too many');
});
