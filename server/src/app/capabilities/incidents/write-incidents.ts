/** Acknowledges and silences incidents. */
import { readDeadline } from '@novacron/contract/formats/read-moment';
import type { Incident } from '@novacron/contract/healing/incident';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { IncidentRow } from '../../../ports/tables/incident-rows.ts';
import { refuseByPolicy } from '../../kernel/admission/refuse-write.ts';
import { auditChange } from '../../kernel/audit/audit.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { changedFields } from '../../rows/changed-fields.ts';
import { replan } from '../../rows/replan.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { findIncident, toIncident } from './read-incidents.ts';
import type { IncidentParts } from './watch-incidents.ts';

type Answer = Promise<Result<{ readonly resource: Incident }, Problem>>;

/** A longer silence hides that something is down. */
const SILENCE_MS_MAX = 30 * 86_400_000;

/** Acknowledges one. Problems: `not-found`, `conflict`, `policy-denied`. */
export async function acknowledgeIncident(
  parts: IncidentParts,
  { id, comment }: ParsedInputOf<'incident.ack'>,
  context: CallContext,
): Answer {
  return changeOpen(parts, { id, operation: 'incident.ack', context }, (row, nowMs) =>
    ok({
      state: 'acknowledged',
      acknowledged_at_ms: nowMs,
      acknowledged_by: context.principal.name,
      comment: comment ?? row.comment,
    }),
  );
}

/** Silences one. Problems: `not-found`, `validation-failed`, `conflict`, `policy-denied`. */
export async function silenceIncident(
  parts: IncidentParts,
  { id, until }: ParsedInputOf<'incident.silence'>,
  context: CallContext,
): Answer {
  return changeOpen(parts, { id, operation: 'incident.silence', context }, (_row, nowMs) => {
    const untilMs = readDeadline(until, nowMs) ?? nowMs;
    const untimely = checkEnd(untilMs, nowMs);
    if (untimely !== undefined) return err(untimely);
    return ok({ silenced_until_ms: untilMs, silenced_by: context.principal.name });
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

async function changeOpen(
  { deps, onEvents }: IncidentParts,
  {
    id,
    operation,
    context,
  }: {
    readonly id: string;
    readonly operation: 'incident.ack' | 'incident.silence';
    readonly context: CallContext;
  },
  change: (row: IncidentRow, nowMs: number) => Result<Partial<IncidentRow>, Problem>,
): Answer {
  const found = await findIncident(deps, id, context);
  if (!found.ok) return found;
  const before = found.value;
  const changed = change(before, deps.clock.nowMs());
  if (!changed.ok) return changed;
  if (before.state === 'resolved') return err(isResolved(before));
  const set = changed.value;
  const after: IncidentRow = { ...before, ...set };
  const fields = { before: saidOf(before), wanted: saidOf(after) };
  const subject = {
    operation,
    resourceKind: 'incident',
    target: { id, name: before.target_name },
  } as const;
  const refusal = await refuseByPolicy(deps, context, { ...subject, ...fields });
  if (refusal !== undefined) return err(refusal);
  const done = await deps.store.commit([
    {
      kind: 'update',
      table: 'incidents',
      id,
      set,
      expect: { state: before.state, changed_at_ms: before.changed_at_ms },
      otherwise: replan('The incident'),
    },
    auditChange(deps, context, {
      ...subject,
      outcome: 'done',
      changes: changedFields(fields.before, fields.wanted),
    }),
    eventChange(deps, {
      tenantId: before.tenant_id,
      type: operation === 'incident.ack' ? 'incident.acknowledged' : 'incident.silenced',
      source: 'healing',
      target: id,
      priority: 'normal',
      data: { target: before.target_name, by: context.principal.name, ...fields.wanted },
    }),
  ]);
  if (!done.ok) return done;
  onEvents();
  return ok({ resource: toIncident(after) });
}

function isResolved({ id, summary }: IncidentRow): Problem {
  return problem('conflict', {
    detail: `The incident ${id} is resolved: ${summary}`,
    remedy: 'Nothing is left to be done; a cause that returns opens it again.',
  });
}

/** What people have said about an incident. */
function saidOf(row: IncidentRow) {
  const { silenced_until_ms: untilMs } = row;
  return {
    state: row.state,
    acknowledged_by: row.acknowledged_by,
    comment: row.comment,
    silenced_until: untilMs === null ? null : toTimestamp(untilMs),
  };
}
