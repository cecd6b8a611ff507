/** Warnings of a plan about content that it cannot restore. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { diagnoseApply, diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(90_000);

let system: System;

beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.stop());

test('a volume that was deleted outside of Terraform is empty when created again', async () => {
  const workspace = system.workspace();
  workspace.configure('resource "novacron_storage" "data" {\n  name    = "data"\n  size_gb = 1\n}');
  expect(await diagnoseApply(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  const [volume] = (await system.call('volume.list', {})).items;
  if (volume === undefined) throw new Error('the volume is listed');
  await system.call('volume.delete', { id: volume.id });
  const warned = {
    severity: 'warning',
    summary: 'Data lost: novacron_storage "data" is gone with its content',
    detail: expect.stringContaining('the new volume is empty'),
  };
  expect(await diagnosePlan(workspace)).toMatchObject({
    exitCode: 2,
    diagnostics: expect.arrayContaining([expect.objectContaining(warned)]),
  });
});

test('a VM without guest_os that still has drivers is named as a replacement', async () => {
  const workspace = system.workspace();
  const vm = (guest: string) => `
resource "novacron_vm" "win" {
  name          = "win"
  cpu_cores     = 1
  memory_gb     = 1
  disk_gb       = 5
  drivers_image = "https://images.example.com/virtio.iso"
  ${guest}
}
`;
  workspace.configure(vm('guest_os = "windows"'));
  expect(await diagnoseApply(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  workspace.configure(vm(''));
  const { exitCode, diagnostics } = await diagnosePlan(workspace);
  expect(exitCode).toBe(1);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toMatchObject([
    {
      summary: 'The configuration is not valid: replace novacron_vm "win"',
      detail: 'drivers_image needs guest_os = "windows".',
    },
  ]);
});
