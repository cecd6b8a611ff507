import { describe, expect, test } from '@jest/globals';
import { PolicyDecision } from '@novacron/contract/admission/policy-verdict';
import { problem } from '@novacron/contract/problem/problem';
import { err } from '@novacron/contract/result';
import fc from 'fast-check';
import { answerOf, makePolicy, QUESTION } from '../../test/policies.ts';
import type { AnsweredPolicy } from './model/policy.ts';
import { planAdmission } from './plan-admission.ts';
import { MESSAGE_LENGTH_MAX, MESSAGES_MAX, readMessages } from './rules/read-messages.ts';
import { toPolicyProblem } from './to-policy-problem.ts';

function admit(...answered: readonly AnsweredPolicy[]) {
  return planAdmission({ question: QUESTION, answered, deferred: [] });
}

describe('messages', () => {
  test.each([
    { value: undefined, texts: [] },
    { value: null, texts: [] },
    { value: false, texts: [] },
    { value: '', texts: [] },
    { value: [], texts: [] },
    { value: {}, texts: [] },
    { value: true, texts: [null] },
    { value: 'no', texts: ['no'] },
    { value: ['no', 'never'], texts: ['no', 'never'] },
    { value: [{ msg: 'no' }, { message: 'never' }], texts: ['no', 'never'] },
    { value: { msg: 'no' }, texts: ['no'] },
    { value: { first: 'no', second: { msg: 'never' } }, texts: ['no', 'never'] },
    { value: [{ code: 7, b: 1 }], texts: ['{"b":1,"code":7}'] },
    { value: [7], texts: ['7'] },
  ])('of $value are $texts', ({ value, texts }) => {
    expect(readMessages(value).map(({ text }) => text)).toEqual(texts);
  });

  test.each([
    { field: 'memory_gb', path: ['memory_gb'] },
    { field: 'resource.memory_gb', path: ['memory_gb'] },
    { field: 'input.resource.memory_gb', path: ['memory_gb'] },
    { field: 'metadata.app.kubernetes.io/name', path: ['metadata', 'app.kubernetes.io/name'] },
    { field: ['metadata', 'tier'], path: ['metadata', 'tier'] },
    { field: '', path: undefined },
    { field: [], path: undefined },
    { field: ['metadata', 7], path: undefined },
    { field: 7, path: undefined },
    { field: undefined, path: undefined },
  ])('name the field $field: $path', ({ field, path }) => {
    expect(readMessages([{ msg: 'no', field }])[0]?.path).toEqual(path);
  });

  test('are cut where there are too many or where one is too long', () => {
    const many = readMessages(Array.from({ length: MESSAGES_MAX + 3 }, (_, index) => `m${index}`));
    expect(many).toHaveLength(MESSAGES_MAX + 1);
    expect(many.at(-1)?.text).toBe('and 3 more');
    const [long] = readMessages('x'.repeat(MESSAGE_LENGTH_MAX + 1));
    expect(long?.text).toHaveLength(MESSAGE_LENGTH_MAX + 1);
    expect(long?.text?.endsWith('…')).toBe(true);
  });
});

describe('a policy of type', () => {
  test.each([
    { type: 'access', allow: true, deny: undefined, outcome: 'allow', rule: 'data.novacron.allow' },
    { type: 'access', allow: false, deny: undefined, outcome: 'deny', rule: 'data.novacron.allow' },
    { type: 'access', allow: undefined, deny: [], outcome: 'deny', rule: 'data.novacron.allow' },
    { type: 'access', allow: 'true', deny: [], outcome: 'deny', rule: 'data.novacron.allow' },
    { type: 'access', allow: true, deny: ['no'], outcome: 'deny', rule: 'data.novacron.deny' },
    { type: 'resource', allow: true, deny: [], outcome: 'allow', rule: 'data.novacron.allow' },
    { type: 'resource', allow: false, deny: [], outcome: 'deny', rule: 'data.novacron.allow' },
    { type: 'resource', allow: undefined, deny: [], outcome: 'silent', rule: 'data.novacron' },
    { type: 'resource', allow: 'no', deny: [], outcome: 'error', rule: 'data.novacron' },
    {
      type: 'resource',
      allow: { allowed: false },
      deny: [],
      outcome: 'error',
      rule: 'data.novacron',
    },
    { type: 'security', allow: undefined, deny: true, outcome: 'deny', rule: 'data.novacron.deny' },
    { type: 'network', allow: true, deny: ['no'], outcome: 'deny', rule: 'data.novacron.deny' },
  ] as const)(
    '$type with allow $allow and deny $deny says $outcome',
    ({ type, allow, deny, outcome, rule }) => {
      const [verdict] = admit(answerOf({ type }, { allow, deny })).policies;
      expect(verdict).toMatchObject({ outcome, rule_path: rule });
    },
  );
});

