/** Suppresses drift: ignores it for a while, or approves its remediation. */
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
import { type DriftMarks, markChange } from './drift-suppressions.ts';

/** A decision of a person about drift. */
interface Suppression {
  readonly target: Compared;
  readonly name: 'ignored' | 'approved';
}

/** A suppression with its end and what is known of the drift. */
interface Said extends Suppression {
  readonly marks: DriftMarks | undefined;
  readonly said: { readonly by: string; readonly untilMs: number; readonly reason: string };
}

/**
 * Tries a suppression without recording it.
 * @returns the refusal of a policy; undefined where it would be recorded
 */
export async function trySuppression(
  deps: CapabilityDeps,
  suppression: Suppression,
  context: CallContext,
): Promise<Problem | undefined> {
  const asked = { ...questionAbout(suppression), moment: 'preview' } as const;
  return (await deps.verdicts.decide(context, asked)).problem;
}

/** Returns the subject for policies: nothing of the resource changes. */
function questionAbout({ target: { row, record, current }, name }: Suppression): PolicySubject {
  return {
    operation: name === 'ignored' ? 'drift.remediate' : 'drift.approve',
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
  { target, marks, name, said }: Said,
  context: CallContext,
): Promise<Result<void, Problem>> {
  const { row, record } = target;
  const resourceKind = record.resource_kind;
  const about = { id: row.id, name: row.name };
  const until = toTimestamp(said.untilMs);
  const { tenantId } = context.principal;
  return commitObject(deps, context, {
    ...questionAbout({ target, name }),
    changes: [markChange({ record, tenantId, known: marks }, name, said)],
    audit: [
      auditChange(deps, context, {
        operation: `drift.${name}`,
        outcome: 'done',
        resourceKind,
        target: about,
        changes: { [name]: { was: null, is: { until, reason: said.reason } } },
      }),
    ],
    events: [
      eventChange(deps, {
        tenantId,
        type: `drift.${name}`,
        source: 'drift',
        target: row.id,
        priority: 'normal',
        data: { name: row.name, by: said.by, until },
      }),
    ],
    answer: undefined,
  });
}
