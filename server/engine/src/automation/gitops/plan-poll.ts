/**
 * Decides whether a scheduled sync has anything to do, before it is started. Source of the idea:
 * the refresh of Argo CD, and its backoff after a sync that failed.
 */
import type { PollFacts, PollPlan } from './model/poll.ts';
import { findRevision } from './rules/find-revision.ts';

/** After a sync that failed, the same commit is tried again this much later. Unit: ms. */
const RETRY_MS = 30 * 60_000;

/** Decides it. What cannot be known starts a sync, which finds it out. */
export function planPoll(facts: PollFacts, nowMs: number): PollPlan {
  const { refs, revision, last, heals, drifted, incidents } = facts;
  const commit = refs === undefined ? undefined : findRevision(refs, revision);
  if (commit === undefined || last === undefined || last.commit !== commit) {
    return { kind: 'start' };
  }
  if (!last.succeeded) {
    const isDue = nowMs - last.endedMs >= RETRY_MS;
    return isDue ? { kind: 'start' } : { kind: 'failed-before', commit };
  }
  if (!heals || drifted === 0) return { kind: 'unchanged', commit };
  return incidents === 0 ? { kind: 'start' } : { kind: 'in-incident', incidents };
}
