import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { err, ok } from '@novacron/contract/result';
import {
  compileModule,
  makeArchive,
  manifestOf,
} from '../../../../../rego/src/test-kit/make-bundle.ts';
import { runInProcess } from '../../../test-kit/run-in-process.ts';
import { SAMPLES } from '../../../test-kit/samples.ts';
import { startFakeServer } from '../../../test-kit/start-fake-server.ts';

const GOLDEN = readFileSync(new URL('testdata/review.txt', import.meta.url), 'utf8');

const SIZE = `# METADATA
# title: VM Size
package size

deny contains {"field": "memory_gb", "msg": msg} if {
	input.action in {"create_vm", "update_vm"}
	input.resource.memory_gb > 64
	msg := sprintf("%v GB are too much", [input.resource.memory_gb])
}
`;

const LABELS = `# METADATA
# title: Labels
# custom:
#   enforcement_mode: warn
package labels

deny contains {"field": "metadata.owner", "msg": "no owner"} if {
	input.action == "create_vm"
	not input.resource.metadata.owner
}

warn contains "look at the network" if input.resource.network_id != null
`;

const MAIN = `resource "novacron_vm" "web" {
  name      = "web-01"
  memory_gb = 128
  metadata = {
    owner = "ann"
  }
}

# Why it is large:
# novacron:waive vm-size owner=bob expires=2026-12-31 reason="a cache"
resource "novacron_vm" "cache" {
  name      = "cache-01"
  memory_gb = 256
}

resource "novacron_vm" "old" {
  # novacron:waive vm-size owner=bob expires=2025-12-31 reason="a cache"
  # novacron:waive vm-size owner=bob
  memory_gb = 96
  metadata  = { owner = "ann" }
}

module "db" {
  source = "./modules/db"
}
`;

const DB = 'resource "novacron_vm" "this" {\n  name = var.name\n}\n';

