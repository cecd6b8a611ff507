/** Operations that are steered through another server than the one that runs them. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Fault } from '@novacron/agent/drivers/simulator/faults';
import type { Operation } from '@novacron/contract/operation/operation';
import { findFaults } from '../../scenarios/test-kit/find-faults.ts';
import { inspectFleet } from '../../scenarios/test-kit/inspect-fleet.ts';
import { findDoubleWork } from './test-kit/find-double-work.ts';
import { type Instance, type Instances, startInstances } from './test-kit/start-instances.ts';

const VM = { name: 'web', cpu_cores: 1, memory_gb: 1, disk_gb: 5 };

describe('an operation that another server runs', () => {
  let all: Instances;
  let runner: Instance;
  let other: Instance;
  let third: Instance;

  beforeEach(async () => {
    all = await startInstances(3);
    [runner, other, third] = all.instances as [Instance, Instance, Instance];
  });

  afterEach(async () => {
    clearFaults();
    await all.until('the end of every operation', noneRuns);
    const machines = await inspectFleet(all.fleet);
    const faults = await findFaults({ store: all.store, machines });
    faults.push(...(await findDoubleWork(all.store)));
    await all.stop();
    expect([...faults, ...all.errors]).toEqual([]);
  });

  function addFault(fault: Fault): void {
    for (const driver of all.fleet.drivers.values()) driver.faults.add(fault);
  }

  function clearFaults(): void {
    for (const driver of all.fleet.drivers.values()) driver.faults.clear();
  }

  async function noneRuns(): Promise<boolean> {
    const where = { status: { in: ['running', 'undoing'] } };
    return (await all.store.read({ from: 'operations', where })).length === 0;
  }

  const rowOf = async ({ id }: Pick<Operation, 'id'>) =>
    (await all.store.read({ from: 'operations', where: { id } }))[0];

  async function createVm({ call }: Instance): Promise<Operation> {
    const answer = await call('vm.create', VM);
    if (!answer.ok) throw new Error(answer.error.detail);
    return answer.value.operation;
  }

  test('is cancelled through any of them, which then takes it back', async () => {
    addFault({ action: 'start', kind: 'fail-retry', times: 50 });
    const operation = await createVm(runner);
    await all.time.advance(300);
    const before = await rowOf(operation);
    const cancelled = await other.call('operation.cancel', { id: operation.id });
    expect(cancelled).toMatchObject({ ok: true, value: { resource: { status: 'undoing' } } });
    const after = await rowOf(operation);
    expect([before?.fence, after?.fence]).toEqual([1, 2]);
    expect(after?.owner).not.toBe(before?.owner);
    await all.until('the end', noneRuns);
    const ended = await third.call('operation.get', { id: operation.id });
    expect(ended).toMatchObject({
      ok: true,
      value: {
        status: 'failed',
        problem: { detail: 'vm.create of web failed: it was cancelled by admin' },
      },
    });
    expect(await all.store.read({ from: 'allocations' })).toEqual([]);
  });

  test('is cancelled at the moment of its admission: what has begun is waited for', async () => {
    const { id } = await createVm(runner);
    const cancelled = await other.call('operation.cancel', { id });
    expect(cancelled).toMatchObject({ ok: true, value: { resource: { status: 'undoing' } } });
    await all.until('the end', noneRuns);
    const log = await all.store.read({ from: 'operation_log', where: { operation_id: id } });
    const said = log.map(({ entry_json }) => JSON.parse(entry_json));
    expect(said.map(({ kind, direction = '' }) => `${kind} ${direction}`.trim())).toEqual([
      'started do',
      'turned-back',
      'succeeded do',
      'started undo',
      'succeeded undo',
    ]);
    expect(await all.store.read({ from: 'allocations' })).toEqual([]);
  });

  test('is cancelled once when all are asked at the same moment', async () => {
    addFault({ action: 'start', kind: 'fail-retry', times: 50 });
    const { id } = await createVm(runner);
    await all.time.advance(300);
    const answers = await Promise.all(
      all.instances.map(({ call }) => call('operation.cancel', { id })),
    );
    expect(answers.map((answer) => answer.ok)).toEqual([true, true, true]);
    await all.until('the end', noneRuns);
    const log = await all.store.read({ from: 'operation_log', where: { operation_id: id } });
    const kinds = log.map(({ entry_json }) => JSON.parse(entry_json).kind);
    expect(kinds.filter((kind) => kind === 'turned-back')).toHaveLength(1);
  });

  test('that got stuck goes on through any of them', async () => {
    addFault({ action: 'start', kind: 'fail-final' });
    addFault({ action: 'delete', kind: 'fail-final' });
    const operation = await createVm(runner);
    await all.until('the end', noneRuns);
    expect(await rowOf(operation)).toMatchObject({ status: 'stuck', fence: 1 });
    clearFaults();
    runner.ports.pause();
    const retried = await other.call('operation.retry', { id: operation.id });
    expect(retried).toMatchObject({ ok: true });
    await all.until('the end', noneRuns);
    runner.ports.resume();
    await all.time.advance(5_000);
    expect(await rowOf(operation)).toMatchObject({ status: 'failed', fence: 2 });
    expect(await all.store.read({ from: 'vms' })).toEqual([]);
  });
});
