import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { runInProcess } from '../../../../test-kit/run-in-process.ts';

const RULES = `package main

deny contains "run as root" if {
	input.kind == "Deployment"
	not input.spec.template.spec.securityContext.runAsNonRoot
}

deny_replicas contains msg if {
	input.kind == "Deployment"
	input.spec.replicas < 2
	msg := sprintf("%v replicas are too few", [input.spec.replicas])
}

warn contains {"msg": "no owner", "owner": "ann", "_loc": {"file": "base.yaml", "line": 7}} if {
	input.kind == "Service"
	not input.metadata.owner
}

violation contains {"msg": "open to the world", "severity": "high"} if {
	some name, group in input.resource.aws_security_group
	"0.0.0.0/0" in group[_].ingress[_].cidr_blocks
}
`;

const DEPLOY = `# The app
kind: Deployment
spec: {replicas: 1}
---
kind: Service
metadata: {name: web}
---
`;

const TERRAFORM = `resource "aws_security_group" "open" {
  ingress {
    cidr_blocks = ["0.0.0.0/0"]
  }
}
`;

const FILES = {
  'rules/main.rego': RULES,
  'rules/main_test.rego': 'package main\n\ntest_a if false\n',
  'rules/other.rego': 'package other.deep\n\nwarn contains "seen" if input\n',
  'deploy/app.yaml': DEPLOY,
  'deploy/list.json': '[{"kind": "Service", "metadata": {"owner": "ann"}}, {"kind": "Service"}]',
  'deploy/README.md': 'Not a document',
  'infra/main.tf': TERRAFORM,
  'infra/.terraform/modules/x/main.tf': 'a = ',
  'infra/.terraform.lock.hcl': 'a = ',
};

function review(argv: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const policies = argv.includes('--policies') ? [] : ['--policies', 'rules'];
  return runInProcess(['policy', 'review', ...policies, ...argv], { files: { ...FILES, ...more } });
}

