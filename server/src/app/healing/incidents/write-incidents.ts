/** Acknowledges and silences incidents. */
import { readDeadline } from '@novacron/contract/formats/read-moment';
import type { Incident } from '@novacron/contract/healing/incident';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { IncidentRow } from '../../../ports/tables/incident-rows.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { refuseEnd, SILENCE } from '../../kernel/write/refuse-end.ts';
import { commitObject } from '../../kernel/write/write-object.ts';
import { replan } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { findIncident, toIncident } from './read-incidents.ts';
import type { IncidentParts } from './watch-incidents.ts';

type Answer = Promise<Result<{ readonly resource: Incident }, Problem>>;

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
    const untimely = refuseEnd({ ...SILENCE, endMs: untilMs }, nowMs);
    if (untimely !== undefined) return err(untimely);
    return ok({ silenced_until_ms: untilMs, silenced_by: context.principal.name });
  });
}

async function changeOpen(
  { deps }: IncidentParts,
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
  const wanted = saidOf(after);
  return commitObject(deps, context, {
    operation,
    resourceKind: 'incident',
    target: { id, name: before.target_name },
    before: saidOf(before),
    wanted,
    changes: [
      {
        kind: 'update',
        table: 'incidents',
        id,
        set,
        expect: { state: before.state, changed_at_ms: before.changed_at_ms },
        otherwise: replan('The incident'),
      },
    ],
    events: [
      eventChange(deps, {
        tenantId: before.tenant_id,
        type: operation === 'incident.ack' ? 'incident.acknowledged' : 'incident.silenced',
        source: 'healing',
        target: id,
        priority: 'normal',
        data: { target: before.target_name, by: context.principal.name, ...wanted },
      }),
    ],
    answer: { resource: toIncident(after) },
  });
}

function isResolved({ id, summary }: IncidentRow): Problem {
  return problem('conflict', {
    detail: `The incident ${id} is resolved: ${summary}`,
    remedy: 'No action is required; the incident reopens if the cause returns.',
  });
}

/** Returns the texts and settings of users on an incident. */
function saidOf(row: IncidentRow) {
  const { silenced_until_ms: untilMs } = row;
  return {
    state: row.state,
    acknowledged_by: row.acknowledged_by,
    comment: row.comment,
    silenced_until: untilMs === null ? null : toTimestamp(untilMs),
  };
}
