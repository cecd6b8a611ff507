/** VMs that require nearness to resources of the same plan that are not placed yet. */
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(120_000);

const SIZES = 'cpu_cores = 1\n  memory_gb = 1\n  disk_gb = 5';

const UNKNOWN_LABEL = `
resource "terraform_data" "tier" {
  input = "db"
}
`;

/** The place of the VM is unknown: its labels come with another resource. */
const UNPLACED = `${UNKNOWN_LABEL}
resource "novacron_vm" "db" {
  name     = "db"
  ${SIZES}
  metadata = { tier = terraform_data.tier.output }
}
`;

const GROUP = `
resource "novacron_vm_group" "workers" {
  name     = "workers"
  min_size = 1
  max_size = 1
  vm = {
    cpu_cores     = 1
    memory_gb     = 1
    disk_gb       = 2
    anti_affinity = "workers"
  }
}
`;

/** The places of its members are unknown, for the same reason. */
const UNPLACED_GROUP =
  UNKNOWN_LABEL +
  GROUP.replace('disk_gb ', 'metadata      = { tier = terraform_data.tier.output }\n    disk_gb ');

const near = (rule: string) => `
resource "novacron_vm" "near" {
  name      = "near"
  ${SIZES}
  placement = {
    affinity = [{ ${rule} }]
  }
}
`;

const WARNING = {
  severity: 'warning',
  summary: 'Node is chosen at apply: create novacron_vm "near"',
  address: 'novacron_vm.near',
  code: expect.stringMatching(/^placement = \{/),
};

describe('a VM that is to be near to an unplaced one of its plan', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterEach(() => system.clear());
  afterAll(() => system.stop());

  async function nodesOf(...names: readonly string[]): Promise<readonly (string | null)[]> {
    const { items } = await system.call('vm.list', { limit: 100 });
    return names.map((name) => items.find((vm) => vm.name === name)?.node ?? `no ${name}`);
  }

  test.each([
    ['its name', UNPLACED, 'vm = novacron_vm.db.name', 'VM db', 'db'],
    ['its labels', UNPLACED, 'labels = { tier = "db" }', 'VM db', 'db'],
    [
      'a group',
      UNPLACED_GROUP,
      'group = novacron_vm_group.workers.vm.anti_affinity',
      'VM group',
      'workers-1',
    ],
    [
      'a member',
      UNPLACED_GROUP,
      'vm = format("%s-1", novacron_vm_group.workers.name)',
      'VM group',
      'workers-1',
    ],
  ])('by %s is planned with a warning, and applied', async (_case, others, rule, who, peer) => {
    const workspace = system.workspace();
    // A rule by labels names no resource: the order has to be declared to Terraform.
    const last = rule.startsWith('labels')
      ? 'depends_on = [novacron_vm.db]\n  placement'
      : 'placement';
    workspace.configure(others + near(rule).replace('placement', last));
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect(diagnostics).toEqual([
      expect.objectContaining({ ...WARNING, detail: expect.stringContaining(who) }),
    ]);
    expect(exitCode).toBe(2);
    const applied = await workspace.apply();
    expect(applied.exitCode === 0 ? '' : applied.output).toBe('');
    const [node, other] = await nodesOf('near', peer);
    expect(node).toBe(other);
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('by a group whose members the plan places is planned on their node', async () => {
    const workspace = system.workspace();
    workspace.configure(GROUP + near('group = novacron_vm_group.workers.vm.anti_affinity'));
    expect(await diagnosePlan(workspace, '-out=plan.bin')).toMatchObject({
      exitCode: 2,
      diagnostics: [],
    });
    const shown = JSON.parse((await workspace.run('show', '-json', 'plan.bin')).output);
    const places = shown.planned_values.root_module.resources.map(
      ({ values }: { values: Record<string, unknown> }) => values.placement_preview,
    );
    expect(places).toEqual([
      expect.objectContaining({ node: expect.stringMatching(/^node-/) }),
      { 'workers-1': places[0].node },
    ]);
    expect(await workspace.apply('plan.bin')).toMatchObject({ exitCode: 0 });
    expect(await nodesOf('near', 'workers-1')).toEqual([places[0].node, places[0].node]);
  });

  test('leaves the other VMs of the plan their nodes', async () => {
    const workspace = system.workspace();
    const others = ['one', 'two'].map(
      (name) => `
resource "novacron_vm" "${name}" {
  name = "${name}"
  ${SIZES}
}
`,
    );
    workspace.configure(UNPLACED + near('vm = novacron_vm.db.name') + others.join(''));
    expect((await diagnosePlan(workspace, '-out=plan.bin')).exitCode).toBe(2);
    const shown = JSON.parse((await workspace.run('show', '-json', 'plan.bin')).output);
    const places = new Map<string, string>(
      shown.planned_values.root_module.resources.map(
        ({ values: { name, placement_preview } }: { values: Record<string, unknown> }) => [
          name,
          (placement_preview as { readonly node: string } | undefined)?.node,
        ],
      ),
    );
    const planned = [places.get('one') ?? '', places.get('two') ?? ''];
    // The scores of both nodes change before the apply.
    for (const node of new Set(planned)) {
      const size = { cpu_cores: 4, memory_gb: 4, disk_gb: 4 };
      await system.callAndWait('vm.create', { name: node, ...size, placement: { node } });
    }
    const applied = await workspace.apply('plan.bin');
    expect(applied.exitCode === 0 ? '' : applied.output).toBe('');
    expect(await nodesOf('one', 'two')).toEqual(planned);
  });

  test('is reported as ever where it wants one that no plan makes, or finds no room', async () => {
    const workspace = system.workspace();
    for (const hcl of [
      UNPLACED + near('vm = "missing"'),
      UNPLACED + near('vm = novacron_vm.db.name').replace('affinity', 'zone = "q"\n    affinity'),
    ]) {
      workspace.configure(hcl);
      const { exitCode, diagnostics } = await diagnosePlan(workspace);
      expect(diagnostics).toMatchObject([
        { summary: 'Insufficient capacity: create novacron_vm "near"' },
      ]);
      expect(exitCode).toBe(1);
    }
  });

  test('may be a member of a group, or be there already', async () => {
    const workspace = system.workspace();
    const anchor = (placement: string) => `
resource "novacron_vm" "anchor" {
  name = "anchor"
  ${SIZES}
  ${placement}
}
`;
    workspace.configure(anchor(''));
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    const [node] = await nodesOf('anchor');
    const db = `
resource "novacron_vm" "db" {
  name      = "db"
  ${SIZES}
  placement = { node = "${node}" }
}
`;
    const rule = 'affinity = [{ vm = novacron_vm.db.name }]';
    const grouped = GROUP.replace('disk_gb ', `placement     = { ${rule} }\n    disk_gb `);
    workspace.configure(anchor(`placement = { ${rule} }`) + db + grouped);
    const { diagnostics } = await diagnosePlan(workspace);
    expect(diagnostics.map(({ severity, summary }) => `${severity}: ${summary}`).sort()).toEqual([
      'warning: Node is chosen at apply: create novacron_vm_group "workers"',
      'warning: Node is chosen at apply: update novacron_vm "anchor"',
    ]);
    const applied = await workspace.apply();
    expect(applied.exitCode === 0 ? '' : applied.output).toBe('');
    expect(await nodesOf('anchor', 'db', 'workers-1')).toEqual([node, node, node]);
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });
});
