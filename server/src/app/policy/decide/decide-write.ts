/** Evaluates every policy that applies to a write, and combines their answers. */

import type { AdmissionCost } from '@novacron/contract/admission/admission';
import type { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import type { JsonObject } from '@novacron/contract/json';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err } from '@novacron/contract/result';
import type {
  AdmissionDecision,
  PolicyQuestions,
  QuestionInput,
} from '@novacron/engine/policy/model/policy';
import { planAdmission } from '@novacron/engine/policy/plan-admission';
import { planPolicyQuestions } from '@novacron/engine/policy/plan-policy-questions';
import { readsCost } from '@novacron/engine/policy/plan-policy-trial';
import { chooseWaiver } from '@novacron/engine/policy/rules/choose-waiver';
import { toPolicyProblem } from '@novacron/engine/policy/to-policy-problem';
import { steadyMs } from '@novacron/runtime/clock';
import { inSpan } from '@novacron/tracing/tracer';
import type { Askable, PolicyRuntime } from '../../../ports/policy-runtime.ts';
import { type CallContext, waitAside } from '../../kernel/context/call-context.ts';
import type { PolicySubject, WriteDecision } from '../../kernel/context/policy-question.ts';
import { withoutGrowth } from '../../rows/observed/grown-size.ts';
import { OWN_PRINCIPALS } from '../../rows/own-principals.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { DecidingDeps } from '../memory/deciding-deps.ts';
import type { AnsweredAskable } from '../memory/decision-cache.ts';
import type { MemoizedDecision } from '../memory/decision-memo.ts';
import { readDeciding } from '../memory/read-deciding.ts';
import { hasWaivers, readWaivers } from '../waivers/waivers.ts';
import { answerRepair, laneOf } from './own-repair.ts';

const NO_POLICY_APPLIES: WriteDecision = {
  problem: undefined,
  reasons: [],
  warnings: [],
  fields: [],
  policies: [],
};

/** Decides a write by the tenant's policies. */
export async function decideWrite(
  deps: DecidingDeps,
  context: CallContext,
  write: PolicySubject,
): Promise<WriteDecision> {
  const asked = await askPolicies(deps, context, write);
  if (asked === undefined) return NO_POLICY_APPLIES;
  const { question, decision, shed } = asked;
  const denied = decision.allowed ? undefined : toPolicyProblem(decision, question);
  return {
    problem: shed ?? denied,
    reasons: decision.reasons,
    warnings: decision.warnings,
    fields: decision.fields,
    policies: decision.policies,
  };
}

/** The policy input, and the combined answer of all policies. */
interface AskedPolicies {
  readonly question: PolicyInput;
  readonly decision: AdmissionDecision;
  /** `rate-limited` where the tenant's budget did not suffice to decide. */
  readonly shed: Problem | undefined;
}

/** Asks the tenant's policies about a write. @returns undefined where no policy applies to it */
export async function askPolicies(
  deps: DecidingDeps,
  context: CallContext,
  write: PolicySubject,
): Promise<AskedPolicies | undefined> {
  const { clock, decisions } = deps;
  const nowMs = clock.nowMs();
  const policies = await findPolicies(deps, context, write, nowMs);
  if (policies.length === 0) return undefined;
  const cost = policies.some(readsCost) ? await deps.priceOf(context, write) : null;
  const { question, ask, deferred } = planPolicyQuestions(
    toInput({ write, context, policies, nowMs, cost }),
  );
  if (ask.length + deferred.length === 0) return undefined;
  const beganMs = steadyMs(clock);
  const judged = await judge(deps, { question, ask, deferred }, context);
  const { answered, decision: first, policiesCached } = judged;
  const repaired = await answerRepair(deps, {
    context,
    write,
    question,
    answered,
    decision: first,
    disabling: (policy) => askDisabling({ write, context, policies: [policy], nowMs }),
  });
  const isFinal = first.allowed || !(await mayBeWaived(deps, context, write));
  const waived = isFinal ? repaired : await findWaivers(deps, question, repaired);
  const decision =
    waived === answered ? first : planAdmission({ question, answered: waived, deferred });
  const shed = findShed(waived);
  if (shed !== undefined && !decision.allowed) return { question, decision, shed };
  decisions.log.add({
    moment: write.moment ?? 'admission',
    question,
    resourceId: write.target.id,
    decision,
    context,
    policiesCached,
    durationMs: steadyMs(clock) - beganMs,
  });
  return { question, decision, shed: undefined };
}

