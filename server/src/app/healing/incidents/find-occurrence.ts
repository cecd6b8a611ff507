/**
 * The current occurrence of an incident. A cause that returns soon reopens its incident, but what
 * happened in an earlier occurrence is no evidence for this one.
 */
import type { IncidentMemberRow, IncidentRow } from '../../../ports/tables/incident-rows.ts';

/** The latest occurrence of the cause. */
export interface Occurrence {
  /** Time at which the incident was opened or reopened. Unit: ms since the Unix epoch. */
  readonly sinceMs: number;
  /** End of the previous occurrence; 0 if there is none. Unit: ms since the Unix epoch. */
  readonly previousEndMs: number;
  /** VMs that are or were down because of it. */
  readonly members: readonly IncidentMemberRow[];
}

/** Finds it. @param all - all VMs that the incident has affected */
export function findOccurrence(row: IncidentRow, all: readonly IncidentMemberRow[]): Occurrence {
  const { opened_at_ms: openedMs, reopened_at_ms: reopenedMs } = row;
  if (reopenedMs === null) return { sinceMs: openedMs, previousEndMs: 0, members: all };
  const isEarlier = ({ up_at_ms }: IncidentMemberRow) =>
    up_at_ms !== null && up_at_ms <= reopenedMs;
  const ends = all.filter(isEarlier).map(({ up_at_ms }) => up_at_ms ?? 0);
  return {
    sinceMs: reopenedMs,
    previousEndMs: Math.max(0, ...ends),
    members: all.filter((member) => !isEarlier(member)),
  };
}
