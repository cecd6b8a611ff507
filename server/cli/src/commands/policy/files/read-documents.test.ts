import { describe, expect, test } from '@jest/globals';
import { runInProcess } from '../../../test-kit/run-in-process.ts';

const FILES = {
  'policies/small/policy.rego': `package small

deny contains "too large" if input.resource.memory_gb > data.small.limits.memory_gb
`,
  'policies/small/policy_test.rego': `package small_test

import data.small

test_large if small.deny == {"too large"} with input as {"resource": {"memory_gb": 9}}

test_regions if data.regions == ["eu", "us"]
`,
  'policies/small/limits.yaml': 'limits:\n  memory_gb: 8\n',
  'policies/small/more.json': '{"limits": {"cpu_cores": 4}}',
  'policies/regions.json': '{"regions": ["eu", "us"]}',
  'policies/spread.yaml': 'apiVersion: orchestration/v1\nkind: Policy\n',
  'other/limits.json': '{"small": {"limits": {"memory_gb": 16}}}',
  'extra.txt': 'small: {limits: {disk_gb: 100}}',
  'array.json': '[1]',
  'torn.yaml': 'a: [',
  'two.yaml': 'a: 1\n---\nb: 2\n',
  'deep/a/b/x.json': '{"c": 1}',
  'deep/a/y.json': '{"b": {"d": 2}}',
  'ask.json': '{"resource": {"memory_gb": 12}}',
  'hiding/policy.rego': 'package hiding\n\nlimits := {}\n\nallow := true\n',
  'hiding/data.json': '{"hiding": {"limits": {"memory_gb": 1}}}',
};

function run(words: string) {
  return runInProcess(['policy', ...words.split(' ')], { files: FILES });
}

describe('documents beside policies', () => {
  test('are data of tests, below the names of their folders', async () => {
    const done = await run('test policies');
    expect(done).toMatchObject({ exitCode: 0, stderr: '' });
    expect(done.stdout).toMatch(/^2 passed, 0 failed/);
  });

  test('of one folder are merged, and orchestration policies are none', async () => {
    const done = await run('eval data.small.limits --policies policies');
    expect(JSON.parse(done.stdout)).toEqual({ memory_gb: 8, cpu_cores: 4 });
    const all = await run('eval data --data policies');
    expect(Object.keys(JSON.parse(all.stdout))).toEqual(['regions', 'small']);
  });

  test('are counted by check', async () => {
    const done = await run('check policies');
    expect(done.stdout).toBe('2 files and 3 documents checked: no problems\n');
  });

  test('leave out the input', async () => {
    const done = await run('eval input --policies policies/small --data ask.json --input ask.json');
    expect(JSON.parse(done.stdout)).toEqual({ resource: { memory_gb: 12 } });
    const data = await run('eval data.resource --data ask.json --input ask.json');
    expect(data).toMatchObject({ exitCode: 1, stderr: 'undefined\n' });
  });
});

describe('--data', () => {
  test('takes files of any name, as often as it is named', async () => {
    const done = await run('eval data.small --data extra.txt --data policies');
    expect(JSON.parse(done.stdout)).toEqual({
      limits: { memory_gb: 8, cpu_cores: 4, disk_gb: 100 },
    });
  });

  test('takes directories, whose folders are names', async () => {
    const done = await run('eval data --data deep');
    expect(JSON.parse(done.stdout)).toEqual({ a: { b: { c: 1, d: 2 } } });
    const below = await run('eval data --data deep/a/b');
    expect(JSON.parse(below.stdout)).toEqual({ c: 1 });
  });
});

describe('documents that cannot be data', () => {
  test('name both files of a conflict', async () => {
    const message =
      'other/limits.json:1:1: data.small.limits.memory_gb is in policies/small/limits.yaml too; ' +
      'keep one of them. [bad-document]\n';
    const check = await run('check policies --data other');
    expect(check).toMatchObject({ exitCode: 1, stdout: message });
    const tested = await run('test policies --data other');
    expect(tested.exitCode).toBe(1);
    expect(tested.stdout).toContain(message);
    const evaluated = await run('eval data.small --policies policies --data other');
    expect(evaluated).toMatchObject({ exitCode: 3, stderr: `error: ${message}` });
  });

  test('name the rule that hides them', async () => {
    const done = await run('check hiding');
    expect(done.stdout).toBe(
      'hiding/policy.rego:3:1: data.hiding.limits is a rule here and a document in ' +
        'hiding/data.json. [conflict]\n',
    );
  });

  test.each([
    ['array.json', 'a document that is directly below data must be an object'],
    ['torn.yaml', 'it is neither JSON nor YAML'],
    ['two.yaml', 'it has 2 documents; keep one'],
  ])('%s is refused', async (file, message) => {
    const done = await run(`check policies --data ${file}`);
    expect(done.exitCode).toBe(1);
    expect(done.stdout).toContain(`${file}:1:1: ${message}`);
  });

  test('a place that is not there is wrong usage', async () => {
    const done = await run('test policies --data nowhere');
    expect(done.exitCode).toBe(2);
    expect(done.stderr).toContain('cannot read documents from nowhere');
  });
});