describe('a review of documents', () => {
  test('asks the rules of main about YAML, JSON and HCL, at their lines', async () => {
    const done = await review(['--files', 'deploy', 'infra']);
    expect(done.stdout).toBe(`error: deploy/app.yaml: run as root [main.deny]
  deploy/app.yaml:2:1
error: deploy/app.yaml: 1 replicas are too few [main.deny_replicas]
  deploy/app.yaml:2:1
error: infra/main.tf: open to the world [main.violation]
  infra/main.tf:1:1
warning: deploy/app.yaml: no owner [main.warn]
  base.yaml:7:1
warning: deploy/list.json: no owner [main.warn]
  base.yaml:7:1
5 documents evaluated against 4 rules; 3 errors, 2 warnings
`);
    expect(done).toMatchObject({ exitCode: 1, stderr: '3 findings at or above error\n' });
  });

  test.each<[readonly string[], number]>([
    [['--fail-on', 'never'], 0],
    [['--fail-on', 'warning'], 1],
    [['--namespace', 'other.deep'], 0],
    [['--namespace', 'other.*', '--fail-on', 'warning'], 1],
    [['--namespace', 'nothing.*'], 2],
    [['--namespace', 'other.deep', '--fail-on', 'warning'], 1],
  ])('with %j ends with %i', async (words, exitCode) => {
    expect((await review(['--files', 'deploy', ...words])).exitCode).toBe(exitCode);
  });

  test('is clean where nothing is found', async () => {
    const done = await review(['--files', '-'], { '-': 'kind: Pod\n' });
    expect(done).toMatchObject({ exitCode: 0, stderr: '' });
    expect(done.stdout).toBe('1 document evaluated against 4 rules; 0 errors, 0 warnings\n');
  });

  test('asks the rules of all packages where they are wanted', async () => {
    const done = await review(['--files', 'infra/main.tf', '--all-namespaces', '--format', 'json']);
    const { findings, counts } = JSON.parse(done.stdout);
    expect(findings.map(({ policy }: { policy: string }) => policy)).toEqual([
      'main.violation',
      'other.deep.warn',
    ]);
    expect(findings[0]).toMatchObject({
      level: 'error',
      rule_path: 'data.main.violation',
      address: 'infra/main.tf',
      details: { severity: 'high' },
    });
    expect(counts).toEqual({ rules: 5, documents: 1, passed: 3 });
  });

  test('shows rules all documents at once with --combine', async () => {
    const text = `package main

deny contains {"msg": "two owners", "_loc": {"file": input[1].path}} if {
	input[0].path == "a.json"
	input[0].contents.owner != input[1].contents.owner
}
`;
    const files = { 'all/r.rego': text, 'b.yaml': 'owner: bob', 'a.json': '{"owner": "ann"}' };
    const done = await review(
      ['--policies', 'all', '--files', 'b.yaml', 'a.json', '--combine'],
      files,
    );
    expect(done.stdout).toBe(
      'error: Combined: two owners [main.deny]\n  b.yaml:1:1\n' +
        '2 documents evaluated against 1 rule; 1 error, 0 warnings\n',
    );
  });

  test('reads JSON that begins with a byte order mark', async () => {
    const done = await review(['--files', 'a.json'], { 'a.json': '\uFEFF{"kind": "Service"}' });
    expect(done.stdout).toContain('warning: a.json: no owner');
  });

  test('leaves alone what --ignore-files matches', async () => {
    const files = { 'deploy/charts/a.yaml': 'a: {{ x }}\nb: [\n' };
    expect((await review(['--files', 'deploy'], files)).stdout).toContain('[unread-file]');
    const done = await review(['--files', 'deploy', '--ignore-files', 'charts/'], files);
    expect(done.stdout).toContain('4 documents evaluated');
  });

  test('reads a file with another ending by --parser', async () => {
    const files = { Config: '{"kind": "Service"}' };
    const done = await review(['--files', 'Config', '--parser', 'json'], files);
    expect(done.stdout).toContain('warning: Config: no owner');
  });

  test.each([
    ['package main\n\ndeny if input.bad\n', 'data.main.deny is true'],
    ['package main\n\ndeny := "no" if input.bad\n', 'no'],
    ['package main\n\ndeny contains "" if input.bad\n', 'data.main.deny holds'],
    ['package main\ndeny[msg] { input.bad; msg := "v0" }\n', 'v0'],
    ['package main\n\ndeny contains "not" if not upper(input.absent) == "A"\n', ''],
  ])('reads the answer of %j', async (text, message) => {
    const files = { 'one/r.rego': text, 'a.json': '{"bad": true}' };
    const done = await review(
      ['--policies', 'one', '--files', 'a.json', '--format', 'json'],
      files,
    );
    const [first] = JSON.parse(done.stdout).findings;
    expect(first?.message ?? '').toBe(message);
  });

  test('turns findings that the policy excepts into notes', async () => {
    const more = `
exception contains rules if {
	input.metadata.name == "old"
	rules := ["replicas"]
}
`;
    const files = {
      'x/r.rego': `${RULES}${more}`,
      'a.yaml': 'kind: Deployment\nmetadata: {name: old}\nspec: {replicas: 1}\n',
    };
    const done = await review(['--policies', 'x', '--files', 'a.yaml'], files);
    expect(done.stdout).toContain('error: a.yaml: run as root [main.deny]\n');
    expect(done.stdout).toContain(
      'note: a.yaml: 1 replicas are too few; excepted by the policy [main.deny_replicas]\n',
    );
  });
});

describe('the formats of a review of documents', () => {
  const ask = async (format: string) =>
    (await review(['--files', 'deploy/app.yaml', '--format', format])).stdout;

  test('junit has a case for each rule and document', async () => {
    const text = await ask('junit');
    expect(text).toContain('tests="8" failures="2" errors="0" skipped="0"');
    expect(text).toContain('<failure message="run as root [main.deny]">');
    expect(text).toContain('<system-out>warning: no owner [main.warn]</system-out>');
  });

  test('sarif names the rule and the line', async () => {
    const [run] = JSON.parse(await ask('sarif')).runs;
    expect(run.results[0]).toMatchObject({
      ruleId: 'main.deny',
      level: 'error',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'deploy/app.yaml' },
            region: { startLine: 2 },
          },
        },
      ],
    });
  });

  test('markdown is a table of files', async () => {
    const text = await ask('markdown');
    expect(text).toContain('| level | file | attribute | finding | place |');
    expect(text).toContain('| error | `deploy/app.yaml` |  | run as root [main.deny] |');
  });

  test('github has a command for each finding', async () => {
    expect(await ask('github')).toContain('::error file=deploy/app.yaml,line=2,col=1,');
  });
});

