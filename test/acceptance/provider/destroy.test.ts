/** `terraform destroy` with the installed provider: nothing that is only planned refuses it. */
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import {
  createWorkspace,
  type TerraformWorkspace,
} from '../../../provider/src/test-kit/terraform-workspace.ts';
import { diagnosePlan } from '../support/diagnose.ts';
import { type Installation, installForTest } from '../support/install.ts';
import { type System, startSystem } from '../support/start-system.ts';

// Terraform runs up to twenty times.
jest.setTimeout(180_000);

const NO_DELETES = `package novacron
deny["nothing is deleted today"] {
  input.action == "delete_vm"
}
`;

const vm = (address: string, cores: number, more = '') => `
resource "novacron_vm" "${address}" {
  name      = "${address}"
  cpu_cores = ${cores}
  memory_gb = 1
  disk_gb   = 5
  ${more}
}
`;

describe('a configuration that is destroyed', () => {
  let system: System;
  let installation: Installation;
  const workspaces: TerraformWorkspace[] = [];

  beforeAll(async () => {
    system = await startSystem();
    installation = await installForTest();
  });
  afterEach(() => system.clear());
  afterAll(async () => {
    for (const workspace of workspaces) workspace.remove();
    installation.remove();
    await system.stop();
  });

  async function applied(hcl: string): Promise<TerraformWorkspace> {
    const workspace = createWorkspace(
      { kind: 'cli-config', file: installation.cliConfig },
      { NOVACRON_ENDPOINT: system.url, NOVACRON_API_KEY: system.adminKey },
    );
    workspaces.push(workspace);
    workspace.configure(hcl);
    expect(await workspace.run('init')).toMatchObject({ exitCode: 0 });
    const { exitCode, output } = await workspace.apply();
    expect(exitCode === 0 ? '' : output).toBe('');
    return workspace;
  }

  test('warns of the data that goes, and of nothing else', async () => {
    const workspace = await applied(`${vm('web', 1)}
resource "novacron_storage" "data" {
  name    = "data"
  size_gb = 7
}
resource "novacron_snapshot" "kept" {
  name      = "kept"
  volume_id = novacron_storage.data.id
}
resource "novacron_network" "n" {
  name = "front"
  cidr = "10.60.0.0/24"
}
`);
    const planned = await diagnosePlan(workspace, '-destroy');
    expect(planned.exitCode).toBe(2);
    const reported = planned.diagnostics.map(({ severity, summary }) => `${severity}: ${summary}`);
    expect(reported.toSorted()).toEqual([
      'warning: Data loss: delete novacron_snapshot "kept"',
      'warning: Data loss: delete novacron_storage "data"',
      'warning: Data loss: delete novacron_vm "web"',
    ]);
    const details = planned.diagnostics.map(({ detail }) => detail).join('\n');
    expect(details).toContain('Its disk of 5 GB is deleted');
    expect(details).toContain('a volume of 7 GB');
    // A block that is taken out of the configuration deletes as well.
    workspace.configure('');
    const removed = await diagnosePlan(workspace);
    expect(removed.diagnostics.map(({ summary }) => summary).toSorted()).toEqual(
      planned.diagnostics.map(({ summary }) => summary).toSorted(),
    );
    const { exitCode, output } = await workspace.run('destroy', '-auto-approve');
    expect(exitCode).toBe(0);
    expect(output).toContain('Data loss: delete novacron_vm "web"');
  });

  const REFUSED = [
    { what: 'a VM that no node has room for', hcl: vm('web', 1) + vm('huge', 1_000) },
    { what: 'a change that no node has room for', hcl: vm('web', 1_000) },
    {
      what: 'a name that another configuration has',
      hcl: `${vm('web', 1)}${vm('more', 1)}`.replace('"more"\n', '"taken"\n'),
    },
    {
      what: 'a value that is wrong once it is known',
      hcl: `${vm('web', 1)}
resource "novacron_network" "n" {
  name = "n"
  cidr = format("%s/99", novacron_vm.web.name)
}`,
    },
    {
      what: 'a data source that finds no node',
      hcl: `${vm('web', 1)}
data "novacron_placement" "p" {
  cpu_cores = 1000
  memory_gb = 1
  disk_gb   = 1
}`,
    },
    {
      what: 'a data source that finds nothing',
      hcl: `${vm('web', 1, 'network_id = data.novacron_network.n.id')}
data "novacron_network" "n" {
  name = "nowhere"
}`,
    },
  ];

  test('with what other plans are refused for', async () => {
    const workspace = await applied(vm('web', 1));
    await applied(`provider "novacron" {\n  deployment = "other"\n}\n${vm('taken', 1)}`);
    for (const { what, hcl } of REFUSED) {
      workspace.configure(hcl);
      const planned = await workspace.plan();
      const destroyed = await workspace.run('plan', '-destroy', '-out=end.bin');
      const exitCodes = [planned.exitCode, destroyed.exitCode];
      expect({ what, exitCodes }).toEqual({ what, exitCodes: [1, 0] });
    }
    const { exitCode, output } = await workspace.run('destroy', '-auto-approve');
    expect(exitCode === 0 ? '' : output).toBe('');
    expect((await system.call('vm.list', {})).items.map(({ name }) => name)).toEqual(['taken']);
  });

  test('with drift that fails other plans', async () => {
    const strict = 'provider "novacron" {\n  fail_on_drift = "low"\n}\n';
    const workspace = await applied(strict + vm('web', 1));
    const [made] = (await system.call('vm.list', {})).items;
    await system.callAndWait('vm.update', { id: made?.id as never, cpu_cores: 2 });
    expect(await workspace.plan()).toMatchObject({ exitCode: 1 });
    const { exitCode, output } = await workspace.run('destroy', '-auto-approve');
    expect(exitCode === 0 ? '' : output).toBe('');
    expect((await system.call('vm.list', {})).items).toEqual([]);
  });

  test('is refused in the plan by a policy about deletions', async () => {
    const workspace = await applied(vm('web', 1));
    const policy = { name: 'Keep', type: 'resource', rule: NO_DELETES } as const;
    await system.call('policy.create', policy);
    const { exitCode, diagnostics } = await diagnosePlan(workspace, '-destroy');
    expect({ exitCode, diagnostics }).toMatchObject({
      exitCode: 1,
      diagnostics: [{ severity: 'error', summary: 'Denied by a policy: delete novacron_vm "web"' }],
    });
  });
});
