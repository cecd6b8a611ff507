/**
 * The trial of a policy before it decides: it is asked a representative question of each kind that
 * it would decide, and whether it may be disabled. What it cannot answer it would refuse.
 */
import type { JsonObject } from '@novacron/contract/json';
import type { PolicySpec } from '@novacron/contract/kinds/policy/policy';
import { SUBJECT_KINDS } from '@novacron/contract/policy-input/subject-fields';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { AskablePolicy } from '@novacron/engine/policy/model/policy';
import { planPolicyTrial } from '@novacron/engine/policy/plan-policy-trial';
import {
  judgeRules,
  judgeTrial,
  type TrialAnswer,
  type TrialFault,
} from '@novacron/engine/policy/rules/judge-trial';
import { TRIAL_MS_MAX } from '@novacron/engine/policy/try-text';
import { steadyMs } from '@novacron/runtime/clock';
import type { CompiledRule, EvaluationTerms } from '../../../ports/policy-runtime.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { documentsFor, readTenantDocuments } from '../data/tenant-documents.ts';
import type { DecidingDeps } from '../memory/deciding-deps.ts';

/** A policy before it is stored. */
export interface Trial {
  readonly spec: PolicySpec;
  readonly compiled: CompiledRule;
  /** Null for a new one. */
  readonly id: string | null;
  readonly version: number;
}

/** In which lane it is tried, and whose time that takes. */
export type TrialTerms = Pick<EvaluationTerms, 'lane' | 'budget'>;

/** Before it is stored: alone, so that an unlucky moment refuses no policy. */
const ALONE: TrialTerms = { lane: 'quiet' };

/**
 * Tries a policy.
 * @returns notices about questions that it does not answer. Problems: `rule-invalid` where it
 *   answers none, or is of type `access` and can allow nothing
 */
export async function tryPolicy(
  deps: DecidingDeps,
  context: CallContext,
  { terms = ALONE, ...trial }: Trial & { readonly terms?: TrialTerms },
): Promise<Result<readonly string[], Problem>> {
  const { compiled } = trial;
  const policy = toAskable(trial, context.principal.tenantId);
  const refused = judgeRules({ ...policy, allows: compiled.allows });
  if (refused !== undefined) return err(toProblem(refused));
  const answers = await askTrial(deps, context, { ...trial, policy, terms });
  const faults = judgeTrial(policy, answers);
  const fatal = faults.find(({ severity }) => severity === 'error');
  return fatal === undefined ? ok(faults.map(({ message }) => message)) : err(toProblem(fatal));
}

interface AskedTrial extends Trial {
  readonly policy: AskablePolicy;
  readonly terms: TrialTerms;
}

async function askTrial(
  { policies, clock, store, decisions }: DecidingDeps,
  context: CallContext,
  { spec, id, policy, compiled, terms: lane }: AskedTrial,
): Promise<readonly TrialAnswer[]> {
  const { name: userId, role, tenantId } = context.principal;
  const questions = planPolicyTrial({
    policy,
    // Parsed by the schema of policies: JSON values only.
    own: { id, fields: spec as JsonObject },
    kinds: SUBJECT_KINDS,
    subject: { userId, role, tenant: tenantId },
    context: {
      client: context.client,
      deployment: context.deployment,
      request_id: context.requestId,
      time: toTimestamp(clock.nowMs()),
    },
  });
  const { dataReferences } = compiled;
  const known =
    dataReferences.length === 0
      ? []
      : await readTenantDocuments(store, [tenantId], decisions.memory.trust);
  const documents = documentsFor({ dataReferences, tenantId }, known);
  const untilMs = steadyMs(clock) + TRIAL_MS_MAX;
  const answers: TrialAnswer[] = [];
  for (const asked of questions) {
    if (steadyMs(clock) > untilMs) break;
    const terms = { ...lane, tenantId, documents };
    const answer = await policies.evaluate(spec.rule, asked.question, terms);
    answers.push({ ...asked, answer });
  }
  return answers;
}

/** A policy as it would decide once it is stored and enabled. */
export function toAskable({ spec, compiled, version }: Trial, tenantId: string): AskablePolicy {
  return {
    name: spec.name,
    tenantId,
    type: spec.type,
    version,
    mode: spec.enforcement_mode,
    enabled: true,
    selector: spec.selector,
    actions: spec.actions,
    scope: spec.scope,
    priority: spec.priority ?? 0,
    platformWrites: spec.platform_writes,
    packageName: compiled.packageName,
    answers: compiled.answers,
    inputReferences: compiled.inputReferences,
  };
}

function toProblem({ kind, message }: TrialFault): Problem {
  if (kind !== 'allows-nothing') return cannotAnswer(message);
  return problem('rule-invalid', {
    detail: `${message}.`,
    remedy: 'Define when it allows (`allow if …`), or choose another type, which only has to deny.',
    fields: [{ path: ['rule'], message: 'has no allow that can be true' }],
  });
}

function cannotAnswer(message: string): Problem {
  return problem('rule-invalid', {
    detail: `A policy that cannot be evaluated refuses every write: ${message}.`,
    remedy: 'Correct the rule; `novacron policy create --help` has an example.',
    fields: [{ path: ['rule'], message }],
  });
}
