/**
 * Decides whether a sync has anything to do, before one is started. Source of the idea: the refresh
 * of Argo CD, and its backoff after a sync that failed.
 */

/** What is known before a sync. */
export interface PollFacts {
  /** The commit of the target revision now; undefined where the server cannot ask. */
  readonly head: string | undefined;
  /** The sync that ended last; undefined before the first one. */
  readonly last:
    | {
        /** undefined: it has not read the repository. */
        readonly commit: string | undefined;
        readonly succeeded: boolean;
        readonly endedMs: number;
      }
    | undefined;
  /** Whether a sync is asked to repair drift, too. */
  readonly heals: boolean;
  /** Number of resources of the tenant that have drifted without NovaCron's doing. */
  readonly drifted: number;
  /** Number of incidents of the tenant that people or NovaCron still work on. */
  readonly incidents: number;
}

/** After a sync that failed, the same commit is tried again this much later. Unit: ms. */
const RETRY_MS = 30 * 60_000;

/** @returns why no sync starts now, in a sentence; undefined where one starts */
export function planPoll(facts: PollFacts, nowMs: number): string | undefined {
  const { head, last, heals, drifted, incidents } = facts;
  if (head === undefined || last === undefined || last.commit !== head) return undefined;
  const shown = head.slice(0, 12);
  if (!last.succeeded) {
    return nowMs - last.endedMs >= RETRY_MS
      ? undefined
      : `the sync of ${shown} failed, and is tried again after 30 minutes or with a new commit`;
  }
  if (!heals || drifted === 0) return `nothing has changed since ${shown}`;
  return incidents === 0 ? undefined : `the repair of drift waits for ${incidents} open incidents`;
}
