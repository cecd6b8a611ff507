import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { waitUntil } from '@novacron/testing/wait-until';
import { diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(60_000);

describe('functions', () => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system.stop());

  test('compute sizes, subnets and checked policies in a configuration', async () => {
    const workspace = system.workspace();
    workspace.configure(`
locals {
  subnets = provider::novacron::plan_subnets("10.20.0.0/16", [
    { name = "web", hosts = 100 },
    { name = "db", hosts = 20 },
  ])
}
resource "novacron_network" "by_name" {
  for_each = local.subnets
  name     = each.key
  cidr     = each.value
}
resource "novacron_vm" "sized" {
  name      = "sized"
  cpu_cores = 1
  memory_gb = provider::novacron::parse_size("512MiB")
  disk_gb   = provider::novacron::parse_size("5GiB")
}
resource "novacron_policy" "checked" {
  name = "checked"
  type = "resource"
  rule = provider::novacron::check_rego("package novacron\\n\\ndefault allow := true\\n")
}
output "cidrs" {
  value = { for name, network in novacron_network.by_name : name => network.cidr }
}
output "memory_gb" {
  value = novacron_vm.sized.memory_gb
}`);
    const applied = await workspace.apply();
    expect(applied.exitCode === 0 ? '' : applied.output).toBe('');
    const { output } = await workspace.run('output', '-json');
    expect(JSON.parse(output)).toMatchObject({
      cidrs: { value: { web: '10.20.0.0/25', db: '10.20.0.128/27' } },
      memory_gb: { value: 0.5 },
    });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('point at the argument that they refuse', async () => {
    const workspace = system.workspace();
    workspace.configure(`
output "rule" {
  value = provider::novacron::check_rego("package p\\n\\nallow if x > 1\\n")
}`);
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect(exitCode).toBe(1);
    expect(diagnostics).toMatchObject([
      { severity: 'error', summary: 'Invalid function argument' },
    ]);
    expect(diagnostics[0]?.detail).toContain('row 3, column 10');
  });
});

describe('an ephemeral token', () => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system.stop());

  test('configures another provider of the run and is stored nowhere', async () => {
    const workspace = system.workspace();
    workspace.configure(`
ephemeral "novacron_token" "run" {
  role               = "operator"
  expires_in_seconds = 120
}
provider "novacron" {
  alias    = "short_lived"
  endpoint = "${system.url}"
  api_key  = ephemeral.novacron_token.run.token
}
resource "novacron_network" "made" {
  provider = novacron.short_lived
  name     = "by-token"
  cidr     = "10.30.0.0/24"
}`);
    const applied = await workspace.apply();
    expect(applied.exitCode === 0 ? '' : applied.output).toBe('');
    expect((await system.call('network.list', {})).items).toMatchObject([{ name: 'by-token' }]);
    const { output: state } = await workspace.run('state', 'pull');
    expect(state).toContain('by-token');
    // A token is a JWT: three parts, the first a JSON object in base64url.
    expect(state).not.toMatch(/eyJ[\w-]+\.[\w-]+\.[\w-]+/);
  });

  test('is refused with words where the caller may not give the role', async () => {
    const key = await system.createKey('viewer');
    const workspace = system.workspace();
    workspace.configure(`
provider "novacron" {
  endpoint = "${system.url}"
  api_key  = "${key}"
}
ephemeral "novacron_token" "run" {
  role = "admin"
}`);
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect(exitCode).toBe(1);
    expect(diagnostics[0]).toMatchObject({
      severity: 'error',
      summary: expect.stringContaining('open novacron_token'),
    });
  });
});

