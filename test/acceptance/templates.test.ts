import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { diagnosePlan } from './support/diagnose.ts';
import { type System, startSystem } from './support/start-system.ts';

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
          summary: 'What it does to VMs: update novacron_template "web-base"',
          detail: expect.stringMatching(/^1 VM keeps what it was made from/),
        },
      ],
    });
    const run = await workspace.apply();
    expect(run.exitCode === 0 ? '' : run.output).toBe('');
    expect(await system.call('vm.list', {})).toMatchObject({ items: [{ template_version: 1 }] });
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
