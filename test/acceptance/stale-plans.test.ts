/** Plans that are applied when what they are about has changed in between. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { diagnoseApply, diagnosePlan } from './support/diagnose.ts';
import { type System, startSystem } from './support/start-system.ts';

jest.setTimeout(60_000);

const vm = (cores: number) => `
resource "novacron_vm" "v" {
  name      = "web"
  cpu_cores = ${cores}
  memory_gb = 1
  disk_gb   = 5
}
`;

describe('a saved plan', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system.stop());

  test('of a VM that somebody has deleted since says who and what to do', async () => {
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
        summary: 'It does not exist: update novacron_vm "web"',
        detail: expect.stringMatching(/deleted by api key admin with cli at [\s\S]*Plan again: /),
      }),
    ]);
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });
});
