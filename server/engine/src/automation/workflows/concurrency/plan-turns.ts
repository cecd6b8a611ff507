/**
 * Decides which executions of a concurrency group run. First come, first served: the one at the
 * head of the queue begins before those behind it, also where these would have a higher limit.
 */

/** Executions that wait in one group; more would be a flood that nothing ends. */
export const QUEUE_LENGTH_MAX = 1_000;

/** Place of an execution in its group. */
export interface GroupPlace {
  readonly executionId: string;
  readonly state: 'holding' | 'queued';
  /** Its order in the group. */
  readonly seq: number;
  /** Maximum number of holders of the group, from the execution's own definition. */
  readonly limit: number;
  /** `ending`: it is taken back, or is to be cancelled for a later one. */
  readonly status: 'running' | 'ending' | 'ended';
}

/** Concurrency rules of a definition's group. */
export interface GroupRules {
  readonly limit: number;
  readonly when_busy: 'queue' | 'skip' | 'cancel_oldest';
}

/** Decision about an execution that is about to start. */
export type Entry =
  | { readonly kind: 'begin' }
  | {
      readonly kind: 'queue';
      /** Executions that are cancelled for it. */
      readonly cancel: readonly string[];
    }
  | { readonly kind: 'refuse'; readonly reason: 'skip' | 'full-queue' };

/**
 * Decides about an execution that is about to start.
 * @param places - all of its group
 */
export function planEntry(places: readonly GroupPlace[], { limit, when_busy }: GroupRules): Entry {
  const { holding, queued } = livePlaces(places);
  if (queued.length === 0 && holding.length < limit) return { kind: 'begin' };
  if (when_busy === 'skip') return { kind: 'refuse', reason: 'skip' };
  if (queued.length >= QUEUE_LENGTH_MAX) return { kind: 'refuse', reason: 'full-queue' };
  if (when_busy === 'queue') return { kind: 'queue', cancel: [] };
  const going = [...holding, ...queued].filter(({ status }) => status === 'running');
  const surplus = Math.max(0, going.length - (limit - 1));
  return { kind: 'queue', cancel: going.slice(0, surplus).map(({ executionId }) => executionId) };
}

/** Returns the executions whose turn it is now, in their order. */
export function planTurns(places: readonly GroupPlace[]): readonly string[] {
  const { holding, queued } = livePlaces(places);
  const waiting = queued.filter(({ status }) => status === 'running');
  const begun: string[] = [];
  for (const { executionId, limit } of waiting) {
    if (holding.length + begun.length >= limit) break;
    begun.push(executionId);
  }
  return begun;
}

/** Those that have not ended, in their order. */
export function livePlaces(places: readonly GroupPlace[]): {
  readonly holding: readonly GroupPlace[];
  readonly queued: readonly GroupPlace[];
} {
  const live = places
    .filter(({ status }) => status !== 'ended')
    .toSorted((left, right) => left.seq - right.seq);
  return {
    holding: live.filter(({ state }) => state === 'holding'),
    queued: live.filter(({ state }) => state === 'queued'),
  };
}
