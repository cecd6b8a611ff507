import { describe, expect, test } from '@jest/globals';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { machineOf, makeVm, useBench } from '../test-kit/use-bench.ts';

const OLD_IMAGE = 'https://images.example.com/debian-12.7.qcow2';
const NEW_IMAGE = 'https://images.example.com/debian-12.8.qcow2';

describe('a VM whose reimage_trigger changes', () => {
  const bench = useBench();

  async function update(vm: Vm, more: Omit<InputOf<'vm.update'>, 'id'>) {
    const { operation } = await bench().expectOk('vm.update', { id: vm.id, ...more });
    return bench().end(operation);
  }
  const see = ({ id }: Vm) => bench().expectOk('vm.get', { id });

  /** A VM of a template that has another image by now. */
  async function makeOutdated(more: Partial<InputOf<'vm.create'>> = {}): Promise<Vm> {
    const asked = { name: 'web-base', image: OLD_IMAGE };
    const { resource } = await bench().expectOk('template.create', asked);
    const vm = await makeVm(bench(), { template_id: resource.id, user_data: '#!/bin/sh', ...more });
    await bench().expectOk('template.update', { id: resource.id, image: NEW_IMAGE });
    return vm;
  }

  test('has a root disk of the newest image afterwards, and is the same VM otherwise', async () => {
    const vm = await makeOutdated();
    const asked = { name: 'data', size_gb: 5, attached_to: vm.id };
    const { resource: volume, operation } = await bench().expectOk('volume.create', asked);
    await bench().end(operation);
    expect(await update(vm, { reimage_trigger: '12.8' })).toMatchObject({
      status: 'succeeded',
      steps: [{ name: 'stop' }, { name: 'configure' }, { name: 'reimage' }, { name: 'start' }],
    });
    const machine = await machineOf(bench(), vm);
    expect(machine).toMatchObject({
      status: 'running',
      spec: { image: { version: 2, reference: NEW_IMAGE } },
      volumes: [{ volume_id: volume.id }],
    });
    expect(machine?.spec.guest?.user_data).toEqual(expect.any(String));
    const { id, node, ip_address } = vm;
    expect(await see(vm)).toMatchObject({ id, node, ip_address, status: 'running' });
  });

  test('stays stopped if it was, and keeps its disk when the trigger is removed', async () => {
    const vm = await makeOutdated({ reimage_trigger: '12.7', power_state: 'stopped' });
    expect(await update(vm, { reimage_trigger: '12.8' })).toMatchObject({
      steps: [{ name: 'configure' }, { name: 'reimage' }],
    });
    expect(await machineOf(bench(), vm)).toMatchObject({ status: 'stopped' });
    expect(await update(vm, { reimage_trigger: null })).toMatchObject({
      steps: [{ name: 'configure' }],
    });
  });

  test('runs with its old disk if the new one cannot be made', async () => {
    const vm = await makeOutdated();
    const driver = bench().fleet.drivers.get(String(vm.node));
    driver?.faults.add({ action: 'reimage', kind: 'fail-final' });
    expect(await update(vm, { reimage_trigger: '12.8' })).toMatchObject({ status: 'failed' });
    expect(await machineOf(bench(), vm)).toMatchObject({
      status: 'running',
      spec: { image: { reference: OLD_IMAGE } },
    });
    expect(await see(vm)).toMatchObject({ reimage_trigger: null, status: 'running' });
    expect(await update(vm, { reimage_trigger: '12.8' })).toMatchObject({ status: 'succeeded' });
  });

  test('is refused while it is protected, and where a restart is forbidden', async () => {
    const vm = await makeOutdated({ deletion_protection: true });
    const change = { id: vm.id, reimage_trigger: '12.8' };
    expect(await bench().expectProblem('vm.update', change)).toMatchObject({
      code: 'deletion-protected',
      detail: `The VM ${vm.name} is protected, and a new root disk deletes what it has stored.`,
    });
    await update(vm, { deletion_protection: false });
    const protectedNow = { ...change, deletion_protection: true };
    expect(await bench().expectProblem('vm.update', protectedNow)).toMatchObject({
      code: 'deletion-protected',
    });
    const live = { ...change, restart: 'forbidden' as const };
    expect(await bench().expectProblem('vm.update', live)).toMatchObject({
      fields: [{ path: ['reimage_trigger'] }],
    });
  });
});
