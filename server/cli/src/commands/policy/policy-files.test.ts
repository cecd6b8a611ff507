import { describe, expect, test } from '@jest/globals';
import {
  compileModule,
  makeArchive,
  manifestOf,
} from '../../../../rego/src/test-kit/make-bundle.ts';
import { runInProcess } from '../../test-kit/run-in-process.ts';
import { startFakeServer } from '../../test-kit/start-fake-server.ts';

const POLICY = `# METADATA
# title: Small VMs
# custom:
#   type: resource
#   enforcement_mode: warn
package small

deny contains "too large" if input.resource.memory_gb > 64

deny contains "too many" if input.resource.cpu_cores > 64
`;

const TESTS = `package small_test

import data.small

test_large if small.deny == {"too large"} with input as {"resource": {"memory_gb": 65}}
`;

const FAILING = `package small_test

import data.small

test_many if {
	count(small.deny) == 0 with input as {}
	small.deny == {"too much"} with input as {"resource": {"cpu_cores": 65}}
}

todo_test_more if false
`;

const FILES = {
  'policies/small/policy.rego': POLICY,
  'policies/small/policy_test.rego': TESTS,
  'policies/small/README.md': 'no policy',
  'policies/broken/policy.rego': 'package broken\n\nallow if x > 1\n',
  'policies/head/policy.rego': '# METADATA\n# custom:\n#   type: acces\npackage head\n',
  'narrow/policy.rego': `# METADATA
# title: Narrow
# custom:
#   selector: { kinds: [vm], labels: { tier: db } }
#   actions: [update_vm, create_vm]
#   priority: 7
#   scope: namespace/production
#   active_from: 2026-12-01T08:00:00Z
#   platform_writes: true
package narrow

deny contains "no" if true
`,
  'wrong/policy.rego':
    '# METADATA\n# custom:\n#   priority: high\n#   selector: { kind: [vm] }\npackage wrong\n',
  'limits.tar.gz': makeArchive([
    ['/policy.wasm', compileModule('package limits\n\ndeny := {"no"}\n', ['limits/deny'])],
    [
      '/.manifest',
      manifestOf(['limits/deny'], {
        metadata: { novacron: { title: 'Limits', type: 'security' } },
      }),
    ],
  ]).toString('base64'),
  'broken.tar.gz': Buffer.from('no archive').toString('base64'),
  'typos/policy.rego':
    'package typos\n\ndeny contains "no" if input.resource.memory_bg > 64\n\n' +
    'deny contains "no" if input.action in {"crate_vm", "update_vm"}\n',
  'later/policy.rego':
    '# METADATA\n# custom:\n#   unknown_input: warn\npackage later\n\n' +
    'deny contains "no" if input.resource.gpus > 1\n',
  'printing/policy.rego': `package printing

deny contains "no" if {
	print("asked about", input.name)
	input.name == "x"
}
`,
  'printing/policy_test.rego': `package printing_test

import data.printing

test_denied if printing.deny == {"no"} with input as {"name": "x"}

test_allowed if {
	printing.deny == set() with input as {"name": "y"}
	print("<done>")
	false
}
`,
  'old/policy.rego': 'package old\n\nallow { input.x == 1 }\n',
  'ugly.rego': 'package ugly\nallow if {input.x==1}\n',
  'failing/policy.rego': POLICY,
  'failing/policy_test.rego': FAILING,
};

function run(...argv: readonly string[]) {
  return runInProcess(['policy', ...argv], { files: FILES });
}

