/** Asks every policy that applies to a write, and says what they answered together. */

import type { ResourceKind } from '@novacron/contract/field';
import type { JsonObject } from '@novacron/contract/json';
import type { OperationName } from '@novacron/contract/operations';
import { PolicySpec, type PolicyVerdict } from '@novacron/contract/policy';
import type { FieldProblem, Problem } from '@novacron/contract/problem';
import type { AdmissionDecision, AskablePolicy } from '@novacron/engine/policy/model';
import { planAdmission } from '@novacron/engine/policy/plan-admission';
import { planPolicyQuestions } from '@novacron/engine/policy/plan-policy-questions';
import { toPolicyProblem } from '@novacron/engine/policy/to-policy-problem';
import { inSpan } from '@novacron/tracing/in-span';
import { NO_TRACER } from '@novacron/tracing/tracer';
import type { CompiledRule, PolicyRuntime } from '../ports/policy-runtime.ts';
import type { PolicyRow } from '../ports/tables.ts';
import type { CallContext } from './application.ts';
import type { AppDeps } from './deps.ts';
import { observedOf } from './resources/answer-resource.ts';
import { toTimestamp } from './time.ts';

/** A write as policies see it. */
export interface WriteInQuestion {
  readonly operation: OperationName;
  readonly resourceKind:
    | ResourceKind
    | 'node'
    | 'fleet'
    | 'reservation'
    | 'api_key'
    | 'token'
    | 'operation'
    | 'enrollment'
    | 'tenant'
    | 'role';
  /** The id is empty before the resource exists, the name while it is unknown. */
  readonly target: { readonly id: string; readonly name: string };
  readonly before: JsonObject | null;
  /** null for a delete. */
  readonly wanted: JsonObject | null;
  readonly unknown: readonly string[];
}

/** What the policies said. */
export interface WriteDecision {
  /** Why it is refused; undefined when it is allowed. */
  readonly problem: Problem | undefined;
  readonly warnings: AdmissionDecision['warnings'];
  readonly fields: readonly FieldProblem[];
  readonly policies: readonly PolicyVerdict[];
}

type Askable = AskablePolicy & { readonly ruleText: string };

const NOBODY_ASKED: WriteDecision = { problem: undefined, warnings: [], fields: [], policies: [] };

/** Decides a write by the tenant's policies. */
export async function decideWrite(
  deps: AppDeps,
  context: CallContext,
  write: WriteInQuestion,
): Promise<WriteDecision> {
  const rows = await deps.store.read({
    from: 'orchestration_policies',
    where: { tenant_id: context.principal.tenantId, enabled: 1 },
  });
  if (rows.length === 0) return NOBODY_ASKED;
  const { question, ask, deferred } = planPolicyQuestions<Askable>({
    operation: write.operation,
    principal: context.client === 'platform' ? 'platform' : 'person',
    subject: {
      userId: context.principal.name,
      role: context.principal.role,
      tenant: context.principal.tenantId,
    },
    resource: {
      type: write.resourceKind,
      id: write.target.id === '' ? null : write.target.id,
      name: write.target.name === '' ? null : write.target.name,
      fields: write.wanted ?? write.before ?? {},
    },
    before: write.before,
    context: {
      client: context.client,
      deployment: context.deployment,
      request_id: context.requestId,
      time: toTimestamp(deps.clock.nowMs()),
    },
    unknownFields: write.unknown,
    policies: rows.map(toAskable),
  });
  const answered = await Promise.all(
    ask.map(async (policy) => ({
      policy,
      answer: await evaluateInSpan(deps, policy, question),
    })),
  );
  const decision = planAdmission({ question, answered, deferred });
  return {
    problem: decision.allowed ? undefined : toPolicyProblem(decision, question),
    warnings: decision.warnings,
    fields: decision.fields,
    policies: decision.policies,
  };
}

function evaluateInSpan(
  { policies, tracer = NO_TRACER }: AppDeps,
  policy: Askable,
  question: Parameters<PolicyRuntime['evaluate']>[1],
): ReturnType<PolicyRuntime['evaluate']> {
  const start = {
    name: 'policy evaluate',
    attributes: { 'novacron.policy.type': policy.type, 'novacron.policy.mode': policy.mode },
  };
  return inSpan(
    tracer,
    start,
    () => policies.evaluate(policy.ruleText, question),
    (answer) => (answer.ok ? {} : { attributes: { 'error.type': answer.error.code } }),
  );
}

function toAskable(row: PolicyRow): Askable {
  const spec = PolicySpec.parse(JSON.parse(row.desired_json));
  // `compiled_json` is written from a CompiledRule when the policy is created or changed.
  const compiled = JSON.parse(row.compiled_json) as CompiledRule;
  return {
    name: spec.name,
    tenantId: row.tenant_id,
    type: spec.type,
    version: Number(observedOf(row).version ?? 1),
    mode: spec.enforcement_mode,
    enabled: row.enabled === 1,
    packageName: compiled.packageName,
    answers: compiled.answers,
    inputReferences: compiled.inputReferences,
    ruleText: spec.rule,
  };
}