describe('a file that cannot be read', () => {
  test.each([
    ['a.yaml', 'a: 1\nb: [', 'not valid YAML', 'a.yaml:2:5'],
    ['a.json', '{', 'not valid JSON', 'a.json:1:1'],
    ['a.tf', 'a = 1\nb =', 'not valid HCL', 'a.tf:2:4'],
    ['a.toml', 'a = 1\nb =', 'not valid TOML', 'a.toml:2:'],
    ['Dockerfile', 'FROM\n', '', 'Dockerfile:1:1'],
  ])('%s is a finding, and the others are judged', async (name, text, words, place) => {
    const files = { [name]: text };
    const done = await review(['--files', name, 'deploy/app.yaml', '--format', 'text'], files);
    expect(done.exitCode).toBe(1);
    expect(done.stdout).toContain(`error: ${name}: ${words}`);
    expect(done.stdout).toContain(`[unread-file]\n  ${place}`);
    expect(done.stdout).toContain('run as root [main.deny]');
  });

  test('fails the review also where findings do not', async () => {
    const words = ['--files', 'a.json', 'deploy/app.yaml', '--fail-on', 'never'];
    const done = await review(words, { 'a.json': '{' });
    expect(done).toMatchObject({ exitCode: 1 });
    expect(done.stderr).toContain('1 file not read');
  });
});

describe('a review of documents that cannot be', () => {
  const one = ['--files', 'deploy/app.yaml'];
  test.each<[string, readonly string[], Record<string, string>, number, string]>([
    ['a place that is not there', ['--files', 'nowhere'], {}, 2, 'cannot read documents from nowh'],
    ['no documents', ['--files', 'rules'], {}, 2, 'no files ending in .json, .yaml, .yml, .tf'],
    ['an unknown ending', ['--files', 'deploy/README.md'], {}, 2, 'use --parser json, yaml, hcl2'],
    ['a package without rules', [...one, '--namespace', 'x'], {}, 2, 'found: main, other.deep'],
    ['a mistake', one, { 'rules/x.rego': 'package main\na if b' }, 3, 'rules/x.rego:2:6'],
    [
      'an object without msg',
      one,
      { 'rules/x.rego': 'package main\n\ndeny contains {"message": "a"}\n' },
      3,
      'data.main.deny answers {"message":"a"}; use a text, or an object with msg',
    ],
    [
      'rules that contradict one another',
      one,
      { 'rules/x.rego': 'package main\n\ndeny_x := input.kind\n\ndeny_x := count(input)\n' },
      3,
      'deploy/app.yaml: ',
    ],
    ['no policies', ['--files', 'a.yaml', '--policies'], {}, 2, 'argument missing'],
    ['a plan as well', [...one, '--plan', 'p.json'], {}, 2, 'cannot be used together'],
    ['a flag of plans', [...one, '--no-waivers'], {}, 2, "'--no-waivers' goes with '--plan'"],
    ['neither', [], {}, 2, "'--plan <file>' not specified, nor '--files'"],
    ['a flag of documents', ['--plan', 'p', '--combine'], {}, 2, "'--combine' goes with '--files'"],
  ])('says so for %s', async (_what, words, more, exitCode, message) => {
    const done = await review(words, more);
    expect(done.stderr).toContain(message);
    expect(done.exitCode).toBe(exitCode);
  });
});

const MORE_RULES = `package main

deny contains msg if {
	some instruction in input
	instruction.Cmd == "from"
	not instruction.Value[0] in data.images.allowed
	msg := sprintf("%s in stage %d", [instruction.Value[0], instruction.Stage])
}

deny contains msg if {
	input.package.edition < 2024
	msg := sprintf("edition %d of %s", [input.package.edition, input.released])
}
`;

