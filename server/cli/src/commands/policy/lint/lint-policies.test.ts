/** `novacron policy lint`, as its users meet it. */
import { describe, expect, test } from '@jest/globals';
import { runInProcess } from '../../../test-kit/run-in-process.ts';

const FILES = {
  'policies/access.rego': 'package novacron\n\nisAdmin if 1 == 1\n',
  'policies/limits/limits.rego': 'package novacron.limits\n\nmax_gb := 64\n',
  'old/access.rego': 'package novacron\n\nisAdmin if 1 == 1\n',
  'old/.regal/config.yaml':
    'rules: {style: {default: {level: warning}}, bugs: {default: {level: warning}}}\n',
  'wrong/access.rego': 'package novacron\n',
  'wrong/.regal.yaml': 'rules: {bugs: {duplicate-rule: {level: loud}}}\n',
  'broken/access.rego': 'package novacron\n\nallow if {\n',
  'quiet.yaml': 'rules: {default: {level: ignore}}\n',
};

function run(...argv: readonly string[]) {
  return runInProcess(['policy', 'lint', ...argv], { files: FILES });
}

test('says where, what, by which rule, and where to read about it', async () => {
  const done = await run('policies');
  expect(done.exitCode).toBe(1);
  expect(done.stdout).toBe(`policies/access.rego:3:1: Write isAdmin in snake_case. \
[style/prefer-snake-case]
policies/access.rego:3:12: This condition is the same for every input; remove it or compare a \
value. [bugs/constant-condition]

More about these rules:
  docs/reference/policy-lint.md#prefer-snake-case
  docs/reference/policy-lint.md#constant-condition
`);
  expect(done.stderr).toBe('2 files linted: 2 errors\n');
});

test('is content with good texts', async () => {
  const done = await run('policies/limits');
  expect(done).toMatchObject({ exitCode: 0, stdout: '1 file linted: no findings\n' });
});

describe('rules are chosen', () => {
  test.each([
    [['policies', '--disable', 'style', '--disable', 'constant-condition'], 0, 'no findings'],
    [['policies', '--config-file', 'quiet.yaml'], 0, 'no findings'],
    [['policies', '--ignore-files', 'access.rego'], 0, '1 file linted: no findings'],
    [['policies/limits', '--enable', 'missing-metadata'], 1, '[custom/missing-metadata]'],
    [['old'], 0, 'warning: Write isAdmin'],
    [['old', '--fail-level', 'warning'], 1, 'warning: Write isAdmin'],
  ])('by flags and files: %j', async (argv, exitCode, words) => {
    const done = await run(...argv);
    expect(done.exitCode).toBe(exitCode);
    expect(done.stdout).toContain(words);
  });

  test.each([
    [['policies', '--disable', 'line-lenght'], 'did you mean line-length?'],
    [
      ['wrong'],
      'the configuration in wrong/.regal.yaml is wrong: rules.bugs.duplicate-rule.level is',
    ],
    [['policies', '--config-file', 'no.yaml'], 'cannot read the configuration from no.yaml'],
    [['nowhere'], 'cannot read policies from nowhere'],
  ])('wrongly: %j', async (argv, words) => {
    const done = await run(...argv);
    expect(done.exitCode).toBe(2);
    expect(done.stderr).toContain(words);
  });
});

test('a text that does not parse is reported, and the others linted', async () => {
  const done = await run('broken', 'policies');
  expect(done.exitCode).toBe(3);
  expect(done.stdout).toContain('broken/access.rego:4:1: ');
  expect(done.stdout).toContain('[style/prefer-snake-case]');
  expect(done.stderr).toContain('1 problem: not all files were linted');
});

describe('formats', () => {
  test('JSON has the findings with their lines', async () => {
    const { stdout } = await run('policies', '--format', 'json');
    const [finding] = JSON.parse(stdout).findings;
    expect(finding).toEqual({
      rule: 'prefer-snake-case',
      category: 'style',
      level: 'error',
      message: 'Write isAdmin in snake_case.',
      file: 'policies/access.rego',
      row: 3,
      column: 1,
      text: 'isAdmin if 1 == 1',
      docs: 'docs/reference/policy-lint.md#prefer-snake-case',
    });
  });

  test('SARIF has each rule once', async () => {
    const { stdout } = await run('old', 'policies', 'broken', '--format', 'sarif');
    const [sarif] = JSON.parse(stdout).runs;
    const ids = sarif.tool.driver.rules.map(({ id }: { id: string }) => id);
    expect(ids).toEqual(['prefer-snake-case', 'constant-condition', 'parses']);
    expect(sarif.results[1]).toMatchObject({
      ruleId: 'prefer-snake-case',
      level: 'warning',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'old/access.rego' },
            region: { startLine: 3, startColumn: 1 },
          },
        },
      ],
    });
  });

  test('JUnit fails for errors and texts that do not parse, not for warnings', async () => {
    const failing = await run('policies', 'broken', '--format', 'junit');
    expect(failing.stdout).toContain(
      '<testsuite name="policies/access.rego" tests="2" failures="2"',
    );
    expect(failing.stdout).toContain('errors="1"');
    const warned = await run('old', '--format', 'junit');
    expect(warned.stdout).toContain('tests="2" failures="0" errors="0" skipped="2"');
    const clean = await run('policies/limits', '--format', 'junit');
    expect(clean.stdout).toContain('tests="1" failures="0" errors="0"');
  });
});

describe('--fix', () => {
  const files = {
    'a.rego': 'package a\n\n#comment\nallow = true if input.x\n\nisBad if input.y\n',
    'b.rego': 'package b\n\nallow if input.x\n',
  };

  test('writes what has one right form, and reports the rest', async () => {
    const done = await runInProcess(['policy', 'lint', '--fix', 'a.rego', 'b.rego'], { files });
    expect(done.exitCode).toBe(1);
    expect(done.written).toEqual({
      'a.rego': 'package a\n\n# comment\nallow := true if input.x\n\nisBad if input.y\n',
    });
    expect(done.stdout).toContain('a.rego:6:1: Write isBad in snake_case.');
    expect(done.stdout).not.toContain('use-assignment-operator');
    expect(done.stderr).toContain('2 files linted: 2 findings fixed, 1 error');
  });

  test('leaves files alone without it', async () => {
    const done = await runInProcess(['policy', 'lint', 'a.rego'], { files });
    expect(done.written).toEqual({});
    expect(done.stdout).toContain('[style/use-assignment-operator]');
  });
});
