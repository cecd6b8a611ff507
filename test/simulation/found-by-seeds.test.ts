/**
 * Regression tests for faults that seeds have found, without randomness: each fault once, as its
 * shortest sequence.
 */
import { describe, expect, test } from '@jest/globals';
import type { FaultKind } from '@novacron/agent/drivers/simulator/faults';
import { machineOf, makeVm, SMALL_VM, useBench } from '../scenarios/test-kit/use-bench.ts';

/** More than even an undo is tried, and a machine that has been released to its target. */
const ATTEMPTS = 10_000;

type Action = 'attach' | 'detach' | 'activate' | 'create' | 'delete';

describe('what seeds have found', () => {
  const bench = useBench();

  function addFaults(action: Action, kind: FaultKind): void {
    for (const { faults } of bench().fleet.drivers.values()) {
      faults.add({ action, kind, times: ATTEMPTS });
    }
  }

  function clearFaults(): void {
    for (const { faults } of bench().fleet.drivers.values()) faults.clear();
  }

  test('a change that is taken back finds its old name where it left it', async () => {
    const vm = await makeVm(bench());
    const { resource } = await bench().expectOk('volume.create', { name: 'old', size_gb: 1 });
    addFaults('attach', 'fail-final');
    const { operation } = await bench().expectOk('volume.update', {
      id: resource.id,
      name: 'new',
      attached_to: vm.id,
    });
    expect(await bench().expectProblem('volume.create', { name: 'old', size_gb: 1 })).toMatchObject(
      {
        code: 'name-taken',
        detail: 'A volume is being renamed from "old", and a rollback may still need the name.',
        remedy:
          'Wait until the change of the volume has ended and send the request again, ' +
          'or choose another name.',
      },
    );
    expect(await bench().end(operation)).toMatchObject({ status: 'failed' });
    clearFaults();
    expect(await bench().expectOk('volume.get', { id: resource.id })).toMatchObject({
      name: 'old',
      status: 'available',
      attached_to: null,
    });
    await bench().expectOk('volume.create', { name: 'new', size_gb: 1 });
  });

  test('a name is free again when the change that gave it up has succeeded', async () => {
    const vm = await makeVm(bench());
    const { operation } = await bench().expectOk('vm.update', { id: vm.id, name: 'web-02' });
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    await makeVm(bench());
  });

  test('a volume that got stuck is not healed by a new name', async () => {
    const vm = await makeVm(bench());
    addFaults('attach', 'fail-retry');
    addFaults('detach', 'fail-retry');
    const created = await bench().expectOk('volume.create', {
      name: 'data',
      size_gb: 1,
      attached_to: vm.id,
    });
    expect(await bench().end(created.operation)).toMatchObject({ status: 'stuck' });
    clearFaults();
    const { id } = created.resource;
    await bench().expectOk('volume.update', { id, name: 'renamed' });
    expect(await bench().expectOk('volume.get', { id })).toMatchObject({ status: 'failed' });
    expect(await machineOf(bench(), vm)).toMatchObject({ volumes: [] });
  });

  test('a change that changes nothing is not done to what has just been deleted', async () => {
    const { resource } = await bench().expectOk('volume.create', { name: 'data', size_gb: 1 });
    const { id } = resource;
    const as = { client: 'terraform' } as const;
    const [deleted, changed] = await Promise.all([
      bench().call('volume.delete', { id }),
      bench().call('volume.update', { id, size_gb: 1 }, as),
    ]);
    expect(deleted).toMatchObject({ ok: true });
    expect(changed).toMatchObject({ ok: false, error: { code: 'not-found' } });
    expect(await bench().store.read({ from: 'baselines' })).toEqual([]);
  });

  test('a VM that was never made does not become one by being stopped', async () => {
    addFaults('create', 'fail-final');
    addFaults('delete', 'fail-retry');
    const { resource, operation } = await bench().expectOk('vm.create', SMALL_VM);
    expect(await bench().end(operation)).toMatchObject({ status: 'stuck' });
    expect(await bench().expectProblem('vm.stop', { id: resource.id })).toMatchObject({
      code: 'conflict',
      detail: 'The VM web-01 could not be created, and its state is unknown.',
      remedy: 'Delete it and create it again.',
    });
    clearFaults();
  });

  test('a VM that may be on two nodes is not sent to a third', async () => {
    const vm = await makeVm(bench());
    addFaults('activate', 'fail-retry');
    addFaults('delete', 'fail-retry');
    const { operation } = await bench().expectOk('vm.migrate', { id: vm.id });
    expect(await bench().end(operation)).toMatchObject({ status: 'stuck' });
    clearFaults();
    expect(await bench().expectProblem('vm.migrate', { id: vm.id })).toMatchObject({
      code: 'conflict',
      detail: `The VM web-01 may be on any of several nodes: a migration of it got stuck.`,
      remedy:
        'Delete the VM, which removes it from all of them, or ask an operator to check the nodes.',
    });
    const deleted = await bench().expectOk('vm.delete', { id: vm.id });
    expect(await bench().end(deleted.operation)).toMatchObject({ status: 'succeeded' });
  });
});