describe('other languages of documents', () => {
  const files = {
    'more/main.rego': MORE_RULES,
    'app/Dockerfile': 'FROM debian:13 AS build\nRUN make\nFROM alpine\n',
    'app/Dockerfile.test': 'FROM debian:13\n',
    'app/Cargo.toml': 'released = 2026-11-01T10:00:00Z\n[package]\nedition = 2021\n',
    'settings/images/data.json': '{"allowed": ["debian:13"]}',
  };
  const words = ['--files', 'app', '--policies', 'more', '--data', 'settings'];

  test('are judged with the documents below data', async () => {
    const { stdout, exitCode } = await review(words, files);
    expect(stdout).toContain('app/Dockerfile: alpine in stage 1 [main.deny]');
    expect(stdout).toContain('app/Cargo.toml: edition 2021 of 2026-11-01T10:00:00.000Z');
    expect(stdout).toContain('2 errors');
    expect(exitCode).toBe(1);
  });

  test.each([
    ['app/Cargo.toml', 'a = \n', 1, 'app/Cargo.toml: not valid TOML: Invalid TOML document'],
    ['app/Dockerfile', 'FROM\n', 1, 'app/Dockerfile: not a valid Dockerfile: FROM has no argument'],
    ['settings/images/data.json', '{', 3, 'settings/images/data.json:1:'],
  ])('are read with a mistake in %s', async (file, text, code, message) => {
    const { stdout, stderr, exitCode } = await review(words, { ...files, [file]: text });
    expect(`${stdout}${stderr}`).toContain(message);
    expect(exitCode).toBe(code);
  });
});

test('the example of the reference prints what the page shows', async () => {
  const url = new URL('../../../../../../../docs/reference/policies.md', import.meta.url);
  const [, section = ''] = readFileSync(url, 'utf8').split('## Review of documents\n');
  const rules = /```rego\n([\s\S]*?)```/.exec(section)?.[1] ?? '';
  const [, command = '', shown] = /```console\n\$ novacron (.*)\n([\s\S]*?)```/.exec(section) ?? [];
  const files = {
    'rules/main.rego': rules,
    'deploy/web.yaml': 'kind: Deployment\nmetadata: {name: web}\n',
    'infra/main.tf': TERRAFORM,
  };
  const { stdout, stderr } = await runInProcess(command.split(' '), { files });
  expect(stdout + stderr).toBe(shown);
});

const HOSTILE = `package main

deny contains msg if {
	input.kind == "Evil"
	msg := sprintf("%s is [bad](https://x) <img> | \\u001b]8;;x\\u0007 \\u202e", [input.name])
}
`;

describe('messages and names that someone else wrote', () => {
  const file = 'evil\n::error::x.yaml';
  const files = {
    'hostile/main.rego': HOSTILE,
    [file]: 'kind: Evil\nname: "web\\n::stop-commands::x"\n',
  };
  const run = (format: string) =>
    review(['--files', file, '--policies', 'hostile', '--format', format], files);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must be absent.
  const steering = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/;

  test.each(['text', 'json', 'markdown', 'sarif', 'github'])(
    'steer no terminal in %s',
    async (format) => {
      const { stdout } = await run(format);
      expect(stdout).toContain('web');
      expect(stdout).not.toMatch(steering);
    },
  );

  test('begin no line of a text or of annotations', async () => {
    expect((await run('text')).stdout).not.toMatch(/^::/m);
    const commands = (await run('github')).stdout.match(/^::.*/gm) ?? [];
    expect(commands).toEqual([expect.stringMatching(/^::error file=evil%0A.*::web%0A::stop/)]);
  });

  test('make no HTML and no links in Markdown', async () => {
    const { stdout } = await run('markdown');
    expect(stdout).toContain('[bad]\\(https://x) &lt;img>');
  });
});

test.each([
  ['deep.json', '['.repeat(5000) + ']'.repeat(5000)],
  ['deep.yaml', `a: ${'['.repeat(600)}${']'.repeat(600)}`],
])('%s, which nests too deep, is a finding', async (name, text) => {
  const done = await review(['--files', name], { [name]: text });
  expect(done.exitCode).toBe(1);
  expect(done.stdout).toContain('values are nested more than 500 levels deep');
});

test('YAML that contains itself is a finding', async () => {
  const done = await review(['--files', 'self.yaml'], { 'self.yaml': 'a: &a [*a]\n' });
  expect(done.exitCode).toBe(1);
  expect(done.stdout).toContain('error: self.yaml: not valid YAML: a value contains itself');
});
