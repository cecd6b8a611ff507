import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(60_000);

const vms = (count: number) => `
resource "novacron_vm" "v" {
  count     = ${count}
  name      = "vm-\${count.index}"
  cpu_cores = 2
  memory_gb = 1
  disk_gb   = 5
}
`;

describe('the quota of a tenant', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterEach(() => system.clear());
  afterAll(() => system.stop());

  async function setQuotas(quotas: Readonly<Record<string, number | null>>): Promise<void> {
    const { tenant: id } = await system.call('identity.whoami', {});
    await system.call('tenant.update', { id, quotas });
  }

  test('refuses in the plan what its VMs exceed together, and nothing of what fits', async () => {
    await setQuotas({ cpu_cores: 6 });
    const workspace = system.workspace();
    workspace.configure(vms(4));
    const refused = await diagnosePlan(workspace);
    expect(refused).toMatchObject({
      exitCode: 1,
      diagnostics: [
        {
          severity: 'error',
          summary: expect.stringMatching(/^Quota exceeded: create novacron_vm "vm-\d"$/),
          detail: expect.stringContaining('cpu_cores: 0 of 6 used, 8 more requested'),
        },
      ],
    });
    workspace.configure(vms(3));
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    await setQuotas({ cpu_cores: null });
  });
});
