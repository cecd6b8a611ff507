import { describe, expect, test } from '@jest/globals';
import { answerOf, makePolicy, makeRequest, QUESTION } from '../../test/policies.ts';
import type { AskablePolicy } from './model/policy.ts';
import { planAdmission } from './plan-admission.ts';
import { planPolicyQuestions } from './plan-policy-questions.ts';

const DB = { tier: 'db' };
const vm = (metadata: Record<string, string> | null) => ({
  type: 'vm',
  id: null,
  name: 'web-01',
  fields: { name: 'web-01', metadata },
});

function ask(
  policy: Partial<AskablePolicy>,
  values: Parameters<typeof makeRequest>[0] = {},
): string {
  const policies = [makePolicy({ inputReferences: [], ...policy })];
  const plan = planPolicyQuestions(makeRequest({ ...values, policies }));
  const [deferred] = plan.deferred;
  if (deferred !== undefined) return `waits for ${deferred.unknownFields.join()}`;
  return plan.ask.length === 1 ? 'asked' : 'not asked';
}

describe('a policy is asked about', () => {
  test.each([
    ['every action where it names none', null, 'asked'],
    ['an action that it names', ['update_vm', 'create_vm'], 'asked'],
    ['no action that it does not name', ['update_vm'], 'not asked'],
  ])('%s', (_words, actions, answer) => {
    expect(ask({ actions })).toBe(answer);
  });

  test.each([
    ['every resource where it selects by nothing', { kinds: null, labels: null }, DB, 'asked'],
    ['a kind that it selects', { kinds: ['vm'], labels: null }, null, 'asked'],
    ['no other kind', { kinds: ['network'], labels: null }, null, 'not asked'],
    ['a resource with its labels', { kinds: null, labels: DB }, { ...DB, a: 'b' }, 'asked'],
    ['none with another value', { kinds: null, labels: DB }, { tier: 'web' }, 'not asked'],
    ['none without labels', { kinds: null, labels: DB }, null, 'not asked'],
    ['none of another kind with its labels', { kinds: ['volume'], labels: DB }, DB, 'not asked'],
  ])('%s', (_words, selector, metadata, answer) => {
    expect(ask({ selector }, { resource: vm(metadata) })).toBe(answer);
  });

  test('a resource whose labels the change takes away', () => {
    const selector = { kinds: null, labels: DB };
    const before = { name: 'web-01', metadata: DB };
    expect(ask({ selector }, { operation: 'vm.update', resource: vm(null), before })).toBe('asked');
  });

  test('labels that are not known yet, once they are known', () => {
    const selector = { kinds: ['vm'], labels: DB };
    const request = { resource: vm(null), unknownFields: ['metadata'] };
    expect(ask({ selector }, request)).toBe('waits for metadata');
    expect(ask({ selector: { kinds: ['vm'], labels: null } }, request)).toBe('asked');
  });
});

test('the reasons of the higher priority come first, then those of the earlier name', () => {
  const denied = (name: string, priority?: number) =>
    answerOf(
      { name, type: 'resource', ...(priority === undefined ? {} : { priority }) },
      { deny: [`no by ${name}`] },
    );
  const answered = [denied('b'), denied('z', 10), denied('a'), denied('y', 10)];
  for (const order of [answered, answered.toReversed()]) {
    const { reasons } = planAdmission({ question: QUESTION, answered: order, deferred: [] });
    expect(reasons).toEqual(['no by y', 'no by z', 'no by a', 'no by b']);
  }
});
