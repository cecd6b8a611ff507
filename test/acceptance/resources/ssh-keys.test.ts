import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(90_000);

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGm9fTk2kxL1rjc0Jw7Vf0dN9Q1p0r3v5b7n9m1k3j5h me';
const OTHER_KEY = `${KEY.slice(0, -4)}i you`;

const key = (text = 'file("key.pub")') => `
resource "novacron_ssh_key" "ann" {
  name       = "ann"
  public_key = ${text}
}
`;

const SIZE = 'cpu_cores = 1, memory_gb = 1, disk_gb = 5';

const machines = (ids = '[novacron_ssh_key.ann.id]') => `
resource "novacron_vm" "web" {
  name        = "web-01"
  cpu_cores   = 1
  memory_gb   = 1
  disk_gb     = 5
  ssh_key_ids = ${ids}
}
resource "novacron_vm_group" "pool" {
  name     = "pool"
  min_size = 1
  max_size = 2
  vm       = { ${SIZE}, ssh_key_ids = ${ids} }
}
`;

describe('SSH keys', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterEach(() => system.clear());
  afterAll(() => system.stop());

  async function applied(hcl: string) {
    const workspace = system.workspace();
    writeFileSync(join(workspace.directory, 'key.pub'), `${KEY}\n\n`);
    workspace.configure(hcl);
    const run = await workspace.apply();
    expect(run.exitCode === 0 ? '' : run.output).toBe('');
    return workspace;
  }

  /** The keys of every machine, by the name of its VM. */
  async function keysOfMachines() {
    const found = [...system.fleet.drivers.values()].map((driver) => driver.inspect());
    const all = (await Promise.all(found)).flatMap((each) => (each.ok ? each.value : []));
    return Object.fromEntries(all.map(({ spec }) => [spec.name, spec.guest?.ssh_keys]));
  }

  test('are applied with a VM and a group that name them, and plan nothing then', async () => {
    const workspace = await applied(key() + machines());
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    expect(await keysOfMachines()).toEqual({ 'web-01': [KEY], 'pool-1': [KEY] });
    expect(await workspace.values('novacron_ssh_key.ann')).toMatchObject({
      fingerprint: 'SHA256:c9vPc3NfWhPywI+OR3E9+woJbuAnoyMOCWaMGgIytDU',
      key_type: 'ssh-ed25519',
    });
    // Another spelling is no change, and another comment no other key.
    workspace.configure(key(JSON.stringify(KEY)) + machines());
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    workspace.configure(key(JSON.stringify(KEY.replace(' me', ' ann'))) + machines());
    expect((await diagnosePlan(workspace)).output).toContain('0 to add, 1 to change, 0 to destroy');
    const destroyed = await workspace.run('destroy', '-auto-approve');
    expect(destroyed.exitCode === 0 ? '' : destroyed.output).toBe('');
  });

  test('are replaced without replacing the VMs that name them', async () => {
    const workspace = await applied(key() + machines());
    const [vm] = (await system.call('vm.list', { name: 'web-01' })).items;
    workspace.configure(key(JSON.stringify(OTHER_KEY)) + machines());
    const planned = await diagnosePlan(workspace);
    expect(planned.output).toContain('1 to add, 2 to change, 1 to destroy');
    const run = await workspace.apply();
    expect(run.output).toContain('1 added, 2 changed, 1 destroyed');
    expect(await keysOfMachines()).toEqual({ 'web-01': [OTHER_KEY], 'pool-1': [OTHER_KEY] });
    const [now] = (await system.call('vm.list', { name: 'web-01' })).items;
    expect(now?.id).toBe(vm?.id);
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('are removed from the configuration while a VM goes on having one', async () => {
    const workspace = await applied(key() + machines());
    const [{ id } = { id: '' }] = (await system.call('ssh_key.list', {})).items;
    workspace.configure(machines(JSON.stringify([id])));
    const run = await workspace.apply();
    expect(run.output).toContain('0 added, 0 changed, 1 destroyed');
    expect(await keysOfMachines()).toEqual({ 'web-01': [KEY], 'pool-1': [KEY] });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('are imported by id and by name, and looked up by either', async () => {
    const named = { name: 'ann', public_key: KEY };
    const { resource } = await system.call('ssh_key.create', named);
    for (const to of [resource.id, 'ann', 'name=ann']) {
      const workspace = system.workspace();
      workspace.configure(`
import {
  to = novacron_ssh_key.ann
  id = "${to}"
}
${key(JSON.stringify(KEY))}
data "novacron_ssh_key" "named" { name = "ann" }
data "novacron_ssh_key" "known" { id = "${resource.id}" }
output "same" { value = data.novacron_ssh_key.named == data.novacron_ssh_key.known }
`);
      const planned = await workspace.run('plan', '-input=false');
      expect(planned.output).toContain('1 to import, 0 to add, 0 to change, 0 to destroy');
      expect(planned.output).toMatch(/same\s+= true/);
    }
  });

  test.each([
    ['cut off', '"ssh-rsa AAAA"', 'its base64 is cut off'],
    ['another type inside', JSON.stringify(KEY.replace('ed25519', 'rsa')), 'it says ssh-rsa'],
    ['a private key', '"-----BEGIN OPENSSH PRIVATE KEY-----"', 'is a private key'],
  ])('that are none are refused when they are planned: %s', async (_what, text, message) => {
    const workspace = system.workspace();
    workspace.configure(key(text));
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect(exitCode).toBe(1);
    expect(diagnostics).toMatchObject([{ severity: 'error', address: 'novacron_ssh_key.ann' }]);
    expect(JSON.stringify(diagnostics)).toContain(message);
  });

  test('that do not exist are refused when a VM is planned with them', async () => {
    const workspace = system.workspace();
    workspace.configure(machines('["ssh_01jd3v6t7re3h8z9k2m4n5p6q7"]'));
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect(exitCode).toBe(1);
    const detail = expect.stringMatching(/^ssh_key_ids refers to the SSH key ssh_.*not exist/);
    // Terraform plans both at the same time.
    expect(diagnostics.toSorted((one, other) => (one.address < other.address ? -1 : 1))).toEqual([
      expect.objectContaining({ address: 'novacron_vm.web', detail }),
      expect.objectContaining({ address: 'novacron_vm_group.pool', detail }),
    ]);
  });
});
