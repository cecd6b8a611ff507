import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { TerraformWorkspace } from '../../../provider/src/test-kit/terraform-workspace.ts';
import { diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(60_000);

/** With the eight other fields that an apply gives a VM, each is five percent of it. */
const KEYS = Array.from({ length: 12 }, (_, at) => `k${String(at).padStart(2, '0')}`);

const labels = (changed: number) =>
  Object.fromEntries(KEYS.map((key, at) => [key, at < changed ? 'changed' : 'applied']));

const hcl = (metadata: Readonly<Record<string, string>>) => `
resource "novacron_vm" "web" {
  name      = "web"
  cpu_cores = 1
  memory_gb = 1
  disk_gb   = 5
  metadata = {
${Object.entries(metadata)
  .map(([key, value]) => `    ${key} = "${value}"`)
  .join('\n')}
  }
}
`;

describe('drift of each severity', () => {
  let system: System;
  let workspace: TerraformWorkspace;
  let id = '';

  beforeAll(async () => {
    system = await startSystem();
    workspace = system.workspace();
    workspace.configure(hcl(labels(0)));
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    id = String((await system.call('vm.list', { name: 'web' })).items[0]?.id);
  });
  afterAll(() => system.stop());

  async function change(changed: number) {
    const metadata = labels(changed);
    await system.callAndWait('vm.update', { id: id as never, metadata });
  }

  async function remediate(action: 'revert' | 'adopt') {
    const { remediated } = await system.call('drift.remediate', { action, ids: [id] });
    const [item] = remediated;
    expect(item?.problem ?? null).toBeNull();
    if (item?.operation == null) return item;
    const ended = await system.call('operation.wait', { id: item.operation.id });
    expect(ended).toMatchObject({ status: 'succeeded', problem: null });
    return item;
  }

  test.each([
    { severity: 'info', changed: 1, percent: 5 },
    { severity: 'low', changed: 2, percent: 10 },
    { severity: 'medium', changed: 5, percent: 25 },
    { severity: 'high', changed: 6, percent: 30 },
    { severity: 'critical', changed: 11, percent: 55 },
  ])('$severity shows in every plan, and is silent once it is reverted', async (each) => {
    await change(each.changed);
    const summary = `Drift (${each.severity}): novacron_vm "web" was changed outside of Terraform`;
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect(exitCode).toBe(2);
    expect(diagnostics).toMatchObject([
      { severity: 'warning', summary, address: 'novacron_vm.web' },
    ]);
    const [reported] = diagnostics;
    expect(reported?.detail).toContain(`${each.changed} of 20 fields changed (${each.percent} %)`);
    expect(reported?.detail).toContain('metadata.k00: changed (plans do not');
    expect(reported?.detail).toMatch(/changed by api key \S+ with cli at \S+ \(request \S+\)/);
    const refreshed = await workspace.run('plan', '-refresh-only', '-input=false', '-no-color');
    // Terraform makes no plan then, and its own list is the report.
    expect(refreshed.output).toMatch(/has changed[\s\S]*~ "k00" = "applied" -> "changed"/);
    expect(refreshed.output).not.toContain('Warning: ');
    await remediate('revert');
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('is silent once it is adopted, and the plan of the pasted block is empty', async () => {
    await change(2);
    const item = await remediate('adopt');
    expect(item?.hcl).toContain('    k00 = "changed"');
    workspace.configure(hcl(labels(2)));
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('is an error where the provider says so', async () => {
    await change(8);
    const strict = `provider "novacron" {\n  fail_on_drift = "medium"\n}\n`;
    workspace.configure(`${strict}${hcl(labels(2))}`);
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect(exitCode).toBe(1);
    expect(diagnostics).toMatchObject([
      { severity: 'error', detail: expect.stringContaining('NOVACRON_FAIL_ON_DRIFT=off') },
    ]);
    await remediate('revert');
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });
});