describe('novacron policy check', () => {
  test('is content with texts that compile', async () => {
    const done = await run('check', 'policies/small');
    expect(done).toMatchObject({ exitCode: 0, stdout: '2 files checked: no problems\n' });
  });

  test('names file, row and column of every problem, those of metadata too', async () => {
    const done = await run('check', 'policies');
    expect(done.exitCode).toBe(1);
    expect(done.stdout).toContain('policies/broken/policy.rego:3:10: ');
    expect(done.stdout).toContain('[unsafe-variable]');
    expect(done.stdout).toMatch(/head\/policy.rego:1:1: .* wrong type.*did you mean access\?/);
    expect(done.stderr).toBe('4 files checked: 2 problems\n');
    const json = await run('check', 'policies/broken', '--output', 'json');
    expect(JSON.parse(json.stdout)).toMatchObject([{ code: 'unsafe-variable', row: 3 }]);
  });

  test('names what policies are never asked, as a server does', async () => {
    const done = await run('check', 'typos');
    expect(done).toMatchObject({ exitCode: 1, stderr: '1 file checked: 2 problems\n' });
    expect(done.stdout).toBe(
      'typos/policy.rego:3:23: input.resource.memory_bg is never defined; did you mean ' +
        'input.resource.memory_gb? [input-mismatch]\n' +
        'typos/policy.rego:5:39: input.action is never "crate_vm"; did you mean "create_vm"? ' +
        '[input-mismatch]\n',
    );
  });

  test('only warns of names of a later release, where text or flag say so', async () => {
    const annotated = await run('check', 'later');
    expect(annotated.exitCode).toBe(0);
    expect(annotated.stdout).toContain('later/policy.rego:6:23: warning: input.resource.gpus is');
    expect(annotated.stdout).toContain('1 file checked: 1 warning\n');
    const flagged = await run('check', 'typos', '--allow-unknown');
    expect(flagged.exitCode).toBe(0);
    expect(flagged.stdout).toContain('1 file checked: 2 warnings\n');
  });

  test.each([
    ['a place that is not there', ['check', 'nowhere'], 'cannot read policies from nowhere'],
    ['a place without policies', ['check', 'policies/small/README'], 'cannot read policies'],
    ['no place', ['check'], "missing required argument 'paths'"],
    ['an unknown version', ['check', '.', '--rego-version', 'v2'], 'Allowed choices are auto'],
  ])('is used wrongly with %s', async (_what, argv, message) => {
    const done = await run(...argv);
    expect(done.exitCode).toBe(2);
    expect(done.stderr).toContain(message);
  });
});

describe('novacron policy schema', () => {
  test('prints the whole input, or that for one action', async () => {
    const whole = JSON.parse((await run('schema')).stdout);
    expect(whole).toMatchObject({ title: 'policy_input', definitions: { vm: {}, volume: {} } });
    const one = JSON.parse((await run('schema', '--action', 'create_vm')).stdout);
    expect(one.properties.action.enum).toEqual(['create_vm']);
    expect(Object.keys(one.definitions)).toEqual(['vm']);
  });

  test('knows the actions', async () => {
    const done = await run('schema', '--action', 'crate_vm');
    expect(done.exitCode).toBe(2);
    expect(done.stderr).toContain('did you mean create_vm?');
  });
});

describe('what commands read', () => {
  const files = {
    '-': 'package a\n\nfooBar if input.kind == "Pod"\n',
    'rules/a.rego': 'package a\n\nallow if input.kind == "Pod"\n',
    'rules/charts/values.yaml': 'a: 1\n---\nb: {{ x }}\n',
    'rules/old/b.rego': 'package b\n\nallow if {\n',
  };
  const ask = (...argv: readonly string[]) => runInProcess(['policy', ...argv], { files });

  test('is standard input for `-`', async () => {
    const checked = await ask('check', '-');
    expect(checked).toMatchObject({ exitCode: 1, stderr: '1 file checked: 1 problem\n' });
    expect(checked.stdout).toContain('-:3:11: input.kind is never defined');
    expect((await ask('lint', '-')).stdout).toContain('-:3:1: Write fooBar in snake_case.');
  });

  test.each(['check', 'test'])('%s names the flag for what is in two directories', async (verb) => {
    const parts = {
      'lib/a.rego': 'package lib.a\n\nsmall(gb) if gb < 8\n',
      'use/b.rego':
        'package b\n\nimport data.lib.a\n\nallow if a.small(input.resource.memory_gb)\n',
      'use/b_test.rego': 'package b_test\n\nimport data.lib.a\n\ntest_a if a.small(4)\n',
    };
    const apart = await runInProcess(['policy', verb, 'lib', 'use'], { files: parts });
    expect(apart.stdout).toContain('Its package is in another directory: use --together.');
    const whole = await runInProcess(['policy', verb, '--together', 'lib', 'use'], {
      files: parts,
    });
    expect(whole.exitCode).toBe(0);
  });

  test('leaves alone what --ignore-files matches', async () => {
    const ignored = ['--ignore-files', 'charts/', '--ignore-files', 'old'];
    const checked = await ask('check', 'rules', '--any-input', ...ignored);
    expect(checked).toMatchObject({ exitCode: 0, stdout: '1 file checked: no problems\n' });
    expect(await ask('fmt', '--check', 'rules', ...ignored)).toMatchObject({ exitCode: 0 });
    expect((await ask('test', 'rules', ...ignored)).stderr).toContain('no tests found');
    expect((await ask('check', 'rules', '--any-input')).exitCode).toBe(1);
  });
});

