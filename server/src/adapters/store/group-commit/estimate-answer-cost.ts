/**
 * Cost of an answer for the thread that gives it, including the caller's work until it waits again.
 * It is a ratio of two sums in which old turns count less and less, not an average of ratios: a
 * turn of few answers takes little less time than a full turn, and a turn slowed by garbage
 * collection must not decide alone.
 */

/** Weight of the newest turn once there are many: the ratio is that of the last hundred. */
const NEWEST_SHARE = 0.02;

/** A turn in which callers were answered. */
export interface AnsweredTurn {
  readonly answers: number;
  readonly durationMs: number;
}

/** Estimate of the cost of an answer. */
export interface AnswerCost {
  /** Learns from a turn. */
  readonly add: (turn: AnsweredTurn) => void;
  /** Cost per answer; undefined before the first answer. */
  readonly eachMs: () => number | undefined;
}

/** Starts knowing nothing. */
export function estimateAnswerCost(): AnswerCost {
  let turns = 0;
  let meanAnswers = 0;
  let meanMs = 0;
  return {
    add: ({ answers, durationMs }) => {
      turns += 1;
      const share = Math.max(NEWEST_SHARE, 1 / turns);
      meanAnswers += share * (answers - meanAnswers);
      meanMs += share * (durationMs - meanMs);
    },
    eachMs: () => (turns === 0 ? undefined : meanMs / meanAnswers),
  };
}
