/** Boot firmware of VMs: what their nodes get, and which nodes take them. */
import { describe, expect, test } from '@jest/globals';
import { defaultFleet } from '@novacron/agent/fleet/fleet';
import { machineOf, makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

describe('the firmware of a VM', () => {
  const bench = useBench();

  test('is BIOS, that of its template or its own, and reaches its node', async () => {
    const template = await bench().expectOk('template.create', {
      name: 'efi',
      image: 'https://images.example.com/efi.qcow2',
      firmware: 'uefi',
    });
    const template_id = template.resource.id;
    const vms = [
      await makeVm(bench(), { name: 'old' }),
      await makeVm(bench(), { name: 'new', firmware: 'uefi' }),
      await makeVm(bench(), { name: 'safe', firmware: 'uefi', secure_boot: true }),
      await makeVm(bench(), { name: 'made', template_id }),
      await makeVm(bench(), { name: 'else', template_id, firmware: 'bios' }),
    ];
    const onNodes = await Promise.all(vms.map((vm) => machineOf(bench(), vm)));
    expect(onNodes.map((machine) => machine?.spec.firmware)).toEqual([
      undefined,
      'uefi',
      'uefi-secure-boot',
      'uefi',
      undefined,
    ]);
    expect(vms.map(({ firmware }) => firmware)).toEqual([null, 'uefi', 'uefi', 'uefi', 'bios']);
  });

  test('stays in a change of something else and in a migration', async () => {
    const vm = await makeVm(bench(), { firmware: 'uefi' });
    const change = { id: vm.id, metadata: { tier: 'web' } };
    await bench().end((await bench().expectOk('vm.update', change)).operation);
    await bench().end((await bench().expectOk('vm.migrate', { id: vm.id })).operation);
    const moved = await bench().expectOk('vm.get', { id: vm.id });
    expect(moved.node).not.toBe(vm.node);
    expect((await machineOf(bench(), moved))?.spec.firmware).toBe('uefi');
  });

  test('cannot be changed in place, unless to the same', async () => {
    const vm = await makeVm(bench(), {});
    const other = { id: vm.id, firmware: 'uefi' } as const;
    const refused = await bench().expectProblem('vm.update', other);
    expect(refused.fields).toMatchObject([{ path: ['firmware'] }]);
    expect(refused.detail).toContain('that needs a new VM');
    const same = await bench().expectOk('vm.update', { id: vm.id, firmware: 'bios' });
    expect(await bench().end(same.operation)).toMatchObject({ status: 'succeeded' });
  });

  test('comes with a TPM where it is wanted, which moves with the VM', async () => {
    const vm = await makeVm(bench(), { tpm: true });
    const change = { id: vm.id, metadata: { tier: 'web' } };
    await bench().end((await bench().expectOk('vm.update', change)).operation);
    expect((await machineOf(bench(), vm))?.spec.tpm).toBe('yes');
    for (const name of ['vm.migrate', 'vm.stop', 'vm.migrate'] as const) {
      const { operation } = await bench().expectOk(name, { id: vm.id });
      expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    }
    const moved = await bench().expectOk('vm.get', { id: vm.id });
    expect((await machineOf(bench(), moved))?.spec.tpm).toBe('yes');
    const without = await bench().expectProblem('vm.update', { id: vm.id, tpm: false });
    expect(without.fields).toMatchObject([{ path: ['tpm'] }]);
  });

  test('takes memory itself: a VM that would never boot is refused, also as a change', async () => {
    const tiny = { ...SMALL_VM, firmware: 'uefi', memory_gb: 0.125 } as const;
    const refused = await bench().expectProblem('vm.create', tiny);
    expect(refused).toMatchObject({
      detail: 'A VM with UEFI firmware and 0.125 GB of memory never boots.',
      fields: [{ path: ['memory_gb'], message: 'must be at least 0.1875 with UEFI' }],
    });
    const vm = await makeVm(bench(), { firmware: 'uefi', memory_gb: 0.1875 });
    const less = await bench().expectProblem('vm.update', { id: vm.id, memory_gb: 0.125 });
    expect(less.fields).toMatchObject([{ path: ['memory_gb'] }]);
    await makeVm(bench(), { name: 'old', memory_gb: 0.125 });
  });

  test('has no Secure Boot where it is BIOS', async () => {
    const refused = await bench().expectProblem('vm.create', { ...SMALL_VM, secure_boot: true });
    expect(refused).toMatchObject({ code: 'validation-failed' });
    expect(refused.fields).toEqual([{ path: ['secure_boot'], message: 'needs firmware = "uefi"' }]);
  });
});

describe('a fleet in which some nodes move no VMs with a TPM', () => {
  const { nodes, ...fleet } = defaultFleet();
  const [first, second, third, ...others] = nodes;
  if (first === undefined || second === undefined || third === undefined) {
    throw new Error('the default fleet has nodes');
  }
  const cannot = { tpm_migration: 'no' } as const;
  const unable = [third, ...others].map((node) => ({ ...node, capabilities: cannot }));
  const bench = useBench({ fleet: { ...fleet, nodes: [first, second, ...unable] } });

  test('moves such a VM between the others only, and says why', async () => {
    const vm = await makeVm(bench(), { tpm: true, placement: { node: first.name } });
    const refused = await bench().expectProblem('vm.migrate', {
      id: vm.id,
      node: third.name,
      force: true,
    });
    expect(refused).toMatchObject({ code: 'conflict' });
    expect(refused.detail).toBe(
      `The VM ${vm.name} has a virtual TPM, and node ${third.name} moves no VM with one.`,
    );
    const asked = { id: vm.id, node: second.name, force: true };
    await bench().end((await bench().expectOk('vm.migrate', asked)).operation);
    expect((await bench().expectOk('vm.get', { id: vm.id })).node).toBe(second.name);
  });
});

describe('a fleet without the package of the firmware', () => {
  const { nodes, ...fleet } = defaultFleet();
  const capabilities = { uefi: 'no', secure_boot: 'no', tpm: 'no' } as const;
  const bench = useBench({
    fleet: { ...fleet, nodes: nodes.map((node) => ({ ...node, capabilities })) },
  });

  test('takes no VM with it, and says what its nodes lack', async () => {
    const refused = await bench().expectProblem('vm.create', { ...SMALL_VM, firmware: 'uefi' });
    expect(refused).toMatchObject({ code: 'no-capacity' });
    expect(JSON.stringify(refused)).toContain(
      'has a hypervisor without UEFI firmware (package ovmf)',
    );
    const withTpm = await bench().expectProblem('vm.create', { ...SMALL_VM, tpm: true });
    expect(JSON.stringify(withTpm)).toContain('without virtual TPMs (package swtpm)');
  });
});
