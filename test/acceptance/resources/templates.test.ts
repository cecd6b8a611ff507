import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { diagnosePlan, diagnoseValidate } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(60_000);

const config = (firmware: string) => `
resource "novacron_template" "web" {
  name        = "web-base"
  image       = "builtin:debian-12"
  disk_gb_min = 5
  firmware    = "${firmware}"
}

resource "novacron_vm" "web" {
  name        = "web-01"
  cpu_cores   = 1
  memory_gb   = 1
  disk_gb     = 5
  template_id = novacron_template.web.id
}
`;

describe('templates', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterEach(() => system.clear());
  afterAll(() => system.stop());

  async function applied(hcl: string) {
    const workspace = system.workspace();
    workspace.configure(hcl);
    const run = await workspace.apply();
    expect(run.exitCode === 0 ? '' : run.output).toBe('');
    return workspace;
  }

  test('a change is for new VMs, which the plan says, and nothing is left to do', async () => {
    const workspace = await applied(config('bios'));
    workspace.configure(config('uefi'));
    expect(await diagnosePlan(workspace)).toMatchObject({
      exitCode: 2,
      diagnostics: [
        {
          severity: 'warning',
          summary: 'Effect on VMs: update novacron_template "web-base"',
          detail: expect.stringMatching(/^1 VM keeps what it was made from/),
        },
      ],
    });
    const run = await workspace.apply();
    expect(run.exitCode === 0 ? '' : run.output).toBe('');
    expect(await system.call('vm.list', {})).toMatchObject({ items: [{ template_version: 1 }] });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('only another version replaces a VM that is to follow the versions', async () => {
    const follow = (firmware: string, os: string) => {
      const lifecycle = 'lifecycle { replace_triggered_by = [novacron_template.web.version] }';
      const vm = `template_id = novacron_template.web.id\n  ${lifecycle}`;
      return config(firmware)
        .replace('template_id = novacron_template.web.id', vm)
        .replace('disk_gb_min = 5', `disk_gb_min = 5\n  os = "${os}"`);
    };
    const workspace = await applied(follow('bios', 'debian'));
    workspace.configure(follow('bios', 'other'));
    expect((await workspace.plan()).output).toContain('0 to add, 1 to change, 0 to destroy');
    workspace.configure(follow('uefi', 'other'));
    expect((await workspace.plan()).output).toContain('1 to add, 1 to change, 1 to destroy');
  });

  const sizes = (cores: number, vms: string) => `
resource "novacron_network" "n" {
  name = "shared"
  cidr = "10.9.0.0/24"
}

resource "novacron_template" "web" {
  name       = "web-base"
  image      = "builtin:debian-12"
  cpu_cores  = ${cores}
  memory_gb  = 2
  disk_gb    = 10
  network_id = novacron_network.n.id
}
${vms}`;
  const vm = (name: string, more = '') => `
resource "novacron_vm" "${name}" {
  name        = "${name}"
  template_id = novacron_template.web.id
${more}}
`;

  test('a VM has the sizes of its template, which the plan shows once it knows them', async () => {
    const workspace = await applied(sizes(2, vm('first')));
    const first = { cpu_cores: 2, memory_gb: 2, disk_gb: 10, ip_address: expect.any(String) };
    expect(await workspace.values('novacron_vm.first')).toMatchObject(first);
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    workspace.configure(sizes(2, `${vm('first')}${vm('second', '  cpu_cores = 1\n')}`));
    const { output } = await workspace.run('plan', '-input=false');
    expect(output).toMatch(/memory_gb +=+ 2\b/);
    expect(output).toMatch(/disk_gb +=+ 10\b/);
    expect(output).toContain('1 to add, 0 to change, 0 to destroy');
    // The plan that changes the template makes a VM from what the template becomes.
    workspace.configure(
      sizes(3, `${vm('first')}${vm('second', '  cpu_cores = 1\n')}${vm('third')}`),
    );
    const run = await workspace.apply();
    expect(run.exitCode === 0 ? '' : run.output).toBe('');
    expect(await workspace.values('novacron_vm.first')).toMatchObject(first);
    expect(await workspace.values('novacron_vm.second')).toMatchObject({ ...first, cpu_cores: 1 });
    expect(await workspace.values('novacron_vm.third')).toMatchObject({ ...first, cpu_cores: 3 });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('what neither a VM nor its template says is missing, where it can be known', async () => {
    const workspace = system.workspace();
    workspace.configure('resource "novacron_vm" "x" {\n  name = "x"\n  disk_gb = 5\n}');
    expect(await diagnoseValidate(workspace)).toMatchObject({
      exitCode: 1,
      diagnostics: [
        { summary: 'Missing cpu_cores', detail: expect.stringContaining('Set `cpu_cores`, or') },
        { summary: 'Missing memory_gb' },
      ],
    });
    const made = await system.call('template.create', {
      name: 'half',
      image: 'builtin:debian-12',
      cpu_cores: 1,
      disk_gb: 5,
    });
    const id = made.resource.id;
    workspace.configure(`resource "novacron_vm" "x" {\n  name = "x"\n  template_id = "${id}"\n}`);
    const { diagnostics } = await diagnosePlan(workspace);
    expect(diagnostics).toMatchObject([
      { severity: 'error', detail: 'memory_gb is required if the template does not set it.' },
    ]);
    await system.call('template.delete', { id });
  });

  test('a plan file from before a change of the template creates nothing', async () => {
    const made = await system.call('template.create', {
      name: 'base',
      image: 'builtin:debian-12',
      cpu_cores: 1,
      memory_gb: 1,
      disk_gb: 5,
    });
    const { id } = made.resource;
    const workspace = system.workspace();
    workspace.configure(`resource "novacron_vm" "x" {\n  name = "x"\n  template_id = "${id}"\n}`);
    const planned = await workspace.run('plan', '-input=false', '-out=tf.plan');
    expect(planned.exitCode === 0 ? '' : planned.output).toBe('');
    await system.call('template.update', { id, cpu_cores: 2 });
    const stale = await workspace.run('apply', '-input=false', 'tf.plan');
    expect(stale.exitCode).toBe(1);
    // Terraform's own words: it drops what a provider has to say of a plan that it finds at fault.
    const words = stale.output.replaceAll(/[\s│]+/g, ' ');
    expect(words).toContain('Provider produced inconsistent final plan');
    expect(words).toContain('.cpu_cores: was cty.NumberIntVal(1), but now cty.NumberIntVal(2)');
    expect((await system.call('vm.list', {})).items).toEqual([]);
    const run = await workspace.apply();
    expect(run.exitCode === 0 ? '' : run.output).toBe('');
    expect(await workspace.values('novacron_vm.x')).toMatchObject({ cpu_cores: 2 });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('a change behind the back of Terraform is drift of class security', async () => {
    const workspace = await applied(config('bios'));
    const [own] = (await system.call('template.list', { name: 'web-base' })).items;
    const change = { id: own?.id as never, image: 'builtin:ubuntu-24.04' };
    await system.call('template.update', change);
    const { diagnostics } = await diagnosePlan(workspace);
    expect(diagnostics[0]?.detail).toContain('builtin:ubuntu-24.04');
    const { items } = await system.call('drift.report', {});
    expect(items).toMatchObject([{ resource_kind: 'template', severity: 'critical' }]);
  });
});
