import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { diagnoseApply, diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(60_000);

const ADMINS_ONLY = `package novacron
default allow = false
allow { input.subject.role == "admin" }
`;

const SMALL_VMS = `package novacron
deny["memory_gb must be at most 8"] {
  input.resource.type == "vm"
  input.resource.memory_gb > 8
}
`;

const LABELLED = `package novacron
deny["a VM needs the label team"] {
  input.resource.type == "vm"
  not input.resource.metadata.team
}
`;

const VM = `
resource "novacron_vm" "v" {
  name      = "web"
  cpu_cores = 2
  memory_gb = 16
  disk_gb   = 20
}
`;

describe('policies in plans', () => {
  let system: System;
  let operator: string;

  beforeAll(async () => {
    system = await startSystem();
    operator = await system.createKey('operator');
  });
  afterEach(() => system.clear());
  afterAll(() => system.stop());

  async function addPolicy(
    rule: string,
    more: Partial<Pick<InputOf<'policy.create'>, 'type' | 'enforcement_mode'>> = {},
  ) {
    await system.call('policy.create', { name: 'The Policy', type: 'resource', rule, ...more });
  }

  function workspaceOf(hcl: string, key = operator) {
    const workspace = system.workspace({ TF_VAR_key: key });
    workspace.configure(`variable "key" {
  sensitive = true
}
provider "novacron" {
  api_key = var.key
}
${hcl}`);
    return workspace;
  }

  test('an access policy refuses an operator in the plan and lets an admin pass', async () => {
    await addPolicy(ADMINS_ONLY, { type: 'access' });
    const { exitCode, diagnostics } = await diagnosePlan(workspaceOf(VM));
    expect(exitCode).toBe(1);
    expect(diagnostics).toEqual([
      expect.objectContaining({
        severity: 'error',
        summary: 'Denied by a policy: create novacron_vm "web"',
        detail: expect.stringContaining('"The Policy"'),
        address: 'novacron_vm.v',
      }),
    ]);
    expect(await diagnosePlan(workspaceOf(VM, system.adminKey))).toMatchObject({
      exitCode: 2,
      diagnostics: [],
    });
  });

  test('a denial points at the attribute that its message names', async () => {
    await addPolicy(SMALL_VMS);
    const { exitCode, diagnostics } = await diagnosePlan(workspaceOf(VM));
    expect(exitCode).toBe(1);
    expect(diagnostics).toMatchObject([
      {
        severity: 'error',
        code: 'memory_gb = 16',
        detail: expect.stringContaining('memory_gb must be at most 8'),
      },
    ]);
    expect(diagnostics[0]?.detail).toContain('novacron policy disable');
  });

  test('updates and deletions are refused in the plan as well', async () => {
    const workspace = workspaceOf(VM.replace('16', '4'));
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    await addPolicy(ADMINS_ONLY, { type: 'access' });
    const destroyed = await diagnosePlan(workspace, '-destroy');
    expect(destroyed).toMatchObject({
      exitCode: 1,
      diagnostics: [{ summary: 'Denied by a policy: delete novacron_vm "web"' }],
    });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    workspace.configure(`provider "novacron" {\n  api_key = "${operator}"\n}\n${VM}`);
    expect(await diagnosePlan(workspace)).toMatchObject({
      exitCode: 1,
      diagnostics: [{ summary: 'Denied by a policy: update novacron_vm "web"' }],
    });
  });

  test('warn mode is a warning, and the apply goes through', async () => {
    await addPolicy(SMALL_VMS, { enforcement_mode: 'warn' });
    const workspace = workspaceOf(VM);
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect(exitCode).toBe(2);
    expect(diagnostics).toMatchObject([
      {
        severity: 'warning',
        summary: 'Policy "The Policy" warns: create novacron_vm "web"',
        detail: 'memory_gb must be at most 8\n\nPolicy version 1, rule data.novacron.deny.',
        code: 'memory_gb = 16',
      },
    ]);
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
  });

  test('audit mode is silent', async () => {
    await addPolicy(SMALL_VMS, { enforcement_mode: 'audit' });
    const { exitCode, diagnostics } = await diagnosePlan(workspaceOf(VM));
    expect({ exitCode, diagnostics }).toEqual({ exitCode: 2, diagnostics: [] });
  });

  test('what depends on unknown values is decided at apply, and the plan names them', async () => {
    await addPolicy(LABELLED);
    const team = (value: string) => `
resource "terraform_data" "team" {
  input = "${value}"
}
${VM.replace('disk_gb', 'metadata = { team = terraform_data.team.output }\n  disk_gb')}`;
    const passes = workspaceOf(team('blue'));
    const { exitCode, diagnostics } = await diagnosePlan(passes);
    expect(exitCode).toBe(2);
    expect(diagnostics).toMatchObject([
      {
        severity: 'warning',
        summary: 'Policy "The Policy" is evaluated at apply: create novacron_vm "web"',
        detail: expect.stringContaining('metadata'),
      },
    ]);
    expect(await passes.apply()).toMatchObject({ exitCode: 0 });
  });

  test('a denial that was deferred stops the apply at its resource', async () => {
    await addPolicy(SMALL_VMS);
    const workspace = workspaceOf(`
resource "terraform_data" "size" {
  input = 16
}
${VM.replace('= 16', '= terraform_data.size.output')}`);
    expect(await diagnosePlan(workspace)).toMatchObject({
      exitCode: 2,
      diagnostics: [{ severity: 'warning', detail: expect.stringContaining('memory_gb') }],
    });
    const { exitCode, diagnostics } = await diagnoseApply(workspace);
    expect(exitCode).toBe(1);
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toMatchObject([
      { summary: 'Denied by a policy: create novacron_vm "web"' },
    ]);
    expect((await system.call('vm.list', {})).items).toEqual([]);
  });

  test('several denials are reported together', async () => {
    await addPolicy(SMALL_VMS);
    await system.call('policy.create', { name: 'Labels', type: 'compliance', rule: LABELLED });
    const { diagnostics } = await diagnosePlan(workspaceOf(VM));
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]?.detail).toContain('memory_gb must be at most 8');
    expect(diagnostics[0]?.detail).toContain('a VM needs the label team');
  });

  test.each([
    ['a syntax error', 'package novacron\nallow {', 2],
    ['an unsafe variable', 'package novacron\nallow { x > 1 }', 2],
    ['an unknown function', 'package novacron\nallow { no_such_function(1) }', 2],
  ])('%s in a rule is refused in the plan, with its line and column', async (_case, rule, line) => {
    const workspace = system.workspace();
    workspace.configure(`
resource "novacron_policy" "p" {
  name = "P"
  type = "security"
  rule = ${JSON.stringify(rule)}
}`);
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect(exitCode).toBe(1);
    expect(diagnostics).toEqual([
      {
        severity: 'error',
        summary: 'The policy text is not valid: create novacron_policy "P"',
        detail: expect.stringMatching(new RegExp(`line ${line}, column \\d+: `)),
        address: 'novacron_policy.p',
        code: `rule = ${JSON.stringify(rule)}`,
      },
    ]);
    expect((await system.call('policy.list', {})).items).toEqual([]);
  });

  test('a corrected rule is a new version of the same policy', async () => {
    const workspace = system.workspace();
    const policy = (rule: string) => `
resource "novacron_policy" "p" {
  name = "P"
  type = "security"
  rule = ${JSON.stringify(rule)}
}`;
    workspace.configure(policy(SMALL_VMS));
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    const first = await workspace.values('novacron_policy.p');
    expect(first).toMatchObject({ enforcement_mode: 'block', enabled: true, version: 1 });
    workspace.configure(policy(SMALL_VMS.replaceAll('8', '9')));
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    const second = await workspace.values('novacron_policy.p');
    expect(second).toMatchObject({ id: first?.id, version: 2, rego_version: 'v0' });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });
});
