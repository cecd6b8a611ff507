/** Rows of watched metrics, and their alerts. */
import {
  type MetricWatch,
  MetricWatch as Watch,
} from '@novacron/contract/monitoring/anomaly-operations';
import type { MetricTarget } from '../../../ports/metric-series.ts';
import type { Change } from '../../../ports/store.ts';
import type { AlertRow, MetricWatchRow } from '../../../ports/tables/incident-rows.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { parseShown } from '../../rows/parse-stored.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { settleOne } from '../alerts/track-alerts.ts';

/** Alerts of a watched metric: each is raised and resolved independently. */
export type WatchRule = 'anomaly' | 'no-samples';

/** Dependencies of judging watched metrics. */
export type WatchDeps = Pick<CapabilityDeps, 'store' | 'ids' | 'clock' | 'logger' | 'metricSeries'>;

/** What a watch measures; NovaCron does not measure VMs that are `stopped`. */
export interface WatchTarget {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  readonly measured: 'expected' | 'stopped';
}

/** Texts of an alert to raise. */
export interface Begun {
  readonly message: string;
  readonly because: readonly string[];
}

/** What a rule finds; neither: it stays as it is. */
export interface WatchFinding {
  readonly rule: WatchRule;
  /** Undefined where nothing new has begun. */
  readonly begun: Begun | undefined;
  readonly isOver: boolean;
}

/** Id of the watch of a metric. */
export function watchId({ id }: Pick<MetricTarget, 'id'>, metric: string): string {
  return `${id}/${metric}`;
}

/** What stands for the policy of an alert. */
export function alertPolicy(metric: string, rule: WatchRule) {
  return { id: `${metric}/${rule}`, name: metric };
}

/** The alerts of a watched metric, by rule. */
export async function readAlerts(
  { store }: Pick<CapabilityDeps, 'store'>,
  { metric, target_id }: Pick<MetricWatchRow, 'metric' | 'target_id'>,
): Promise<ReadonlyMap<WatchRule, AlertRow>> {
  const rules: readonly WatchRule[] = ['anomaly', 'no-samples'];
  const ids = rules.map((rule) => alertPolicy(metric, rule).id);
  const where = { policy_id: { in: ids }, target_id };
  const rows = await store.read({ from: 'alerts', where, damaged: 'blank' });
  return new Map(
    rows.flatMap((row) => {
      const rule = rules.find((each) => row.policy_id === alertPolicy(metric, each).id);
      return rule === undefined ? [] : [[rule, row] as const];
    }),
  );
}

/** Resolves an alert, if there is one that is not resolved. */
export function resolveAlert(
  deps: Pick<CapabilityDeps, 'ids' | 'clock'>,
  row: AlertRow | undefined,
): readonly Change[] {
  return row === undefined ? [] : settleOne(deps, row, { rule: 'ended', events: 'published' });
}

/** A watch as answers contain it. @param target - name of the VM or group */
export function toWatch(row: MetricWatchRow, target: string | null): MetricWatch {
  return parseShown(row.id, Watch, {
    name: row.metric,
    target_kind: row.target_kind,
    target_id: row.target_id,
    target,
    threshold: row.threshold,
    severity: row.severity,
    rows: row.judged_rows,
    scored_to: toTimestamp(row.scored_to_ms),
    created_at: toTimestamp(row.created_at_ms),
    created_by: row.created_by,
  });
}
