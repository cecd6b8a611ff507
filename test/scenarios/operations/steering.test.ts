import { describe, expect, test } from '@jest/globals';
import type { Fault } from '@novacron/agent/drivers/simulator/faults';
import type { Operation } from '@novacron/contract/operation/operation';
import { BACKOFF_MS_BASE } from '@novacron/engine/sagas/rules/plan-retry';
import { inspectFleet } from '../test-kit/inspect-fleet.ts';
import { machineOf, makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

describe('operations that are steered', () => {
  const bench = useBench();

  function addFault(fault: Fault): void {
    for (const driver of bench().fleet.drivers.values()) driver.faults.add(fault);
  }

  function clearFaults(): void {
    for (const driver of bench().fleet.drivers.values()) driver.faults.clear();
  }

  async function machines() {
    return [...(await inspectFleet(bench().fleet)).values()].flat();
  }

  async function cancel({ id }: Pick<Operation, 'id'>) {
    return bench().expectOk('operation.cancel', { id });
  }

  async function retry({ id }: Pick<Operation, 'id'>) {
    return bench().end((await bench().expectOk('operation.retry', { id })).resource);
  }

  /** A VM whose creation failed and could not be undone. */
  async function makeStuckVm() {
    addFault({ action: 'start', kind: 'fail-final' });
    addFault({ action: 'delete', kind: 'fail-final' });
    const { resource, operation } = await bench().expectOk('vm.create', SMALL_VM);
    expect(await bench().end(operation)).toMatchObject({ status: 'stuck' });
    clearFaults();
    return { vm: resource, operation };
  }

  describe('cancelling', () => {
    test('takes back what was done, and says by whom', async () => {
      addFault({ action: 'start', kind: 'fail-retry', times: 5 });
      const { resource, operation } = await bench().expectOk('vm.create', SMALL_VM);
      await bench().advance(300);
      const cancelled = await cancel(operation);
      expect(cancelled.resource).toMatchObject({ id: operation.id, status: 'undoing' });
      expect(await bench().end(operation)).toMatchObject({
        status: 'failed',
        problem: { detail: 'vm.create of web-01 failed: it was cancelled by admin' },
      });
      clearFaults();
      expect(await machines()).toEqual([]);
      expect(await bench().store.read({ from: 'allocations' })).toEqual([]);
      const { items } = await bench().expectOk('audit.list', { resource_id: resource.id });
      expect(items[0]).toMatchObject({
        operation: 'operation.cancel',
        principal: 'admin',
        changes: { operation: { is: `vm.create ${operation.id}` } },
      });
    });

    test('may be repeated, and waits for what has begun', async () => {
      addFault({ action: 'create', kind: 'hang' });
      const { operation } = await bench().expectOk('vm.create', SMALL_VM);
      await bench().advance(100);
      await cancel(operation);
      await cancel(operation);
      await bench().advance(10_000);
      const waiting = await bench().expectOk('operation.get', { id: operation.id });
      expect(waiting).toMatchObject({ status: 'undoing', steps: [{ status: 'running' }, {}] });
      expect(await bench().end(operation)).toMatchObject({ status: 'failed' });
      clearFaults();
    });

    test('outlives the server', async () => {
      addFault({ action: 'start', kind: 'fail-retry', times: 5 });
      const { operation } = await bench().expectOk('vm.create', SMALL_VM);
      await bench().advance(300);
      await cancel(operation);
      await bench().restartServer();
      expect(await bench().end(operation)).toMatchObject({ status: 'failed' });
      clearFaults();
    });

    test('comes too late for what has ended', async () => {
      const { operation } = await bench().expectOk('vm.create', SMALL_VM);
      await bench().end(operation);
      expect(await bench().expectProblem('operation.cancel', { id: operation.id })).toMatchObject({
        code: 'validation-failed',
        detail: `vm.create of web-01 (${operation.id}) cannot be cancelled: it has ended already.`,
      });
    });

    test('comes too late behind the point of no return', async () => {
      const vm = await makeVm(bench());
      addFault({ action: 'activate', kind: 'hang' });
      const { operation } = await bench().expectOk('vm.migrate', { id: vm.id });
      expect(operation.cancel_refusal).toBeNull();
      await bench().advance(60_000);
      expect(await bench().expectOk('operation.get', { id: operation.id })).toMatchObject({
        cancel_refusal:
          'It is past the point of no return: step migrate has begun and cannot be taken back.',
      });
      expect(await bench().expectProblem('operation.cancel', { id: operation.id })).toMatchObject({
        code: 'validation-failed',
        detail: expect.stringContaining(
          'is past the point of no return: step migrate has begun and cannot be taken back',
        ),
        remedy: expect.stringContaining(`novacron operation wait ${operation.id}`),
      });
      const ended = await bench().end(operation);
      expect(ended).toMatchObject({ status: 'succeeded' });
      expect(ended).not.toHaveProperty('cancel_refusal');
      clearFaults();
    });

    test('leaves a VM that was to be moved where it was', async () => {
      const vm = await makeVm(bench());
      addFault({ action: 'migrate', kind: 'fail-retry', times: 4 });
      const { operation } = await bench().expectOk('vm.migrate', { id: vm.id });
      await bench().advance(200);
      await cancel(operation);
      expect(await bench().end(operation)).toMatchObject({ status: 'failed' });
      clearFaults();
      expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({
        status: 'running',
        node: vm.node,
      });
    });

    test('finds no operation of another principal', async () => {
      const id = 'op_01jd3v6t7re3h8z9k2m4n5p6q7';
      for (const name of ['operation.cancel', 'operation.retry'] as const) {
        expect(await bench().expectProblem(name, { id })).toMatchObject({ code: 'not-found' });
      }
    });

    test('is decided by policies', async () => {
      await bench().expectOk('policy.create', {
        name: 'No way back',
        type: 'resource',
        enforcement_mode: 'block',
        rule:
          'package novacron\n' +
          'deny contains "no cancelling here" if input.action == "cancel_operation"\n',
      });
      addFault({ action: 'create', kind: 'fail-retry' });
      const { operation } = await bench().expectOk('vm.create', SMALL_VM);
      expect(await bench().expectProblem('operation.cancel', { id: operation.id })).toMatchObject({
        code: 'policy-denied',
        detail: expect.stringContaining('no cancelling here'),
      });
      expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
      clearFaults();
    });
  });

  test('an operation whose deadline passes is taken back', async () => {
    addFault({ action: 'start', kind: 'fail-retry', times: 5 });
    const { operation } = await bench().expectOk('vm.create', SMALL_VM);
    const [row] = await bench().store.read({ from: 'operations', where: { id: operation.id } });
    const deadlineMs = bench().deps.clock.nowMs() + 400;
    const definition_json = JSON.stringify({
      ...JSON.parse(row?.definition_json ?? ''),
      deadlineMs,
    });
    await bench().store.commit([
      {
        kind: 'update',
        table: 'operations',
        id: operation.id,
        set: { definition_json },
        otherwise: { code: 'internal', detail: 'no operation', remedy: '', fields: [] },
      },
    ]);
    await bench().restartServer();
    expect(await bench().end(operation)).toMatchObject({
      status: 'failed',
      problem: { detail: expect.stringContaining('it was not done before its deadline') },
    });
    clearFaults();
    expect(await machines()).toEqual([]);
  });

  describe('retrying', () => {
    test('takes back what could not be taken back before', async () => {
      const { vm, operation } = await makeStuckVm();
      expect(await retry(operation)).toMatchObject({
        status: 'failed',
        steps: [{ name: 'create', status: 'undone' }, {}],
      });
      expect(await machines()).toEqual([]);
      expect(await bench().expectProblem('vm.get', { id: vm.id })).toMatchObject({
        code: 'not-found',
      });
      await makeVm(bench());
    });

    test('may get stuck and be retried again', async () => {
      const { operation } = await makeStuckVm();
      addFault({ action: 'delete', kind: 'fail-final' });
      expect(await retry(operation)).toMatchObject({ status: 'stuck' });
      clearFaults();
      expect(await retry(operation)).toMatchObject({ status: 'failed' });
    });

    test('finishes a migration that got stuck after its source had released the VM', async () => {
      const vm = await makeVm(bench());
      addFault({ action: 'activate', kind: 'fail-final', times: 2 });
      const { operation } = await bench().expectOk('vm.migrate', { id: vm.id });
      expect(await bench().end(operation)).toMatchObject({ status: 'stuck' });
      clearFaults();
      expect(await retry(operation)).toMatchObject({ status: 'succeeded' });
      const moved = await bench().expectOk('vm.get', { id: vm.id });
      expect(moved).toMatchObject({ status: 'running' });
      expect(moved.node).not.toBe(vm.node);
      expect(await bench().store.read({ from: 'allocations' })).toHaveLength(1);
    });

    test('takes a change back that got stuck, with its name and its network', async () => {
      const { resource: network } = await bench().expectOk('network.create', {
        name: 'front',
        cidr: '10.0.0.0/24',
      });
      const vm = await makeVm(bench());
      addFault({ action: 'configure', kind: 'fail-final', times: 2 });
      const { operation } = await bench().expectOk('vm.update', {
        id: vm.id,
        name: 'web-02',
        network_id: network.id,
        memory_gb: 8,
      });
      expect(await bench().end(operation)).toMatchObject({ status: 'stuck' });
      clearFaults();
      expect(await retry(operation)).toMatchObject({ status: 'failed' });
      expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({
        name: 'web-01',
        network_id: null,
        memory_gb: 4,
        status: 'running',
      });
      expect(await machineOf(bench(), vm)).toMatchObject({ spec: { memory_mib: 4096 } });
    });

    test('takes back a volume that could not be plugged in', async () => {
      const vm = await makeVm(bench());
      addFault({ action: 'attach', kind: 'fail-final' });
      addFault({ action: 'detach', kind: 'fail-final' });
      const asked = { name: 'data', size_gb: 10, attached_to: vm.id };
      const { operation } = await bench().expectOk('volume.create', asked);
      expect(await bench().end(operation)).toMatchObject({ status: 'stuck' });
      clearFaults();
      expect(await retry(operation)).toMatchObject({ status: 'failed' });
      expect(await bench().store.read({ from: 'volumes' })).toEqual([]);
    });

    test('is refused where something was changed since', async () => {
      const { vm, operation } = await makeStuckVm();
      const gone = await bench().expectOk('vm.delete', { id: vm.id });
      await bench().end(gone.operation);
      expect(await bench().expectProblem('operation.retry', { id: operation.id })).toMatchObject({
        code: 'revision-mismatch',
        detail: 'The VM web-01 was changed or deleted since the operation got stuck.',
      });
    });

    test('is refused where nothing is stuck, or no step may be gone on from', async () => {
      const { operation } = await bench().expectOk('vm.create', SMALL_VM);
      await bench().end(operation);
      const { id } = operation;
      expect(await bench().expectProblem('operation.retry', { id })).toMatchObject({
        detail: `vm.create of web-01 (${id}) cannot be retried: it is succeeded, not stuck.`,
      });
      const stuck = await bench().expectOk('vm.list', {});
      await bench().end(
        (await bench().expectOk('vm.delete', { id: stuck.items[0]?.id ?? SMALL_ID })).operation,
      );
      const { operation: other } = await makeStuckVm();
      const asked = { id: other.id, from_step: 'start' };
      expect(await bench().expectProblem('operation.retry', asked)).toMatchObject({
        detail: expect.stringContaining('cannot go forward again from step start'),
      });
    });
  });

  test('a node that is away for minutes leaves nothing behind when it is back', async () => {
    addFault({ action: 'start', kind: 'fail-retry', times: 3 });
    const { resource, operation } = await bench().expectOk('vm.create', SMALL_VM);
    await bench().advance(BACKOFF_MS_BASE * 2);
    const node = String(resource.node);
    await bench().fleet.stopAgent(node);
    await bench().advance(400_000);
    const trying = await bench().expectOk('operation.get', { id: operation.id });
    expect(trying).toMatchObject({ status: 'undoing' });
    bench().fleet.restartAgent(node);
    expect(await bench().end(operation)).toMatchObject({ status: 'failed' });
    expect(await machines()).toEqual([]);
  });
});

const SMALL_ID = 'vm_01jd3v6t7re3h8z9k2m4n5p6q7';
