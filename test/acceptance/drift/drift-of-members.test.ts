/** Drift of the members of a VM group, which its plan reports and its apply restores. */
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import { GROUP_LABEL } from '@novacron/contract/kinds/vm-group/vm-group';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { waitUntil } from '@novacron/testing/wait-until';
import { diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(60_000);

const group = (cores = 1, provider = '') => `
provider "novacron" {
  ${provider}
}

resource "novacron_vm_group" "web" {
  name     = "web"
  min_size = 2
  max_size = 3
  vm = {
    cpu_cores = ${cores}
    memory_gb = 1
    disk_gb   = 5
    metadata  = { a = "b" }
    firewall_rules = [
      { direction = "ingress", action = "allow", protocol = "tcp",
        ports = "443", cidr = "10.0.0.0/8" },
    ]
  }
}
`;

type VmChange = Omit<InputOf<'vm.update'>, 'id'>;

const OPEN: VmChange = {
  cpu_cores: 4,
  metadata: { a: 'evil' },
  firewall_rules: [{ direction: 'ingress', action: 'allow', protocol: 'any', cidr: '0.0.0.0/0' }],
};

const SILENT = { exitCode: 0, diagnostics: [] };

const DRIFT = 'Drift (critical): novacron_vm_group "web" was changed outside of Terraform';

describe('drift of a member', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterEach(() => system.clear());
  afterAll(() => system.stop());

  async function applied(hcl = group()) {
    const workspace = system.workspace();
    workspace.configure(hcl);
    const run = await workspace.apply();
    expect(run.exitCode === 0 ? '' : run.output).toBe('');
    return workspace;
  }

  async function member(name: string): Promise<Vm> {
    const [found] = (await system.call('vm.list', { name })).items;
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found;
  }

  async function change(name: string, fields: VmChange) {
    const { id } = await member(name);
    await system.callAndWait('vm.update', { id, ...fields });
  }

  test('is reported by the plan of its group, and restored by an apply', async () => {
    const workspace = await applied();
    const before = await Promise.all(['web-1', 'web-2'].map(member));
    await change('web-1', OPEN);
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect(exitCode).toBe(2);
    expect(diagnostics).toMatchObject([
      { severity: 'warning', summary: DRIFT },
      { summary: 'Restart: update novacron_vm_group "web"' },
    ]);
    const detail = diagnostics[0]?.detail ?? '';
    expect(detail).toMatch(/^vm web-1 has drifted \(critical\): /);
    expect(detail).toContain('cpu_cores: 4 (expected 1)');
    expect(detail).toContain('metadata.a: changed (plans do not show the values of this field)');
    expect(detail).toContain('It is a member of the VM group web.');
    expect(detail).not.toContain('evil');
    const { output } = await workspace.plan();
    expect(output).toMatch(/~ drifted_member_ids += \[\n +- "vm_\w+",\n +\]/);
    expect(output).toContain('0 to add, 1 to change, 0 to destroy');
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    expect(await diagnosePlan(workspace)).toMatchObject(SILENT);
    const after = await Promise.all(['web-1', 'web-2'].map(member));
    expect(after[0]).toMatchObject({
      cpu_cores: 1,
      metadata: before[0]?.metadata,
      firewall_rules: before[0]?.firewall_rules,
    });
    expect(after[0]?.metadata).toHaveProperty([GROUP_LABEL]);
    expect(after[1]?.updated_at).toBe(before[1]?.updated_at);
    expect((await system.call('drift.report', {})).items).toEqual([]);
  });

  test('fails a plan that fail_on_drift makes strict', async () => {
    const strict = group(1, 'fail_on_drift = "info"');
    const workspace = await applied(strict);
    await change('web-1', { metadata: { a: 'evil' } });
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect(exitCode).toBe(1);
    expect(diagnostics).toMatchObject([
      { severity: 'error', detail: expect.stringContaining('fail_on_drift = "info"') },
    ]);
  });

  test('is restored by a change of the template as well', async () => {
    const workspace = await applied();
    await change('web-1', OPEN);
    workspace.configure(group(2));
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    expect(await diagnosePlan(workspace)).toMatchObject(SILENT);
    const [one, two] = await Promise.all(['web-1', 'web-2'].map(member));
    expect(one).toMatchObject({ cpu_cores: 2, firewall_rules: two?.firewall_rules });
    expect(one?.metadata).toEqual(two?.metadata);
  });

  test('that was stopped is restored: it starts', async () => {
    const workspace = await applied();
    await change('web-1', { power_state: 'stopped' });
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect(exitCode).toBe(2);
    expect(diagnostics).toMatchObject([
      { detail: expect.stringContaining('power_state: "stopped" (expected "running")') },
    ]);
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    await waitUntil('it to run', async () =>
      (await member('web-1')).status === 'running' ? true : undefined,
    );
    expect(await diagnosePlan(workspace)).toMatchObject(SILENT);
  });

  test('that is a larger disk is reported by every plan, and kept by an apply', async () => {
    const workspace = await applied();
    const { id } = await member('web-1');
    await change('web-1', { disk_gb: 8 });
    const warned = {
      severity: 'warning',
      summary: expect.stringMatching(/^Drift \(\w+\): novacron_vm_group "web" was changed outside/),
      detail: expect.stringContaining(
        'disk_gb cannot shrink, so an apply keeps the larger value: set vm.disk_gb = 8 in the ' +
          'configuration of web. To accept the current values: ' +
          `novacron drift remediate ${id} --action adopt --yes.`,
      ),
    };
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [warned] });
    workspace.configure(group(1, 'fail_on_drift = "info"'));
    expect(await diagnosePlan(workspace)).toMatchObject({
      exitCode: 1,
      diagnostics: [{ ...warned, severity: 'error' }],
    });

    workspace.configure(group(2));
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    expect(await member('web-1')).toMatchObject({ id, cpu_cores: 2, disk_gb: 8 });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [warned] });

    // A plan that replaces the members does not say that it keeps a disk of theirs.
    workspace.configure(group(2).replace('disk_gb   = 5', 'disk_gb   = 4'));
    const smaller = (await diagnosePlan(workspace)).diagnostics.map(({ detail }) => detail);
    expect(smaller.join()).toContain('are replaced');
    expect(smaller.join()).not.toContain('cannot shrink');

    workspace.configure(group(2).replace('disk_gb   = 5', 'disk_gb   = 8'));
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    expect(await member('web-1')).toMatchObject({ id, disk_gb: 8 });
    expect(await diagnosePlan(workspace)).toMatchObject(SILENT);
  });

  test('leaves the disks that the group has given all of them: no plan shrinks those', async () => {
    const workspace = await applied();
    const before = await Promise.all(['web-1', 'web-2'].map(member));
    const [{ id, vm } = { id: undefined, vm: undefined }] = (
      await system.call('vm_group.list', { name: 'web' })
    ).items;
    if (id === undefined) throw new Error('the group is listed');
    await system.callAndWait('vm_group.update', { id, vm: { ...vm, disk_gb: 8 } });
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect(exitCode).toBe(0);
    expect(diagnostics).toMatchObject([
      {
        severity: 'warning',
        detail: expect.stringContaining(
          'vm.disk_gb cannot shrink, so an apply keeps the larger value: set vm.disk_gb = 8 in',
        ),
      },
    ]);
    expect(diagnostics[0]?.detail).not.toContain('Apply again');

    // Another change of the members is made in place.
    workspace.configure(group(2));
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    const kept = await Promise.all(['web-1', 'web-2'].map(member));
    expect(kept).toMatchObject(before.map((each) => ({ id: each.id, cpu_cores: 2, disk_gb: 8 })));
    expect(await diagnosePlan(workspace)).toMatchObject({
      exitCode: 0,
      diagnostics: [
        {
          severity: 'warning',
          summary: 'Larger than configured: novacron_vm_group "web"',
          detail: expect.stringContaining('Set vm.disk_gb = 8, or add vm.disk_gb to'),
        },
      ],
    });

    workspace.configure(group(2).replace('disk_gb   = 5', 'disk_gb   = 8'));
    expect(await diagnosePlan(workspace)).toMatchObject(SILENT);
    const ignored = 'lifecycle {\n    ignore_changes = [vm.disk_gb]\n  }\n  vm = {';
    workspace.configure(group(2).replace('vm = {', ignored));
    expect(await diagnosePlan(workspace)).toMatchObject(SILENT);
    workspace.configure(group(2));
    const replaced = await workspace.apply('-replace=novacron_vm_group.web');
    expect(replaced).toMatchObject({ exitCode: 0 });
    expect(await member('web-1')).toMatchObject({ disk_gb: 5 });
    expect(await diagnosePlan(workspace)).toMatchObject(SILENT);
  });

  test('is not reported while it is ignored', async () => {
    const workspace = await applied();
    await change('web-1', { metadata: { a: 'c' } });
    const { id } = await member('web-1');
    const mute = { action: 'ignore', until: '7d', reason: 'planned work' } as const;
    await system.call('drift.remediate', { ids: [id], ...mute });
    expect(await diagnosePlan(workspace)).toMatchObject(SILENT);
  });
});
