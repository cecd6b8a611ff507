/**
 * What an apply refuses is refused before: by the plan, by the review of a plan. Asked of every
 * type, created and changed, whether all of it is known, an argument is not, or one refers to an
 * object of the same plan. What a policy reads of such a write: policy-unknown-values.test.ts of
 * the scenarios; synthesis: policy-aspect.test.ts of the constructs.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createNovacronProvider } from '../../../provider/src/composition/novacron-provider.ts';
import type { TerraformWorkspace } from '../../../provider/src/test-kit/terraform-workspace.ts';
import { type Diagnosis, diagnoseApply, diagnosePlan } from '../support/diagnose.ts';
import { openShell, type Shell } from '../support/open-shell.ts';
import { type System, startSystem } from '../support/start-system.ts';

// Each test runs Terraform several times, with twenty objects.
jest.setTimeout(180_000);

type Values = Readonly<Record<string, unknown>>;

type Verb = 'create' | 'update';

/** A type in the matrix. */
interface Row {
  /** Arguments to create it with. */
  readonly base: Values;
  /** A change in place; absent where no operation makes one. */
  readonly change?: Values;
  /** Arguments that the server or the provider refuses. */
  readonly bad: Values;
  /** An argument that may be left out, and becomes known during the apply. */
  readonly open?: (later: string) => Values;
  /** An argument that refers to an object of the same plan. */
  readonly reference?: Values;
}

const SIZES = { cpu_cores: 1, memory_gb: 1, disk_gb: 5 };
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGm9fTk2kxL1rjc0Jw7Vf0dN9Q1p0r3v5b7n9m1k3j5m me';
const ENDS = new Date(Date.now() + 30 * 86_400_000).toISOString();

const textOf = (wait: string) => `name: mine\nsteps:\n  - { id: pause, ${wait} }\n`;
const ruleOf = (body: string) => `package mine\n\ndeny contains "never" if ${body}\n`;
const replicas = (count: string) =>
  `policies: [{ name: ours, rules: [{ minReplicas: ${count} }] }]\n`;
const labels = (value: string) => ({ metadata: { tier: value } });
const described = (description: string) => ({ description });
const NEW_NETWORK = `\${novacron_network.new.id}`;

const BAD_NAME = { name: 'no spaces, please' };

const MATRIX: Readonly<Record<string, Row>> = {
  novacron_network: {
    base: { name: 'mine', cidr: '10.40.0.0/24' },
    change: labels('db'),
    bad: BAD_NAME,
    open: labels,
  },
  novacron_security_group: {
    base: { name: 'mine' },
    change: labels('db'),
    bad: BAD_NAME,
    open: described,
  },
  novacron_ssh_key: {
    base: { name: 'mine', public_key: KEY },
    change: labels('db'),
    bad: { public_key: 'ssh-ed25519 AAAA' },
    open: labels,
  },
  novacron_template: {
    base: { name: 'mine', image: 'builtin:debian-12' },
    change: labels('db'),
    bad: BAD_NAME,
    open: described,
    reference: { network_id: NEW_NETWORK },
  },
  novacron_vm: {
    base: { name: 'mine', ...SIZES },
    change: labels('db'),
    bad: { ssh_keys: ['none'] },
    open: labels,
    reference: { network_id: NEW_NETWORK },
  },
  novacron_vm_group: {
    base: { name: 'ours', min_size: 1, max_size: 2, vm: SIZES },
    change: labels('db'),
    bad: { min_size: 3 },
    open: labels,
    reference: { vm: { ...SIZES, network_id: NEW_NETWORK } },
  },
  novacron_storage: {
    base: { name: 'mine', size_gb: 1 },
    change: labels('db'),
    bad: BAD_NAME,
    open: labels,
    reference: { attached_to: `\${novacron_vm.new.id}` },
  },
  novacron_snapshot: {
    base: { name: 'mine', volume_id: `\${novacron_storage.kept.id}` },
    change: labels('db'),
    bad: BAD_NAME,
    open: described,
  },
  novacron_policy: {
    base: { name: 'mine', type: 'resource', rule: ruleOf('input.resource.name == "x"') },
    change: { rule: ruleOf('input.resource.name == "y"') },
    bad: { rule: 'package mine\n\ndeny if {' },
    open: (later) => ({ scope: `namespace/${later}` }),
  },
  novacron_orchestration_policy: {
    base: { document: replicas('1') },
    change: { document: replicas('2') },
    bad: { document: replicas('many') },
  },
  novacron_policy_data: {
    base: { path: 'mine', document: '{"cores":1}' },
    change: { document: '{"cores":2}' },
    bad: { document: '{' },
  },
  novacron_policy_waiver: {
    base: {
      policy_id: `\${novacron_policy.kept.id}`,
      resource_kind: 'vm',
      resource_name: 'build-01',
      owner: 'ana',
      reason: 'migration',
      expires_at: ENDS,
    },
    bad: { resource_kind: 'vim' },
  },
  novacron_tenant: {
    base: { name: 'mine' },
    change: described('data'),
    bad: { quotas: { vmz: 1 } },
    open: described,
  },
  novacron_role: {
    base: { name: 'mine', operations: ['vm.*'] },
    change: { operations: ['*.get'] },
    bad: { operations: ['vim.*'] },
    open: described,
  },
  novacron_reservation: {
    base: { name: 'mine', ttl_seconds: 600, ...SIZES },
    bad: { cpu_cores: 0 },
    open: labels,
  },
  novacron_budget: {
    base: { name: 'mine', hourly_limit: 500 },
    change: { hourly_limit: 600 },
    bad: { warn_ratio: 2 },
    open: described,
  },
  novacron_gitops_application: {
    base: { name: 'mine', repository: 'file:///srv/infra.git', run_as: 'admin' },
    change: { target_revision: 'v1' },
    bad: { repository: 'git://git.example.com/a' },
    open: described,
  },
  novacron_price_list: {
    base: { name: 'mine', currency: 'EUR', generic: { cpu_core: 0.02, memory_gb: 0.005 } },
    change: { snapshot_gb: 0.0001 },
    bad: { currency: 'euro' },
    open: described,
  },
  novacron_workflow: {
    base: { text: textOf('wait: 1s') },
    change: { text: textOf('wait: 2s') },
    bad: { text: textOf('wat: 1s') },
    open: (later) => ({ enabled: `\${length("${later}") > 0}` }),
  },
};

