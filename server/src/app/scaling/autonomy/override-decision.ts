/** Records that a person considers an autonomous decision wrong. */
import type { AutonomousDecision } from '@novacron/contract/autonomy/autonomous-decision';
import { canonicalJson } from '@novacron/contract/json';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, type Result } from '@novacron/contract/result';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { commitObject } from '../../kernel/write/write-object.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { decisionOf, toAutonomousDecision } from './decision-rows.ts';
import { findDecision } from './read-decisions.ts';

/**
 * Records it; an earlier one is replaced. Problems: `not-found`; `policy-denied`;
 * `validation-failed` where the action is the one that was decided.
 */
export async function overrideDecision(
  deps: CapabilityDeps,
  { id, action, reason }: ParsedInputOf<'autonomous_decision.override'>,
  context: CallContext,
): Promise<Result<{ readonly resource: AutonomousDecision }, Problem>> {
  const found = await findDecision(deps, id, context);
  if (!found.ok) return found;
  const row = found.value;
  if (action === row.action) return err(sameAction(action));
  const { tenantId, name: by } = context.principal;
  const said = { action, reason, by, at: toTimestamp(deps.clock.nowMs()) };
  const override_json = canonicalJson(said);
  const { group } = decisionOf(row);
  const before = toAutonomousDecision(row).override;
  return commitObject(deps, context, {
    operation: 'autonomous_decision.override',
    resourceKind: 'autonomous_decision',
    target: { id, name: group },
    before: before && { action: before.action, reason: before.reason },
    wanted: { action, reason },
    changes: [
      {
        kind: 'patch',
        table: 'autonomous_decisions',
        id,
        set: { override_json, is_overridden: 1 },
      },
    ],
    events: [
      eventChange(deps, {
        tenantId,
        type: 'autonomous_decision.overridden',
        source: 'autoscaler',
        target: id,
        priority: 'normal',
        data: { group, decided: row.action, action, reason, by },
      }),
    ],
    answer: { resource: toAutonomousDecision({ ...row, override_json }) },
  });
}

function sameAction(action: string): Problem {
  return problem('validation-failed', {
    detail: `The decision was \`${action}\` already.`,
    remedy: 'Name the action that would have been right: --action scale_up.',
    fields: [{ path: ['action'], message: 'must be another one than was decided' }],
  });
}
