/** Types of learning: how attempts to heal ended, and which strategy comes first because of it. */

/** An attempt to heal something, as it is known now. */
export interface Attempt {
  /** The id of its operation. */
  readonly id: string;
  /** Cause of the attempt, such as `unhealthy`. */
  readonly cause: string;
  /** Action taken, such as `reset`. */
  readonly strategy: string;
  /** `given-up`: it was cancelled, so it says nothing. */
  readonly operation: 'under-way' | 'succeeded' | 'failed' | 'given-up';
  /** Unit of these: ms since the Unix epoch. */
  readonly beganMs: number;
  /** Null while it is under way. */
  readonly finishedMs: number | null;
  /** Start of the next attempt for the same target; null: none. */
  readonly nextMs: number | null;
  /** Whether NovaCron made that one; null: there was none. */
  readonly nextBy: 'novacron' | 'people' | null;
  /**
   * Evidence of success. `operation`: the operation succeeded; `health`: the guest serves;
   * `stable`: the VM keeps running for a while.
   */
  readonly proof: 'operation' | 'health' | 'stable';
  /** `faulty`: it was given up; `gone`: it is not there any more, or not checked. */
  readonly target: 'there' | 'faulty' | 'gone';
  /** Time limit of its operation; null: unlimited. Unit: ms. */
  readonly limitMs: number | null;
  /** Time at which the guest was first observed serving after the attempt; null: never. */
  readonly servedMs: number | null;
}

/** Result of an attempt. */
export interface Outcome {
  readonly strategy: string;
  readonly result: 'succeeded' | 'failed';
  /** From its begin until it had helped, or was known not to. Unit: ms. */
  readonly durationMs: number;
}

/** An outcome with its attempt. */
export interface DecidedAttempt extends Outcome {
  readonly attempt: Attempt;
}

/** Strategies of one level of the ladder for one cause, which can be exchanged for each other. */
export interface LadderLevel {
  readonly cause: string;
  /** 0: a fence, which always comes first; 1 restart; 2 migrate; 3 scale; 4 failover. */
  readonly level: 0 | 1 | 2 | 3 | 4;
  /** In the order in which they are tried by default. */
  readonly strategies: readonly string[];
  /**
   * `each`: a strategy is also used where another one of its level cannot be, so that outcomes of
   * one alone say nothing of the other: each needs enough of its own. Absent: all together.
   */
  readonly counted?: 'each';
  /** Owner of the outcomes: those of causes like the loss of a node belong to the platform. */
  readonly scope: 'tenant' | 'platform';
}

/** Statistics of a strategy. */
export interface StrategyFigures {
  readonly strategy: string;
  readonly outcomes: number;
  readonly succeeded: number;
  /** The success rate that it has at least, with a confidence of 95 %; 0 without outcomes. */
  readonly rateLow: number;
  /** Mean time of those that succeeded; null: none has. Unit: ms. */
  readonly meanMs: number | null;
}

/** In which order the strategies of a level are tried. */
export interface StrategyPlan {
  readonly level: LadderLevel;
  readonly order: readonly string[];
  /** `outcomes`: there are enough of them to decide the order. */
  readonly basis: 'default' | 'outcomes';
  /** In the order in which the strategies are tried. */
  readonly figures: readonly StrategyFigures[];
}
