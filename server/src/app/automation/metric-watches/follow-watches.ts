/**
 * Follows watched metrics step by step. Followers stay in memory, so that a round judges new steps
 * only; one that this server does not have learns from the stored history first, silently.
 */
import { WATCH_STEP_S } from '@novacron/contract/monitoring/metric-operations';
import { explainJudgement } from '@novacron/engine/scaling/anomaly/explain-anomalies';
import { createFollower, type SeriesFollower } from '@novacron/engine/scaling/anomaly/plan-phases';
import type { MetricSeries } from '../../../ports/metric-series.ts';
import type { MetricWatchRow } from '../../../ports/tables/incident-rows.ts';
import { readRows } from '../../platform/metrics/read-rows.ts';
import { inTurns, toObservations } from '../../platform/metrics/show-anomalies.ts';
import type { WatchFinding } from './watch-rows.ts';

/** History that a follower learns from: two weekends. Unit: seconds. */
const HISTORY_S = 14 * 86_400;

/** Followers in memory, each of some 300 KiB; the others learn in each round. */
const FOLLOWERS_MAX = 200;

const MS_PER_SECOND = 1_000;
const DIGITS = 6;

/** Result of following a metric to a time. */
interface Followed {
  readonly anomaly: WatchFinding;
  /** Steps that its follower knows. */
  readonly rows: number;
}

/** Followers of one server, by watch. */
export interface Followers {
  /**
   * Judges the steps that are new since the watch was judged last; undefined where the series
   * cannot be read.
   * @param to - end of the last step, and name of what is measured
   */
  readonly follow: (
    series: MetricSeries,
    row: MetricWatchRow,
    to: { readonly toS: number; readonly target: string },
  ) => Promise<Followed | undefined>;
  /** Forgets what is known of a watch, which has changed elsewhere. */
  readonly forget: (row: MetricWatchRow) => void;
  /** Forgets all others. */
  readonly retain: (rows: readonly MetricWatchRow[]) => void;
}

interface Known {
  readonly follower: SeriesFollower;
  readonly threshold: number;
  readonly toS: number;
}

/** Creates the followers of a server. */
export function createFollowers(): Followers {
  const known = new Map<string, Known>();
  return {
    follow: async (series, row, { toS, target }) => {
      const { id, threshold, scored_to_ms: scoredToMs } = row;
      const before = known.get(id);
      const isCurrent =
        before?.toS === scoredToMs / MS_PER_SECOND && before.threshold === threshold;
      const follower = isCurrent ? before.follower : createFollower(threshold);
      const fromS = isCurrent ? before.toS : toS - HISTORY_S;
      known.delete(id);
      const steps = { fromS, toS, stepS: WATCH_STEP_S };
      const read = await readRows(series, { targetId: row.target_id, name: row.metric }, steps);
      if (!read.ok) return undefined;
      let begun: WatchFinding['begun'];
      await inTurns(toObservations(read.value ?? [], steps), (observation) => {
        const { phase, judgement } = follower.follow(observation);
        const isNew = observation.time_ms + WATCH_STEP_S * MS_PER_SECOND > scoredToMs;
        if (!isNew || (phase !== 'begins' && phase !== 'grows')) return;
        const value = Number(observation.value.toPrecision(DIGITS));
        const because = [explainJudgement(judgement), scoreOf(judgement.score, follower.rows())];
        begun = { message: `${row.metric} of ${target} is unusual: ${value}`, because };
      });
      if (known.size < FOLLOWERS_MAX) known.set(id, { follower, threshold, toS });
      const isOver = !follower.isLasting();
      const anomaly = { rule: 'anomaly', begun: isOver ? undefined : begun, isOver } as const;
      return { anomaly, rows: follower.rows() };
    },
    forget: ({ id }) => void known.delete(id),
    retain: (rows) => {
      const ids = new Set(rows.map(({ id }) => id));
      for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
    },
  };
}

function scoreOf(score: number, rows: number): string {
  const oneIn = Math.round(1 / (1 - score)).toLocaleString('en-US');
  const rarity = `Score ${score.toFixed(6)}: about 1 step in ${oneIn}`;
  return `${rarity}, judged from ${rows} steps of 5 minutes.`;
}
