// The language level of commands that read policies from files.

import { describe, expect, test } from '@jest/globals';
import { runInProcess } from '../../test-kit/run-in-process.ts';

const OWNERS = `# METADATA
# title: Owners
# custom:
#   type: access
package owners

allow if not blocked(input.resource.metadata.owner)

blocked(owner) if owner == "eve"
`;

const TESTS = `package owners_test

import data.owners

test_without_an_owner if not owners.allow with input as {}
`;

const files = {
  'owners/policy.rego': OWNERS,
  'owners/policy_test.rego': TESTS,
  'old/policy.rego':
    'package old\n\nimport rego.v1\n\ndeny contains "a" if re_match("a", input.action)\n',
};

const run = (...argv: string[]) => runInProcess(['policy', ...argv], { files });

const CHANGE =
  'owners/policy.rego:7:10: warning: Where input.resource.metadata.owner is undefined, this ' +
  'negation holds at language level 1 and not at level 2, as in OPA: level 2 refuses what level ' +
  '1 allows. [language-level]\n';

/** Warning for a policy that its creator could not change. */
const REPAIR =
  'owners/policy.rego:5:1: warning: The policy denies its own change and its disabling to admin, ' +
  'role admin. [policy-trial]\n';

describe('novacron policy check', () => {
  test('warns where the levels differ, which is no mistake', async () => {
    const done = await run('check', 'owners');
    expect(done).toMatchObject({ exitCode: 0, stderr: '' });
    expect(done.stdout).toBe(`${REPAIR}${CHANGE}2 files checked: 2 warnings\n`);
    const json = await run('check', 'owners', '--output', 'json');
    expect(JSON.parse(json.stdout)).toMatchObject([
      { code: 'policy-trial', row: 5, column: 1 },
      { code: 'language-level', row: 7, column: 10 },
    ]);
  });

  test('refuses what OPA refuses, and warns of it at level 1', async () => {
    const found =
      'Version 1 of the language has no builtin re_match; use regex.match instead. ' +
      '[deprecated-builtin]\n';
    const done = await run('check', 'old');
    expect(done).toMatchObject({ exitCode: 1, stdout: `old/policy.rego:5:22: ${found}` });
    const earlier = await run('check', 'old', '--language-level', '1');
    expect(earlier.exitCode).toBe(0);
    expect(earlier.stdout).toContain(`old/policy.rego:5:22: warning: ${found}`);
  });

  test('has two levels', async () => {
    const done = await run('check', 'owners', '--language-level', '3');
    expect(done.exitCode).toBe(2);
    expect(done.stderr).toContain('Allowed choices are 1, 2.');
  });
});

test('novacron policy test runs texts as a server accepts them, or as it did earlier', async () => {
  expect(await run('test', 'owners')).toMatchObject({ exitCode: 0 });
  expect(await run('test', 'owners', '--language-level', '1')).toMatchObject({ exitCode: 1 });
});

test('novacron policy eval does so, too', async () => {
  const query = ['eval', 'data.owners.allow', '--policies', 'owners/policy.rego'];
  expect(await run(...query)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('undefined'),
  });
  const earlier = await run(...query, '--language-level', '1');
  expect(earlier).toMatchObject({ exitCode: 0, stdout: 'true\n' });
});