describe('novacron policy fmt', () => {
  test('formats files that need it, and lists them', async () => {
    const done = await run('fmt', 'ugly.rego', 'policies/small');
    expect(done).toMatchObject({ exitCode: 0, stdout: 'ugly.rego\n' });
    expect(done.written).toEqual({
      'ugly.rego': 'package ugly\n\nallow if {\n\tinput.x == 1\n}\n',
    });
  });

  test('only lists files with --check, and leaves mistakes alone', async () => {
    const check = await run('fmt', '--check', 'ugly.rego');
    expect(check).toMatchObject({ exitCode: 1, stdout: 'ugly.rego\n', written: {} });
    const files = { '-': 'package a\nallow if {', 'b.rego': 'package b\nallow if {' };
    const broken = await runInProcess(['policy', 'fmt', 'b.rego'], { files });
    expect(broken).toMatchObject({ exitCode: 1, written: {} });
    expect(broken.stdout).toContain('b.rego:2:');
    const input = await runInProcess(['policy', 'fmt', '-'], { files });
    expect(input.exitCode).toBe(1);
    expect(input.stderr).toContain('[parse-error]');
  });

  test('holds standard input against its form with --check', async () => {
    const check = (text: string) =>
      runInProcess(['policy', 'fmt', '--check', '-'], { files: { '-': text } });
    expect(await check('package a\nx:=1')).toMatchObject({ exitCode: 1, stdout: '-\n' });
    expect(await check('package a\n\nx := 1\n')).toMatchObject({ exitCode: 0, stdout: '' });
  });

  test('shows with --diff what it would change, and changes nothing', async () => {
    const done = await run('fmt', '--diff', 'ugly.rego', 'policies/small');
    expect(done).toMatchObject({ exitCode: 0, written: {} });
    expect(done.stdout).toMatch(/^--- a\/ugly.rego\n\+\+\+ b\/ugly.rego\n@@ -1/);
    expect(done.stdout).toContain('\n+allow if {\n+\tinput.x == 1\n+}\n');
    const checked = await run('fmt', '--diff', '--check', 'ugly.rego');
    expect(checked).toMatchObject({ exitCode: 1, written: {}, stdout: done.stdout });
  });

  test('formats standard input to standard output', async () => {
    const done = await runInProcess(['policy', 'fmt', '-'], { files: { '-': 'package a\nx:=1' } });
    expect(done).toMatchObject({ exitCode: 0, stdout: 'package a\n\nx := 1\n' });
  });
});

