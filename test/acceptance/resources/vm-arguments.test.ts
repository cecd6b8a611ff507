import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { writeConfiguration } from '../../../server/cli/src/commands/export/write-configuration.ts';
import { readZip } from '../../support/services/read-zip.ts';
import { diagnoseApply, diagnosePlan, diagnoseValidate } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(90_000);

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGm9fTk2kxL1rjc0Jw7Vf0dN9Q1p0r3v5b7n9m1k3j5h me';
const OTHER_KEY = `${KEY.slice(0, -4)}6i you`;

const SECRETS = { userData: 'wo-user-data-f3a1', password: 'wo-password-77c2' } as const;

/** Ephemeral values appear in the configuration by name only. */
const VARIABLES = `
variable "user_data" {
  type      = string
  ephemeral = true
}
variable "password" {
  type      = string
  ephemeral = true
}
`;

/** All arguments of a VM that its size does not say. */
const ARGUMENTS = {
  power_state: '"running"',
  deletion_protection: 'true',
  priority: '80',
  spot: 'false',
  description: '"Serves the shop."',
  ssh_keys: `[${JSON.stringify(KEY)}]`,
  user_data_wo: `"${SECRETS.userData}"`,
  user_data_wo_version: '1',
  password_wo: `"${SECRETS.password}"`,
  password_wo_version: '1',
} as const;

function configurationOf(more: Readonly<Record<string, string>>): string {
  const lines = Object.entries({ ...ARGUMENTS, ...more }).map(
    ([name, text]) => `${name} = ${text}`,
  );
  return `
resource "novacron_network" "n" {
  name = "front"
  cidr = "10.40.0.0/24"
}
resource "novacron_vm" "v" {
  name       = "web"
  cpu_cores  = 2
  memory_gb  = 4
  disk_gb    = 20
  network_id = novacron_network.n.id
  ${lines.join('\n  ')}
}
output "ip" { value = novacron_vm.v.ip_address }
`;
}

