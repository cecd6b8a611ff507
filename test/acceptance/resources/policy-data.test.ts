/** Data documents of policies, with the real Terraform. */
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { TerraformWorkspace } from '../../../provider/src/test-kit/terraform-workspace.ts';
import { diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(90_000);

const data = (document: string, more = '') => `
resource "novacron_policy_data" "teams" {
  path     = "limits.teams"
  document = jsonencode(${document})
${more}}
`;

const RULE = `package team_cores
deny contains msg if {
  some team, limit in data.limits.teams
  input.resource.metadata.team == team
  input.resource.cpu_cores > limit.cores
  msg := sprintf("%s may have %d cores", [team, limit.cores])
}
`;

const policy = (more = '') => `
resource "novacron_policy" "cores" {
  name             = "team-cores"
  type             = "resource"
  enforcement_mode = "block"
  rule             = ${JSON.stringify(RULE)}
${more}}
`;

const DEPENDS = '  depends_on = [novacron_policy_data.teams]\n';

const limits = (web: number) => `{ batch = { cores = 16 }, web = { cores = ${web} } }`;

describe('novacron_policy_data', () => {
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

  async function decide(cores: number): Promise<unknown> {
    const resource = { name: 'polplan-web', cpu_cores: cores, metadata: { team: 'web' } };
    const answer = await system.call('policy_decision.ask', { operation: 'vm.create', resource });
    return answer.allowed;
  }

  const idOf = async (workspace: TerraformWorkspace) =>
    String((await workspace.values('novacron_policy_data.teams'))?.id);

  test('decides through the policy that reads it, and has a readable diff', async () => {
    const workspace = system.workspace();
    await apply(workspace, data(limits(2)) + policy(DEPENDS));
    await expectNoPlan(workspace);
    expect([await decide(2), await decide(4)]).toEqual([true, false]);
    workspace.configure(data(limits(4)) + policy(DEPENDS));
    const planned = await workspace.plan();
    expect(planned.output).toMatch(/~ document += jsonencode\(/);
    expect(planned.output).toMatch(/~ cores = 2 -> 4/);
    expect(planned.output).not.toMatch(/cores += 16/);
    expect(planned.output).toMatch(/~ version += 1 -> \(known after apply\)/);
    expect(planned.output).toContain('0 to add, 1 to change, 0 to destroy');
    await apply(workspace, data(limits(4)) + policy(DEPENDS));
    expect([await decide(4), await decide(5)]).toEqual([true, false]);
    await expectNoPlan(workspace);
    expect(await workspace.values('novacron_policy_data.teams')).toMatchObject({ version: 2 });
    const destroyed = await workspace.run('destroy', '-auto-approve', '-input=false');
    expect(destroyed.exitCode === 0 ? '' : destroyed.output).toBe('');
    expect((await system.call('policy_data.list', {})).items).toEqual([]);
  });

  test('in another spelling is not changed', async () => {
    const workspace = system.workspace();
    await apply(workspace, data(limits(2)));
    const spelled = '{ "web": {"cores": 2},\n  "batch": {"cores": 16} }';
    workspace.configure(data(limits(2)).replace(/jsonencode.*/, `${JSON.stringify(spelled)}`));
    await expectNoPlan(workspace);
    expect((await system.call('policy_data.list', {})).items).toMatchObject([{ version: 1 }]);
  });

  test('that was changed elsewhere is shown as drift and is changed back', async () => {
    const workspace = system.workspace();
    await apply(workspace, data(limits(2)));
    const id = (await idOf(workspace)) as never;
    await system.call('policy_data.update', { id, document: '{"web":{"cores":9}}' });
    const { output } = await workspace.plan();
    expect(output).toMatch(/~ cores = 9 -> 2/);
    await apply(workspace, data(limits(2)));
    expect(await system.call('policy_data.get', { id })).toMatchObject({ version: 3 });
    await expectNoPlan(workspace);
  });

  test('that was changed since the plan is not overwritten', async () => {
    const workspace = system.workspace();
    await apply(workspace, data(limits(2)));
    const id = (await idOf(workspace)) as never;
    workspace.configure(data(limits(4)));
    await workspace.plan('-out=plan');
    await system.call('policy_data.update', { id, document: '{"web":{"cores":9}}' });
    const { exitCode, output } = await workspace.run('apply', '-input=false', 'plan');
    expect(exitCode).toBe(1);
    expect(output).toContain('Another client has changed it since the plan was made');
    expect(await system.call('policy_data.get', { id })).toMatchObject({ version: 2 });
  });

  test('is not deleted while a policy reads it, which the plan and the apply say', async () => {
    const workspace = system.workspace();
    await apply(workspace, data(limits(2)) + policy());
    workspace.configure(policy());
    const planned = await diagnosePlan(workspace);
    expect(planned.diagnostics).toMatchObject([{ severity: 'warning' }]);
    expect(planned.diagnostics[0]?.detail).toContain('the policies that read it are team-cores');
    const { exitCode, output } = await workspace.apply();
    const words = output.replaceAll(/[\s│]+/g, ' ');
    expect(exitCode).toBe(1);
    expect(words).toContain('the policies that read it are team-cores');
    expect(words).toContain('Change or delete these policies first');
    expect(words).toContain('name this resource in their `depends_on`');
    expect((await system.call('policy_data.list', {})).items).toHaveLength(1);
  });

  test('is planned with a warning of what it newly refuses, together with a policy', async () => {
    const workspace = system.workspace();
    await apply(workspace, data(limits(4)) + policy(DEPENDS));
    const vm = { name: 'polplan-web-01', cpu_cores: 3, memory_gb: 1, disk_gb: 4 };
    await system.callAndWait('vm.create', { ...vm, metadata: { team: 'web' } });
    workspace.configure(data(limits(2)) + policy(DEPENDS));
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect(exitCode).toBe(2);
    expect(diagnostics).toMatchObject([
      {
        severity: 'warning',
        address: 'novacron_policy_data.teams',
        summary: 'Would refuse changes to 1 existing resource: novacron_policy_data "limits.teams"',
      },
    ]);
    const [{ detail = '' } = {}] = diagnostics;
    expect(detail).toContain('  vm polplan-web-01: team-cores: web may have 2 cores');
    expect(detail).toContain('It is judged by the policies that are stored now');
    expect(detail).toContain('novacron policy preview --data limits.teams=FILE.json');
    const stricter = policy(DEPENDS).replace('> limit.cores', '>= limit.cores');
    workspace.configure(data(limits(3)) + stricter);
    const both = await diagnosePlan(workspace);
    expect(both.diagnostics.map(({ address }) => address)).toEqual(['novacron_policy.cores']);
    expect(both.diagnostics[0]?.detail).toContain(
      'It is judged with data.limits.teams as this plan changes it.',
    );
  });

  test('is looked up by its path, and is read one by one with many others', async () => {
    const workspace = system.workspace();
    const many = `
resource "novacron_policy_data" "many" {
  count    = 8
  path     = "many.d\${count.index}"
  document = jsonencode([count.index])
}
data "novacron_policy_data" "last" {
  path       = "many.d7"
  depends_on = [novacron_policy_data.many]
}
output "last" { value = data.novacron_policy_data.last.document }
`;
    await apply(workspace, many);
    await expectNoPlan(workspace);
    expect((await workspace.run('output', '-raw', 'last')).output).toContain('[7]');
  });

  test.each([
    ['a taken path', data('[]').replace('teams"\n', 'teams.web"\n'), 'one is inside the other'],
    ['a path with a hyphen', data('[]').replace('limits.', 'limits-'), 'must be names of letters'],
    ['a text that is no JSON', data('[]').replace('jsonencode([])', '"{"'), 'must be JSON'],
  ])('with %s is refused in the plan', async (_what, hcl, words) => {
    await system.call('policy_data.create', { path: 'limits.teams', document: '{}' });
    const workspace = system.workspace();
    workspace.configure(hcl);
    const { exitCode, output } = await diagnosePlan(workspace);
    expect(exitCode).toBe(1);
    expect(output.replaceAll(/\s+/g, ' ')).toContain(words);
  });

  test('whose texts would steer a terminal is shown with escape sequences', async () => {
    const word = '\u001b[2J\u202edenied';
    const document = JSON.stringify({ word });
    await system.call('policy_data.create', { path: 'words', document });
    const rule =
      'package words\n\ndeny contains data.words.word if input.action == "create_network"\n';
    await system.call('policy.create', { name: 'words', type: 'resource', rule });
    const workspace = system.workspace();
    workspace.configure(
      'resource "novacron_network" "n" {\n  name = "n"\n  cidr = "10.0.0.0/16"\n}',
    );
    const { exitCode, output } = await workspace.plan();
    expect(exitCode).toBe(1);
    expect(output).toContain('\\u001b[2J\\u202edenied');
    expect(output).not.toContain('\u202e');
  });
});