function change(address: string, values: object, more: object = {}) {
  const [type = '', name = ''] = address.split('.').slice(-2);
  const base = { name, cpu_cores: 4, memory_gb: 8, disk_gb: 100, network_id: null };
  return {
    address,
    mode: 'managed',
    type,
    name: name.replace(/\[.*/, ''),
    ...(address.startsWith('module.') ? { module_address: address.split('.novacron')[0] } : {}),
    change: {
      actions: ['create'],
      before: null,
      after: { ...base, ...values },
      after_unknown: {},
      ...more,
    },
  };
}

const owned = { metadata: { owner: 'ann' } };

const PLAN = {
  format_version: '1.2',
  resource_changes: [
    change('novacron_vm.web', { memory_gb: 128, ...owned }),
    change('novacron_vm.cache', { memory_gb: 256, metadata: {} }),
    change('novacron_vm.old', { memory_gb: 96, ...owned }),
    change('module.db[0].novacron_vm.this["a"]', { metadata: {} }),
    change('novacron_vm.later', owned, { after_unknown: { memory_gb: true, node: true } }),
    change('novacron_vm.same', owned, { actions: ['no-op'], before: { memory_gb: 80 } }),
    change(
      'novacron_vm.gone',
      {},
      { actions: ['delete'], before: { memory_gb: 512 }, after: null },
    ),
    change('null_resource.other', {}),
    { ...change('novacron_vm.data', {}), mode: 'data' },
  ],
  configuration: { root_module: { module_calls: { db: { source: './modules/db' } } } },
};

const FILES = {
  'plan.json': JSON.stringify(PLAN),
  'policies/size.rego': SIZE,
  'policies/labels.rego': LABELS,
  'policies/size_test.rego': 'package size_test\n\ntest_a if true\n',
  'infra/main.tf': MAIN,
  'infra/modules/db/main.tf': DB,
};

const FLAGS = ['--plan', 'plan.json', '--config', 'infra', '--policies', 'policies'];

function review(argv: readonly string[], world: object = {}) {
  const words = ['policy', 'review', ...FLAGS, ...argv];
  return runInProcess(words, { files: FILES, ...world });
}

describe('a review', () => {
  test('prints the messages of policies at the lines of the configuration', async () => {
    const done = await review([]);
    expect(done.stdout).toBe(GOLDEN);
    expect(done).toMatchObject({ exitCode: 1, stderr: '2 findings at or above error\n' });
  });

  test.each([
    ['never', 0],
    ['warning', 1],
    ['note', 1],
  ])('that fails on %s ends with %i', async (level, exitCode) => {
    expect((await review(['--fail-on', level])).exitCode).toBe(exitCode);
  });

  test.each([
    ['does not have', {}, 1],
    ['has', { ip_address: { references: ['terraform_data.ip.output'] } }, 0],
  ])('asks about a VM with an address that the configuration %s', async (_what, more, exitCode) => {
    const values = { memory_gb: 128 };
    const expressions = { memory_gb: { constant_value: 128 }, ...more };
    const inner = { resources: [{ address: 'novacron_vm.this', expressions }] };
    const address = 'module.db["x.y"].novacron_vm.this[0]';
    const plan = {
      format_version: '1.2',
      resource_changes: [
        {
          ...change(address, values, { after_unknown: { ip_address: true } }),
          type: 'novacron_vm',
        },
      ],
      configuration: { root_module: { module_calls: { db: { source: './db', module: inner } } } },
    };
    const rule = 'package all\n\ndeny contains name if {\n  some name in ["memory_gb"]\n';
    const files = {
      'plan.json': JSON.stringify(plan),
      'policies/all.rego': `${rule}  input.resource[name] > 64\n}\n`,
      'infra/main.tf': '',
    };
    expect((await review([], { files })).exitCode).toBe(exitCode);
  });

  test('asks about the members of groups, and waits for what is not known of them', async () => {
    const vm = { cpu_cores: 1, memory_gb: 128, disk_gb: 10, metadata: { owner: 'ann' } };
    const unknown = { after_unknown: { vm: { network_id: true } } };
    const plan = {
      format_version: '1.2',
      resource_changes: [
        change('novacron_vm_group.large', { vm }, unknown),
        change(
          'novacron_vm_group.open',
          { vm: {} },
          { after_unknown: { vm: { memory_gb: true } } },
        ),
      ],
    };
    const files = { ...FILES, 'plan.json': JSON.stringify(plan) };
    const done = await review([], { files });
    expect(done.stdout).toContain('novacron_vm_group.large (vm.memory_gb): 128 GB are too much');
    expect(done.stdout).toContain('the verdict depends on vm.memory_gb, known after apply');
    expect(done.exitCode).toBe(1);
  });

  test('asks about every member of a group, with the default labels of the provider', async () => {
    const rule =
      'package own\n\ndeny contains "not the third" if endswith(input.resource.name, "-3")\n\n' +
      'deny contains "no owner" if not input.resource.metadata.owner\n';
    const vm = { cpu_cores: 1, memory_gb: 1, disk_gb: 10, metadata: null };
    const owner = { owner: 'ann' };
    const group = { vm, min_size: 3, metadata_all: owner, vm_metadata_all: owner };
    const plan = {
      format_version: '1.2',
      resource_changes: [change('novacron_vm_group.shop', group)],
    };
    const files = { ...FILES, 'policies/own.rego': rule, 'plan.json': JSON.stringify(plan) };
    const { stdout } = await review([], { files });
    expect(stdout).toContain('not the third');
    expect(stdout).not.toContain('no owner');
  });

  test('is clean where nothing is found', async () => {
    const files = { ...FILES, 'plan.json': JSON.stringify({ format_version: '1.2' }) };
    const done = await review([], { files });
    expect(done).toMatchObject({ exitCode: 0, stderr: '' });
    expect(done.stdout).toBe('0 changes evaluated against 2 policies; 0 errors, 0 warnings\n');
  });

  test.each<[string, Record<string, string>, number, string]>([
    [
      'a plan that is not JSON',
      { 'plan.json': 'PK\u0003' },
      2,
      'use the output of `terraform show -json PLAN`',
    ],
    [
      'JSON that is not a plan',
      { 'plan.json': '{"version": 4}' },
      2,
      'not the output of `terraform show',
    ],
    [
      'a state',
      { 'plan.json': '{"format_version": "1.0", "values": {}}' },
      2,
      'it is a state, not a plan',
    ],
    [
      'a plan that Terraform could not complete',
      { 'plan.json': '{"format_version": "1.2", "errored": true}' },
      2,
      'could not complete this plan',
    ],
    ['a list', { 'plan.json': '[]' }, 2, '-json PLAN`: Invalid input'],
    ['a format to come', { 'plan.json': '{"format_version": "2.0"}' }, 2, 'only version 1'],
    ['a policy with a mistake', { 'policies/size.rego': 'package a\nx if y' }, 3, 'size.rego:2:6'],
    ['a wrong head', { 'policies/size.rego': '# METADATA\n# - a\npackage a\n' }, 3, '[bad-annot'],
  ])('ends at %s', async (_what, wrong, exitCode, words) => {
    const done = await review([], { files: { ...FILES, ...wrong } });
    expect(done.exitCode).toBe(exitCode);
    expect(done.stderr).toContain(words);
  });

  test('finds modules where init has put them', async () => {
    const modules = { Modules: [{ Key: 'db', Dir: '.terraform/modules/db' }] };
    const files = {
      ...FILES,
      'infra/.terraform/modules/modules.json': JSON.stringify(modules),
      'infra/.terraform/modules/db/vm.tf': `\n\n${DB}`,
    };
    const done = await review(['--format', 'json'], { files });
    const { findings } = JSON.parse(done.stdout);
    const found = findings.find(({ address }: { address: string }) => address.startsWith('module'));
    expect(found.place).toMatchObject({ file: 'infra/.terraform/modules/db/vm.tf', row: 3 });
  });
});

describe('the waivers of a review', () => {
  const waiversOf = (stdout: string) =>
    JSON.parse(stdout).findings.filter(({ waiver }: { waiver: unknown }) => waiver !== null);
  const owned = (owners: string, place = 'CODEOWNERS') => ({
    files: { ...FILES, [place]: `* @all\n/policies/ ${owners}\n` },
  });
  const refused =
    'warning: novacron_vm.cache: the waiver of bob is not by an owner of policies/size.rego: ' +
    'CODEOWNERS has @ann, @org/security [waivers]';

  test('do not count with --no-waivers, nor are they judged', async () => {
    const done = await review(['--no-waivers', '--format', 'json']);
    expect(waiversOf(done.stdout)).toEqual([]);
    expect(done.stderr).toBe('3 findings at or above error\n');
    expect(done.stdout).not.toContain('expired');
    expect(waiversOf((await review(['--format', 'json'])).stdout)).toHaveLength(1);
  });

  test.each(['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS', '.gitlab/CODEOWNERS'])(
    'are reported where their owner does not own the policy by %s',
    async (place) => {
      const done = await review([], owned('@ann @org/security', place));
      expect(done.stdout).toContain(`${refused}\n  infra/main.tf:13:3\n`);
    },
  );

  test.each(['@bob', '@Bob @ann', 'bob', ''])('are fine where owners are %j', async (owners) => {
    expect((await review([], owned(owners))).stdout).not.toContain('is not by an owner');
  });

  test('are held against the file at the root of the repository', async () => {
    const git = ([, flag]: readonly string[]) =>
      ok(flag === '--show-cdup' ? '../\n' : flag === '--show-prefix' ? 'stack/\n' : '');
    const files = { ...FILES, '../CODEOWNERS': '/stack/policies/ @ann @org/security\n' };
    expect((await review([], { files, git })).stdout).toContain(refused);
  });
});

describe('a review of bundles', () => {
  const bundleOf = (entrypoint: string) =>
    makeArchive([
      ['/policy.wasm', compileModule(SIZE, [entrypoint])],
      ['/.manifest', manifestOf([entrypoint], { metadata: { novacron: { title: 'Size' } } })],
    ]).toString('base64');
  const files = {
    ...FILES,
    'rule.tar.gz': bundleOf('size/deny'),
    'package.tar.gz': bundleOf('size'),
    'texts.tar.gz': makeArchive([['/size.rego', SIZE]]).toString('base64'),
  };
  const ask = (...words: readonly string[]) =>
    runInProcess(['policy', 'review', '--plan', 'plan.json', '--config', 'infra', ...words], {
      files,
    });

  test.each([
    ['of a rule', 'rule.tar.gz'],
    ['of a package', 'package.tar.gz'],
  ])('asks the module %s, and finds the lines', async (_what, file) => {
    const done = await ask('--bundle', file, '--format', 'json');
    expect(done.exitCode).toBe(1);
    const { findings } = JSON.parse(done.stdout);
    expect(findings[0]).toMatchObject({
      policy: 'Size',
      attribute: 'memory_gb',
      message: '128 GB are too much',
      place: { file: 'infra/main.tf', row: 3 },
    });
  });

  test('asks texts and bundles together', async () => {
    const done = await ask('--bundle', 'rule.tar.gz', '--policies', 'policies');
    expect(done.stdout).toContain('evaluated against 3 policies');
  });

  test.each([
    ['texts.tar.gz', 3, 'policy.wasm is not in it: opa build -t wasm adds it.'],
    ['nowhere.tar.gz', 2, 'cannot read a bundle from nowhere.tar.gz'],
  ])('does not ask %s', async (file, exitCode, words) => {
    const done = await ask('--bundle', file);
    expect(done.exitCode).toBe(exitCode);
    expect(done.stderr).toContain(words);
  });

  test('wants something to ask', async () => {
    const done = await ask();
    expect(done.exitCode).toBe(2);
    expect(done.stderr).toContain("required option '--policies <path>' not specified");
  });
});

describe('a review that compares two revisions', () => {
  const git = (words: readonly string[]) => {
    if (words.includes('nowhere')) return err('fatal: Not a valid object name nowhere');
    if (words[0] === 'ls-tree') return ok('policies/size.rego\0policies/README.md\0');
    return ok(SIZE.replace('> 64', '> 100'));
  };

  test('lists resources whose verdict changes, also those that the plan leaves alone', async () => {
    const done = await review(['--base', 'main', '--format', 'json'], { git });
    expect(JSON.parse(done.stdout).verdict_changes).toEqual([
      {
        address: 'novacron_vm.old',
        scope: 'plan',
        now: 'denied',
        policies: ['VM Size'],
        reasons: ['96 GB are too much'],
        place: { file: 'infra/main.tf', row: 16, column: 1 },
      },
    ]);
    const text = await review(['--base', 'main', '--fail-on', 'warning'], { git });
    expect(text.stdout).toContain(
      'newly denied (plan): novacron_vm.old: 96 GB are too much [VM Size]',
    );
    expect(text.stdout).toContain('newly denied 1, newly allowed 0\n');
  });

  test('asks a server for what exists', async () => {
    const server = await startFakeServer({
      'vm.list': () => ({
        result: {
          items: [{ ...SAMPLES.vm[0], name: 'live-01', memory_gb: 80 }],
          next_cursor: null,
        },
      }),
    });
    const env = { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'secret' };
    const words = ['--base', 'main', '--live', 'server', '--format', 'json'];
    const done = await review(words, { git, env });
    await server.close();
    expect(done.stderr).toBe('2 findings at or above error\n');
    const changes = JSON.parse(done.stdout).verdict_changes;
    expect(changes).toContainEqual(
      expect.objectContaining({ address: 'vm live-01', scope: 'live', now: 'denied' }),
    );
  });

  describe('of a bundle', () => {
    const pack = (text: string) =>
      makeArchive([
        ['/policy.wasm', compileModule(text, ['size/deny'])],
        ['/.manifest', manifestOf(['size/deny'], { metadata: { novacron: { title: 'Size' } } })],
      ]);
    const earlier = pack(SIZE.replace('> 64', '> 100'));
    const compare = async (then: readonly string[], now: readonly string[]) => {
      const gitOf = ([command]: readonly string[]) => {
        const names = { 'ls-tree': then, 'ls-files': now }[command ?? ''];
        if (names !== undefined) return ok(names.map((name) => `${name}\0`).join(''));
        return ok(command === 'show' ? earlier : '');
      };
      const files = { ...FILES, 'size.tar.gz': pack(SIZE).toString('base64') };
      const place = ['--plan', 'plan.json', '--config', 'infra', '--bundle', 'size.tar.gz'];
      const words = ['policy', 'review', ...place, '--base', 'main', '--format', 'json'];
      const { stdout } = await runInProcess(words, { files, git: gitOf });
      const changes: readonly { address: string }[] = JSON.parse(stdout).verdict_changes;
      return changes.map(({ address }) => address);
    };

    test.each([
      ['has it', ['size.tar.gz'], ['size.tar.gz'], ['novacron_vm.old']],
      ['does not have it yet', [], ['size.tar.gz'], expect.arrayContaining(['novacron_vm.web'])],
      ['cannot have it, for Git does not keep it', [], [], []],
    ])('lists the changed verdicts where the revision %s', async (_what, then, now, addresses) => {
      expect(await compare(then, now)).toEqual(addresses);
    });

    test('says when Git does not know the revision', async () => {
      const done = await runInProcess(
        ['policy', 'review', '--plan', 'plan.json', '--bundle', 'a.tar.gz', '--base', 'nowhere'],
        {
          files: { ...FILES, 'a.tar.gz': pack(SIZE).toString('base64') },
          git: () => err('fatal: Needed a single revision'),
        },
      );
      expect(done.exitCode).toBe(3);
      expect(done.stderr).toContain('cannot read the policies of nowhere: fatal: Needed a single');
    });
  });

  test('says when Git does not know the revision', async () => {
    const done = await review(['--base', 'nowhere'], { git });
    expect(done.exitCode).toBe(3);
    expect(done.stderr).toContain('cannot read the policies of nowhere: fatal: Not a valid');
  });
});

describe('the formats of a review', () => {
  test('markdown is a table', async () => {
    const { stdout } = await review(['--format', 'markdown']);
    expect(stdout).toContain('## Policy review\n');
    expect(stdout).toContain(
      '| error | `novacron_vm.web` | `memory_gb` | 128 GB are too much [VM Size] | infra/main.tf:3',
    );
  });

  test('github has a command for each finding', async () => {
    const { stdout } = await review(['--format', 'github']);
    expect(stdout).toContain(
      '::error file=infra/main.tf,line=3,col=3,title=VM Size%3A novacron_vm.web::128 GB are too',
    );
    expect(stdout).toContain('::notice ');
  });

  test('junit has a case for each finding', async () => {
    const { stdout } = await review(['--format', 'junit']);
    expect(stdout).toContain('<testsuite name="policy review" tests="8" failures="2" errors="0"');
    expect(stdout).toContain('classname="VM Size" time="0.000" file="infra/main.tf" line="3"');
  });

  test('junit has warnings as output of cases that passed, unless the command fails', async () => {
    const warning = 'the waiver of bob expired on 2025-12-31 [waivers]';
    const { stdout } = await review(['--format', 'junit']);
    expect(stdout).toContain(`<system-out>warning: ${warning}</system-out>`);
    const strict = await review(['--format', 'junit', '--fail-on', 'warning']);
    expect(strict.stdout).toContain(`<failure message="${warning}">`);
    expect(strict.stdout).toContain('tests="8" failures="6" errors="0" skipped="2"');
    expect(strict).toMatchObject({ exitCode: 1, stderr: '6 findings at or above warning\n' });
  });

  test('sarif has rules, lines and suppressions', async () => {
    const log = JSON.parse((await review(['--format', 'sarif'])).stdout);
    expect(log).toMatchObject({ version: '2.1.0' });
    const [run] = log.runs;
    expect(run.tool.driver.rules.map(({ id }: { id: string }) => id)).toContain('VM Size');
    expect(run.results[0]).toMatchObject({
      ruleId: 'VM Size',
      level: 'error',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'infra/main.tf' },
            region: { startLine: 3, startColumn: 3 },
          },
        },
      ],
    });
    const waived = run.results.filter(({ suppressions }: { suppressions?: [] }) => suppressions);
    expect(waived).toHaveLength(1);
    for (const { ruleId, ruleIndex } of run.results) {
      expect(run.tool.driver.rules[ruleIndex].id).toBe(ruleId);
    }
  });
});
