/** Asks policies about a planned change, as the server will, and says what they find. */

import type { PolicyInput, PolicyVerdict } from '@novacron/contract/admission/policy-verdict';
import { JsonObject } from '@novacron/contract/json';
import { membersInQuestion, TEMPLATE } from '@novacron/contract/kinds/vm-group/member-in-question';
import { problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import type { AdmissionDecision } from '@novacron/engine/policy/model/policy';
import { planAdmission } from '@novacron/engine/policy/plan-admission';
import { planPolicyQuestions } from '@novacron/engine/policy/plan-policy-questions';
import { EvaluationError } from '@novacron/rego/evaluate/evaluation-error';
import type { PlannedResource } from '../../../terraform/planned-resource.ts';
import { asCheck } from './ask-checks.ts';
import { REVIEW_TENANT } from './load-policies.ts';
import type { Finding, Level, ReviewPolicy } from './report/review-model.ts';

/** Assumed user who applies the plan, and the time. */
export interface Requester {
  readonly role: string;
  readonly userId: string;
  /** RFC 3339, UTC. */
  readonly time: string;
}

/** A policy's verdict on one write. */
export interface Verdict {
  readonly policy: ReviewPolicy;
  readonly verdict: PolicyVerdict;
  /** Messages that name an attribute. */
  readonly fields: AdmissionDecision['fields'];
}

/** The writes that a change is made of, by the verbs of their operations. */
const WRITES: Readonly<Record<PlannedResource['change'], readonly Write[]>> = {
  create: ['create'],
  update: ['update'],
  delete: ['delete'],
  replace: ['delete', 'create'],
  // Would an update that changes nothing be admitted?
  none: ['update'],
};
type Write = 'create' | 'update' | 'delete';

/** Asks all policies about all writes of a change. */
export function askPolicies(
  policies: readonly ReviewPolicy[],
  resource: PlannedResource,
  asker: Requester,
): readonly Verdict[] {
  const askedMs = Date.parse(asker.time);
  const active = policies.filter(
    ({ activeFrom }) => activeFrom === null || Date.parse(activeFrom) <= askedMs,
  );
  return WRITES[resource.change].flatMap((write) => askAbout(active, resource, { asker, write }));
}

/** Asks about a write; about the members of a group, too, whose attributes are those of `vm`. */
function askAbout(
  policies: readonly ReviewPolicy[],
  resource: PlannedResource,
  asked: { readonly asker: Requester; readonly write: Write },
): readonly Verdict[] {
  const inTemplate = (name: string) => `${TEMPLATE}.${name}`;
  const ofMembers = membersOf(resource).flatMap((member) =>
    askAboutOne(policies, member, asked).map(({ policy, verdict, fields }) => ({
      policy,
      verdict: { ...verdict, unknown_fields: verdict.unknown_fields.map(inTemplate) },
      fields: fields.map((field) => ({ ...field, path: [TEMPLATE, ...field.path] })),
    })),
  );
  return [...askAboutOne(policies, resource, asked), ...withoutRepeats(ofMembers)];
}

/** Members that differ by their names alone get the same verdict, which is reported once. */
function withoutRepeats(verdicts: readonly Verdict[]): readonly Verdict[] {
  const textOf = ({ policy, verdict }: Verdict) => {
    const { outcome, reasons, warnings, unknown_fields } = verdict;
    return JSON.stringify([policy.name, outcome, reasons, warnings, unknown_fields]);
  };
  const first = new Map(verdicts.map((each) => [textOf(each), each] as const).reverse());
  return verdicts.filter((each) => first.get(textOf(each)) === each);
}

/** The members of a planned group, each as it was and as it will be; none for other kinds. */
function membersOf(resource: PlannedResource): readonly PlannedResource[] {
  const { kind, before, after, unknown } = resource;
  if (kind !== 'vm_group') return [];
  const [was, is] = [membersInQuestion(before ?? {}, []), membersInQuestion(after ?? {}, unknown)];
  const fieldsOf = (member: (typeof is)[number] | undefined) =>
    member === undefined ? null : JsonObject.parse(member.fields);
  return Array.from({ length: Math.max(was.length, is.length) }, (_, at) => ({
    ...resource,
    kind: 'vm',
    before: fieldsOf(was[at]),
    after: fieldsOf(is[at]),
    unknown: is[at]?.unknown ?? [],
  }));
}

function askAboutOne(
  policies: readonly ReviewPolicy[],
  resource: PlannedResource,
  { asker, write }: { readonly asker: Requester; readonly write: Write },
): readonly Verdict[] {
  const { kind, before, after } = resource;
  const fields = (write === 'delete' ? before : after) ?? before ?? {};
  const name = typeof fields.name === 'string' ? fields.name : null;
  const { question, ask, deferred } = planPolicyQuestions({
    operation: `${kind}.${write}`,
    principal: 'person',
    subject: { userId: asker.userId, role: asker.role, tenant: REVIEW_TENANT },
    resource: { type: kind, id: null, name, fields },
    before: write === 'create' ? null : before,
    context: { client: 'terraform', deployment: 'default', time: asker.time },
    unknownFields: write === 'delete' ? [] : resource.unknown,
    policies,
  });
  const byName = new Map(policies.map((policy) => [policy.name, policy]));
  const answered = ask.map((policy) => {
    // In block mode every refusal names its fields; what a verdict leads to is said later.
    const decision = planAdmission({
      question,
      answered: [{ policy: { ...policy, mode: 'block' }, answer: answerOf(policy, question) }],
      deferred: [],
    });
    return { policy, decision };
  });
  const waiting = planAdmission({ question, answered: [], deferred });
  return [
    ...answered.flatMap(({ policy, decision }) =>
      decision.policies.map((verdict) => ({ policy, verdict, fields: decision.fields })),
    ),
    ...waiting.policies.flatMap((verdict) => {
      const policy = byName.get(verdict.policy);
      return policy === undefined ? [] : [{ policy, verdict, fields: [] }];
    }),
  ];
}

function answerOf(policy: ReviewPolicy, question: PolicyInput) {
  const path = policy.packageName.replaceAll('.', '/');
  const value = (rule: string) =>
    policy.answers.includes(rule)
      ? policy.rego.evaluate(question, `${path}/${rule}`)[0]
      : undefined;
  try {
    const [allow, deny, warn, violation] = ['allow', 'deny', 'warn', 'violation'].map(value);
    return ok({ allow, deny, warn, violation });
  } catch (cause) {
    if (!(cause instanceof EvaluationError)) throw cause;
    return err(problem('internal', { detail: cause.message, remedy: 'Correct the policy.' }));
  }
}

/** Whether a verdict refuses, whatever the policy's mode makes of it. */
export function isDenial({ verdict }: Verdict): boolean {
  return verdict.outcome === 'deny' || verdict.outcome === 'error';
}

const LEVEL_OF_MODE: Readonly<Record<ReviewPolicy['mode'], Level>> = {
  block: 'error',
  warn: 'warning',
  audit: 'note',
};

/**
 * Converts a verdict into findings, without its place.
 * @param standards - those whose checks judge the plan, too
 */
export function toFindings(
  { policy, verdict, fields }: Verdict,
  resource: PlannedResource,
  standards: readonly string[],
): Finding[] {
  const { address } = resource;
  const base = {
    policy: policy.name,
    policyFile: policy.file,
    rulePath: verdict.rule_path,
    address,
    place: undefined,
    waiver: undefined,
    attribute: undefined,
  };
  const denials = isDenial({ policy, verdict, fields })
    ? verdict.reasons.map((message) => {
        const field = fields.find((each) => each.message === message);
        const attribute = field?.path.join('.');
        const finding = { ...base, level: LEVEL_OF_MODE[policy.mode], message, attribute };
        return asCheck(finding, policy, standards);
      })
    : [];
  const warnings = verdict.warnings.map((message) => ({
    ...base,
    level: policy.mode === 'audit' ? ('note' as const) : ('warning' as const),
    message,
  }));
  if (verdict.outcome !== 'deferred') return [...denials, ...warnings];
  const names = verdict.unknown_fields.join(', ');
  const message = `the verdict depends on ${names}, known after apply`;
  return [{ ...base, level: 'note', message, attribute: verdict.unknown_fields[0] }];
}
