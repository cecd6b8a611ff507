import { expect, test } from '@jest/globals';
import type { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import { problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import type { Askable } from '../../../ports/policy-runtime.ts';
import { NO_TELEMETRY } from '../../../ports/telemetry.ts';
import { createDecisionCache } from './decision-cache.ts';

const POLICY: Askable = {
  id: 'pol_a',
  name: 'a',
  tenantId: 'tnt_a',
  type: 'resource',
  version: 1,
  mode: 'block',
  enabled: true,
  packageName: 'a',
  answers: ['deny'],
  ruleText: 'package a',
  dataReferences: [],
  inputReferences: [{ path: ['resource', 'memory_gb'], complete: true }],
  volatileBuiltins: [],
};

const question = (memory_gb: number, time = '2026-01-01T00:00:00Z'): PolicyInput => ({
  version: 1,
  action: 'create_vm',
  operation: 'vm.create',
  before: null,
  subject: { user_id: 'ann', role: 'admin', tenant: 'tnt_a' },
  resource: { type: 'vm', memory_gb },
  context: { time, request_id: `req_${time}` },
});

const ANSWER = { allow: undefined, deny: ['no'], warn: [], violation: [] };

/** Asks for each of some questions, and says which answers came from the cache. */
async function askAll(
  asked: readonly (readonly [Askable, PolicyInput])[],
  answer: () => ReturnType<typeof ok<typeof ANSWER>> | ReturnType<typeof err> = () => ok(ANSWER),
): Promise<readonly string[]> {
  const cache = createDecisionCache(NO_TELEMETRY);
  const from: string[] = [];
  for (const [policy, input] of asked) {
    // The problem of a failed evaluation is the port's own.
    from.push((await cache.answer(policy, input, async () => answer() as never)).from);
  }
  return from;
}

const READS_TIME = { ...POLICY, inputReferences: [{ path: ['context', 'time'], complete: true }] };
const READS_ALL = { ...POLICY, inputReferences: [{ path: [], complete: false }] };
const READS_CLIENT = {
  ...POLICY,
  inputReferences: [{ path: ['context', 'client'], complete: true }],
};

test.each<[string, readonly (readonly [Askable, PolicyInput])[], readonly string[]]>([
  [
    'once about what it reads, whatever else is asked',
    [
      [POLICY, question(4)],
      [POLICY, question(4, 'later')],
      [POLICY, question(8)],
    ],
    ['policy', 'cache', 'policy'],
  ],
  [
    'again when its text is another version',
    [
      [POLICY, question(4)],
      [{ ...POLICY, version: 2 }, question(4)],
      [{ ...POLICY, id: 'pol_b' }, question(4)],
    ],
    ['policy', 'policy', 'policy'],
  ],
  [
    'each time when it looks at the moment',
    [
      [READS_TIME, question(4)],
      [READS_TIME, question(4)],
      [READS_ALL, question(4)],
      [READS_ALL, question(4)],
      [READS_CLIENT, question(4)],
      [READS_CLIENT, question(4)],
    ],
    ['policy', 'policy', 'policy', 'policy', 'policy', 'cache'],
  ],
  [
    'each time when it calls a clock or chance, or may do so',
    [
      [{ ...POLICY, volatileBuiltins: ['time.now_ns'] }, question(4)],
      [{ ...POLICY, volatileBuiltins: ['time.now_ns'] }, question(4)],
      [{ ...POLICY, volatileBuiltins: undefined }, question(4)],
      [{ ...POLICY, volatileBuiltins: undefined }, question(4)],
    ],
    ['policy', 'policy', 'policy', 'policy'],
  ],
])('a policy is asked %s', async (_name, asked, from) => {
  expect(await askAll(asked)).toEqual(from);
});

test('a failure is not remembered, nor is an answer that is too long', async () => {
  const twice = [
    [POLICY, question(4)],
    [POLICY, question(4)],
  ] as const;
  const failed = () => err(problem('deadline-exceeded', { detail: 'slow', remedy: '' }));
  expect(await askAll(twice, failed)).toEqual(['policy', 'policy']);
  const long = () => ok({ ...ANSWER, deny: ['x'.repeat(5_000)] });
  expect(await askAll(twice, long)).toEqual(['policy', 'policy']);
});

test('what is known is answered at once, without waiting', async () => {
  const cache = createDecisionCache(NO_TELEMETRY);
  const ask = async () => ok(ANSWER);
  await cache.answer(POLICY, question(4), ask);
  const answered = { policy: POLICY, answer: ok(ANSWER), from: 'cache' };
  expect(cache.answer(POLICY, question(4, 'later'), ask)).toEqual(answered);
});

test('equal questions at the same time are one evaluation, and the ratio shows it', async () => {
  const ratios: number[] = [];
  const cache = createDecisionCache({
    ...NO_TELEMETRY,
    set: (_name, series) => void ratios.push(series[0]?.value ?? -1),
  });
  let evaluations = 0;
  const ask = async () => {
    evaluations += 1;
    return ok(ANSWER);
  };
  const asked = [1, 2, 3, 4].map(() => cache.answer(POLICY, question(4), ask));
  expect(new Set((await Promise.all(asked)).map(({ from }) => from)).size).toBe(2);
  expect(evaluations).toBe(1);
  expect(ratios.at(-1)).toBe(0.75);
});