/**
 * Explains why the request cannot be decided now: a policy that may refuse it was not evaluated.
 */
function findShed(answered: readonly AnsweredAskable[]): Problem | undefined {
  for (const { policy, answer } of answered) {
    if (policy.mode !== 'block' || answer.ok) continue;
    if (answer.error.code === 'rate-limited') return answer.error;
  }
  return undefined;
}

/** The question whether the policy that a request changes may be disabled. */
function askDisabling(asked: AskedWrite): PolicyInput | undefined {
  const { before, target } = asked.write;
  if (before === null) return undefined;
  const write = {
    ...asked.write,
    operation: 'policy.update',
    target: { id: target.id, name: String(before.name) },
    wanted: { ...before, enabled: false },
    unknown: [],
  } as const;
  const { question, ask } = planPolicyQuestions(toInput({ ...asked, write }));
  return ask.length === 0 ? undefined : question;
}

/** Evaluates all policies, unless the same input was decided before. */
async function judge(
  deps: DecidingDeps,
  { question, ask, deferred }: PolicyQuestions<Askable>,
  context: CallContext,
): Promise<MemoizedDecision> {
  const { known, cache } = deps.decisions ?? {};
  const key = deferred.length === 0 ? known?.keyOf(ask, question) : undefined;
  const before = key === undefined ? undefined : known?.find(key);
  if (before !== undefined) {
    cache?.countHits(before.answered.length);
    return before;
  }
  const answered = await answersOf(deps, ask, { question, context });
  const decision = planAdmission({ question, answered, deferred });
  if (key !== undefined) known?.keep(key, { answered, decision });
  const policiesCached = answered.filter(({ from }) => from === 'cache').length;
  return { answered, decision, policiesCached };
}

/**
 * Reports whether there may be a waiver. If one request has many questions, only the first checks
 * this.
 */
async function mayBeWaived(
  { store }: DecidingDeps,
  { request, principal }: CallContext,
  { moment = 'admission' }: PolicySubject,
): Promise<boolean> {
  const shared = moment === 'admission' ? undefined : request.policyReads;
  if (shared === undefined) return true;
  shared.hasWaivers ??= hasWaivers(store, principal.tenantId);
  return shared.hasWaivers;
}

/** Adds the waivers of the resource to the answers of policies. */
async function findWaivers<A extends { readonly policy: Askable }>(
  { store, clock }: DecidingDeps,
  { subject, resource }: PolicyInput,
  answered: readonly A[],
): Promise<readonly A[]> {
  const { type, name } = resource;
  if (typeof type !== 'string' || typeof name !== 'string') return answered;
  // The input contains the caller with its tenant's id.
  const waivers = await readWaivers(store, { tenantId: subject.tenant, resourceName: name });
  if (waivers.length === 0) return answered;
  const nowMs = clock.nowMs();
  return answered.map((each) => {
    const about = { policyId: each.policy.id, resourceKind: type, resourceName: name, nowMs };
    const waiver = chooseWaiver(waivers, about);
    if (waiver === undefined) return each;
    const { id, owner, expiresAtMs } = waiver;
    return { ...each, waiver: { id, owner, expires_at: toTimestamp(expiresAtMs) } };
  });
}

/** The current policies for a write; questions of one request that only ask share them. */
function findPolicies(
  { store, decisions }: DecidingDeps,
  { principal, request }: CallContext,
  { moment = 'admission' }: PolicySubject,
  nowMs: number,
): Promise<readonly Askable[]> {
  const known = moment === 'admission' ? undefined : request.policyReads;
  if (known !== undefined) return known.policies;
  const policies = readDeciding(store, principal.tenantId, { nowMs, memory: decisions.memory });
  if (moment !== 'admission') request.policyReads = { policies };
  return policies;
}

/** Records a write that a plan has asked about. */
export function recordPlannedWrite(
  { clock, decisions }: DecidingDeps,
  context: CallContext,
  write: PolicySubject,
): void {
  const input = toInput({ write, context, policies: [], nowMs: clock.nowMs() });
  const { question } = planPolicyQuestions(input);
  decisions.planned.add({ question, unknownFields: write.unknown, context });
}

/** A write at a moment, and the policies that may be asked about it. */
interface AskedWrite {
  readonly write: PolicySubject;
  readonly context: CallContext;
  readonly policies: readonly Askable[];
  readonly nowMs: number;
  /** What it changes in costs; null where that is not known, or no policy reads it. */
  readonly cost?: AdmissionCost | null;
}

