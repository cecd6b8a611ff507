/** Workflows and runbooks, with the real Terraform. */
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { TerraformWorkspace } from '../../../provider/src/test-kit/terraform-workspace.ts';
import { diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(90_000);

const textOf = (name: string, seconds: number, kind = 'workflow') =>
  `kind: ${kind}\nname: ${name}\nsteps:\n  - { id: pause, wait: ${seconds}s }\n`;

const workflow = (text: string, name = 'x') => `
resource "novacron_workflow" "${name}" {
  text = ${JSON.stringify(text)}
}
`;

describe('novacron_workflow', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterEach(() => system.clear());
  afterAll(() => system.stop());

  async function apply(workspace: TerraformWorkspace, hcl: string): Promise<string> {
    workspace.configure(hcl);
    const { exitCode, output } = await workspace.apply();
    expect(exitCode === 0 ? '' : output).toBe('');
    return output;
  }

  async function expectNoPlan(workspace: TerraformWorkspace) {
    const { exitCode, diagnostics, output } = await diagnosePlan(workspace);
    expect(exitCode === 0 ? '' : output).toBe('');
    expect(diagnostics).toEqual([]);
  }

  const stored = async () => (await system.call('workflow.list', {})).items;

  test('is created, changed in place, imported by name and by id, and destroyed', async () => {
    const workspace = system.workspace();
    await apply(workspace, workflow(textOf('pause', 1)));
    await expectNoPlan(workspace);
    const values = await workspace.values('novacron_workflow.x');
    expect(values).toMatchObject({ name: 'pause', kind: 'workflow', version: 1 });
    const changed = await apply(workspace, workflow(textOf('pause', 2)));
    expect(changed).toContain('0 added, 1 changed, 0 destroyed');
    await expectNoPlan(workspace);
    expect(await stored()).toMatchObject([{ id: values?.id, version: 2 }]);
    for (const word of [String(values?.id), 'name=pause']) {
      await workspace.run('state', 'rm', 'novacron_workflow.x');
      const imported = await workspace.run('import', 'novacron_workflow.x', word);
      expect(imported.exitCode === 0 ? '' : imported.output).toBe('');
      await expectNoPlan(workspace);
    }
    const destroyed = await workspace.run('destroy', '-auto-approve', '-input=false');
    expect(destroyed.exitCode === 0 ? '' : destroyed.output).toBe('');
    expect(await stored()).toEqual([]);
  });

  test('is disabled and enabled in place, and left as people switch it without that', async () => {
    const workspace = system.workspace();
    const text = textOf('pause', 1);
    const switched = (enabled: boolean) =>
      workflow(text).replace('text =', `enabled = ${enabled}\n  text =`);
    await apply(workspace, switched(false));
    await expectNoPlan(workspace);
    expect(await stored()).toMatchObject([{ enabled: false, version: 1 }]);
    const changed = await apply(workspace, switched(true));
    expect(changed).toContain('0 added, 1 changed, 0 destroyed');
    expect(await stored()).toMatchObject([{ enabled: true, version: 1 }]);
    const id = (await workspace.values('novacron_workflow.x'))?.id as never;
    await system.call('workflow.update', { id, enabled: false });
    workspace.configure(switched(true));
    expect((await workspace.plan()).output).toContain('0 to add, 1 to change, 0 to destroy');
    await apply(workspace, workflow(text));
    await expectNoPlan(workspace);
    expect(await stored()).toMatchObject([{ enabled: false, version: 1 }]);
    await apply(workspace, workflow(textOf('pause', 2)));
    expect(await stored()).toMatchObject([{ enabled: false, version: 2 }]);
  });

  test('is replaced where the text has another name or kind, and the plan says so', async () => {
    const workspace = system.workspace();
    await apply(workspace, workflow(textOf('pause', 1)));
    workspace.configure(workflow(textOf('pause', 1, 'runbook')));
    const planned = await workspace.plan();
    expect(planned.output).toContain('1 to add, 0 to change, 1 to destroy');
    await apply(workspace, workflow(textOf('rest', 1)));
    await expectNoPlan(workspace);
    expect(await stored()).toMatchObject([{ name: 'rest', version: 1 }]);
  });

  test('with mistakes is refused by the plan, each with its line', async () => {
    const workspace = system.workspace();
    const text = 'name: wrong\nsteps:\n  - { id: a, task: role.delete, needs: [b] }\n';
    workspace.configure(workflow(text));
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect(exitCode).toBe(1);
    const words = diagnostics.map(({ summary, detail }) => `${summary} ${detail}`).join('\n');
    expect(words).toContain('line 3, column 20: steps.0.task "role.delete" is never a step');
    expect(words).toContain('line 3, column 41: steps.0.needs.0 names b, which is not a step');
    expect(await stored()).toEqual([]);
  });

  test('whose change has mistakes, or a policy refuses, is refused by the plan', async () => {
    const workspace = system.workspace();
    await apply(workspace, workflow(textOf('pause', 1)));
    workspace.configure(workflow(textOf('pause', 1).replace('wait: 1s', 'wat: 1s')));
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect(diagnostics).toMatchObject([
      { severity: 'error', detail: expect.stringContaining('steps.0') },
    ]);
    expect(exitCode).toBe(1);
    const rule = 'package still\n\ndeny contains "not now" if input.action == "update_workflow"\n';
    await system.call('policy.create', { name: 'still', type: 'resource', rule });
    workspace.configure(workflow(textOf('pause', 2)));
    expect(await diagnosePlan(workspace)).toMatchObject({
      exitCode: 1,
      diagnostics: [{ severity: 'error', detail: expect.stringContaining('not now') }],
    });
  });

  test('of a name that the plan or the server has already is refused by the plan', async () => {
    const workspace = system.workspace();
    const twice = workflow(textOf('pause', 1), 'one') + workflow(textOf('pause', 1), 'two');
    workspace.configure(twice);
    const planned = await diagnosePlan(workspace);
    expect(planned.exitCode).toBe(1);
    expect(planned.diagnostics[0]?.summary).toContain('Duplicate name: create novacron_workflow');
    await system.call('workflow.create', { text: textOf('pause', 1) });
    workspace.configure(workflow(textOf('pause', 2)));
    const taken = await diagnosePlan(workspace);
    expect(taken.diagnostics[0]?.detail).toContain('A workflow named pause exists already');
  });

  test('that was changed elsewhere is changed back; the plan warns of a split brain', async () => {
    const workspace = system.workspace();
    await apply(workspace, workflow(textOf('pause', 1)));
    const id = (await workspace.values('novacron_workflow.x'))?.id as never;
    await system.call('workflow.update', { id, text: textOf('pause', 9) });
    const { output } = await workspace.plan();
    expect(output).toContain('0 to add, 1 to change, 0 to destroy');
    await apply(workspace, workflow(textOf('pause', 1)));
    expect(await system.call('workflow.get', { id })).toMatchObject({ version: 3 });
    const risky =
      'kind: runbook\nname: failover\nsteps:\n' +
      "  - { id: check, command: 'pg_isready -h db-1' }\n" +
      '  - { id: promote, command: pg_ctl promote -D /data, critical: true }\n';
    const hcl = workflow(risky, 'y');
    workspace.configure(workflow(textOf('pause', 1)) + hcl);
    const { diagnostics } = await diagnosePlan(workspace);
    expect(diagnostics).toMatchObject([{ severity: 'warning' }]);
    expect(diagnostics[0]?.detail).toContain('may promote a standby while the primary is healthy');
  });
});
