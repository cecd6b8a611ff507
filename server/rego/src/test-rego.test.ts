import { describe, expect, test } from '@jest/globals';
import { coverageOf } from './coverage.ts';
import { type TestRegoOptions, testRego } from './test-rego.ts';

const POLICY = `package demo

default allow := false

allow if input.role == "admin"

allow if {
	input.role == "operator"
	some action in ["read", "list"]
	input.action == action
}

deny contains "too large" if {
	input.memory_gb > 64
}

never if {
	input.x == 1
}
`;

const TESTS = `package demo_test

import data.demo

test_admin if demo.allow with input as {"role": "admin"}

test_operator_reads if {
	demo.allow with input as {"role": "operator", "action": "read"}
	not demo.allow with input as {"role": "operator", "action": "write"}
}

test_large_is_denied if {
	demo.deny == set() with input as {"memory_gb": 8}
	demo.deny == {"too small"} with input as {"memory_gb": 128}
	count(demo.deny) == 1 with input as {"memory_gb": 128}
}

test_false := demo.allow

todo_test_viewer if false

test_conflict if {
	f(1) == 2
}

f(x) := 1 if x > 0

f(x) := 2 if x > 0
`;

function run(modules: Record<string, string>, options: Partial<TestRegoOptions> = {}) {
  const report = testRego({ modules, clockMs: () => 5, ...options });
  if (!report.ok) throw new Error(JSON.stringify(report.error));
  return report.value;
}

describe('the tests of policies', () => {
  const report = run({ 'demo.rego': POLICY, 'demo_test.rego': TESTS });
  const byName = new Map(report.tests.map((each) => [each.name, each]));

  test.each([
    ['test_admin', 'passed'],
    ['test_operator_reads', 'passed'],
    ['test_large_is_denied', 'failed'],
    ['test_false', 'failed'],
    ['todo_test_viewer', 'skipped'],
    ['test_conflict', 'errored'],
  ])('%s has %s', (name, outcome) => {
    const found = byName.get(`data.demo_test.${name}`);
    expect(found).toMatchObject({ outcome, file: 'demo_test.rego', durationMs: 0 });
  });

  test('that fail name the line that did not hold', () => {
    const failedAt = (name: string) => byName.get(`data.demo_test.${name}`)?.failedAt;
    expect(failedAt('test_large_is_denied')).toEqual({ row: 14, column: 2 });
    expect(failedAt('test_false')).toEqual({ row: 18, column: 1 });
    expect(failedAt('test_admin')).toBeUndefined();
  });

  test('that have no answer say why', () => {
    const { message } = byName.get('data.demo_test.test_conflict') ?? {};
    expect(message).toContain('more than one value');
  });

  test('cover lines of policies that they never name too', () => {
    const demo = report.coverage.find(({ file }) => file === 'demo.rego');
    expect(demo).toEqual({
      file: 'demo.rego',
      covered: [5, 7, 8, 9, 10, 13, 14],
      missed: [17, 18],
    });
    expect(coverageOf([{ file: 'a', covered: [1], missed: [2, 3, 4] }])).toBe(0.25);
    expect(coverageOf([])).toBe(1);
  });

  test('run alone when they are asked for', () => {
    const wants = (name: string) => name.endsWith('_admin');
    const { tests, coverage } = run({ 'demo.rego': POLICY, 'demo_test.rego': TESTS }, { wants });
    expect(tests.map(({ name }) => name)).toEqual(['data.demo_test.test_admin']);
    expect(coverage[0]?.covered).toEqual([5]);
  });

  test('say what is wrong with a text', () => {
    const report = testRego({ modules: { 'a.rego': 'package a\nallow if {' } });
    expect(report).toMatchObject({ ok: false, error: [{ file: 'a.rego', code: 'parse-error' }] });
  });

  test('reach the lines of comprehensions and of every', () => {
    const text = `package a

names := [name |
	some vm in input.vms
	name := vm.name
]

test_names if {
	every name in names {
		startswith(name, "web-")
		endswith(name, "-1")
		count(name) > 3
	} with input as {"vms": [{"name": "web-1"}, {"name": "web-2"}]}
	count(names) == 2
}
`;
    const { tests, coverage } = run({ 'a.rego': text });
    expect(tests[0]).toMatchObject({ outcome: 'failed', failedAt: { row: 12, column: 3 } });
    expect(coverage[0]).toMatchObject({ covered: [3, 4, 5, 9, 10, 11, 12], missed: [8, 14] });
  });
});

describe('a test that is a partial object', () => {
  const text = `package sizes_test

test_sizes[name] if {
	some name, given in {"small": {"gb": 8, "fits": true}, "large": {"gb": 128, "fits": true}}
	fits := given.gb <= 64
	fits == given.fits
}

test_pairs[i][given.name] if {
	some i, given in [{"name": "a", "gb": 1}, {"name": "b", "gb": 2}]
	given.gb < 3
}

test_fixed["one"] if 1 == 1

test_fixed["two"] if 1 == 2
`;
  const byName = new Map(run({ 'a_test.rego': text }).tests.map((each) => [each.name, each]));

  test('fails for a case that does not hold, and names it', () => {
    expect(byName.get('data.sizes_test.test_sizes')).toMatchObject({
      outcome: 'failed',
      cases: [
        { name: 'large', outcome: 'failed' },
        { name: 'small', outcome: 'passed' },
      ],
    });
  });

  test('passes if all cases hold, whatever their keys', () => {
    const { outcome, cases } = byName.get('data.sizes_test.test_pairs') ?? {};
    expect(outcome).toBe('passed');
    expect(cases?.map(({ name }) => name)).toEqual(['0, a', '1, b']);
  });

  test('has the cases that its definitions name', () => {
    const { outcome, cases } = byName.get('data.sizes_test.test_fixed') ?? {};
    expect(outcome).toBe('failed');
    expect(cases).toContainEqual({ name: 'two', outcome: 'failed' });
  });
});

test('definitions of one name are tests of their own', () => {
  const modules = {
    'a_test.rego': 'package a_test\n\ntest_a if 1 == 1\n\ntest_a if 1 == 2\n',
    'b_test.rego': 'package a_test\n\ntest_a if 2 == 2\n',
  };
  const { tests } = run(modules);
  expect(tests.map(({ name, outcome, at }) => [name, outcome, at.row])).toEqual([
    ['data.a_test.test_a', 'passed', 3],
    ['data.a_test.test_a#01', 'failed', 5],
    ['data.a_test.test_a#02', 'passed', 3],
  ]);
});

test('a test that does not end fails when its time is over, and the others run', () => {
  const text = `package a_test

test_slow if {
	count([1 |
		some i in numbers.range(1, 30000)
		some j in numbers.range(1, 30000)
		i == j
	]) > 0
}

test_after if 1 == 1
`;
  let nowMs = 0;
  // Each look at the clock is a second later.
  const clockMs = () => (nowMs += 1000);
  const { tests } = run({ 'a_test.rego': text }, { clockMs, timeoutMs: 3000 });
  expect(tests.map(({ outcome }) => outcome)).toEqual(['errored', 'passed']);
  expect(tests[0]?.message).toBe('It took longer than 3000 ms.');
});