/** The policy input, and the policies that may be asked. */
function toInput({
  write,
  context,
  policies,
  nowMs,
  cost = null,
}: AskedWrite): QuestionInput<Askable> {
  const { principal } = context;
  const { name: userId, role } = write.subject ?? principal;
  // Parsed by the schemas of their kind: JSON values only.
  const before = write.before && (withoutGrowth(write.before) as JsonObject);
  // The same.
  const desired = write.wanted && (withoutGrowth(write.wanted) as JsonObject);
  return {
    operation: write.operation,
    principal: principalKindOf(context),
    subject: { userId, role, tenant: principal.tenantId },
    resource: {
      type: write.resourceKind,
      id: write.target.id === '' ? null : write.target.id,
      name: write.target.name === '' ? null : write.target.name,
      fields: desired ?? before ?? {},
    },
    before,
    context: {
      client: context.client,
      deployment: context.deployment,
      request_id: context.requestId,
      time: toTimestamp(nowMs),
      cost: cost === null ? null : toJson(cost),
    },
    unknownFields: write.unknown,
    policies,
  };
}

function toJson({ currency, per_hour_before, per_hour_after, per_hour_max }: AdmissionCost) {
  return { currency, per_hour_before, per_hour_after, per_hour_max };
}

function principalKindOf({ client, principal }: CallContext): QuestionInput<Askable>['principal'] {
  // The admins of the tenant chose what it corrects: it writes what they could.
  if (principal.name === OWN_PRINCIPALS.complianceCorrector) return 'person';
  if (client !== 'platform') return 'person';
  return principal.onBehalfOf === undefined ? 'platform' : 'orchestration';
}

/** The answers of the policies, in their order; waits only for those that must be evaluated. */
async function answersOf(
  deps: DecidingDeps,
  policies: readonly Askable[],
  { question, context }: { readonly question: PolicyInput; readonly context: CallContext },
): Promise<readonly AnsweredAskable[]> {
  const answered: AnsweredAskable[] = [];
  const waiting: Promise<void>[] = [];
  for (const [at, policy] of policies.entries()) {
    const answer = answerOf(deps, policy, question);
    if (answer instanceof Promise) {
      waiting.push(
        answer.then((answer) => {
          answered[at] = answer;
        }),
      );
    } else answered[at] = answer;
  }
  if (waiting.length > 0) await waitAside(context, Promise.all(waiting));
  return answered;
}

/** The answer of a policy; a remembered answer is not evaluated again. */
function answerOf(
  deps: DecidingDeps,
  policy: Askable,
  question: PolicyInput,
): AnsweredAskable | Promise<AnsweredAskable> {
  if (policy.fault !== undefined) {
    return { policy, answer: err(notAsAccepted(policy)), from: 'policy' };
  }
  const ask = () => evaluateInSpan(deps, policy, question);
  return deps.decisions.cache.answer(policy, question, ask);
}

function notAsAccepted({ fault, isUnreadable, faultyData }: Askable): Problem {
  if (fault !== undefined && faultyData !== undefined) {
    return problem('unavailable', {
      detail: fault,
      remedy:
        'Disable it on the machine of the server, store the document again ' +
        `(novacron policy data set ${faultyData} --file FILE), and enable it.`,
    });
  }
  if (isUnreadable === true) {
    return problem('unavailable', {
      detail: `it cannot be read: ${fault}`,
      remedy: 'An admin of its tenant must delete it, and create it again.',
    });
  }
  return problem('unavailable', {
    detail: `it was changed outside of the server: ${fault}`,
    remedy: 'Disable it on the machine of the server, and send its text again.',
  });
}

function evaluateInSpan(
  { policies, tracer, decisions }: DecidingDeps,
  policy: Askable,
  question: Parameters<PolicyRuntime['evaluate']>[1],
): ReturnType<PolicyRuntime['evaluate']> {
  const { tenant: tenantId } = question.subject;
  const lane = laneOf(question.operation);
  const { documents } = policy;
  const terms = {
    tenantId,
    documents,
    budget: decisions.budgets.of(tenantId),
    lane,
  };
  const start = {
    name: 'policy evaluate',
    attributes: { 'novacron.policy.type': policy.type, 'novacron.policy.mode': policy.mode },
  };
  return inSpan(
    tracer,
    start,
    () => policies.evaluate(policy.ruleText, question, terms),
    (answer) => (answer.ok ? {} : { attributes: { 'error.type': answer.error.code } }),
  );
}
