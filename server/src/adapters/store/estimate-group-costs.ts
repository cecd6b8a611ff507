/**
 * What groups cost a database: so much each, whatever it holds (the flush to the disk and the way
 * there), and so much for each of its statements. Groups of different sizes, compared, tell the two
 * apart: a straight line through them, in which old ones count less and less (Finch, 2009,
 * "Incremental calculation of weighted mean and variance").
 */

/** How much the newest group counts once there were many: the line is that of the last hundred. */
const NEWEST_SHARE = 0.02;

/** A group that was written. */
export interface WrittenGroup {
  readonly statements: number;
  readonly durationMs: number;
}

/** What is known of a database's groups. */
export interface GroupCosts {
  /** Learns from a group. */
  readonly add: (group: WrittenGroup) => void;
  /**
   * What a group costs whatever it holds: from 0 to what groups take on average, and that as long
   * as all were of one size.
   */
  readonly fixedMs: () => number;
}

/** Starts knowing nothing. */
export function estimateGroupCosts(): GroupCosts {
  let groups = 0;
  let meanStatements = 0;
  let meanMs = 0;
  let variance = 0;
  let covariance = 0;

  function add({ statements, durationMs }: WrittenGroup): void {
    groups += 1;
    const share = Math.max(NEWEST_SHARE, 1 / groups);
    const more = statements - meanStatements;
    const moreMs = durationMs - meanMs;
    meanStatements += share * more;
    meanMs += share * moreMs;
    variance = (1 - share) * (variance + share * more * more);
    covariance = (1 - share) * (covariance + share * more * moreMs);
  }

  function fixedMs(): number {
    const perStatementMs = variance === 0 ? 0 : Math.max(0, covariance / variance);
    return Math.max(0, meanMs - perStatementMs * meanStatements);
  }

  return { add, fixedMs };
}
