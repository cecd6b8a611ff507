/** Asks policies about existing resources: would each be admitted today, updated or created? */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type OperationName, operationNames } from '@novacron/contract/operations-table/operations';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { CheckResult } from '@novacron/engine/compliance/model/check';
import { planPolicyQuestions } from '@novacron/engine/policy/plan-policy-questions';
import type { FoundViolation } from '@novacron/engine/policy/plan-violations';
import { evaluateAnswer } from '@novacron/engine/policy/rules/evaluate-answer';
import type { Askable } from '../../../ports/policy-runtime.ts';
import type { ResourceRow } from '../../../ports/tables/tables.ts';
import { PLATFORM_NAME } from '../../kernel/operations/platform-caller.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { desiredOf, mapReadable } from '../../rows/answer-resource.ts';
import { withoutGrowth } from '../../rows/observed/grown-size.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';

/** Answers of policies about resources. */
export interface AskedResources {
  readonly found: readonly FoundViolation[];
  /** Policy and resource where there was no answer: what was known of them stays. */
  readonly unanswered: ReadonlySet<string>;
  /** Verdicts of policies that count as checks. */
  readonly results: readonly CheckResult[];
}

/** The key of a policy and a resource. */
export function pairOf(policyId: string, resourceId: string): string {
  return `${policyId}/${resourceId}`;
}

/** Policies that are asked in one turn of the event loop: requests are served in between. */
const POLICIES_PER_TURN = 100;

/** Asks about resources of one kind, whatever that takes: the caller limits the time of scans. */
export async function askAboutResources(
  deps: CapabilityDeps,
  kind: ResourceKind,
  rows: readonly ResourceRow[],
  policies: readonly Askable[],
): Promise<AskedResources> {
  const found: FoundViolation[] = [];
  const unanswered = new Set<string>();
  const results: CheckResult[] = [];
  for (const row of rows) {
    const [asked] = mapReadable([row], (each) => [
      planResourceQuestions(deps, kind, each, policies),
      ...planCreateQuestions(deps, kind, each, policies),
    ]);
    if (asked === undefined) {
      for (const policy of policies) unanswered.add(pairOf(policy.id, row.id));
      results.push(...policies.flatMap((policy) => toResults(kind, row, policy, 'unanswered')));
      continue;
    }
    const pairs = asked.flatMap(({ question, ask }) => ask.map((policy) => ({ policy, question })));
    const reasons = new Map<Askable, readonly string[]>();
    const { tenant_id: tenantId } = row;
    for (let at = 0; at < pairs.length; at += POLICIES_PER_TURN) {
      const answers = pairs.slice(at, at + POLICIES_PER_TURN).map(async ({ policy, question }) => {
        const { ruleText, documents } = policy;
        const terms = { tenantId, documents };
        const evaluate = () => deps.policies.evaluate(ruleText, question, terms);
        return { question, ...(await deps.decisions.cache.answer(policy, question, evaluate)) };
      });
      for (const { policy, answer, question } of await Promise.all(answers)) {
        if (!answer.ok) {
          unanswered.add(pairOf(policy.id, row.id));
          continue;
        }
        const { verdict } = evaluateAnswer({ policy, answer }, question);
        if (verdict.outcome !== 'deny') continue;
        reasons.set(policy, [...new Set([...(reasons.get(policy) ?? []), ...verdict.reasons])]);
      }
      await nextTurn();
    }
    for (const [policy, texts] of reasons) found.push(describeViolation(kind, row, policy, texts));
    for (const policy of new Set(pairs.map((pair) => pair.policy))) {
      const isOpen = unanswered.has(pairOf(policy.id, row.id));
      const texts = reasons.get(policy) ?? (isOpen ? 'unanswered' : []);
      results.push(...toResults(kind, row, policy, texts));
    }
  }
  return { found, unanswered, results };
}

/** The verdict of a policy as the result of a check. @returns none if it does not count as one */
function toResults(
  kind: ResourceKind,
  row: ResourceRow,
  policy: Askable,
  reasons: readonly string[] | 'unanswered',
): readonly CheckResult[] {
  const { id: checkId, name, version, check } = policy;
  if (check === undefined) return [];
  const about = {
    checkId,
    kind,
    subjectId: row.id,
    subjectName: row.name,
    evidence: { policy: name, policy_version: version, revision: row.revision },
    policy: { title: name, severity: check.severity },
  };
  if (reasons === 'unanswered') {
    return [{ ...about, state: 'not-evaluated', reason: 'the policy gave no answer' }];
  }
  const isPass = reasons.length === 0;
  return [{ ...about, state: isPass ? 'pass' : 'fail', reason: reasons.join('; ') }];
}

function describeViolation(
  kind: ResourceKind,
  row: ResourceRow,
  policy: Askable,
  reasons: readonly string[],
): FoundViolation {
  return {
    policyId: policy.id,
    policyName: policy.name,
    policyVersion: policy.version,
    mode: policy.mode,
    resourceKind: kind,
    resourceId: row.id,
    resourceName: row.name,
    reasons,
  };
}

/**
 * Plans what is asked about an existing resource besides: whether an admin may create it as it is.
 * Many policies are written for creates only.
 * @returns a question, or none for a kind that is never created
 * @throws damagedRow
 */
export function planCreateQuestions(
  deps: Pick<CapabilityDeps, 'clock'>,
  kind: ResourceKind,
  row: ResourceRow,
  policies: readonly Askable[],
) {
  const operation = operationNames().find((name) => name === `${kind}.create`);
  return operation === undefined ? [] : [planQuestions(deps, { kind, row, policies, operation })];
}

/**
 * Plans what is asked about an existing resource: whether an admin may change it to what it is.
 * @throws damagedRow
 */
export function planResourceQuestions(
  deps: Pick<CapabilityDeps, 'clock'>,
  kind: ResourceKind,
  row: ResourceRow,
  policies: readonly Askable[],
) {
  return planQuestions(deps, { kind, row, policies, operation: `${kind}.update` });
}

interface AskedResource {
  readonly kind: ResourceKind;
  readonly row: ResourceRow;
  readonly policies: readonly Askable[];
  readonly operation: OperationName | `${ResourceKind}.update`;
}

function planQuestions(
  { clock }: Pick<CapabilityDeps, 'clock'>,
  { kind, row, policies, operation }: AskedResource,
) {
  const fields = withoutGrowth(desiredOf(row));
  const isNew = operation.endsWith('.create');
  return planPolicyQuestions({
    operation,
    principal: 'person',
    subject: { userId: PLATFORM_NAME, role: 'admin', tenant: row.tenant_id },
    resource: { type: kind, id: isNew ? null : row.id, name: row.name, fields },
    before: isNew ? null : fields,
    context: {
      client: 'platform',
      deployment: 'default',
      request_id: '',
      time: toTimestamp(clock.nowMs()),
    },
    unknownFields: [],
    policies,
  });
}
