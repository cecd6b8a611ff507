/** Asks every policy that applies to a write, and says what they answered together. */

import { RESOURCE_KINDS } from '@novacron/contract/field';
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
import type { PolicyVersionRow } from '../ports/policy-version-row.ts';
import type { PolicyRow } from '../ports/tables.ts';
import type { CallContext } from './application.ts';
import type { AppDeps } from './deps.ts';
import { activeFromMs, decidingVersion, versionOf } from './resources/policy-versions.ts';
import { toTimestamp } from './time.ts';

/** What policies are asked about: `type` in the question. */
export const QUESTION_KINDS = [
  ...RESOURCE_KINDS,
  ...([
    'node',
    'fleet',
    'reservation',
    'api_key',
    'token',
    'operation',
    'enrollment',
    'tenant',
    'role',
  ] as const),
] as const;

/** A write as policies see it. */
export interface WriteInQuestion {
  readonly operation: OperationName;
  readonly resourceKind: (typeof QUESTION_KINDS)[number];
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
  const nowMs = deps.clock.nowMs();
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
      time: toTimestamp(nowMs),
    },
    unknownFields: write.unknown,
    policies: await findDeciding(deps.store, rows, nowMs),
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

/** The policies with the texts that decide now: most are the latest, some wait for their time. */
async function findDeciding(
  store: AppDeps['store'],
  rows: readonly PolicyRow[],
  nowMs: number,
): Promise<readonly Askable[]> {
  const policies = rows.map((row) => ({
    row,
    spec: PolicySpec.parse(JSON.parse(row.desired_json)),
  }));
  const waiting = policies.filter(({ spec }) => (activeFromMs(spec) ?? 0) > nowMs);
  const versions =
    waiting.length === 0
      ? []
      : await store.read({
          from: 'policy_versions',
          where: { policy_id: { in: waiting.map(({ row }) => row.id) } },
        });
  return policies.flatMap((policy) => {
    if (!waiting.includes(policy)) return [toAskable(policy, latestText(policy))];
    const own = versions.filter(({ policy_id }) => policy_id === policy.row.id);
    const deciding = decidingVersion(own, nowMs);
    return deciding === undefined ? [] : [toAskable(policy, deciding)];
  });
}

type RuleText = Pick<PolicyVersionRow, 'version' | 'rule' | 'compiled_json'>;

interface ParsedPolicy {
  readonly row: PolicyRow;
  readonly spec: PolicySpec;
}

function latestText({ row, spec }: ParsedPolicy): RuleText {
  return { version: versionOf(row), rule: spec.rule, compiled_json: row.compiled_json };
}

function toAskable(
  { row, spec }: ParsedPolicy,
  { version, rule, compiled_json }: RuleText,
): Askable {
  // `compiled_json` is written from a CompiledRule when the policy is created or changed.
  const compiled = JSON.parse(compiled_json) as CompiledRule;
  return {
    name: spec.name,
    tenantId: row.tenant_id,
    type: spec.type,
    version,
    mode: spec.enforcement_mode,
    enabled: row.enabled === 1,
    packageName: compiled.packageName,
    answers: compiled.answers,
    inputReferences: compiled.inputReferences,
    selector: spec.selector,
    actions: spec.actions,
    priority: spec.priority ?? 0,
    ruleText: rule,
  };
}