/** Objects that others refer to, and that no policy decides about meanwhile. */
const KEPT = {
  novacron_storage: { kept: { name: 'kept', size_gb: 1 } },
  novacron_policy: {
    kept: { name: 'kept', type: 'resource', rule: ruleOf('false'), enabled: false },
  },
};

const NEW = {
  novacron_network: { new: { name: 'new', cidr: '10.41.0.0/24' } },
  novacron_vm: { new: { name: 'new', ...SIZES } },
};

/** What is known of a write. */
const KNOWLEDGE = [
  'all is known',
  'an argument is not known',
  'one refers to a new object',
] as const;
type Knowledge = (typeof KNOWLEDGE)[number];

const LATER = `\${terraform_data.later.output}`;

/** A cell of the matrix: the arguments of a type; undefined where it does not exist. */
function cellOf(row: Row, asked: { verb: Verb; knowledge: Knowledge; isBad: boolean }) {
  const { base, change, bad, open, reference } = row;
  const { verb, knowledge, isBad } = asked;
  if (verb === 'update' && change === undefined) return undefined;
  if (knowledge === 'an argument is not known' && open === undefined) return undefined;
  if (knowledge === 'one refers to a new object' && reference === undefined) return undefined;
  return {
    ...base,
    ...(verb === 'update' && change),
    ...(knowledge === 'an argument is not known' && open?.(LATER)),
    ...(knowledge === 'one refers to a new object' && reference),
    ...(isBad && bad),
  };
}

type Resources = Readonly<Record<string, Readonly<Record<string, Values>>>>;

function merge(...parts: readonly Resources[]): Resources {
  const types = [...new Set(parts.flatMap((part) => Object.keys(part)))];
  return Object.fromEntries(
    types.map((type) => [type, Object.assign({}, ...parts.map((part) => part[type]))]),
  );
}

/** The cells that exist, as resources named `it`, and their addresses. */
function cellsOf(asked: Parameters<typeof cellOf>[1]) {
  const found = Object.entries(MATRIX).flatMap(([type, row]) => {
    const cell = cellOf(row, asked);
    return cell === undefined ? [] : [[type, cell] as const];
  });
  const resources: Resources = Object.fromEntries(found.map(([type, it]) => [type, { it }]));
  return { resources, addresses: found.map(([type]) => `${type}.it`).sort() };
}

