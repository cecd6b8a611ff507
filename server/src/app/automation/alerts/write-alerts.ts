/** Acknowledges and silences alerts. */
import { readDeadline } from '@novacron/contract/formats/read-moment';
import type { Alert } from '@novacron/contract/monitoring/alert-operations';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import {
  acknowledgeAlert,
  silenceAlert,
} from '@novacron/engine/automation/orchestration/plan-alerts';
import type { AlertRow } from '../../../ports/tables/incident-rows.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { refuseEnd, SILENCE } from '../../kernel/write/refuse-end.ts';
import { commitObject } from '../../kernel/write/write-object.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { fromRecord, saidOf, toAlert, toRecord, toSaidJson } from './alert-rows.ts';
import { findAlert } from './read-alerts.ts';
import { alertEvent, changing } from './track-alerts.ts';

interface Parts {
  readonly deps: CapabilityDeps;
}

type Answer = Promise<Result<{ readonly resource: Alert }, Problem>>;

/** Acknowledges one. Problems: `not-found`, `conflict`, `policy-denied`. */
export async function acknowledgeOne(
  parts: Parts,
  { id, note }: ParsedInputOf<'alert.ack'>,
  context: CallContext,
): Answer {
  return changeAlert(parts, { id, operation: 'alert.ack', context }, (row, nowMs) => {
    const said = saidOf(row);
    const by = { acknowledged_by: context.principal.name, silenced_by: null };
    return ok({
      ...row,
      ...fromRecord(acknowledgeAlert(toRecord(row), nowMs), by),
      said_json: toSaidJson({ ...said, note: note ?? said.note }),
    });
  });
}

/** Silences one. Problems: `not-found`, `validation-failed`, `conflict`, `policy-denied`. */
export async function silenceOne(
  parts: Parts,
  { id, until }: ParsedInputOf<'alert.silence'>,
  context: CallContext,
): Answer {
  return changeAlert(parts, { id, operation: 'alert.silence', context }, (row, nowMs) => {
    const untilMs = readDeadline(until, nowMs) ?? nowMs;
    const untimely = refuseEnd({ ...SILENCE, endMs: untilMs }, nowMs);
    if (untimely !== undefined) return err(untimely);
    const by = { acknowledged_by: row.acknowledged_by, silenced_by: context.principal.name };
    const record = silenceAlert(toRecord(row), { untilMs, nowMs });
    return ok({ ...row, ...fromRecord(record, by) });
  });
}

async function changeAlert(
  { deps }: Parts,
  {
    id,
    operation,
    context,
  }: {
    readonly id: string;
    readonly operation: 'alert.ack' | 'alert.silence';
    readonly context: CallContext;
  },
  change: (row: AlertRow, nowMs: number) => Result<AlertRow, Problem>,
): Answer {
  const found = await findAlert(deps, id, context);
  if (!found.ok) return found;
  const before = found.value;
  const changed = change(before, deps.clock.nowMs());
  if (!changed.ok) return changed;
  if (before.state === 'resolved') return err(isResolved(before));
  const after = changed.value;
  const wanted = shownOf(after);
  const { id: _id, ...set } = after;
  return commitObject(deps, context, {
    operation,
    resourceKind: 'alert',
    target: { id, name: before.target_name || before.rule },
    before: shownOf(before),
    wanted,
    changes: [changing(before, set)],
    events: [
      alertEvent(deps, after, operation === 'alert.ack' ? 'acknowledged' : 'silenced', {
        by: context.principal.name,
        ...wanted,
      }),
    ],
    answer: { resource: toAlert(after) },
  });
}

function isResolved({ id, policy_name: policy, target_name: target }: AlertRow): Problem {
  return problem('conflict', {
    detail: `The alert ${id} of ${policy} about ${target} is resolved.`,
    remedy: 'No action is required; the alert reopens if the rule fires again.',
  });
}

/** Returns the texts and settings of users on an alert. */
function shownOf(row: AlertRow) {
  const { silenced_until_ms: untilMs } = row;
  return {
    state: row.state,
    acknowledged_by: row.acknowledged_by,
    note: saidOf(row).note,
    silenced_until: untilMs === null ? null : toTimestamp(untilMs),
  };
}
