/** Asks policies about existing resources: would each be admitted unchanged today? */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
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
  for (const row of rows) {
    const [asked] = mapReadable([row], (each) => planResourceQuestions(deps, kind, each, policies));
    if (asked === undefined) {
      for (const { id } of policies) unanswered.add(pairOf(id, row.id));
      continue;
    }
    const { question, ask } = asked;
    const { tenant_id: tenantId } = row;
    for (let at = 0; at < ask.length; at += POLICIES_PER_TURN) {
      const answers = ask.slice(at, at + POLICIES_PER_TURN).map((policy) => {
        const { ruleText, documents } = policy;
        const terms = { tenantId, documents };
        const evaluate = () => deps.policies.evaluate(ruleText, question, terms);
        return deps.decisions.cache.answer(policy, question, evaluate);
      });
      for (const { policy, answer } of await Promise.all(answers)) {
        if (!answer.ok) {
          unanswered.add(pairOf(policy.id, row.id));
          continue;
        }
        const { verdict } = evaluateAnswer({ policy, answer }, question);
        if (verdict.outcome !== 'deny') continue;
        found.push({
          policyId: policy.id,
          policyName: policy.name,
          policyVersion: policy.version,
          mode: policy.mode,
          resourceKind: kind,
          resourceId: row.id,
          resourceName: row.name,
          reasons: verdict.reasons,
        });
      }
      await nextTurn();
    }
  }
  return { found, unanswered };
}

/**
 * Plans what is asked about an existing resource: whether an admin may change it to what it is.
 * @throws damagedRow
 */
export function planResourceQuestions(
  { clock }: Pick<CapabilityDeps, 'clock'>,
  kind: ResourceKind,
  row: ResourceRow,
  policies: readonly Askable[],
) {
  const fields = withoutGrowth(desiredOf(row));
  return planPolicyQuestions({
    operation: `${kind}.update`,
    principal: 'person',
    subject: { userId: PLATFORM_NAME, role: 'admin', tenant: row.tenant_id },
    resource: { type: kind, id: row.id, name: row.name, fields },
    before: fields,
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