describe('novacron policy test', () => {
  test('counts what passed and what is covered', async () => {
    const done = await run('test', 'policies/small', '--coverage');
    expect(done).toMatchObject({ exitCode: 0 });
    expect(done.stdout).toBe(
      'not covered: policies/small/policy.rego: 10\n' +
        "1 passed, 0 failed, 50 % of the policies' lines covered\n",
    );
  });

  test('shows the line that failed', async () => {
    const done = await run('test', 'failing');
    expect(done).toMatchObject({ exitCode: 1, stderr: '1 test failed\n' });
    expect(done.stdout).toContain('failed: data.small_test.test_many\n');
    expect(done.stdout).toContain(
      '  failing/policy_test.rego:7: small.deny == {"too much"} with input as ',
    );
    expect(done.stdout).toContain('skipped: data.small_test.todo_test_more\n');
    expect(done.stdout).toContain('0 passed, 1 failed, 1 skipped');
  });

  test('writes JSON', async () => {
    const done = await run('test', 'failing', '--format', 'json');
    expect(JSON.parse(done.stdout)).toMatchObject({
      tests: [
        { name: 'data.small_test.test_many', outcome: 'failed', failed_at: { row: 7 } },
        { outcome: 'skipped' },
      ],
      coverage: { percent: 50 },
    });
  });

  const CASES = `package cases_test

test_sizes[name] if {
	some name, gb in {"small": 8, "large": 128}
	gb <= 64
}

test_other if 1 == 1
`;

  test('names the cases that fail, and with --verbose what passes', async () => {
    const files = { 'cases_test.rego': CASES };
    const failed = await runInProcess(['policy', 'test', 'cases_test.rego'], { files });
    expect(failed).toMatchObject({ exitCode: 1, stderr: '1 test failed\n' });
    expect(failed.stdout).toContain('failed: data.cases_test.test_sizes\n  failed: large\n');
    expect(failed.stdout).not.toContain('passed:');
    const all = await runInProcess(['policy', 'test', '-v', 'cases_test.rego'], { files });
    expect(all.stdout).toContain('  passed: small\n');
    expect(all.stdout).toContain('passed: data.cases_test.test_other\n');
    const json = await runInProcess(['policy', 'test', '--format=json', '.'], { files });
    expect(JSON.parse(json.stdout).tests[0].cases).toEqual([
      { name: 'large', outcome: 'failed' },
      { name: 'small', outcome: 'passed' },
    ]);
  });

  test('shows printed lines so that none looks like one of its own', async () => {
    const text = 'package a_test\n\ntest_a if print("a\\n::error::b")\n';
    const files = { 'a_test.rego': text };
    const done = await runInProcess(['policy', 'test', 'a_test.rego'], { files });
    expect(done.stdout).toContain('  a_test.rego:3: a\n  | ::error::b\n');
  });

  const PRINTED = [
    { file: 'printing/policy.rego', row: 4, text: 'asked about y' },
    { file: 'printing/policy_test.rego', row: 9, text: '<done>' },
  ];

  test('shows what print wrote, under its test', async () => {
    const done = await run('test', 'printing');
    expect(done.stdout).toBe(
      'passed: data.printing_test.test_denied\n' +
        '  printing/policy.rego:4: asked about x\n' +
        'failed: data.printing_test.test_allowed\n' +
        '  printing/policy.rego:4: asked about y\n' +
        '  printing/policy_test.rego:9: <done>\n' +
        '  printing/policy_test.rego:10: false\n' +
        "1 passed, 1 failed, 100 % of the policies' lines covered\n",
    );
    const json = await run('test', 'printing', '--format', 'json');
    expect(JSON.parse(json.stdout).tests[1]).toMatchObject({ prints: PRINTED });
    const junit = await run('test', 'printing', '--format', 'junit');
    expect(junit.stdout).toContain(
      '<system-out>printing/policy.rego:4: asked about x&#10;</system-out>',
    );
    expect(junit.stdout).toContain('policy_test.rego:9: &lt;done&gt;&#10;</system-out>');
  });

  test('writes JUnit', async () => {
    const done = await run('test', 'failing', '--format', 'junit');
    expect(done.stdout).toContain(
      '<testsuite name="failing/policy_test.rego" tests="2" failures="1" errors="0" skipped="1"',
    );
    expect(done.stdout).toMatch(/<failure message="failing\/policy_test.rego:7: .*&quot;too much/);
    expect(done.stdout).toContain('<skipped message="to be written"></skipped>');
  });

  test('prints no coverage where nothing ran', async () => {
    const done = await run('test', 'policies/broken');
    expect(done.stdout).toMatch(/\n0 passed, 0 failed\n$/);
  });

  test.each([
    [
      'too little is covered',
      ['test', 'policies/small', '--threshold', '90'],
      'coverage is 50 %, below',
    ],
    ['nothing is a test', ['test', 'ugly.rego'], 'no tests found'],
    ['nothing matches', ['test', 'policies/small', '--run', 'none'], 'no tests found'],
    [
      'a text has a mistake',
      ['test', 'policies/broken'],
      '1 problem: these policies were not tested',
    ],
  ])('fails where %s', async (_what, argv, message) => {
    const done = await run(...argv);
    expect(done.exitCode).toBe(1);
    expect(done.stderr).toContain(message);
  });

  test.each([
    [['test', '.', '--run', '('], 'Invalid regular expression'],
    [['test', '.', '--threshold', '101'], 'Must be a number from 0 to 100'],
  ])('is used wrongly with %j', async (argv, message) => {
    const done = await run(...argv);
    expect(done.exitCode).toBe(2);
    expect(done.stderr).toContain(message);
  });
});

describe('novacron policy eval', () => {
  const files = { ...FILES, 'ask.yaml': 'resource:\n  memory_gb: 128\n', 'bad.json': '{' };
  Object.assign(files, {
    'two.yaml': 'a: 1\n---\na: 2\n',
    'tab.yaml': 'a:\n\tb: 1\n',
    'mark.json': '\uFEFF{"name": "web"}',
  });
  const evaluate = (...argv: readonly string[]) =>
    runInProcess(['policy', 'eval', ...argv], { files });

  test.each([
    [['1 + 1'], '2\n'],
    [['data.small.deny', '--policies', 'policies/small', '--input', 'ask.yaml'], '"too large"'],
    [['x := 3; x > 2'], '"x": 3'],
    [['input.resource', '--input', 'ask.yaml', '--output', 'json'], '"memory_gb": 128'],
    [['input.name', '--input', 'mark.json'], '"web"'],
    [['data.name', '--data', 'mark.json'], '"web"'],
  ])('%j is reported', async (argv, text) => {
    const done = await evaluate(...argv);
    expect(done.exitCode).toBe(0);
    expect(done.stdout).toContain(text);
  });

  test.each([
    [['input.missing'], 1, 'undefined'],
    [['data.small.nothing', '--policies', 'policies/small'], 1, 'undefined'],
    [['1 +'], 2, 'query:1:4: A value was expected here, but the query ends. [parse-error]'],
    [['input', '--input', 'two.yaml'], 2, 'the input in two.yaml has 2 documents of YAML'],
    [['input', '--input', 'tab.yaml'], 2, 'YAML: Tabs are not allowed as indentation (line 2, '],
    [['true', '--input', 'bad.json'], 2, 'the input in bad.json is neither JSON nor YAML'],
    [['to_number("x") == 1', '--strict'], 3, 'evaluation failed'],
    [['count(numbers.range(1, 9999999))'], 3, 'a range has more than 1000000 numbers'],
    [['data.small.deny', '--policies', 'policies/broken'], 3, 'policies/broken'],
  ])('%j ends with %i', async (argv, exitCode, text) => {
    const done = await evaluate(...argv);
    expect(done.exitCode).toBe(exitCode);
    expect(done.stderr).toContain(text);
  });
});

describe('novacron policy eval and print', () => {
  test('shows what print wrote on standard error', async () => {
    const files = { ...FILES, 'ask.json': '{"name": "x"}' };
    const words = ['data.printing.deny', '--policies', 'printing', '--input', 'ask.json'];
    const done = await runInProcess(['policy', 'eval', ...words], { files });
    expect(done).toMatchObject({
      exitCode: 0,
      stdout: '[\n  "no"\n]\n',
      stderr: 'printing/policy.rego:4: asked about x\n',
    });
    const query = await run('eval', 'x := 1; print("x", x)');
    expect(query).toMatchObject({ exitCode: 0, stderr: 'query:1: x 1\n' });
  });

  test('finds out by itself which version of Rego a text is', async () => {
    const done = await run('eval', 'data.old', '--policies', 'old');
    expect(done).toMatchObject({ exitCode: 0, stdout: '{}\n' });
    const forced = await run('eval', 'data.old', '--policies', 'old', '--rego-version', 'v1');
    expect(forced.exitCode).toBe(3);
    expect(forced.stderr).toContain('old/policy.rego:3:');
  });
});

describe('novacron policy --explain', () => {
  const files = { ...FILES, 'ask.json': '{"name": "y"}' };
  const evaluate = (...argv: readonly string[]) =>
    runInProcess(['policy', 'eval', ...argv], { files });

  test('full shows each step with its place on standard error', async () => {
    const words = ['--policies', 'old', '--input', 'ask.json', '--explain', 'full'];
    const done = await evaluate('x := 1; not data.old.allow', ...words);
    expect(done.stdout).toBe('{\n  "x": 1\n}\n');
    expect(done.stderr).toBe(
      [
        'query:1            Enter query',
        'query:1            | Eval x := 1; not data.old.allow',
        'query:1            | Eval not data.old.allow',
        'query:1            | Eval data.old.allow',
        'old/policy.rego:3  | Enter data.old.allow',
        'old/policy.rego:3  | | Eval input.x == 1 }',
        'old/policy.rego:3  | | Fail input.x == 1 }',
        'query:1            | Fail data.old.allow',
        'query:1            | Exit query',
        '',
      ].join('\n'),
    );
  });

  test('fails shows what failed, with values, and the rules around it', async () => {
    const words = ['--policies', 'printing', '--input', 'ask.json', '--explain', 'fails'];
    const done = await evaluate('data.printing.deny', ...words);
    expect(done.stderr).toBe(
      [
        'printing/policy.rego:4: asked about y',
        'query:1                 Enter query',
        'printing/policy.rego:3  | Enter data.printing.deny',
        'printing/policy.rego:5  | | Fail input.name == "x"  (input.name = "y")',
        '',
      ].join('\n'),
    );
  });

  test('shows the steps up to an error', async () => {
    const done = await evaluate('{"a": [1, 2][_]}', '--explain', 'full', '--strict');
    expect(done.exitCode).toBe(0);
    const stopped = await evaluate('count(numbers.range(1, 9999999))', '--explain', 'full');
    expect(stopped.exitCode).toBe(3);
    expect(stopped.stderr).toContain('query:1  | Eval count(numbers.range(1, 9999999))\n');
  });

  test('shows tests that fail, and the values of the line that failed without it', async () => {
    const bare = await run('test', 'failing');
    expect(bare.stdout).toContain(
      '  failing/policy_test.rego:7: small.deny == {"too much"} with input as ' +
        '{"resource": {"cpu_cores": 65}}\n    data.small.deny = {"too many"}\n',
    );
    const full = await run('test', 'failing', '--explain', 'full');
    expect(full.stdout).toContain('  failing/policy.rego:8       | Enter data.small.deny\n');
    const json = await run('test', 'failing', '--format', 'json', '--explain', 'fails');
    const [failed] = JSON.parse(json.stdout).tests;
    expect(failed.failed_at.values).toEqual([{ name: 'data.small.deny', value: '{"too many"}' }]);
    expect(failed.trace[0]).toMatch(/policy_test.rego:5 .* Enter data.small_test.test_many$/);
    const junit = await run('test', 'failing', '--format', 'junit');
    expect(junit.stdout).toContain('data.small.deny = {&quot;too many&quot;}&#10;</failure>');
  });

  test.each([
    [['eval', '1', '--explain', 'some'], 'Allowed choices are fails, full'],
    [
      ['eval', 'data.limits.deny', '--bundle', 'limits.tar.gz', '--explain', 'full'],
      'a bundle with a module alone cannot be explained',
    ],
  ])('is used wrongly with %j', async (argv, message) => {
    const done = await run(...argv);
    expect(done.exitCode).toBe(2);
    expect(done.stderr).toContain(message);
  });
});

describe('novacron policy push', () => {
  const existing = {
    id: 'pol_01jd3v6t7re3h8z9k2m4n5p6q7',
    tenant_id: 'tnt_01jd3v6t7re3h8z9k2m4n5p6q7',
    revision: 1,
    schema_version: 1,
    desired_revision: '0123456789abcdef',
    created_by: 'a',
    updated_by: 'a',
    created_at: '2026-01-02T03:04:05.000Z',
    updated_at: '2026-01-02T03:04:05.000Z',
    name: 'Small VMs',
    type: 'resource',
    enforcement_mode: 'block',
    enabled: true,
    rule: POLICY,
    rego_version: 'v1',
    version: 1,
  };

  async function push(...argv: readonly string[]) {
    const server = await startFakeServer({
      'policy.list': () => ({ result: { items: [existing], next_cursor: null } }),
    });
    const env = { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'secret' };
    const done = await runInProcess(['policy', 'push', ...argv], { env, files: FILES });
    await server.close();
    return { ...done, calls: server.calls.filter(({ method }) => method !== 'policy.list') };
  }

  test('creates what is new and changes only what differs', async () => {
    const done = await push('policies/small', 'ugly.rego');
    expect(done.exitCode).toBe(0);
    expect(done.stdout).toBe(
      'update: Small VMs (enforcement_mode)\ncreate: ugly\n2 changed, 0 unchanged\n',
    );
    expect(done.calls.map(({ method, params }) => [method, params])).toEqual([
      ['policy.update', { id: existing.id, enforcement_mode: 'warn' }],
      [
        'policy.create',
        {
          name: 'ugly',
          type: 'resource',
          enforcement_mode: 'block',
          rule: FILES['ugly.rego'],
        },
      ],
    ]);
  });

  test('sends whom a policy is about, its priority and from when it decides', async () => {
    const done = await push('narrow');
    expect(done.calls[0]?.params).toEqual({
      name: 'Narrow',
      type: 'resource',
      enforcement_mode: 'block',
      rule: FILES['narrow/policy.rego'],
      selector: { kinds: ['vm'], labels: { tier: 'db' } },
      scope: 'namespace/production',
      actions: ['create_vm', 'update_vm'],
      priority: 7,
      active_from: '2026-12-01T08:00:00Z',
      platform_writes: true,
    });
    const wrong = await push('wrong');
    expect(wrong).toMatchObject({ exitCode: 1, calls: [] });
    expect(wrong.stderr).toContain('has a wrong priority: ');
    expect(wrong.stderr).toContain('has a wrong selector: ');
  });

  test('sends a bundle of OPA as it is, under what its manifest says', async () => {
    const done = await push('limits.tar.gz', 'ugly.rego');
    expect(done.stdout).toBe('create: ugly\ncreate: Limits\n2 changed, 0 unchanged\n');
    expect(done.calls[1]?.params).toEqual({
      name: 'Limits',
      type: 'security',
      enforcement_mode: 'block',
      rule: FILES['limits.tar.gz'],
    });
    const broken = await push('broken.tar.gz');
    expect(broken).toMatchObject({ exitCode: 1, calls: [] });
    expect(broken.stderr).toContain('broken.tar.gz: it is not a gzip archive');
    expect((await push('missing.tar.gz')).exitCode).toBe(2);
  });

  test('changes nothing in a dry run', async () => {
    const done = await push('policies/small', '--dry-run');
    expect(done.stdout).toContain('1 to change, 0 unchanged\n');
    expect(done.calls).toEqual([]);
  });

  test('refuses two policies of one name and wrong heads, before anything is sent', async () => {
    const twice = await push('policies/small', 'failing');
    expect(twice).toMatchObject({ exitCode: 2, calls: [] });
    expect(twice.stderr).toContain('are both named Small VMs');
    const head = await push('policies/head');
    expect(head).toMatchObject({ exitCode: 1, calls: [] });
    expect(head.stderr).toContain('[bad-annotation]');
  });
});

describe('novacron policy fmt --v0-v1', () => {
  const files = {
    'old.rego':
      'package p\n\nimport future.keywords.in\n\ndeny[msg] { msg := "a"; 1 in input.x }\n',
    'new.rego': 'package p\n\nallow if input.x\n',
    'stuck.rego': 'package p\n\nallow { any(input.x) }\n',
  };

  test.each(['--v0-v1', '--rego-v1'])('moves texts of version 0: %s', async (flag) => {
    const argv = ['policy', 'fmt', flag, 'old.rego', 'new.rego'];
    const done = await runInProcess(argv, { files });
    expect(done).toMatchObject({ exitCode: 0, stdout: 'old.rego\n' });
    expect(done.written).toEqual({
      'old.rego':
        'package p\n\nimport rego.v1\n\ndeny contains msg if {\n\tmsg := "a"\n\t1 in input.x\n}\n',
    });
  });

  test('leaves alone what version 1 refuses, and says why', async () => {
    const done = await runInProcess(['policy', 'fmt', '--v0-v1', 'stuck.rego'], { files });
    expect(done.exitCode).toBe(1);
    expect(done.written).toEqual({});
    expect(done.stdout).toContain('stuck.rego:3:9: The builtin any is deprecated; use');
  });
});

describe('novacron policy check --strict', () => {
  const files = { 'a.rego': 'package a\n\nimport data.b\n\nallow if {\n\tx := input.action\n}\n' };

  test('makes errors of what is otherwise a warning', async () => {
    const lenient = await runInProcess(['policy', 'check', 'a.rego'], { files });
    expect(lenient.exitCode).toBe(0);
    expect(lenient.stdout).toContain('a.rego:3:1: warning: The import data.b is used for nothing');
    const strict = await runInProcess(['policy', 'check', '--strict', 'a.rego'], { files });
    expect(strict.exitCode).toBe(1);
    expect(strict.stdout).toContain('a.rego:6:2: The variable x has a value');
    expect(strict.stderr).toContain('1 file checked: 2 problems');
  });
});