function write(workspace: TerraformWorkspace, later: string, ...parts: readonly Resources[]) {
  const terraform_data = { later: { input: later } };
  const resource = merge({ terraform_data }, KEPT, ...parts);
  workspace.configure('');
  writeFileSync(join(workspace.directory, 'all.tf.json'), JSON.stringify({ resource }));
}

/** Addresses of the matrix that have an error, each of them once. */
function refusedIn({ diagnostics }: Diagnosis): readonly string[] {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  return [...new Set(errors.map(({ address }) => address))]
    .filter((address) => address.endsWith('.it'))
    .sort();
}

/** Denies all but what the others refer to, which Terraform would not plan without it. */
const noWrites = (verb: Verb) => `package none

deny contains "not now" if {
	startswith(input.action, "${verb}_")
	input.resource.name != "new"
}
`;

describe('a write that the apply refuses', () => {
  let system: System;
  let workspace: TerraformWorkspace;
  let review: Shell;

  beforeAll(async () => {
    system = await startSystem();
    workspace = system.workspace();
    review = openShell(system);
    write(workspace, 'made', {});
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
  });
  afterEach(() => allow());
  afterAll(() => system.stop());

  async function forbid(verb: Verb) {
    await system.call('policy.create', { name: 'none', type: 'resource', rule: noWrites(verb) });
  }

  async function allow() {
    for (const { id, name } of (await system.call('policy.list', {})).items) {
      if (name === 'none') await system.call('policy.delete', { id });
    }
  }

  test('is of every type of the provider', () => {
    expect(Object.keys(MATRIX).sort()).toEqual(
      Object.keys(createNovacronProvider({}).resources).sort(),
    );
  });

  /** Plans the cells of a verb, with wrong arguments and with a policy that denies them. */
  async function expectRefusals(verb: Verb) {
    for (const knowledge of KNOWLEDGE) {
      const bad = cellsOf({ verb, knowledge, isBad: true });
      // Terraform plans nothing where a validation fails, so each is asked by itself.
      const found = [];
      for (const [type, named] of Object.entries(bad.resources)) {
        write(workspace, knowledge, NEW, { [type]: named });
        found.push(...refusedIn(await diagnosePlan(workspace)));
      }
      expect([verb, knowledge, ...found.sort()]).toEqual([verb, knowledge, ...bad.addresses]);
    }
    await forbid(verb);
    for (const knowledge of KNOWLEDGE) {
      const denied = cellsOf({ verb, knowledge, isBad: false });
      write(workspace, knowledge, NEW, denied.resources);
      const refused = refusedIn(await diagnosePlan(workspace));
      expect([verb, knowledge, ...refused]).toEqual([verb, knowledge, ...denied.addresses]);
    }
  }

  /** Plans what an argument is not known of, before the policy is there. */
  async function expectLateRefusals(verb: Verb, ...kept: readonly Resources[]) {
    const all = cellsOf({ verb, knowledge: 'all is known', isBad: false });
    const open = cellsOf({ verb, knowledge: 'an argument is not known', isBad: false });
    write(workspace, `late ${verb}`, ...kept, all.resources, open.resources);
    expect(await workspace.plan('-out', 'plan.bin')).toMatchObject({ exitCode: 2 });
    const { stdout } = await review.run(
      `terraform -chdir=${workspace.directory} show -json plan.bin > plan.json\n` +
        'mkdir -p none && echo "$RULE" > none/none.rego\n' +
        'novacron policy review --plan plan.json --policies none --format json || test $? = 1',
      { RULE: noWrites(verb) },
    );
    const { findings, not_evaluated } = JSON.parse(stdout);
    const denied = findings.map((found: { readonly address: string }) => found.address);
    const seen = [...new Set([...denied, ...not_evaluated])].sort();
    expect(seen).toEqual(all.addresses);
    await forbid(verb);
    const applied = await diagnoseApply(workspace, 'plan.bin');
    expect(refusedIn(applied)).toEqual(all.addresses);
  }

  test('is refused by the plan of a create', () => expectRefusals('create'));
  test('is refused by review and apply of a planned create', () => expectLateRefusals('create'));

  test('is refused by the plan of an update, by its review and its apply', async () => {
    const made = cellsOf({ verb: 'create', knowledge: 'all is known', isBad: false });
    write(workspace, 'made', made.resources);
    expect((await workspace.apply()).output).toContain('Apply complete');
    await expectRefusals('update');
    await allow();
    await expectLateRefusals('update', made.resources);
  });
});
