/** Explains attempts to heal in lines for people. */
import { formatDuration } from '@novacron/contract/formats/duration';

/** An attempt that people read of. */
export interface ShownAttempt {
  /** Name of the VM, the node or the group. */
  readonly target: string;
  /** Action taken, such as `reset`. */
  readonly strategy: string;
  /** The level of the ladder. */
  readonly level: number;
  /** Formatted start time. */
  readonly beganAt: string;
  /** Duration, up to now for a running attempt. Unit: ms. */
  readonly tookMs: number;
  /** Time limit; null: unlimited. Unit: ms. */
  readonly limitMs: number | null;
  /** `unknown`: it was done, and whether that has helped is not known yet. */
  readonly outcome: 'helped' | 'not-helped' | 'failed' | 'under-way' | 'unknown';
  /** Reason of the failure; null: it did not fail, or the reader may not see the reason. */
  readonly why: string | null;
}

const OUTCOME_WORDS: Readonly<Record<ShownAttempt['outcome'], string>> = {
  helped: 'it helped',
  'not-helped': 'it did not help',
  failed: 'it failed',
  'under-way': 'it is under way',
  unknown: 'it was done, and whether it helped is not known yet',
};

/** Explains one. */
export function explainAttempt(attempt: ShownAttempt): string {
  const { target, strategy, level, beganAt, tookMs, limitMs, outcome, why } = attempt;
  const limit = limitMs === null ? 'without a limit' : `of at most ${formatDuration(limitMs)}`;
  const because = why === null ? '' : `: ${why}`;
  return (
    `${beganAt}  ${target}: ${strategy} (level ${level}), ${formatDuration(tookMs)} ${limit}: ` +
    `${OUTCOME_WORDS[outcome]}${because}`
  );
}
