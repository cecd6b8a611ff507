import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { diagnoseApply, diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(90_000);

const EMPTY = { exitCode: 0, diagnostics: [] };

const config = (image: string) => `
resource "novacron_template" "debian" {
  name  = "debian"
  image = "https://images.example.com/${image}.qcow2"
}
resource "novacron_vm" "web" {
  name            = "web"
  cpu_cores       = 1
  memory_gb       = 1
  disk_gb         = 5
  template_id     = novacron_template.debian.id
  reimage_trigger = novacron_template.debian.image
}
`;

describe('a VM whose reimage_trigger is the image of its template', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system.stop());

  test('gets a new root disk with another image, and the plan warns of it', async () => {
    const workspace = system.workspace();
    workspace.configure(config('debian-12.7'));
    expect(await diagnoseApply(workspace)).toMatchObject(EMPTY);
    expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
    const [before] = (await system.call('vm.list', {})).items;
    workspace.configure(config('debian-12.8'));
    expect(await diagnosePlan(workspace)).toMatchObject({
      diagnostics: expect.arrayContaining([
        expect.objectContaining({
          severity: 'warning',
          summary: 'Data loss: re-image novacron_vm "web"',
          detail: expect.stringContaining('everything on it is deleted'),
        }),
      ]),
    });
    const { output } = await workspace.apply();
    expect(output).toContain('0 added, 2 changed, 0 destroyed');
    const driver = system.fleet.drivers.get(String(before?.node));
    expect(await driver?.inspect()).toMatchObject({
      value: [
        {
          vm_id: before?.id,
          status: 'running',
          spec: { image: { reference: 'https://images.example.com/debian-12.8.qcow2' } },
        },
      ],
    });
    expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
  });
});
