/** Tenants, roles, reservations and policy waivers, with the real Terraform. */
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { waitUntil } from '@novacron/testing/wait-until';
import type { TerraformWorkspace } from '../../../provider/src/test-kit/terraform-workspace.ts';
import { diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(90_000);

const DAY_MS = 86_400_000;

/** A moment that is a waiver's end, spelled with an offset as people do. */
const inDays = (days: number) =>
  new Date(Date.now() + days * DAY_MS).toISOString().replace(/[.]\d+Z$/, '+00:00');

const POLICY = `
resource "novacron_policy" "p" {
  name             = "small"
  type             = "resource"
  enforcement_mode = "audit"
  rule             = "package novacron\\n\\ndefault allow = true\\n"
}
`;

const block = (type: string, fields: string) => `resource "novacron_${type}" "x" {\n${fields}\n}\n`;

const TENANT = `
  name        = "research"
  description = "Models"
  quotas      = { vms = 3, volume_gb = 0 }
  features    = { graphql = false, tokens = true }
`;

const ROLE = `
  name       = "deployer"
  operations = ["vm.*", "*.get", "network.create"]
`;

const reservation = (more = '', ttl = 3600) => `
  name        = "room"
  cpu_cores   = 2
  memory_gb   = 1.5
  disk_gb     = 10
  ttl_seconds = ${ttl}
${more}`;

const DATA = `
  path     = "limits.teams"
  document = jsonencode({ web = { cores = 4 }, batch = [1, "<&>"] })
`;

const waiver = (expiresAt: string, reason = 'Migration') => `
  policy_id     = novacron_policy.p.id
  resource_kind = "vm"
  resource_name = "web"
  owner         = "ana"
  reason        = "${reason}"
  expires_at    = "${expiresAt}"
`;

describe('an administrative object', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterEach(async () => {
    for (const { id, platform } of (await system.call('tenant.list', {})).items) {
      if (!platform) await system.call('tenant.delete', { id });
    }
    for (const { id, built_in } of (await system.call('role.list', {})).items) {
      if (!built_in) await system.call('role.delete', { id });
    }
    for (const { id, deadline } of (await system.call('reservation.list', {})).items) {
      if (Date.parse(deadline) > Date.now()) await system.call('reservation.delete', { id });
    }
    for (const { id } of (await system.call('policy_waiver.list', {})).items) {
      await system.call('policy_waiver.delete', { id });
    }
    await system.clear();
  });
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

  const CASES = [
    ['tenant', '', block('tenant', TENANT)],
    ['role', '', block('role', ROLE)],
    [
      'reservation',
      '',
      block(
        'reservation',
        reservation('  metadata = { tier = "web" }\n  placement = { zone = "zone-a" }'),
      ),
    ],
    ['policy_waiver', POLICY, block('policy_waiver', waiver(inDays(30)))],
    ['policy_data', '', block('policy_data', DATA)],
  ] as const;

  test.each(CASES)(
    'of type %s is created, imported, missed and deleted',
    async (kind, before, hcl) => {
      const workspace = system.workspace();
      const address = `novacron_${kind}.x`;
      await apply(workspace, before + hcl);
      await expectNoPlan(workspace);
      const { id } = (await workspace.values(address)) ?? {};
      const [name] = namesIn(hcl);
      const words = kind === 'policy_waiver' ? [String(id)] : [String(id), String(name)];
      for (const word of words) {
        await workspace.run('state', 'rm', address);
        const imported = await workspace.run('import', address, word);
        expect(imported.exitCode === 0 ? '' : imported.output).toBe('');
        await expectNoPlan(workspace);
      }
      await system.call(`${kind}.delete`, { id: id as never });
      const planned = await diagnosePlan(workspace);
      expect(planned.output).toContain('1 to add, 0 to change, 0 to destroy');
      expect(planned.diagnostics).toMatchObject([{ severity: 'warning' }]);
      await apply(workspace, before + hcl);
      const again = (await workspace.values(address)) ?? {};
      expect(again.id).not.toBe(id);
      const destroyed = await workspace.run('destroy', '-auto-approve', '-input=false');
      expect(destroyed.exitCode === 0 ? '' : destroyed.output).toBe('');
      const left = (await system.call(`${kind}.list`, {})).items as readonly { id: string }[];
      expect(left.map((each) => each.id)).not.toContain(again.id);
    },
  );

  /** Import arguments such as `name=deployer`. */
  const namesIn = (hcl: string) =>
    [...hcl.matchAll(/\b(name|path) +=\s"([^"]+)"/g)].map(([, field, name]) => `${field}=${name}`);

  test('that is a tenant is changed in place, and has no API key', async () => {
    const workspace = system.workspace();
    await apply(workspace, block('tenant', TENANT));
    const { id } = (await workspace.values('novacron_tenant.x')) ?? {};
    const tenantId = id as never;
    expect((await system.call('api_key.list', { tenant: String(id) })).items).toEqual([]);
    const output = await apply(
      workspace,
      block('tenant', '  name = "science"\n  quotas = { vms = 4 }\n'),
    );
    expect(output).toContain('0 added, 1 changed, 0 destroyed');
    await expectNoPlan(workspace);
    expect(await system.call('tenant.get', { id: tenantId })).toMatchObject({
      name: 'science',
      description: null,
      quotas: { vms: 4, volume_gb: null },
      features: { graphql: true, tokens: true },
    });
    await system.call('tenant.update', { id: tenantId, quotas: { vms: 9, roles: 1 } });
    const drifted = await workspace.plan();
    expect(drifted.output).toMatch(/"vms" += 9 -> 4/);
    expect(drifted.output).toMatch(/"roles" += 1 -> null/);
    await apply(workspace, block('tenant', '  name = "science"\n'));
    expect((await system.call('tenant.get', { id: tenantId })).quotas).toMatchObject({
      vms: null,
      roles: null,
    });
    await expectNoPlan(workspace);
  });

  test('that is a tenant has no quota or feature that does not exist', async () => {
    const workspace = system.workspace();
    for (const [fields, near] of [
      ['quotas = { vmss = 3 }', 'did you mean "vms"?'],
      ['features = { unsigned_workflow = false }', 'did you mean "unsigned_workflows"?'],
    ] as const) {
      workspace.configure(block('tenant', `  name = "research"\n  ${fields}\n`));
      const { exitCode, diagnostics } = await diagnosePlan(workspace);
      expect({ exitCode, diagnostics }).toMatchObject({
        exitCode: 1,
        diagnostics: [{ severity: 'error', detail: expect.stringContaining(near) }],
      });
    }
  });

  test('that is a role is changed in place; another name replaces it', async () => {
    const workspace = system.workspace();
    await apply(workspace, block('role', ROLE));
    const sorted = '  name = "deployer"\n  operations = ["*.get", "network.create", "vm.*"]\n';
    workspace.configure(block('role', sorted));
    await expectNoPlan(workspace);
    const changed = await apply(
      workspace,
      block('role', '  name = "deployer"\n  operations = ["vm.get"]\n  description = "Reads"\n'),
    );
    expect(changed).toContain('0 added, 1 changed, 0 destroyed');
    const renamed = await apply(
      workspace,
      block('role', '  name = "reader"\n  operations = ["vm.get"]\n'),
    );
    expect(renamed).toContain('1 added, 0 changed, 1 destroyed');
    await expectNoPlan(workspace);
  });

  test('that was changed since the plan is not overwritten', async () => {
    const workspace = system.workspace();
    await apply(workspace, block('role', ROLE));
    const { id } = (await workspace.values('novacron_role.x')) ?? {};
    workspace.configure(block('role', '  name = "deployer"\n  operations = ["vm.get"]\n'));
    await workspace.plan('-out=plan');
    await system.call('role.update', { id: id as never, operations: ['network.get'] });
    const { exitCode, output } = await workspace.run('apply', '-input=false', 'plan');
    expect(exitCode).toBe(1);
    expect(output).toContain('Another client has changed it since the plan was made');
    expect(await system.call('role.get', { id: id as never })).toMatchObject({
      operations: ['network.get'],
    });
  });

  test.each([
    [
      'a pattern without a match',
      block('role', '  name = "r"\n  operations = ["vmm.*"]'),
      'did you mean vm.*',
    ],
    [
      'the name of a built-in role',
      block('role', '  name = "admin"\n  operations = ["vm.*"]'),
      'exists already',
    ],
    ['a taken name', block('tenant', '  name = "default"'), 'A tenant named default exists'],
    [
      'an end in the past',
      POLICY + block('policy_waiver', waiver('2020-01-01T00:00:00Z')),
      'is in the past',
    ],
    [
      'too much',
      block('reservation', reservation().replace('= 2\n', '= 512\n')),
      'Insufficient capacity',
    ],
  ])('with %s is refused in the plan', async (_case, hcl, words) => {
    const workspace = system.workspace();
    // The policy exists before: a plan with an unknown value is decided at the apply.
    if (hcl.startsWith(POLICY)) await apply(workspace, POLICY);
    workspace.configure(hcl);
    const { exitCode, output } = await diagnosePlan(workspace);
    expect(exitCode).toBe(1);
    expect(output.replaceAll(/\s+/g, ' ')).toContain(words);
  });

  test('is refused in the plan to a key that may not write it', async () => {
    const operator = system.workspace({ NOVACRON_API_KEY: await system.createKey('operator') });
    operator.configure(
      `provider "novacron" {\n  api_key = "${await system.createKey('operator')}"\n}\n` +
        block('role', ROLE),
    );
    const { exitCode, output } = await diagnosePlan(operator);
    expect(exitCode).toBe(1);
    expect(output).toContain('role.create needs the role admin');
  });

  test('that has expired is gone, which the plan says', async () => {
    const workspace = system.workspace();
    await apply(workspace, block('reservation', reservation('', 1)));
    const { id } = (await workspace.values('novacron_reservation.x')) ?? {};
    await waitUntil('the deadline of the reservation', async () => {
      const { items } = await system.call('reservation.list', {});
      return items.every(({ deadline }) => Date.parse(deadline) <= Date.now()) || undefined;
    });
    const { diagnostics, output } = await diagnosePlan(workspace);
    expect(output).toContain('1 to add, 0 to change, 0 to destroy');
    expect(diagnostics).toMatchObject([
      {
        severity: 'warning',
        summary: 'Expired: novacron_reservation "room"',
        detail: expect.stringContaining('reserves the capacity again'),
      },
    ]);
    expect(id).toMatch(/^rsv_/);
  });

  test('that is the first tenant is never deleted', async () => {
    const workspace = system.workspace();
    const { tenant: id } = await system.call('identity.whoami', {});
    const { name } = await system.call('tenant.get', { id });
    workspace.configure(block('tenant', `  name = "${name}"`));
    expect(await workspace.run('import', 'novacron_tenant.x', id)).toMatchObject({ exitCode: 0 });
    await expectNoPlan(workspace);
    const { exitCode, output } = await workspace.run('destroy', '-auto-approve', '-input=false');
    expect(exitCode).toBe(1);
    expect(output).toContain('Cannot be deleted: delete novacron_tenant');
    expect(output).toContain('removed` block with');
  });
});
