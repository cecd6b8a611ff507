import { expect, test } from '@jest/globals';
import type { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import { problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import type { Askable } from '../../../ports/policy-runtime.ts';
import { createDecisionMemo } from './decision-memo.ts';

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
  inputReferences: [{ path: ['resource', 'memory_gb'], complete: true }],
  volatileBuiltins: [],
};
const OTHER = { ...POLICY, id: 'pol_b', name: 'b' };

const question = (memory_gb: number, time = 'now'): PolicyInput => ({
  version: 1,
  action: 'create_vm',
  operation: 'vm.create',
  before: null,
  subject: { user_id: 'ann', role: 'admin', tenant: 'tnt_a' },
  resource: { type: 'vm', memory_gb },
  context: { client: 'rest', time, request_id: `req_${time}` },
});

const ALLOWED = { allowed: true, reasons: [], policies: [], warnings: [], fields: [] };
const ANSWER = ok({ allow: true, deny: undefined, warn: undefined, violation: undefined });

const known = createDecisionMemo();
const first = known.keyOf([POLICY], question(4));

test.each<[string, string | undefined, boolean]>([
  ['at another time, in another request', known.keyOf([POLICY], question(4, 'later')), true],
  ['about something else', known.keyOf([POLICY], question(8)), false],
  ['with one policy more', known.keyOf([POLICY, OTHER], question(4)), false],
  ['after the policy was changed', known.keyOf([{ ...POLICY }], question(4)), false],
])('a question %s', (_what, key, isSame) => {
  expect(first).toBeDefined();
  expect(key === first).toBe(isSame);
});

test.each<[string, Askable]>([
  ['that looks at the clock', { ...POLICY, volatileBuiltins: ['time.now_ns'] }],
  ['that reads the moment', { ...POLICY, inputReferences: [{ path: [], complete: false }] }],
  ['whose input paths are unknown', { ...POLICY, volatileBuiltins: undefined }],
])('a policy %s is asked every time, and with it all others', (_what, policy) => {
  expect(known.keyOf([POLICY, policy], question(4))).toBeUndefined();
});

test('a failure is asked again, and answers found again are told as such', () => {
  const key = String(first);
  const failed = err(problem('deadline-exceeded', { detail: 'late', remedy: 'wait' }));
  const answered = (answer: typeof ANSWER | typeof failed) => [
    { policy: POLICY, answer, from: 'policy' as const },
  ];
  known.keep(key, { answered: answered(failed), decision: ALLOWED });
  expect(known.find(key)).toBeUndefined();
  known.keep(key, { answered: answered(ANSWER), decision: ALLOWED });
  expect(known.find(key)).toEqual({
    answered: [{ policy: POLICY, answer: ANSWER, from: 'policy' }],
    decision: ALLOWED,
    policiesCached: 1,
  });
});

test('long questions and long answers are not kept', () => {
  const long = { ...question(4), resource: { type: 'vm', name: 'a'.repeat(3_000) } };
  expect(known.keyOf([POLICY], long)).toBeUndefined();
  const key = String(known.keyOf([POLICY], question(16)));
  const answer = ok({ ...ANSWER.value, deny: ['no '.repeat(5_000)] });
  const answered = [{ policy: POLICY, answer, from: 'policy' as const }];
  known.keep(key, { answered, decision: ALLOWED });
  expect(known.find(key)).toBeUndefined();
});
