import { describe, expect, test } from '@jest/globals';
import type { TemplateId, VmId } from '@novacron/contract/ids';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { machineOf, makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const bench = useBench();

const IMAGE = 'https://images.example.com/debian-12.qcow2';

async function makeTemplate(more: Partial<InputOf<'template.create'>> = {}) {
  const asked = { name: 'web-base', image: IMAGE, ...more };
  return (await bench().expectOk('template.create', asked)).resource;
}

async function machine(id: VmId) {
  const vm = await bench().expectOk('vm.get', { id });
  return (await machineOf(bench(), vm))?.spec;
}

const fromTemplate = (template_id: TemplateId, more = {}) => ({
  ...SMALL_VM,
  ...more,
  template_id,
});

describe('the life of a template', () => {
  test('is there as soon as it is asked for, in its first version', async () => {
    const template = await makeTemplate({ firmware: 'uefi' });
    expect(template).toMatchObject({
      name: 'web-base',
      image: IMAGE,
      firmware: 'uefi',
      architecture: 'x86_64',
      version: 1,
      built_in: false,
      vm_count: 0,
      disk_gb_min: 1,
      user_data: null,
    });
    expect(await bench().expectOk('template.get', { id: template.id })).toEqual(template);
  });

  test('has no image whose address contains credentials', async () => {
    const image = 'https://robot:geheim@images.example.com/debian-12.qcow2';
    const refusal = {
      code: 'validation-failed',
      detail: 'The address of the image contains a user name or a password.',
      fields: [{ path: ['image'], message: 'must not contain credentials' }],
    };
    const asked = { name: 'web-base', image };
    expect(await bench().expectProblem('template.create', asked)).toMatchObject(refusal);
    const { id } = await makeTemplate();
    expect(await bench().expectProblem('template.update', { id, image })).toMatchObject(refusal);
    const signed = { id, image: `${IMAGE}?X-Amz-Signature=dead` };
    expect(await bench().expectProblem('template.update', signed)).toMatchObject({
      fields: refusal.fields,
    });
  });

  test('is listed with the built-in ones, a page at a time', async () => {
    const { id } = await makeTemplate();
    const names: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await bench().expectOk('template.list', {
        limit: 1,
        ...(cursor === undefined || cursor === null ? {} : { cursor }),
      });
      names.push(...page.items.map(({ name }) => name));
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(names).toEqual(['default', 'debian-12', 'ubuntu-24.04', 'web-base']);
    const named = await bench().expectOk('template.list', { name: 'web-base' });
    expect(named.items.map((item) => item.id)).toEqual([id]);
  });

  test('that is built in is not deleted, which its preview says as well', async () => {
    const { items } = await bench().expectOk('template.list', { name: 'default' });
    const input = { id: items[0]?.id ?? '' };
    const refusal = {
      code: 'in-use',
      detail: 'The template default is built in: every tenant uses it.',
    };
    const asked = { operation: 'template.delete', input, moment: 'apply' } as const;
    const { problems } = await bench().expectOk('admission.preview', asked);
    expect(problems).toMatchObject([refusal]);
    expect(await bench().expectProblem('template.delete', input)).toMatchObject(refusal);
  });

  test('another tenant has the built-in ones only', async () => {
    const { id } = await makeTemplate();
    const { tenantId: _, ...admin } = bench().admin;
    const { resource } = await bench().expectOk('tenant.create', { name: 'other' });
    const as = { principal: { ...admin, tenantId: resource.id } };
    const listed = await bench().expectOk('template.list', {}, as);
    expect(listed.items.map(({ built_in }) => built_in)).toEqual([true, true, true]);
    const found = await bench().expectProblem('template.get', { id }, as);
    expect(found.detail).toBe(`No template found with the id ${id}.`);
    expect(await bench().expectProblem('vm.create', fromTemplate(id), as)).toMatchObject({
      code: 'reference-unknown',
      detail: `template_id refers to the template ${id}, which does not exist.`,
    });
  });

  test('refuses a taken name with the command that imports its holder', async () => {
    const { id } = await makeTemplate();
    const asked = { name: 'web-base', image: IMAGE };
    expect(await bench().expectProblem('template.create', asked)).toMatchObject({
      code: 'name-taken',
      remedy: expect.stringContaining(`terraform import novacron_template.NAME ${id}`),
    });
    const builtIn = await bench().expectProblem('template.create', { ...asked, name: 'default' });
    expect(builtIn.detail).toMatch(/^A template named "default" exists already: tpl_/);
  });

  test('refuses an image that is nowhere, and networks that do not exist', async () => {
    const image = await bench().expectProblem('template.create', {
      name: 'a',
      image: 'builtin:beos',
    });
    expect(image).toMatchObject({
      code: 'reference-unknown',
      detail: 'image refers to builtin:beos, but no built-in template has this name.',
      remedy: 'Use one of builtin:default, builtin:debian-12, builtin:ubuntu-24.04.',
    });
    const path = await bench().expectProblem('template.create', {
      name: 'a',
      image: '/etc/passwd',
    });
    expect(path.fields).toEqual([
      {
        path: ['image'],
        message:
          'must be an https address or builtin:NAME, such as builtin:debian-12, or uploaded:FILE',
      },
    ]);
    const network = (await bench().expectOk('network.create', { name: 'n', cidr: '10.0.0.0/24' }))
      .resource.id;
    await bench().expectOk('network.delete', { id: network });
    expect(
      await bench().expectProblem('template.create', {
        name: 'a',
        image: IMAGE,
        network_ids: [network],
      }),
    ).toMatchObject({
      detail: `network_ids refers to the network ${network}, which does not exist.`,
    });
  });

  test('a built-in one is neither changed nor deleted', async () => {
    const { items } = await bench().expectOk('template.list', { name: 'debian-12' });
    const id = items[0]?.id as TemplateId;
    for (const [operation, input] of [
      ['template.update', { id, description: 'mine' }],
      ['template.delete', { id }],
    ] as const) {
      expect(await bench().expectProblem(operation, input)).toMatchObject({
        code: 'in-use',
        detail: 'The template debian-12 is built in: every tenant uses it.',
        remedy: 'Create a template of your own with the image builtin:debian-12.',
      });
    }
  });

  test('counts against the quota of its tenant', async () => {
    const id = bench().admin.tenantId;
    await bench().expectOk('tenant.update', { id, quotas: { templates: 1 } });
    const { id: first } = await makeTemplate();
    const second = await bench().expectProblem('template.create', { name: 'b', image: IMAGE });
    expect(second).toMatchObject({
      code: 'quota-exceeded',
      detail: expect.stringContaining('templates: 1 of 1 used, 1 more requested'),
    });
    await bench().expectOk('template.delete', { id: first });
    await makeTemplate();
  });
});

describe('VMs of a template', () => {
  test('are made from its image, with its user data where they bring none', async () => {
    const { id } = await makeTemplate({ firmware: 'uefi', user_data: '#cloud-config' });
    const vm = await makeVm(bench(), fromTemplate(id));
    expect(vm.template_version).toBe(1);
    const spec = await machine(vm.id);
    expect(spec).toMatchObject({
      template: id,
      image: { version: 1, reference: IMAGE, checksum: null, firmware: 'uefi' },
      guest: { user_data: expect.stringContaining('sha256') },
    });
    const other = await makeVm(
      bench(),
      fromTemplate(id, { name: 'b', user_data: '#cloud-config\nown: yes' }),
    );
    expect((await machine(other.id))?.guest?.user_data).not.toBe(spec?.guest?.user_data);
    const plain = await makeVm(bench(), { ...SMALL_VM, name: 'plain' });
    expect(plain.template_version).toBeNull();
    expect((await machine(plain.id))?.template).toBe('default');
  });

  test('need the disk that the image needs, and one of its networks', async () => {
    const network = async (name: string, cidr: string) =>
      (await bench().expectOk('network.create', { name, cidr })).resource.id;
    const [inside, outside] = [
      await network('a', '10.0.0.0/24'),
      await network('b', '10.1.0.0/24'),
    ];
    const { id } = await makeTemplate({ disk_gb_min: 30, network_ids: [inside] });
    expect(await bench().expectProblem('vm.create', fromTemplate(id))).toMatchObject({
      detail: 'The image of the template web-base needs 30 GB of disk.',
      remedy: 'Set disk_gb to at least 30, or use another template.',
    });
    const there = fromTemplate(id, { disk_gb: 30, network_id: outside });
    const refusal = `VMs of the template web-base are not connected to the network ${outside}.`;
    expect(await bench().expectProblem('vm.create', there)).toMatchObject({ detail: refusal });
    const vm = await makeVm(bench(), { ...there, network_id: inside });
    const moved = await bench().expectProblem('vm.update', { id: vm.id, network_id: outside });
    expect(moved.detail).toBe(refusal);
  });

  test('take from it the sizes and the network that they leave out, once', async () => {
    const net = await bench().expectOk('network.create', { name: 'a', cidr: '10.0.0.0/24' });
    const defaults = { cpu_cores: 2, memory_gb: 4, disk_gb: 30, network_id: net.resource.id };
    const template = await makeTemplate({ disk_gb_min: 30, ...defaults });
    expect(template).toMatchObject(defaults);
    const template_id = template.id as TemplateId;
    const make = async (name: string, more = {}) => {
      const made = await bench().expectOk('vm.create', { name, template_id, ...more });
      expect((await bench().end(made.operation)).status).toBe('succeeded');
      return bench().expectOk('vm.get', { id: made.resource.id });
    };
    const first = await make('first');
    expect(first).toMatchObject({ ...defaults, ip_address: expect.any(String) });
    expect(await make('second', { cpu_cores: 1, network_id: null })).toMatchObject({
      ...defaults,
      cpu_cores: 1,
    });
    const change = { id: template_id, cpu_cores: 4, network_id: null };
    expect((await bench().expectOk('template.update', change)).notices ?? []).toEqual([]);
    expect(await bench().expectOk('vm.get', { id: first.id })).toMatchObject(defaults);
    expect(await make('third')).toMatchObject({ ...defaults, cpu_cores: 4, network_id: null });
    const batch = {
      vms: [
        { name: 'a', template_id },
        { name: 'b', template_id, cpu_cores: 1 },
      ],
    };
    const { items } = await bench().expectOk('vm_batch.create', batch);
    expect(items.map(({ resource }) => resource.cpu_cores)).toEqual([4, 1]);
  });

  test('have to say the sizes that their template does not', async () => {
    const { id } = await makeTemplate({ cpu_cores: 2 });
    const template_id = id as TemplateId;
    expect(await bench().expectProblem('vm.create', { name: 'a', template_id })).toMatchObject({
      code: 'validation-failed',
      detail: `The VM a has no memory_gb, no disk_gb, and the template ${id} does not set it.`,
      remedy: 'Set it, or use a template that sets it.',
      fields: [{ path: ['memory_gb'] }, { path: ['disk_gb'] }],
    });
    const sizes = { memory_gb: 1, disk_gb: 5 };
    expect(await bench().expectProblem('vm.create', { name: 'a', ...sizes })).toMatchObject({
      detail: 'The VM a has no cpu_cores, and it has no template that could set it.',
    });
    const vms = [
      { name: 'a', cpu_cores: 1, ...sizes },
      { name: 'b', template_id },
    ];
    expect(await bench().expectProblem('placement.batch', { vms })).toMatchObject({
      detail: expect.stringMatching(/^b: The VM b has no memory_gb/),
      fields: [{ path: ['vms', 1, 'memory_gb'] }, { path: ['vms', 1, 'disk_gb'] }],
    });
  });

  test('get nothing from it that it would refuse', async () => {
    const net = await bench().expectOk('network.create', { name: 'a', cidr: '10.0.0.0/24' });
    const other = await bench().expectOk('network.create', { name: 'b', cidr: '10.1.0.0/24' });
    const refused = await bench().expectProblem('template.create', {
      name: 'small',
      image: IMAGE,
      disk_gb: 5,
      disk_gb_min: 10,
      network_id: net.resource.id,
      network_ids: [other.resource.id],
    });
    expect(refused).toMatchObject({
      detail: `VMs of small may not use its default network: ${net.resource.id}.`,
      remedy: 'Add network_id to network_ids, or remove one of the two.',
    });
    const small = { name: 'small', image: IMAGE, disk_gb: 5, disk_gb_min: 10 };
    expect(await bench().expectProblem('template.create', small)).toMatchObject({
      detail: 'The default disk_gb of small is 5, and its image needs more.',
      fields: [{ path: ['disk_gb'], message: 'must be at least 10' }],
    });
    const network_id = other.resource.id;
    await bench().expectOk('network.delete', { id: network_id });
    const gone = { name: 'gone', image: IMAGE, network_id };
    expect((await bench().expectProblem('template.create', gone)).fields).toMatchObject([
      { path: ['network_id'] },
    ]);
  });

  test('keep what they were made from when the template changes, wherever they go', async () => {
    const { id } = await makeTemplate({ user_data: '#cloud-config' });
    const vm = await makeVm(bench(), fromTemplate(id));
    const before = await machine(vm.id);
    const change = { id, name: 'new-base', image: 'builtin:debian-12', user_data: null };
    const changed = await bench().expectOk('template.update', change);
    expect(changed.resource).toMatchObject({ version: 2, vm_count: 1 });
    expect(changed.notices).toEqual([
      expect.stringMatching(/^1 VM keeps what it was made from; only VMs .* get version 2\./),
    ]);
    await bench().end((await bench().expectOk('vm.migrate', { id: vm.id })).operation);
    expect(await machine(vm.id)).toEqual(before);
    const grown = await bench().expectOk('vm.update', { id: vm.id, memory_gb: 2 });
    expect((await bench().end(grown.operation)).status).toBe('succeeded');
    expect(await machine(vm.id)).toEqual({ ...before, memory_mib: 2_048 });
    const next = await makeVm(bench(), fromTemplate(id, { name: 'next' }));
    expect(next.template_version).toBe(2);
    expect((await machine(next.id))?.image).toMatchObject({ reference: 'builtin:debian-12' });
  });

  test('are shown in the plan that a change of their template is not for them', async () => {
    const { id } = await makeTemplate();
    await makeVm(bench(), fromTemplate(id));
    const preview = (input: object) =>
      bench().expectOk('admission.preview', {
        operation: 'template.update',
        input: { id, ...input },
      });
    expect((await preview({ firmware: 'uefi' })).notices).toHaveLength(1);
    expect((await preview({ description: 'for people' })).notices).toEqual([]);
  });

  test('keep their template from being deleted, and let go of it with their end', async () => {
    const { id } = await makeTemplate();
    const vm = await makeVm(bench(), fromTemplate(id));
    expect(await bench().expectProblem('template.delete', { id })).toMatchObject({
      code: 'in-use',
      detail: 'The template web-base cannot be deleted: 1 VM was made from it (web-01).',
      remedy: 'Delete those VMs, or replace them by VMs of another template, first.',
    });
    await bench().end((await bench().expectOk('vm.delete', { id: vm.id })).operation);
    expect(await bench().expectOk('template.get', { id })).toMatchObject({ vm_count: 0 });
    await bench().expectOk('template.delete', { id });
    expect(await bench().expectProblem('template.get', { id })).toMatchObject({
      code: 'not-found',
    });
  });

  test('that cannot be made do not count', async () => {
    const { id } = await makeTemplate();
    for (const driver of bench().fleet.drivers.values()) {
      driver.faults.add({ action: 'create', kind: 'fail-final' });
    }
    const { operation } = await bench().expectOk('vm.create', fromTemplate(id));
    expect((await bench().end(operation)).status).toBe('failed');
    expect(await bench().expectOk('template.get', { id })).toMatchObject({ vm_count: 0 });
  });

  test('of a group have it as well, and the group is named where it is in use', async () => {
    const { id } = await makeTemplate();
    const vm = { cpu_cores: 1, memory_gb: 1, disk_gb: 5, template_id: id };
    const asked = { name: 'web', min_size: 2, max_size: 3, vm };
    const { operation } = await bench().expectOk('vm_group.create', asked);
    expect((await bench().end(operation)).status).toBe('succeeded');
    expect((await bench().expectProblem('template.delete', { id })).detail).toBe(
      'The template web-base cannot be deleted: 2 VMs were made from it (web-1, web-2), and ' +
        'the VM group web names it.',
    );
  });
});
