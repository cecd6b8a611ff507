import { describe, expect, test } from '@jest/globals';
import { problem } from '@novacron/contract/problem/problem';
import { err } from '@novacron/contract/result';
import { answerOf, makePolicy, QUESTION } from '../../test/policies.ts';
import type { AnsweredPolicy, AskablePolicy } from './model/policy.ts';
import type { PreviewedQuestion } from './model/preview.ts';
import { compareDraft, mayConcern, planPolicyPreview } from './plan-policy-preview.ts';

const ASKED: PreviewedQuestion = {
  question: QUESTION,
  principal: 'person',
  unknownFields: [],
  maskedPaths: [],
};

const MEMORY = [{ path: ['resource', 'memory_gb'], complete: true }];
const SIZES = makePolicy({ type: 'resource', answers: ['deny'], inputReferences: MEMORY });
const NETWORKS = makePolicy({ ...SIZES, selector: { kinds: ['network'], labels: null } });

describe('for a question', () => {
  test('both policies are asked', () => {
    const draft = { before: SIZES, after: makePolicy({ ...SIZES, version: 2 }) };
    expect(planPolicyPreview(ASKED, draft)).toEqual({ kind: 'ask', draft });
  });

  test.each<[string, AskablePolicy | undefined, AskablePolicy | undefined]>([
    ['a new policy that is about another kind', undefined, NETWORKS],
    ['a policy of another tenant', undefined, makePolicy({ ...SIZES, tenantId: 'tnt_2' })],
    ['no policy', undefined, undefined],
  ])('nothing changes by %s', (_what, before, after) => {
    expect(planPolicyPreview(ASKED, { before, after })).toEqual({ kind: 'unaffected' });
  });

  test('a draft that is no longer about it is the policy of today against none', () => {
    const step = planPolicyPreview(ASKED, { before: SIZES, after: NETWORKS });
    expect(step).toEqual({ kind: 'ask', draft: { before: SIZES, after: undefined } });
  });

  test.each<[string, Partial<PreviewedQuestion>, string]>([
    ['an unknown field that it reads', { unknownFields: ['memory_gb'] }, 'unknown_values'],
    ['a masked value', { maskedPaths: [['resource', 'memory_gb']] }, 'masked_values'],
    ['a masked member', { maskedPaths: [['resource', 'memory_gb', 'x']] }, 'masked_values'],
  ])('an answer that depends on %s is not guessed', (_what, more, reason) => {
    const step = planPolicyPreview({ ...ASKED, ...more }, { before: undefined, after: SIZES });
    expect(step).toEqual({ kind: 'unjudged', reason });
  });

  test('unknown and masked values that it does not read do not matter', () => {
    const asked = { ...ASKED, unknownFields: ['name'], maskedPaths: [['resource', 'user_data']] };
    expect(planPolicyPreview(asked, { before: undefined, after: SIZES }).kind).toBe('ask');
  });

  test('a policy is asked about what NovaCron itself did only where it opts in', () => {
    const asked = { ...ASKED, principal: 'platform' } as const;
    const ofPlatform = makePolicy({ ...SIZES, platformWrites: true });
    expect(planPolicyPreview(asked, { before: undefined, after: SIZES }).kind).toBe('unaffected');
    expect(planPolicyPreview(asked, { before: undefined, after: ofPlatform }).kind).toBe('ask');
  });
});

test.each<[string, Partial<AskablePolicy>, { action: string; kind: string }, boolean]>([
  ['any write', {}, { action: 'create_vm', kind: 'vm' }, true],
  ['no read', {}, { action: 'read', kind: 'vm' }, false],
  ['a read that it names', { actions: ['read'] }, { action: 'read', kind: 'vm' }, true],
  ['no other action', { actions: ['update_vm'] }, { action: 'create_vm', kind: 'vm' }, false],
  [
    'no other kind',
    { selector: { kinds: ['network'], labels: null } },
    { action: 'create_vm', kind: 'vm' },
    false,
  ],
  [
    'labels it does not know',
    { selector: { kinds: null, labels: { a: 'b' } } },
    { action: 'create_vm', kind: 'vm' },
    true,
  ],
])('a draft may concern %s', (_what, policy, about, wanted) => {
  const after = makePolicy({ ...SIZES, ...policy });
  expect(mayConcern({ before: undefined, after }, about)).toBe(wanted);
  expect(mayConcern({ before: after, after: undefined }, about)).toBe(wanted);
});

describe('compared answers', () => {
  const block = { type: 'resource', mode: 'block' } as const;
  const warn = { ...block, mode: 'warn' } as const;
  const denies = answerOf(block, { deny: ['too large'] });
  const silent = answerOf(block, {});
  const waived = {
    ...denies,
    waiver: { id: 'pwv_a', owner: 'ann', expires_at: '2026-12-31T00:00:00Z' },
  };
  const failed: AnsweredPolicy = {
    policy: makePolicy(block),
    answer: err(problem('internal', { detail: 'it conflicts with itself', remedy: 'Correct it.' })),
  };
  const refused = { effect: 'newly_refused', messages: ['too large'] };

  test.each<[string, AnsweredPolicy | undefined, AnsweredPolicy | undefined, unknown]>([
    ['a denial is a refusal', undefined, denies, refused],
    ['a denial where the policy was silent', silent, denies, refused],
    ['a denial where the policy only warned', answerOf(warn, { deny: ['a'] }), denies, refused],
    ['a denial where it was waived', waived, denies, refused],
    ['a waived denial', undefined, waived, { effect: 'newly_warned', messages: ['too large'] }],
    ['the same denial', denies, denies, undefined],
    [
      'silence after a denial',
      denies,
      silent,
      { effect: 'newly_allowed', messages: ['too large'] },
    ],
    [
      'no policy after a denial',
      denies,
      undefined,
      { effect: 'newly_allowed', messages: ['too large'] },
    ],
    ['silence', undefined, silent, undefined],
    [
      'a denial in warn mode',
      undefined,
      answerOf(warn, { deny: ['a'] }),
      { effect: 'newly_warned', messages: ['a'] },
    ],
    [
      'a denial in audit mode',
      undefined,
      answerOf({ ...block, mode: 'audit' }, { deny: ['a'] }),
      undefined,
    ],
    [
      'a warning',
      silent,
      answerOf(block, { warn: ['b'] }),
      { effect: 'newly_warned', messages: ['b'] },
    ],
    [
      'a warning that was given before',
      answerOf(block, { warn: ['b'] }),
      answerOf(warn, { warn: ['b'] }),
      undefined,
    ],
    [
      'a failure refuses',
      undefined,
      failed,
      {
        effect: 'newly_refused',
        messages: ['policy "guard" (version 1) could not be evaluated: it conflicts with itself'],
      },
    ],
  ])('%s', (_what, before, after, wanted) => {
    expect(compareDraft({ question: QUESTION, before, after })).toEqual(wanted);
  });
});
