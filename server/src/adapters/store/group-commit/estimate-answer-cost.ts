/**
 * What an answer costs the thread that gives it: with what its caller does until it waits again. It
 * is a ratio of two sums in which old turns count less and less, not an average of ratios: a turn
 * of few answers takes little less time than a full one, and one that a collection of garbage fell
 * into must not decide alone.
 */

/** How much the newest turn counts once there were many: the ratio is that of the last hundred. */
const NEWEST_SHARE = 0.02;

/** A turn in which callers were answered. */
export interface AnsweredTurn {
  readonly answers: number;
  readonly durationMs: number;
}

/** What is known of answers. */
export interface AnswerCost {
  /** Learns from a turn. */
  readonly add: (turn: AnsweredTurn) => void;
  /** What one takes; undefined as long as there was none. */
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