describe('data sources over many things', () => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system.stop());

  async function outputOf(hcl: string): Promise<unknown> {
    const workspace = system.workspace();
    workspace.configure(hcl);
    const applied = await workspace.apply();
    expect(applied.exitCode === 0 ? '' : applied.output).toBe('');
    const { output } = await workspace.run('output', '-json', 'seen');
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    return JSON.parse(output);
  }

  test('nodes are found by zone and status, and one by its name', async () => {
    const { items } = await system.call('node.list', {});
    const zone = items[0]?.zone ?? '';
    const names = items.filter((node) => node.zone === zone).map(({ name }) => name);
    expect(names.length).toBeGreaterThan(1);
    const seen = await outputOf(`
data "novacron_nodes" "zone" {
  zone   = "${zone}"
  status = "ready"
}
data "novacron_node" "first" {
  name = data.novacron_nodes.zone.nodes[0].name
}
output "seen" {
  value = [data.novacron_nodes.zone.nodes, data.novacron_node.first]
}`);
    expect(seen).toMatchObject([
      [...names].sort().map((name) => ({ name, zone, status: 'ready', labels: {} })),
      { name: [...names].sort()[0], zone, capacity: { cpu_cores: expect.any(Number) } },
    ]);
  });

  test('a configuration reads the storage that a node announces', async () => {
    const [first, second] = (await system.call('node.list', {})).items;
    const name = first?.name ?? '';
    const driver = system.fleet.drivers.get(name);
    if (driver === undefined) throw new Error('the first node is simulated');
    const storage = { pool: 'pool-1', sharing: 'local', size_gb: 100, free_gb: 12.5 };
    Object.assign(driver, { storage: () => storage });
    await waitUntil('the announcement', async () => {
      const { items } = await system.call('node.list', { name });
      return items[0]?.facts?.storage?.pool === 'pool-1' || undefined;
    });
    const seen = await outputOf(`
data "novacron_node" "stored" {
  name = "${name}"
}
data "novacron_node" "silent" {
  name = "${second?.name}"
}
output "seen" {
  value = [data.novacron_node.stored, data.novacron_node.silent]
}`);
    expect(seen).toMatchObject([{ storage, hypervisor: null }, { storage: null }]);
  });

  test('a policy decision is data, refused or not', async () => {
    await system.call('policy.create', {
      name: 'no-big-vms',
      type: 'resource',
      rule:
        'package novacron\n\ndeny contains "too big" if input.resource.cpu_cores > 8\n' +
        'warn contains "quite big" if input.resource.cpu_cores > 4\n',
    });
    const input = (cores: number) =>
      `jsonencode({ name = "x", cpu_cores = ${cores}, memory_gb = 1, disk_gb = 5 })`;
    const seen = await outputOf(`
data "novacron_policy_decision" "small" {
  operation = "vm.create"
  input     = ${input(6)}
}
data "novacron_policy_decision" "big" {
  operation = "vm.create"
  input     = ${input(16)}
}
output "seen" {
  value = [data.novacron_policy_decision.small, data.novacron_policy_decision.big]
}`);
    expect(seen).toMatchObject([
      { allowed: true, problems: [], warnings: ['no-big-vms: quite big'] },
      {
        allowed: false,
        problems: [{ code: 'policy-denied', detail: expect.stringContaining('too big') }],
      },
    ]);
    await system.clear();
  });

  test('a policy decision whose input is no object is refused there', async () => {
    const workspace = system.workspace();
    workspace.configure(`
data "novacron_policy_decision" "x" {
  operation = "vm.create"
  input     = "[1]"
}`);
    const { diagnostics } = await diagnosePlan(workspace);
    expect(diagnostics).toMatchObject([
      { severity: 'error', summary: 'The input is not a JSON object', code: 'input     = "[1]"' },
    ]);
  });

  test('the drift report is data: what changed, by whom and how badly', async () => {
    const workspace = system.workspace();
    workspace.configure(`
resource "novacron_network" "n" {
  name = "drifting"
  cidr = "10.40.0.0/24"
}`);
    await workspace.apply();
    const report = `
data "novacron_drift_report" "now" {}
output "seen" {
  value = data.novacron_drift_report.now
}`;
    expect(await outputOf(report)).toMatchObject({ clean: true, severity: null, records: [] });
    const { items } = await system.call('network.list', {});
    const id = items[0]?.id ?? '';
    await system.call('network.update', { id: id as never, dns_servers: ['9.9.9.9'] });
    expect(await outputOf(report)).toMatchObject({
      clean: false,
      severity: expect.any(String),
      records: [
        {
          resource_name: 'drifting',
          fields: [{ field: 'dns_servers[0]', is: '"9.9.9.9"' }],
          causes: [{ principal: expect.any(String) }],
        },
      ],
    });
    const critical = report.replace('{}', '{ severity_min = "critical" }');
    expect(await outputOf(critical)).toMatchObject({ clean: true });
  });

  test('compliance is data: the score of a standard, and what fails', async () => {
    const workspace = system.workspace();
    workspace.configure(`
resource "novacron_security_group" "ssh" {
  name  = "open-ssh"
  rules = [{
    direction = "ingress"
    action    = "allow"
    protocol  = "tcp"
    ports     = "22"
    cidr      = "0.0.0.0/0"
  }]
}`);
    const applied = await workspace.apply();
    expect(applied.exitCode === 0 ? '' : applied.output).toBe('');
    // A finding is there before the report, which is that of a whole scan.
    await waitUntil('the report to count the open port', async () => {
      const report = await system.call('compliance.report', { standard: 'cis' });
      return report.critical_violations > 0 ? report : undefined;
    });
    const seen = await outputOf(`
data "novacron_compliance" "cis" {
  standard = "cis"
}
output "seen" {
  value = data.novacron_compliance.cis
}`);
    const critical = { check: 'NC-NET-001', severity: 'critical', subject_name: 'open-ssh' };
    expect(seen).toMatchObject({
      critical_violations: 1,
      violations: expect.arrayContaining([expect.objectContaining(critical)]),
    });
  });
});
