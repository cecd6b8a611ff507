/**
 * Combines the answers of other nodes about a node's heartbeat. A single node may be wrong, or lie:
 * its answer alone can only prevent a power-off.
 */
import type { PoolEvidence } from '../model/fencing.ts';

/** Answer of a node about another node's heartbeat. */
export interface PoolAnswer {
  /** Name of the node that was asked. */
  readonly by: string;
  /** `silent`: it has not answered in time. */
  readonly kind: 'moves' | 'stopped' | 'unknown' | 'silent';
  /** Delay between question and answer, by the server's clock. Unit: ms. */
  readonly afterMs: number;
  /** Time that the node reports to have watched; null: not reported. Unit: ms. */
  readonly watchedMs: number | null;
  /** Number of guests on the silent node; null: unknown. */
  readonly guests: number | null;
  /** Clause that explains why the answer is unknown; null if it is known. */
  readonly reason: string | null;
}

/** Verdict from all answers. */
export interface PoolVerdict extends PoolEvidence {
  /** Reason why the verdict is unknown; null if it is known. */
  readonly reason: string | null;
}

/**
 * Judges the answers of all nodes that were asked. One `moves` is enough for `moves`. `stopped`
 * needs all that have answered to say so, each after it can have watched for the whole time.
 * @param watchMs - how long the heartbeat has to stand still. Unit: ms
 */
export function judgeReadings(
  answers: readonly PoolAnswer[],
  { watchMs }: { readonly watchMs: number },
): PoolVerdict {
  const moves = answers.filter(({ kind }) => kind === 'moves');
  if (moves.length > 0) return agree('moves', moves);
  const answered = answers.filter(({ kind }) => kind !== 'silent');
  const stopped = answered.filter((each) => each.kind === 'stopped' && hasWatched(each, watchMs));
  if (stopped.length > 0 && stopped.length === answered.length) return agree('stopped', stopped);
  return {
    kind: 'unknown',
    by: answers.map(({ by }) => by).sort(),
    guests: null,
    reason: answers
      .map((each) => `${each.by}: ${explain(each, watchMs)}`)
      .sort()
      .join('; '),
  };
}

/** An answer that comes earlier was not read: no node can watch faster than time passes. */
function hasWatched({ afterMs, watchedMs }: PoolAnswer, watchMs: number): boolean {
  return afterMs >= watchMs && (watchedMs ?? 0) >= watchMs;
}

function agree(kind: 'moves' | 'stopped', answers: readonly PoolAnswer[]): PoolVerdict {
  const guests = answers.map((each) => each.guests).filter((each) => each !== null);
  return {
    kind,
    by: answers.map(({ by }) => by).sort(),
    guests: guests.length === 0 ? null : Math.max(...guests),
    reason: null,
  };
}

function explain(answer: PoolAnswer, watchMs: number): string {
  const { kind, afterMs, watchedMs, reason } = answer;
  if (kind === 'silent') return 'does not answer';
  if (kind !== 'stopped') return reason ?? 'does not know';
  if (hasWatched(answer, watchMs)) return 'says that it has stopped, which the others do not';
  return (
    `says after ${Math.floor(afterMs)} ms that it has stopped, having watched for ` +
    `${watchedMs ?? 0} ms, and ${watchMs} ms are asked for`
  );
}
