/** Shows what scaling does in a tenant: groups, holds, and how changes of sizes went. */
import { toAmount } from '@novacron/contract/cost/money';
import { VmGroupId } from '@novacron/contract/ids';
import type { ScalingStatus } from '@novacron/contract/kinds/vm-group/scaling-operations';
import { VmGroupSpec } from '@novacron/contract/kinds/vm-group/vm-group';
import { ok } from '@novacron/contract/result';
import type { ScalingSavings } from '@novacron/engine/cost/plan-savings';
import { mean } from 'simple-statistics';
import type { GroupScalingRow, ScalingEventRow } from '../../../ports/tables/orchestration-rows.ts';
import type { VmGroupRow } from '../../../ports/tables/tables.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { storedDecisionOf } from '../../resources/vm-group/stored-decision.ts';
import { desiredAs, mapReadable } from '../../rows/answer-resource.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { toScalingHold } from './hold-scaling.ts';
import { type GroupSavings, readSavings, type SavingsDeps } from './read-savings.ts';
import { toScalingEvent } from './scaling-event-answers.ts';

/** The period of the figures. Unit: ms. */
const WINDOW_MS = 30 * 86_400_000;

/** Events that are counted. */
const EVENTS_MAX = 10_000;

/** Shows it. */
export async function showScaling(deps: SavingsDeps, { principal: { tenantId } }: CallContext) {
  const { store, clock } = deps;
  const nowMs = clock.nowMs();
  const where = { tenant_id: tenantId };
  const { groups, decisions, holds, events } = await store.snapshot({
    groups: { from: 'vm_groups', where, damaged: 'blank' },
    decisions: { from: 'group_scalings', where },
    holds: { from: 'scaling_holds', where: { ...where, ends_at_ms: { above: nowMs } } },
    events: {
      from: 'scaling_events',
      where: { ...where, timestamp: { above: nowMs - WINDOW_MS } },
      orderBy: { column: 'id', direction: 'desc' },
      limit: EVENTS_MAX,
    },
  });
  const names = new Map<string, string>(groups.map(({ id, name }) => [id, name]));
  const byId = new Map(decisions.map((row) => [row.id, row]));
  const scaled = mapReadable(groups, (row) => (isScaled(row) ? [row] : [])).flat();
  const period = { fromMs: nowMs - WINDOW_MS, untilMs: nowMs };
  const savings = await readSavings(deps, scaled, period);
  const status: ScalingStatus = {
    groups: scaled.map((row) => toShownGroup(row, byId.get(row.id), savings.known.get(row.id))),
    holds: holds.flatMap((row) => {
      const name = names.get(row.id);
      return name === undefined ? [] : [toScalingHold(row, name)];
    }),
    ...figuresOf(events),
    ...sumSavings(scaled, savings),
  };
  return ok(status);
}

function isScaled(row: VmGroupRow): boolean {
  return desiredAs(row, VmGroupSpec).scaling !== null;
}

function toShownGroup(
  row: VmGroupRow,
  stored: GroupScalingRow | undefined,
  savings: ScalingSavings | undefined,
): ScalingStatus['groups'][number] {
  const { scaling, min_size, max_size } = desiredAs(row, VmGroupSpec);
  const last = storedDecisionOf(stored);
  return {
    group_id: VmGroupId.parse(row.id),
    group: row.name,
    mode: scaling?.mode ?? 'apply',
    size: row.size,
    min_size,
    max_size,
    next_size: last?.to ?? null,
    limited_by: [...(last?.limited_by ?? [])],
    forecast_model: last?.forecast?.model ?? null,
    decided_at: last === undefined ? null : toTimestamp(last.decided_at_ms),
    cost_savings: toAmount(savings?.savings),
    roi: savings?.roi ?? null,
  };
}

/** Sums are known only where all parts are. */
function sumSavings(
  scaled: readonly VmGroupRow[],
  { currency, known }: GroupSavings,
): Pick<ScalingStatus, 'currency' | 'counterfactual' | 'total_cost_savings' | 'average_roi'> {
  const all = scaled.flatMap(({ id }) => known.get(id) ?? []);
  const isKnown = currency !== null && all.length === scaled.length;
  const total = all.reduce((sum, { savings }) => sum + savings, 0);
  return {
    currency,
    counterfactual: 'fixed_at_peak',
    total_cost_savings: isKnown ? toAmount(total) : null,
    average_roi: isKnown ? meanOf(all.flatMap(({ roi }) => roi ?? [])) : null,
  };
}

function figuresOf(rows: readonly ScalingEventRow[]) {
  const changes = rows
    .map(toScalingEvent)
    .filter(({ outcome }) => outcome !== 'recommended' && outcome !== 'refused');
  const succeeded = changes.filter(({ outcome }) => outcome === 'succeeded');
  return {
    total_scaling_actions: changes.length,
    successful_scaling_actions: succeeded.length,
    average_scaling_time: meanOf(succeeded.flatMap(({ seconds }) => seconds ?? [])),
    model_accuracy: meanOf(changes.flatMap(({ prediction_accuracy: accuracy }) => accuracy ?? [])),
    predictions: changes.filter(({ prediction }) => prediction !== null).length,
  };
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : mean(values);
}
