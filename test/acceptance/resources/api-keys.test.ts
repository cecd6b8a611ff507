/** The ephemeral API key, and lookups of administrative objects, with the real Terraform. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { waitUntil } from '@novacron/testing/wait-until';
import {
  createWorkspace,
  type TerraformWorkspace,
} from '../../../provider/src/test-kit/terraform-workspace.ts';
import { diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(60_000);

/** A run with a key of its own for the provider of the network. */
const withKey = (key: string) => `
ephemeral "novacron_api_key" "run" {
${key}
}
provider "novacron" {
  alias   = "run"
  api_key = ephemeral.novacron_api_key.run.key
}
resource "novacron_network" "n" {
  provider = novacron.run
  name     = "with-key"
  cidr     = "10.62.0.0/24"
}
`;

describe('the ephemeral API key', () => {
  let system: System;
  const workspaces: TerraformWorkspace[] = [];

  beforeAll(async () => {
    system = await startSystem();
  });
  afterEach(() => system.clear());
  afterAll(async () => {
    for (const made of workspaces) made.remove();
    await system.stop();
  });

  /** With processes of its own: the two providers of a run have different configurations. */
  function openWorkspace(): TerraformWorkspace {
    const directory = resolve(import.meta.dirname, '../../../provider/dist');
    const made = createWorkspace(
      { kind: 'dev-override', directory },
      { NOVACRON_ENDPOINT: system.url, NOVACRON_API_KEY: system.adminKey },
    );
    workspaces.push(made);
    return made;
  }

  const keyNames = async (tenant?: string) => {
    const { items } = await system.call('api_key.list', tenant === undefined ? {} : { tenant });
    return items.map(({ name }) => name).filter((name) => name !== 'admin');
  };

  async function auditedKeys() {
    const { items } = await system.call('audit.list', { operation: ['api_key.create'] });
    return items.map(({ resource_name }) => resource_name);
  }

  async function apply(workspace: TerraformWorkspace): Promise<void> {
    const { exitCode, output } = await workspace.apply();
    expect(exitCode === 0 ? '' : output).toBe('');
  }

  test('is created by each run, used, revoked, and stored nowhere', async () => {
    const before = await keyNames();
    const workspace = openWorkspace();
    workspace.configure(withKey('  role = "operator"\n  name = "ci"'));
    await workspace.plan('-out=plan');
    await apply(workspace);
    const made = await auditedKeys();
    expect(made.length).toBeGreaterThan(1);
    for (const name of made) expect(name).toMatch(/^ci-[0-9a-f]{12}$/);
    expect(new Set(made).size).toBe(made.length);
    expect(await keyNames()).toEqual(before);
    const [network] = (await system.call('network.list', {})).items;
    expect(network?.created_by).toMatch(/^ci-/);
    for (const file of readdirSync(workspace.directory)) {
      if (!file.endsWith('.tfstate')) continue;
      expect(readFileSync(join(workspace.directory, file), 'utf8')).not.toMatch(/ci-[0-9a-f]{12}/);
    }
  });

  test('is revoked at the end of a run that fails', async () => {
    const workspace = openWorkspace();
    workspace.configure(withKey('  role = "viewer"\n  expires_in_hours = 3'));
    // A viewer creates no network, and Terraform closes nothing that a failed resource uses.
    const { exitCode, output } = await workspace.apply();
    expect(exitCode).toBe(1);
    expect(output).toContain('needs the role operator');
    await waitUntil('the end of the provider', async () =>
      (await keyNames()).length === 0 ? true : undefined,
    );
  });

  test('is refused in the plan, which then writes nothing', async () => {
    const workspace = openWorkspace();
    workspace.configure(withKey('  role = "unknown"'));
    const { exitCode, output } = await diagnosePlan(workspace);
    expect(exitCode).toBe(1);
    expect(output).toContain('open novacron_api_key');
    expect(await keyNames()).toEqual([]);
  });

  test('of another tenant is created for that tenant', async () => {
    const { resource } = await system.call('tenant.create', { name: 'research' });
    const workspace = openWorkspace();
    workspace.configure(withKey(`  role   = "operator"\n  tenant = "${resource.name}"`));
    await apply(workspace);
    expect((await system.call('network.list', {})).items).toEqual([]);
    expect(await keyNames('research')).toEqual([]);
    const destroyed = await workspace.run('destroy', '-auto-approve', '-input=false');
    expect(destroyed.exitCode === 0 ? '' : destroyed.output).toBe('');
    await system.call('tenant.delete', { id: resource.id });
  });
});

describe('lookups of administrative objects', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system.stop());

  test('find them by id and by name, built-in roles as well', async () => {
    const workspace = system.workspace();
    const { tenant: id } = await system.call('identity.whoami', {});
    workspace.configure(`
data "novacron_tenant" "own" {
  id = "${id}"
}
data "novacron_tenant" "named" {
  name = data.novacron_tenant.own.name
}
data "novacron_role" "viewer" {
  name = "viewer"
}
output "all" {
  value = {
    tenants = [data.novacron_tenant.own, data.novacron_tenant.named]
    role    = data.novacron_role.viewer
  }
}`);
    const applied = await workspace.apply();
    expect(applied.exitCode === 0 ? '' : applied.output).toBe('');
    const { tenants, role } = JSON.parse((await workspace.run('output', '-json', 'all')).output);
    expect(tenants[0]).toEqual(tenants[1]);
    expect(tenants[0]).toMatchObject({
      platform: true,
      quotas: { vms: null },
      usage: { vms: 0 },
      features: { graphql: true },
    });
    expect(role).toMatchObject({ built_in: true });
    expect(role.allowed).toContain('vm.get');
  });

  test.each([
    ['novacron_policy_waiver', 'id = "pwv_01jd3v6t7re3h8z9k2m4n5p6q7"', 'No policy waiver'],
    ['novacron_role', 'name = "ghost"', 'novacron role list'],
    ['novacron_reservation', 'name = "ghost"', 'novacron reservation list'],
  ])('%s that nothing has is one clear error', async (type, argument, words) => {
    const workspace = system.workspace();
    workspace.configure(`data "${type}" "x" {\n  ${argument}\n}`);
    const { exitCode, output } = await diagnosePlan(workspace);
    expect(exitCode).toBe(1);
    expect(output).toContain(words);
  });
});
