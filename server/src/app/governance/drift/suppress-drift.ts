/** Suppresses drift: ignores it for a while. */
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import { auditChange } from '../../kernel/audit/audit.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { PolicySubject } from '../../kernel/context/policy-question.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { commitObject } from '../../kernel/write/write-object.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { Compared } from './compare-resources.ts';
import { markChange } from './drift-suppressions.ts';

/**
 * Tries a suppression without recording it.
 * @returns the refusal of a policy; undefined where it would be recorded
 */
export async function trySuppression(
  deps: CapabilityDeps,
  target: Compared,
  context: CallContext,
): Promise<Problem | undefined> {
  const asked = { ...questionAbout(target), moment: 'preview' } as const;
  return (await deps.verdicts.decide(context, asked)).problem;
}

/** Returns the subject for policies: nothing of the resource changes. */
function questionAbout({ row, record, current }: Compared): PolicySubject {
  return {
    operation: 'drift.remediate',
    resourceKind: record.resource_kind,
    target: { id: row.id, name: row.name },
    before: current,
    wanted: current,
    unknown: [],
  };
}

/** Asks the policies, then records the decision in the audit log and publishes its event. */
export async function recordSuppression(
  deps: CapabilityDeps,
  target: Compared,
  said: { readonly by: string; readonly untilMs: number; readonly reason: string },
  context: CallContext,
): Promise<Result<void, Problem>> {
  const { row, record } = target;
  const resourceKind = record.resource_kind;
  const about = { id: row.id, name: row.name };
  const until = toTimestamp(said.untilMs);
  const { tenantId } = context.principal;
  return commitObject(deps, context, {
    ...questionAbout(target),
    changes: [markChange({ record, tenantId }, said)],
    audit: [
      auditChange(deps, context, {
        operation: 'drift.ignored',
        outcome: 'done',
        resourceKind,
        target: about,
        changes: { ignored: { was: null, is: { until, reason: said.reason } } },
      }),
    ],
    events: [
      eventChange(deps, {
        tenantId,
        type: 'drift.ignored',
        source: 'drift',
        target: row.id,
        priority: 'normal',
        data: { name: row.name, by: said.by, until },
      }),
    ],
    answer: undefined,
  });
}
