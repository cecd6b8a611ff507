/** Windows guests: what their nodes get, what is refused, and that answer files stay secret. */
import { describe, expect, test } from '@jest/globals';
import { defaultFleet } from '@novacron/agent/fleet/fleet';
import { machineOf, makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const ANSWERS = '<unattend><!-- hidden-answers --></unattend>';
const DRIVERS = 'https://images.example.com/virtio-win.iso';
const CHECKSUM = `sha256:${'b'.repeat(64)}`;
const WINDOWS = { guest_os: 'windows', unattend_wo: ANSWERS, unattend_wo_version: 1 } as const;

describe('a Windows guest', () => {
  const bench = useBench();

  test('gets its answer file, which appears nowhere else', async () => {
    const vm = await makeVm(bench(), WINDOWS);
    const mark = expect.stringMatching(/^sha256:[0-9a-f]{64}$/);
    expect((await machineOf(bench(), vm))?.spec).toMatchObject({
      guest_os: 'windows',
      guest: { answer_file: mark },
    });
    const reported: unknown[] = [
      vm,
      await bench().expectOk('vm.list', {}),
      await bench().expectOk('audit.list', {}),
      await bench().expectOk('event.list', {}),
      await bench().expectOk('operation.list', {}),
    ];
    const tables = ['vms', 'vm_secrets', 'operations', 'audit', 'events', 'idempotency_keys'];
    for (const from of tables as ['vms']) {
      reported.push(await bench().storeOnDisk.read({ from }));
    }
    expect(JSON.stringify(reported)).not.toContain('hidden-answers');
  });

  test('is restarted for another answer file, and replaced for another system', async () => {
    const vm = await makeVm(bench(), WINDOWS);
    const before = (await machineOf(bench(), vm))?.spec.guest?.answer_file;
    const change = { id: vm.id, unattend_wo: '<unattend/>', unattend_wo_version: 2 };
    const preview = await bench().expectOk('admission.preview', {
      operation: 'vm.update',
      input: change,
    });
    expect(JSON.stringify(preview)).toContain('restart');
    await bench().end((await bench().expectOk('vm.update', change)).operation);
    const after = (await machineOf(bench(), vm))?.spec.guest?.answer_file;
    expect(after).toBeDefined();
    expect(after).not.toBe(before);
    const other = await bench().expectProblem('vm.update', {
      id: vm.id,
      guest_os: 'linux',
      unattend_wo: null,
    });
    expect(other.fields).toMatchObject([{ path: ['guest_os'] }]);
    expect(other.detail).toContain('that needs a new VM');
  });

  test('alone has an answer file', async () => {
    const { guest_os: _windows, ...linux } = WINDOWS;
    const refused = await bench().expectProblem('vm.create', { ...SMALL_VM, ...linux });
    expect(refused).toMatchObject({
      code: 'validation-failed',
      detail: 'An answer file is read by Windows, and guest_os of the VM is not windows.',
      fields: [{ path: ['unattend_wo'], message: 'needs guest_os = "windows"' }],
    });
    const vm = await makeVm(bench(), {});
    const later = await bench().expectProblem('vm.update', { id: vm.id, ...linux });
    expect(later.fields).toContainEqual({
      path: ['unattend_wo'],
      message: 'needs guest_os = "windows"',
    });
  });

  test('has a CD-ROM with drivers, and is restarted for another one', async () => {
    const vm = await makeVm(bench(), { guest_os: 'windows', drivers_image: DRIVERS });
    const found = async () => (await machineOf(bench(), vm))?.spec.drivers_image;
    expect(await found()).toEqual({ reference: DRIVERS, checksum: null });
    const digits = 'a'.repeat(64);
    const change = { id: vm.id, drivers_image: `uploaded:${digits}.iso` };
    const preview = await bench().expectOk('admission.preview', {
      operation: 'vm.update',
      input: change,
    });
    expect(JSON.stringify(preview)).toContain('restart');
    await bench().end((await bench().expectOk('vm.update', change)).operation);
    expect(await found()).toEqual({
      reference: change.drivers_image,
      checksum: `sha256:${digits}`,
    });
    const none = await bench().expectOk('vm.update', { id: vm.id, drivers_image: null });
    await bench().end(none.operation);
    expect(await found()).toBeUndefined();
  });

  test.each([
    [{ drivers_image: DRIVERS }, 'drivers_image', 'needs guest_os = "windows"'],
    [
      { guest_os: 'windows', drivers_image: 'https://images.example.com/virtio.qcow2' },
      'drivers_image',
      'must end in .iso, or have the parameter format=iso',
    ],
    [
      { guest_os: 'windows', drivers_image: 'https://images.example.com/v.iso?token=x' },
      'drivers_image',
      'must not contain credentials',
    ],
    [
      { guest_os: 'windows', drivers_image: 'file:///etc/shadow.iso' },
      'drivers_image',
      'must be an https address, or uploaded:FILE of an ISO image',
    ],
    [
      { guest_os: 'windows', drivers_image_checksum: CHECKSUM },
      'drivers_image_checksum',
      'needs drivers_image',
    ],
    [
      {
        guest_os: 'windows',
        drivers_image: `uploaded:${'a'.repeat(64)}.iso`,
        drivers_image_checksum: CHECKSUM,
      },
      'drivers_image_checksum',
      `must be sha256:${'a'.repeat(64)}`,
    ],
  ] as const)('does not get the drivers of %j', async (input, field, message) => {
    const refused = await bench().expectProblem('vm.create', { ...SMALL_VM, ...input });
    expect(refused.fields).toContainEqual({ path: [field], message });
  });

  test('has an answer file that is XML, and a refusal does not quote it', async () => {
    const unattend_wo = '<unattend>\n<a>hidden-answers</unattend>';
    const refused = await bench().expectProblem('vm.create', {
      ...SMALL_VM,
      ...WINDOWS,
      unattend_wo,
    });
    expect(refused.fields).toEqual([
      {
        path: ['unattend_wo'],
        message: 'must be an answer file in XML: an element ends that did not begin last in line 2',
      },
    ]);
    expect(JSON.stringify(refused)).not.toContain('hidden-answers');
  });
});

describe('on nodes whose agents do not know Windows guests', () => {
  const capabilities = { windows_guests: 'no' } as const;
  const fleet = defaultFleet();
  const bench = useBench({
    fleet: { ...fleet, nodes: fleet.nodes.map((node) => ({ ...node, capabilities })) },
  });

  test('they are not placed, and explanations say why', async () => {
    const refused = await bench().expectProblem('vm.create', { ...SMALL_VM, ...WINDOWS });
    expect(JSON.stringify(refused)).toContain('without configuration of Windows guests');
  });
});

describe('on nodes whose agents attach no CD-ROMs with drivers', () => {
  const capabilities = { windows_drivers: 'no' } as const;
  const fleet = defaultFleet();
  const bench = useBench({
    fleet: { ...fleet, nodes: fleet.nodes.map((node) => ({ ...node, capabilities })) },
  });

  test('guests that have one are not placed, and explanations say why', async () => {
    await makeVm(bench(), { name: 'without', guest_os: 'windows' });
    const drivers = { guest_os: 'windows', drivers_image: DRIVERS } as const;
    const refused = await bench().expectProblem('vm.create', { ...SMALL_VM, ...drivers });
    expect(JSON.stringify(refused)).toContain('without CD-ROMs with drivers');
  });
});
