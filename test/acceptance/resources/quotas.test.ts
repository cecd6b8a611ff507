import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(60_000);

const vms = (count: number, name = 'vm') => `
resource "novacron_vm" "v" {
  count     = ${count}
  name      = "${name}-\${count.index}"
  cpu_cores = 2
  memory_gb = 1
  disk_gb   = 5
}
`;

describe('the limits of a tenant', () => {
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

  test('a quota refuses in the plan what VMs exceed together, and nothing that fits', async () => {
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

  test('a budget is left to one of two applies at once that exceed it together', async () => {
    const parts = { name: 'default', cpu_core: 0.5, memory_gb: 0 };
    const list = { name: 'standard', currency: 'EUR', node_classes: [parts] };
    await system.call('price_list.create', list);
    const asked = { name: 'team', hourly_limit: 3, enforcement: 'refuse' } as const;
    const { resource: budget } = await system.call('budget.create', asked);
    const one = system.workspace();
    one.configure(vms(2, 'one'));
    const two = await system.workspaceApart();
    two.configure(vms(2, 'two'));
    // Each plan fits by itself.
    expect((await one.plan('-out=plan.bin')).exitCode).toBe(2);
    expect((await two.plan('-out=plan.bin')).exitCode).toBe(2);
    const ends = await Promise.all([one.apply('plan.bin'), two.apply('plan.bin')]);
    const refused = ends.filter(({ exitCode }) => exitCode !== 0);
    expect(refused).toHaveLength(1);
    expect(refused[0]?.output).toMatch(/exceeds the budget team: it allows 3 EUR per\s+hour/);
    const { committed_per_hour } = await system.call('budget.get', { id: budget.id });
    expect(committed_per_hour).toBe(3);
  });
});