describe('the arguments of a VM', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterEach(async () => {
    for (const { id, deletion_protection } of (await system.call('vm.list', {})).items) {
      if (!deletion_protection) continue;
      await system.callAndWait('vm.update', { id, deletion_protection: false });
    }
    await system.clear();
  });
  afterAll(() => system.stop());

  const CHANGES = {
    power_state: '"stopped"',
    priority: '20',
    spot: 'true',
    description: 'null',
    ssh_keys: `[${JSON.stringify(OTHER_KEY)}, ${JSON.stringify(KEY)}]`,
    user_data_wo_version: '2',
    password_wo_version: '2',
    deletion_protection: 'false',
  } as const;

  test('are created, changed one by one and settle after each', async () => {
    const workspace = system.workspace();
    let more: Readonly<Record<string, string>> = {};
    workspace.configure(configurationOf(more));
    const created = await workspace.apply();
    expect(created.exitCode === 0 ? '' : created.output).toBe('');
    const [vm] = (await system.call('vm.list', {})).items;
    expect(vm).toMatchObject({ priority: 80, deletion_protection: true, ssh_keys: [KEY] });
    expect(await workspace.values('novacron_vm.v')).toMatchObject({
      ip_address: vm?.ip_address,
      user_data_wo: null,
      password_wo: null,
    });
    for (const [name, text] of Object.entries(CHANGES)) {
      more = { ...more, [name]: text };
      workspace.configure(configurationOf(more));
      const applied = await workspace.apply();
      expect({ name, output: applied.output }).toMatchObject({
        output: expect.stringContaining('0 added, 1 changed, 0 destroyed'),
      });
      const settled = await diagnosePlan(workspace);
      expect({ name, ...settled }).toMatchObject({ exitCode: 0, diagnostics: [] });
    }
    const [now] = (await system.call('vm.list', {})).items;
    const { id, ip_address, mac_address } = vm ?? {};
    expect(now).toMatchObject({ id, ip_address, mac_address, status: 'stopped', spot: true });
  });

  test('a key is read from a file as it is, with the end of its line', async () => {
    const workspace = system.workspace();
    writeFileSync(join(workspace.directory, 'key.pub'), `${KEY}\n`);
    workspace.configure(configurationOf({ ssh_keys: '[file("key.pub")]' }));
    const applied = await workspace.apply();
    expect(applied.exitCode === 0 ? '' : applied.output).toBe('');
    const [vm] = (await system.call('vm.list', {})).items;
    expect(vm).toMatchObject({ ssh_keys: [KEY] });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    workspace.configure(configurationOf({ ssh_keys: `[${JSON.stringify(KEY)}]` }));
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    // Its deletion is protected.
    workspace.configure(configurationOf({ deletion_protection: 'false' }));
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
  });

  test('a protected VM is an error in the plan that destroys it, or replaces it', async () => {
    const workspace = system.workspace();
    const hcl = configurationOf({});
    workspace.configure(hcl);
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    const protectedFrom = {
      severity: 'error',
      summary: expect.stringContaining('Protected from deletion'),
      detail: expect.stringContaining('its deletion_protection is true'),
    };
    const destroyed = await diagnosePlan(workspace, '-destroy');
    expect(destroyed).toMatchObject({ exitCode: 1, diagnostics: [protectedFrom] });
    workspace.configure(hcl.replace('disk_gb    = 20', 'disk_gb    = 10'));
    const replaced = await diagnosePlan(workspace);
    expect(replaced.exitCode).toBe(1);
    expect(replaced.diagnostics).toContainEqual(expect.objectContaining(protectedFrom));
  });

  test('a VM stopped by hand has drifted, and is started again', async () => {
    const workspace = system.workspace();
    workspace.configure(configurationOf({ deletion_protection: 'false' }));
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    const [vm] = (await system.call('vm.list', {})).items;
    const { operation } = await system.call('vm.stop', { id: vm?.id ?? '' });
    await system.call('operation.wait', { id: operation.id });
    const planned = await diagnosePlan(workspace);
    expect(planned.exitCode).toBe(2);
    expect(planned.diagnostics[0]?.detail).toContain('power_state');
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    expect((await system.call('vm.list', {})).items[0]).toMatchObject({ status: 'running' });
  });

  test('both forms of user data together are refused before anything is asked', async () => {
    const workspace = system.workspace();
    workspace.configure(configurationOf({ user_data: '"#cloud-config"' }));
    const planned = await diagnosePlan(workspace);
    expect(planned).toMatchObject({
      exitCode: 1,
      diagnostics: [{ summary: 'Only one of user_data and user_data_wo can be set' }],
    });
  });

  test('a secret and its version are set together, or neither is', async () => {
    const workspace = system.workspace();
    const refused = async (values: Readonly<Record<string, string>>) => {
      workspace.configure(configurationOf(values));
      const { diagnostics } = await diagnoseValidate(workspace);
      return diagnostics.map(({ summary, code }) => ({ summary, code }));
    };
    const secret = `"${SECRETS.password}"`;
    expect(await refused({ password_wo_version: 'null' })).toEqual([
      {
        summary: 'password_wo needs password_wo_version',
        code: expect.stringMatching(/^password_wo += /),
      },
    ]);
    expect(await refused({ password_wo: 'null' })).toEqual([
      {
        summary: 'password_wo_version needs password_wo',
        code: expect.stringMatching(/^password_wo_version += /),
      },
    ]);
    expect(await refused({ password_wo: 'null', password_wo_version: 'null' })).toEqual([]);
    // A value that only the apply knows may be null.
    const later = 'resource "terraform_data" "later" {\n  input = 1\n}\n';
    const values = { password_wo: secret, password_wo_version: 'terraform_data.later.output' };
    workspace.configure(`${later}${configurationOf(values)}`);
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 2, diagnostics: [] });
  });

  test('an export of a VM with a secret is imported without a change', async () => {
    const secret = { password_wo: SECRETS.password, password_wo_version: 1 };
    const vm = { name: 'sealed', cpu_cores: 1, memory_gb: 1, disk_gb: 5, ...secret };
    await system.callAndWait('vm.create', vm);
    const resources = (await system.call('vm.list', {})).items.map((values) => ({
      kind: 'vm' as const,
      values,
    }));
    const workspace = system.workspace({ TF_VAR_novacron_vm_sealed_password_wo: 'another' });
    workspace.configure(writeConfiguration(resources, 'hcl'));
    expect(await diagnoseApply(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('a plan shows how user data changes, unless what it is given is sensitive', async () => {
    const workspace = system.workspace({ TF_VAR_user_data: 'motd: hidden' });
    const variable = 'variable "user_data" {\n  sensitive = true\n}\n';
    const secret = { user_data_wo: 'null', user_data_wo_version: 'null' };
    const written = { deletion_protection: 'false', ...secret };
    const configure = (text: string) =>
      workspace.configure(`${variable}${configurationOf({ ...written, user_data: text })}`);
    configure('"motd: old"');
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    configure('"motd: new"');
    const shown = await workspace.run('plan', '-input=false');
    expect(shown.output).toMatch(/user_data += "motd: old" -> "motd: new"/);
    configure('var.user_data');
    const hidden = await workspace.run('plan', '-input=false');
    expect(hidden.output).toMatch(/user_data += \(sensitive value\)/);
    expect(hidden.output).not.toContain('motd: hidden');
  });

  test('an import writes a configuration whose plan is empty', async () => {
    const { resource, operation } = await system.call('vm.create', {
      name: 'old',
      cpu_cores: 1,
      memory_gb: 1,
      disk_gb: 5,
      power_state: 'stopped',
      priority: 10,
      ssh_keys: [KEY],
      description: 'kept',
      user_data: '#cloud-config',
    });
    await system.call('operation.wait', { id: operation.id });
    const workspace = system.workspace();
    workspace.configure(`import {\n  to = novacron_vm.old\n  id = "${resource.id}"\n}`);
    const written = await workspace.run('plan', '-input=false', '-generate-config-out=made.tf');
    expect(written.output).toContain('1 to import, 0 to add, 0 to change, 0 to destroy');
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('no secret is in the state, in a plan file or in the trace of Terraform', async () => {
    const workspace = system.workspace({
      TF_LOG: 'trace',
      TF_LOG_PATH: 'trace.log',
      TF_VAR_user_data: SECRETS.userData,
      TF_VAR_password: SECRETS.password,
    });
    const given = { user_data_wo: 'var.user_data', password_wo: 'var.password' };
    const files = ['terraform.tfstate', 'trace.log'];
    const kept = (): string => files.map((name) => read(workspace.directory, name)).join('\n');
    for (const version of ['1', '2']) {
      const versions = { user_data_wo_version: version, password_wo_version: version };
      workspace.configure(`${VARIABLES}${configurationOf({ ...given, ...versions })}`);
      const planned = await workspace.run('plan', '-input=false', '-out=planned');
      expect(planned.exitCode === 0 ? '' : planned.output).toBe('');
      const shown = await workspace.run('show', '-json', 'planned');
      const raw = await readZip(join(workspace.directory, 'planned'));
      const applied = await workspace.run('apply', '-input=false', 'planned');
      expect(applied.exitCode === 0 ? '' : applied.output).toBe('');
      const reported = [planned.output, shown.output, raw, applied.output, kept()].join('\n');
      expect(reported).toContain('user_data_wo_version');
      for (const secret of [SECRETS.userData, SECRETS.password, system.adminKey]) {
        expect(reported.split('\n').filter((line) => line.includes(secret))).toEqual([]);
      }
    }
  });
});

function read(directory: string, name: string): string {
  return readFileSync(join(directory, name), 'utf8');
}
