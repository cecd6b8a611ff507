/**
 * Decides whether a scheduled sync has anything to do, before it is started. Source of the idea:
 * the refresh of Argo CD, and its backoff after a sync that failed.
 */
import type { PollFacts, PollPlan } from './model/poll.ts';
import { findRevision } from './rules/find-revision.ts';

/** After a sync that failed, the same commit is tried again this much later. Unit: ms. */
const RETRY_MS = 30 * 60_000;

/** Decides it. */
export function planPoll(facts: PollFacts, nowMs: number): PollPlan {
  const { refs, revision, last, rolledBackFrom, heals, drifted, incidents } = facts;
  const commit = refs === undefined ? undefined : findRevision(refs, revision);
  const waits = heals && drifted > 0 && incidents > 0;
  // A sync that finds out whether there is a new commit would repair the drift, too.
  if (commit === undefined) return waits ? { kind: 'in-incident', incidents } : { kind: 'start' };
  if (last === undefined) return { kind: 'start' };
  if (commit === rolledBackFrom) return { kind: 'rolled-back', commit };
  if (last.commit !== commit) return { kind: 'start' };
  if (!last.succeeded) {
    const isDue = nowMs - last.endedMs >= RETRY_MS;
    return isDue ? { kind: 'start' } : { kind: 'failed-before', commit };
  }
  if (waits) return { kind: 'in-incident', incidents };
  return heals && drifted > 0 ? { kind: 'start' } : { kind: 'unchanged', commit };
}
