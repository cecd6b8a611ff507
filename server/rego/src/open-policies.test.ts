import { describe, expect, test } from '@jest/globals';
import { openPolicies } from './open-policies.ts';

const ANSWERS = ['allow', 'deny'];

function openOne(text: string, clockMs?: () => number) {
  const opened = openPolicies({
    modules: { 'p.rego': text },
    answers: ANSWERS,
    timeoutMs: 50,
    ...(clockMs ? { clockMs } : {}),
  });
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  const [policy] = opened.value.policies;
  if (policy === undefined) throw new Error('no policy');
  return policy;
}

describe('openPolicies', () => {
  test('names what answers, and where', () => {
    const policy = openOne('# a comment\npackage a.b\n\ndeny contains "x" if input.y\n\nz := 1\n');
    expect(policy).toMatchObject({
      file: 'p.rego',
      at: { row: 2, column: 1 },
      packageName: 'a.b',
      answers: ['deny'],
      allows: 'never',
    });
    expect(policy.ask({ y: true })).toEqual({ deny: ['x'] });
    expect(policy.ask({})).toEqual({ deny: [] });
  });

  test('opens each package of texts that are compiled together', () => {
    const modules = {
      'a.rego': 'package a\n\nallow if data.lib.ok\n',
      'lib.rego': 'package lib\n\nok := true\n',
      'a_test.rego': 'package a_test\n\ntest_a if data.a.allow\n',
    };
    const isPolicy = (file: string) => !file.endsWith('_test.rego');
    const opened = openPolicies({ modules, isPolicy, answers: ANSWERS, timeoutMs: 50 });
    expect(opened.ok && opened.value.policies.map(({ packageName }) => packageName)).toEqual([
      'a',
      'lib',
    ]);
    expect(opened.ok && opened.value.policies[0]?.ask({})).toEqual({ allow: true });
  });

  test('stops a question that takes too long, and answers the next one', () => {
    let nowMs = 0;
    const policy = openOne(
      'package p\n\nallow if input.quick\n\ndeny contains "a" if {\n\tsome a in r\n' +
        '\tsome b in r\n\tsome c in r\n\ta + b + c < 0\n}\n\n' +
        'r := numbers.range(1, input.size)\n',
      () => {
        nowMs += 1;
        return nowMs;
      },
    );
    expect(() => policy.ask({ size: 3000 })).toThrow('The policy was not evaluated within 50 ms.');
    expect(policy.ask({ size: 2, quick: true })).toEqual({ allow: true, deny: [] });
  });

  test('reports what does not compile', () => {
    const opened = openPolicies({
      modules: { 'p.rego': 'package p\n\nallow if x\n' },
      answers: ANSWERS,
      timeoutMs: 50,
    });
    expect(opened.ok ? [] : opened.error.map(({ row }) => row)).toEqual([3]);
  });
});