describe('planAdmission', () => {
  const NAMES = ['a', 'b', 'c', 'd'] as const;
  const failure = err(problem('deadline-exceeded', { detail: 'too slow', remedy: '' }));
  const answers = fc.record({
    type: fc.constantFrom('access' as const, 'resource' as const),
    mode: fc.constantFrom('block' as const, 'warn' as const, 'audit' as const),
    allow: fc.constantFrom(true, false, undefined),
    deny: fc.constantFrom(undefined, [], ['no'], [{ msg: 'no', field: 'memory_gb' }], true),
    warn: fc.constantFrom(undefined, ['hm']),
    fails: fc.constantFrom('no', 'no', 'no', 'yes'),
  });
  const manyAnswers = fc.array(answers, { maxLength: NAMES.length }).map((all) =>
    all.map(({ type, mode, fails, ...answer }, index): AnsweredPolicy => {
      const answered = answerOf({ name: NAMES[index] ?? '', type, mode }, answer);
      return fails === 'yes' ? { ...answered, answer: failure } : answered;
    }),
  );

  test('allows when no policy is asked', () => {
    expect(admit()).toEqual({ allowed: true, reasons: [], policies: [], warnings: [], fields: [] });
  });

  test('refuses exactly when a policy in block mode denies or fails', () => {
    fc.assert(
      fc.property(manyAnswers, (answered) => {
        const { allowed, policies } = admit(...answered);
        const refusing = policies.filter(
          ({ mode, outcome }) => mode === 'block' && (outcome === 'deny' || outcome === 'error'),
        );
        expect(allowed).toBe(refusing.length === 0);
      }),
    );
  });

  test('never allows more when one more policy is asked', () => {
    fc.assert(
      fc.property(manyAnswers, ([first, ...rest]) => {
        if (first === undefined || admit(...rest).allowed) return;
        expect(admit(first, ...rest).allowed).toBe(false);
      }),
    );
  });

  test('never depends on the order of the answers', () => {
    const shuffled = manyAnswers.chain((answered) =>
      fc.shuffledSubarray([...answered], { minLength: answered.length }).map((other) => ({
        answered,
        other,
      })),
    );
    fc.assert(
      fc.property(shuffled, ({ answered, other }) => {
        const { policies, allowed } = admit(...answered);
        expect(admit(...other)).toMatchObject({ policies, allowed });
      }),
    );
  });

  test('never lets a policy in audit mode be felt', () => {
    fc.assert(
      fc.property(manyAnswers, (answered) => {
        const heard = admit(...answered.filter(({ policy }) => policy.mode !== 'audit'));
        const { policies: _, ...felt } = admit(...answered);
        expect(felt).toEqual({
          allowed: heard.allowed,
          reasons: heard.reasons,
          warnings: heard.warnings,
          fields: heard.fields,
        });
      }),
    );
  });

  test('answers with what the contract says, and every refusal has a problem', () => {
    fc.assert(
      fc.property(manyAnswers, (answered) => {
        const decision = admit(...answered);
        expect(PolicyDecision.parse(decision)).toEqual(decision);
        if (decision.allowed) return;
        const found = toPolicyProblem(decision, QUESTION);
        expect(found.code).toBe('policy-denied');
        for (const reason of decision.reasons)
          expect(`p${found.detail}`).toContain(reason.slice(1));
        expect(found.fields).toEqual(decision.fields);
      }),
    );
  });

  test('says which policies refuse and nothing of the others in the data of the problem', () => {
    const decision = admit(
      answerOf({ name: 'fine' }, { allow: true }),
      answerOf({ name: 'guard', version: 4 }, { allow: false, deny: ['no'] }),
      answerOf({ name: 'loud', mode: 'warn' }, { allow: false }),
    );
    expect(toPolicyProblem(decision, QUESTION).data).toEqual({
      policies: [
        {
          policy: 'guard',
          version: 4,
          mode: 'block',
          outcome: 'deny',
          reasons: ['no'],
          rule_path: 'data.novacron.deny',
        },
      ],
    });
  });

  test('points at the field that a message names, under the name that the request uses', () => {
    const question = { ...QUESTION, resource: { type: 'volume', id: null, name: 'data' } };
    const answered = [
      answerOf({ type: 'resource' }, { deny: [{ msg: 'no nvme', field: 'volume_type' }] }),
    ];
    const { fields } = planAdmission({ question, answered, deferred: [] });
    expect(fields).toEqual([{ path: ['type'], message: 'no nvme' }]);
  });

  test('points at no field for a policy that only warns', () => {
    const deny = [{ msg: 'no', field: 'memory_gb' }];
    expect(admit(answerOf({ type: 'resource', mode: 'warn' }, { deny })).fields).toEqual([]);
  });

  test('counts a deferred policy neither for nor against', () => {
    const policy = makePolicy({ name: 'later' });
    const decision = planAdmission({
      question: QUESTION,
      answered: [],
      deferred: [{ policy, unknownFields: ['network_id'] }],
    });
    expect(decision.allowed).toBe(true);
    expect(decision.policies).toMatchObject([
      { policy: 'later', outcome: 'deferred', unknown_fields: ['network_id'] },
    ]);
  });

  test('makes no problem of what is allowed: that is a fault of its caller', () => {
    expect(() => toPolicyProblem(admit(), QUESTION)).toThrow('broken invariant');
  });
});
