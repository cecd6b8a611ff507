/** Plans for something else than what is there: it has changed since, or it is elsewhere. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { diagnoseApply, diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(60_000);

const vm = (cores: number) => `
resource "novacron_vm" "v" {
  name      = "web"
  cpu_cores = ${cores}
  memory_gb = 1
  disk_gb   = 5
}
`;

describe('a plan', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system.stop());

  test('that was saved before its VM was deleted says who deleted it and what to do', async () => {
    const workspace = system.workspace();
    workspace.configure(vm(1));
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    workspace.configure(vm(2));
    expect(await workspace.plan('-out=plan.bin')).toMatchObject({ exitCode: 2 });
    const [made] = (await system.call('vm.list', {})).items;
    await system.callAndWait('vm.delete', { id: made?.id as never });
    const { exitCode, diagnostics } = await diagnoseApply(workspace, 'plan.bin');
    expect(exitCode).toBe(1);
    expect(diagnostics).toEqual([
      expect.objectContaining({
        severity: 'error',
        summary: 'Not found: update novacron_vm "web"',
        detail: expect.stringMatching(
          /deleted by api key admin with cli at [\s\S]*Run a new plan: /,
        ),
      }),
    ]);
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('with the key of another tenant is refused before it creates everything again', async () => {
    const workspace = system.workspace();
    const network = (provider: string) =>
      `${provider}\nresource "novacron_network" "n" {\n  name = "n"\n  cidr = "10.8.0.0/24"\n}`;
    workspace.configure(network(''));
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    const { secret } = await system.call('tenant.create', { name: 'others' });
    const provider = `provider "novacron" {\n  api_key = "${secret}"\n}`;
    workspace.configure(network(provider));
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect(exitCode).toBe(1);
    expect(diagnostics).toMatchObject([
      {
        severity: 'error',
        summary: 'Another server or tenant: read novacron_network "n"',
        detail: expect.stringContaining('Correct `endpoint` or `api_key`'),
        address: 'novacron_network.n',
      },
    ]);
    workspace.configure(network(''));
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('of a size that is not known yet warns that it may not shrink in place', async () => {
    const workspace = system.workspace();
    const volume = (gb: number) => `
resource "terraform_data" "size" {
  input = ${gb}
}
resource "novacron_storage" "s" {
  name    = "s"
  size_gb = terraform_data.size.output
}
`;
    workspace.configure(volume(4));
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    workspace.configure(volume(8));
    const warning = {
      severity: 'warning',
      summary: 'Possible replacement: update novacron_storage "s"',
      code: 'size_gb = terraform_data.size.output',
    };
    expect((await diagnosePlan(workspace)).diagnostics).toMatchObject([warning]);
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    workspace.configure(volume(2));
    const refused = await diagnoseApply(workspace);
    expect(refused.exitCode).toBe(1);
    expect(refused.diagnostics).toContainEqual(expect.objectContaining(warning));
    expect(refused.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([
      expect.objectContaining({
        summary: 'Replacement needed: update novacron_storage "s"',
        detail: expect.stringContaining('Nothing was changed.'),
        code: 'size_gb = terraform_data.size.output',
      }),
    ]);
    expect((await system.call('volume.list', {})).items).toMatchObject([{ size_gb: 8 }]);
    expect((await workspace.plan()).output).toContain('must be replaced');
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });
});
