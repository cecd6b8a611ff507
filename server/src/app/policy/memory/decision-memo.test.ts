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
  dataReferences: [],
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

const by = (role: string): PolicyInput => {
  const asked = question(4);
  return { ...asked, subject: { ...asked.subject, role } };
};

const named = (name: string): PolicyInput => {
  const asked = question(4);
  return { ...asked, resource: { ...asked.resource, name } };
};

const READS_NAME: Askable = {
  ...POLICY,
  id: 'pol_c',
  name: 'c',
  inputReferences: [{ path: ['resource', 'name'], complete: true }],
};

const ALLOWED = { allowed: true, reasons: [], policies: [], warnings: [], fields: [] };
const ANSWER = ok({ allow: true, deny: undefined, warn: undefined, violation: undefined });

const known = createDecisionMemo();
const first = known.keyOf([POLICY], question(4));

test.each<[string, string | undefined, boolean]>([
  ['at another time, in another request', known.keyOf([POLICY], question(4, 'later')), true],
  ['about another value that it reads', known.keyOf([POLICY], question(8)), false],
  ['by another role, which reasons name', known.keyOf([POLICY], by('viewer')), false],
  ['about another name, which it does not read', known.keyOf([POLICY], named('b')), true],
  ['beside a policy that reads the name', known.keyOf([POLICY, READS_NAME], named('b')), false],
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

test('questions that differ in what one of the policies reads have different keys', () => {
  const both = [POLICY, READS_NAME];
  expect(known.keyOf(both, named('a'))).not.toBe(known.keyOf(both, named('b')));
  expect(known.keyOf(both, named('a'))).toBe(known.keyOf(both, named('a')));
});

test('a failure is asked again, and answers found again are marked as such', () => {
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
  const long = named('a'.repeat(3_000));
  expect(known.keyOf([READS_NAME], long)).toBeUndefined();
  expect(known.keyOf([POLICY], long)).toBe(first);
  const key = String(known.keyOf([POLICY], question(16)));
  const answer = ok({ ...ANSWER.value, deny: ['no '.repeat(5_000)] });
  const answered = [{ policy: POLICY, answer, from: 'policy' as const }];
  known.keep(key, { answered, decision: ALLOWED });
  expect(known.find(key)).toBeUndefined();
});
