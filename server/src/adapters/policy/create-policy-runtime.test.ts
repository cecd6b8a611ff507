import { afterEach, describe, expect, test } from '@jest/globals';
import type { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import { problem } from '@novacron/contract/problem/problem';
import type { Logger } from '@novacron/runtime/logger';
import { compileModule, makeArchive } from '../../../rego/src/test-kit/make-bundle.ts';
import type { PolicyRuntime } from '../../ports/policy-runtime.ts';
import { createPolicyRuntime, type PolicyRuntimeOptions } from './create-policy-runtime.ts';

const INPUT: PolicyInput = {
  version: 1,
  action: 'create_vm',
  operation: 'vm.create',
  subject: { user_id: 'ann', role: 'admin', tenant: 't' },
  resource: { type: 'vm', cpu_cores: 4 },
  before: null,
  context: {},
};

const TERMS = { tenantId: 'tnt_a' } as const;

const QUICK = `package quick

allow if input.subject.role == "admin"

deny contains "too big" if input.resource.cpu_cores > 2
`;

/** Billions of rounds. */
const SLOW = `package slow

allow if count([1 | some a in range; some b in range; some c in range; a + b + c < 0]) > 0

range := numbers.range(1, 3000)
`;

/** A long document, which the host parses in its own memory. */
const GREEDY = `package greedy

allow if count(yaml.unmarshal(concat("", lines))) > 0

lines := [line | some i in numbers.range(1, 100000); line := "- x\\n"]
`;

describe('the policy runtime', () => {
  let runtime: PolicyRuntime;
  const lines: string[] = [];

  function start(options: PolicyRuntimeOptions = {}): PolicyRuntime {
    const write = (_fields: unknown, message: string) => lines.push(message);
    const logger: Logger = { debug: write, info: write, warn: write, error: write };
    runtime = createPolicyRuntime(logger, options);
    return runtime;
  }

  afterEach(async () => {
    await runtime.close();
    lines.length = 0;
  });

  test('refuses what its input never contains, unless the text was accepted before', async () => {
    const rule = 'package p\n\ndeny contains "no" if input.resource.memory_bg > 64\n';
    const mistake =
      'line 3, column 23: input.resource.memory_bg is never defined; ' +
      'did you mean input.resource.memory_gb?';
    expect(await start().compile(rule, TERMS)).toMatchObject({
      ok: false,
      error: {
        code: 'rule-invalid',
        detail: `The policy does not fit the input that policies are asked about. ${mistake}`,
        remedy: expect.stringContaining('novacron policy schema'),
        fields: [{ path: ['rule'], message: mistake }],
        data: { mistakes: [{ row: 3, column: 23 }] },
      },
    });
    const found = { row: 3, column: 23, message: mistake.replace('line 3, column 23: ', '') };
    const warned = { ok: true, value: { packageName: 'p', inspection: { mismatches: [found] } } };
    expect(await runtime.compile(rule, { ...TERMS, isAccepted: true })).toMatchObject(warned);
    // A server that starts compiles what it has stored.
    expect(await runtime.evaluate(rule, INPUT, TERMS)).toMatchObject({ ok: true });
  });

  test('finds out what a rule is: syntax, package, answers and what it reads', async () => {
    expect(await start().compile(QUICK, TERMS)).toMatchObject({
      ok: true,
      value: { regoVersion: 'v1', packageName: 'quick', answers: ['allow', 'deny'] },
    });
    const old = 'package old.style\n\ndeny["no"] { input.version == 2 }\n';
    expect(await runtime.compile(old, TERMS)).toMatchObject({
      ok: true,
      value: { regoVersion: 'v0', packageName: 'old.style', answers: ['deny'] },
    });
  });

  test('refuses text that is not Rego, with the place of every mistake', async () => {
    const wrong = await start().compile('package p\n\nallow if {\n  x := unknown_name\n}\n', TERMS);
    expect(wrong).toMatchObject({
      ok: false,
      error: {
        code: 'rule-invalid',
        detail: expect.stringMatching(/^The policy text is not valid Rego. line 4, column \d+: /),
        fields: [
          { path: ['rule'], message: expect.stringMatching(/^line 4, column 3: /) },
          { path: ['rule'], message: expect.stringMatching(/^line 4, column 8: /) },
        ],
        data: {
          mistakes: [
            { row: 4, column: 3, message: expect.stringContaining('"x"') },
            { row: 4, column: 8, message: expect.stringContaining('"unknown_name"') },
          ],
        },
      },
    });
  });

  test('answers a question with what the rule says about it', async () => {
    expect(await start().evaluate(QUICK, INPUT, TERMS)).toEqual({
      ok: true,
      value: { allow: true, deny: ['too big'], warn: undefined, violation: undefined },
    });
  });

  test('still runs what was accepted before its types were checked', async () => {
    const rule = 'package p\n\nallow if 1 == "a"\n\ndeny contains "no" if input.version == 1\n';
    expect(await start().compile(rule, TERMS)).toMatchObject({
      ok: false,
      error: { data: { mistakes: [{ row: 3, column: 10 }] } },
    });
    expect(await runtime.evaluate(rule, INPUT, TERMS)).toMatchObject({
      ok: true,
      value: { allow: undefined, deny: ['no'] },
    });
  });

  test('reports a rule that fails for its input', async () => {
    const rule =
      'package p\n\ndeny := {"a"} if input.version == 1\n\ndeny := {"b"} if input.version == 1\n';
    expect(await start().evaluate(rule, INPUT, TERMS)).toMatchObject({
      ok: false,
      error: { code: 'internal', detail: 'data.p.deny has more than one value' },
    });
  });

  test('cuts off a bundle that takes too long like any other policy', async () => {
    const rule = makeArchive([['/policy.wasm', compileModule(SLOW, ['slow/allow'])]]);
    start({ evaluateMsMax: 300 });
    expect(await runtime.evaluate(QUICK, INPUT, TERMS)).toMatchObject({ ok: true });
    const slow = runtime.evaluate(rule.toString('base64'), INPUT, TERMS);
    const behind = runtime.evaluate(QUICK, INPUT, TERMS);
    expect(await slow).toMatchObject({ ok: false, error: { code: 'deadline-exceeded' } });
    expect(await behind).toMatchObject({ ok: true });
  });

  test('cuts off a policy that takes too long; those behind it are answered', async () => {
    start({ evaluateMsMax: 300 });
    expect(await runtime.evaluate(QUICK, INPUT, TERMS)).toMatchObject({ ok: true });
    const before = runtime.evaluate(QUICK, INPUT, TERMS);
    const slow = runtime.evaluate(SLOW, INPUT, TERMS);
    const behind = [1, 2, 3].map(() => runtime.evaluate(QUICK, INPUT, TERMS));
    expect(await slow).toMatchObject({
      ok: false,
      error: {
        code: 'deadline-exceeded',
        detail: 'The policy was not evaluated within 300 ms.',
      },
    });
    for (const answer of await Promise.all([before, ...behind])) {
      expect(answer).toMatchObject({ ok: true, value: { allow: true } });
    }
  });

  test('answers for a thread that runs out of memory, and starts another one', async () => {
    start({ heapMibMax: 4 });
    for (const answer of await Promise.all(
      [1, 2].map(() => runtime.evaluate(QUICK, INPUT, TERMS)),
    )) {
      expect(answer).toMatchObject({
        ok: false,
        error: {
          code: 'unavailable',
          detail: expect.stringMatching(/^Policies cannot be evaluated now: /),
        },
      });
    }
    // Both wait for the same compiler.
    expect(lines).toEqual(['the policy worker died']);
  });

  test('names a text whose compilation ends its thread, and compiles the next one', async () => {
    start({ heapMibMax: 48 });
    const replaced = ' with input as 1'.repeat(8_000);
    const bomb = `${QUICK}\ndeny contains "x" if data.quick.z${replaced}\nz := 1\n`;
    expect(await runtime.compile(bomb, TERMS)).toMatchObject({
      ok: false,
      error: { code: 'rule-invalid', detail: expect.stringContaining('compilation ended') },
    });
    expect(await runtime.compile(QUICK, TERMS)).toMatchObject({ ok: true });
  });

  test('answers all callers when it is closed, and none afterwards', async () => {
    start();
    const waiting = [1, 2, 3].map(() => runtime.evaluate(SLOW, INPUT, TERMS));
    await runtime.close();
    const late = runtime.evaluate(QUICK, INPUT, TERMS);
    for (const answer of await Promise.all([...waiting, late])) {
      expect(answer).toMatchObject({
        ok: false,
        error: { code: 'unavailable', detail: expect.stringContaining('the server stops') },
      });
    }
  });
});

describe('tenants beside each other', () => {
  const logger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const LOOPER = { tenantId: 'tnt_loops' } as const;
  /** The time that is left, of 30 seconds. */
  const SUSPENDED =
    /^its last 3 evaluations exceeded their deadline or their memory, so it is not .* \d+ s$/;
  let runtime: PolicyRuntime;

  afterEach(() => runtime.close());

  test('are answered while many questions of one do not end', async () => {
    runtime = createPolicyRuntime(logger, { evaluateMsMax: 60_000 });
    await runtime.evaluate(QUICK, INPUT, TERMS);
    let ended = 0;
    const loops = Array.from({ length: 100 }, async () => {
      await runtime.evaluate(SLOW, INPUT, LOOPER);
      ended += 1;
    });
    for (let turn = 0; turn < 20; turn += 1) {
      expect(await runtime.evaluate(QUICK, INPUT, TERMS)).toMatchObject({ ok: true });
    }
    expect(ended).toBe(0);
    await runtime.close();
    await Promise.all(loops);
  });

  test('have a slow policy suspended each for itself, not in the quiet lane', async () => {
    runtime = createPolicyRuntime(logger, { evaluateMsMax: 50 });
    const ask = (tenantId: string, lane: 'shared' | 'quiet' = 'shared') =>
      runtime.evaluate(SLOW, INPUT, { tenantId, lane });
    const details: string[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      const answer = await ask('tnt_a');
      if (!answer.ok) details.push(answer.error.detail);
    }
    expect(details).toEqual([
      ...Array.from({ length: 3 }, () => 'The policy was not evaluated within 50 ms.'),
      expect.stringMatching(SUSPENDED),
    ]);
    for (const answer of [await ask('tnt_b'), await ask('tnt_a', 'quiet')]) {
      expect(answer).toMatchObject({ ok: false, error: { code: 'deadline-exceeded' } });
    }
  });

  test('are charged for threads that their policies end, and have these suspended', async () => {
    runtime = createPolicyRuntime(logger, { heapMibMax: 24, evaluateMsMax: 60_000 });
    const charged: number[] = [];
    const budget = { refuse: () => undefined, charge: (ms: number) => charged.push(ms) };
    const answers: string[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      const answer = await runtime.evaluate(GREEDY, INPUT, { ...TERMS, budget });
      if (!answer.ok) answers.push(answer.error.detail);
    }
    expect(answers).toEqual([
      ...Array.from({ length: 3 }, () => expect.stringContaining('ended the thread')),
      expect.stringMatching(SUSPENDED),
    ]);
    expect(charged.filter((ms) => ms > 1).length).toBeGreaterThanOrEqual(3);
    expect(await runtime.evaluate(QUICK, INPUT, TERMS)).toMatchObject({ ok: true });
    // Four threads are started and filled.
  }, 120_000);

  test('are compiled beside a compilation of another one that does not end', async () => {
    runtime = createPolicyRuntime(logger, { compileMsMax: 60_000 });
    const rules = Array.from({ length: 9_000 }, (_, at) => `r${at} if input.x == ${at}\n`);
    let ended = 0;
    const long = runtime.compile(`${QUICK}\n${rules.join('')}`, LOOPER).finally(() => {
      ended += 1;
    });
    expect(await runtime.compile(QUICK, TERMS)).toMatchObject({ ok: true });
    expect(ended).toBe(0);
    await runtime.close();
    await long;
  });

  test('are not charged for what a repair takes alone, and need not wait for it', async () => {
    runtime = createPolicyRuntime(logger, { evaluateMsMax: 50 });
    const charged: number[] = [];
    const budget = { refuse: () => undefined, charge: (ms: number) => charged.push(ms) };
    const terms = { ...TERMS, budget, lane: 'repair' } as const;
    expect(await runtime.evaluate(SLOW, INPUT, terms)).toMatchObject({
      ok: false,
      error: { code: 'deadline-exceeded' },
    });
    // Only for the time that it had beside the others.
    expect(charged).toEqual([50]);
    await runtime.close();

    runtime = createPolicyRuntime(logger, { evaluateMsMax: 60_000 });
    const alone = { ...TERMS, lane: 'quiet' } as const;
    const loop = runtime.evaluate(SLOW, INPUT, alone);
    expect(await runtime.evaluate(QUICK, INPUT, alone)).toMatchObject({ ok: true });
    await runtime.close();
    expect(await loop).toMatchObject({ ok: false, error: { code: 'unavailable' } });
  });

  test('are charged for what evaluations take, and not served beyond their budget', async () => {
    runtime = createPolicyRuntime(logger, { evaluateMsMax: 50 });
    const refusal = problem('rate-limited', { detail: 'used up', remedy: 'wait' });
    let left = 50;
    const budget = {
      refuse: () => (left > 0 ? undefined : refusal),
      charge: (ms: number) => {
        left -= ms;
      },
    };
    const terms = { ...TERMS, budget } as const;
    const answers = await Promise.all([1, 2].map(() => runtime.evaluate(SLOW, INPUT, terms)));
    expect(answers).toEqual([
      { ok: false, error: refusal },
      { ok: false, error: refusal },
    ]);
    const quiet = await runtime.evaluate(QUICK, INPUT, { ...terms, lane: 'quiet' });
    expect(quiet).toEqual({ ok: false, error: refusal });
    left = 90;
    expect(await runtime.evaluate(QUICK, INPUT, terms)).toMatchObject({ ok: true });
    expect(left).toBeLessThan(90);
  });
});
