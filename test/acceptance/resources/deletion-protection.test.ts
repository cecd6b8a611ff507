import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { diagnoseApply, diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(90_000);

const CIDR = '10.9.0.0/24';
const FRONT_CIDR = '10.10.0.0/24';
const TYPE = 'type                = "ssd"';

function configurationOf(isProtected: boolean): string {
  return `
resource "novacron_network" "lan" {
  name                = "lan"
  cidr                = "${CIDR}"
  deletion_protection = ${isProtected}
}
resource "novacron_network" "front" {
  name = "front"
  cidr = "${FRONT_CIDR}"
}
resource "novacron_storage" "data" {
  name                = "data"
  size_gb             = 1
  ${TYPE}
  deletion_protection = ${isProtected}
}
resource "novacron_vm_group" "web" {
  name                = "web"
  min_size            = 1
  max_size            = 2
  deletion_protection = ${isProtected}
  vm = {
    cpu_cores  = 1
    memory_gb  = 1
    disk_gb    = 4
    network_id = novacron_network.front.id
  }
}
`;
}

/** The error of a protected object: what is protected, and the way out. */
function refusalOf(object: string, command: string) {
  return expect.objectContaining({
    severity: 'error',
    summary: expect.stringContaining('Protected from deletion'),
    detail: expect.stringMatching(
      new RegExp(
        `The ${object} is protected from deletion: its deletion_protection is true\\.[^]*` +
          `Set deletion_protection to false and apply that first[^]*${command}`,
      ),
    ),
  });
}

const NETWORK = refusalOf('network lan', 'novacron network update lan');
const VOLUME = refusalOf('volume data', 'novacron storage update data');
const GROUP = refusalOf('VM group web', 'novacron group update web');

describe('deletion protection', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterEach(() => system.clear());
  afterAll(() => system.stop());

  test('refuses deletions and replacements in the plan, until it is off', async () => {
    const workspace = system.workspace();
    const refusalsOf = async (hcl: string, ...flags: readonly string[]) => {
      workspace.configure(hcl);
      const { exitCode, diagnostics } = await diagnosePlan(workspace, ...flags);
      return { exitCode, errors: diagnostics.filter(({ severity }) => severity === 'error') };
    };
    const hcl = configurationOf(true);
    workspace.configure(hcl);
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    const all = expect.arrayContaining([NETWORK, VOLUME, GROUP]);
    expect(await refusalsOf(hcl, '-destroy')).toEqual({ exitCode: 1, errors: all });
    expect(await refusalsOf('')).toEqual({ exitCode: 1, errors: all });
    // A group is replaced with its network, which is not protected here.
    const replaced = hcl
      .replace(CIDR, '10.11.0.0/24')
      .replace(FRONT_CIDR, '10.12.0.0/24')
      .replace(TYPE, 'type = "hdd"');
    expect(await refusalsOf(replaced)).toEqual({ exitCode: 1, errors: all });
    workspace.configure(configurationOf(false));
    expect((await workspace.apply()).output).toContain('0 added, 3 changed, 0 destroyed');
    const destroyed = await workspace.run('destroy', '-input=false', '-auto-approve');
    expect(destroyed.output).toContain('4 destroyed');
  });

  test('refuses in the apply what Terraform replaces of its own accord', async () => {
    const workspace = system.workspace();
    workspace.configure(configurationOf(true));
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    const { exitCode, diagnostics } = await diagnoseApply(
      workspace,
      '-replace=novacron_storage.data',
    );
    expect({ exitCode, diagnostics }).toEqual({
      exitCode: 1,
      diagnostics: expect.arrayContaining([VOLUME]),
    });
    expect((await system.call('volume.list', {})).items).toHaveLength(1);
    workspace.configure(configurationOf(false));
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
  });

  test('is not lifted by the plan that replaces what it protects', async () => {
    const workspace = system.workspace();
    workspace.configure(configurationOf(true));
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    const lifted = configurationOf(false);
    workspace.configure(lifted.replace(TYPE, 'type = "hdd"'));
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect({ exitCode, diagnostics }).toEqual({
      exitCode: 1,
      diagnostics: expect.arrayContaining([VOLUME]),
    });
    workspace.configure(lifted);
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
  });
});
