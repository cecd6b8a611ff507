/** Acknowledges and silences alerts. */
import { readDeadline } from '@novacron/contract/formats/read-moment';
import type { Alert } from '@novacron/contract/monitoring/alert-operations';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { acknowledgeAlert, silenceAlert } from '@novacron/engine/orchestration/plan-alerts';
import type { AlertRow } from '../../../ports/tables/alert-row.ts';
import { refuseByPolicy } from '../../kernel/admission/refuse-write.ts';
import { auditChange } from '../../kernel/audit/audit.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { changedFields } from '../../rows/changed-fields.ts';
import { replan } from '../../rows/replan.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { CapabilityDeps } from '../deps.ts';
import { fromRecord, saidOf, toAlert, toRecord, toSaidJson } from './alert-rows.ts';
import { findAlert } from './read-alerts.ts';
import { alertEvent } from './track-alerts.ts';

interface Parts {
  readonly deps: CapabilityDeps;
  readonly onEvents: () => void;
}

type Answer = Promise<Result<{ readonly resource: Alert }, Problem>>;

/** A longer silence hides that something is wrong. */
const SILENCE_MS_MAX = 30 * 86_400_000;

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
    const untimely = checkEnd(untilMs, nowMs);
    if (untimely !== undefined) return err(untimely);
    const by = { acknowledged_by: row.acknowledged_by, silenced_by: context.principal.name };
    const record = silenceAlert(toRecord(row), { untilMs, nowMs });
    return ok({ ...row, ...fromRecord(record, by) });
  });
}

function checkEnd(endMs: number, nowMs: number): Problem | undefined {
  if (endMs > nowMs && endMs <= nowMs + SILENCE_MS_MAX) return undefined;
  const message = endMs > nowMs ? 'is more than 30 days ahead' : 'is in the past';
  return problem('validation-failed', {
    detail: `The silence ends ${toTimestamp(endMs)}, which ${message}.`,
    remedy: 'Set a time within the next 30 days.',
    fields: [{ path: ['until'], message }],
  });
}

async function changeAlert(
  { deps, onEvents }: Parts,
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
  const fields = { before: shownOf(before), wanted: shownOf(after) };
  const target = { id, name: before.target_name };
  const subject = { operation, resourceKind: 'alert', target } as const;
  const refusal = await refuseByPolicy(deps, context, { ...subject, ...fields });
  if (refusal !== undefined) return err(refusal);
  const { id: _id, ...set } = after;
  const done = await deps.store.commit([
    {
      kind: 'update',
      table: 'alerts',
      id,
      set,
      expect: { state: before.state, fired: before.fired },
      otherwise: replan('The alert'),
    },
    auditChange(deps, context, {
      ...subject,
      outcome: 'done',
      changes: changedFields(fields.before, fields.wanted),
    }),
    alertEvent(deps, after, operation === 'alert.ack' ? 'acknowledged' : 'silenced', {
      by: context.principal.name,
      ...fields.wanted,
    }),
  ]);
  if (!done.ok) return done;
  onEvents();
  return ok({ resource: toAlert(after) });
}

function isResolved({ id, policy_name: policy, target_name: target }: AlertRow): Problem {
  return problem('conflict', {
    detail: `The alert ${id} of ${policy} about ${target} is resolved.`,
    remedy: 'Nothing is left to be done; a rule that fires again opens it again.',
  });
}

/** What people have said about an alert. */
function shownOf(row: AlertRow) {
  const { silenced_until_ms: untilMs } = row;
  return {
    state: row.state,
    acknowledged_by: row.acknowledged_by,
    note: saidOf(row).note,
    silenced_until: untilMs === null ? null : toTimestamp(untilMs),
  };
}
