/** Shows the models that forecasts have selected: a view of what forecasting stores. */

import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import {
  FORECAST_VERSIONS_MAX,
  ForecastModel,
  type ForecastVersion,
} from '@novacron/contract/training/forecast-model';
import type { ModelName, Selection } from '@novacron/engine/scaling/forecast/model/forecasting';
import type { ForecastSelectionRow } from '../../../ports/tables/learning-rows.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { listWhole, type WholeList } from '../../kernel/lists/list-items.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';

/** Models that learn nothing. */
const RULES: readonly ModelName[] = ['naive', 'seasonal-naive', 'long-seasonal-naive'];

/** More would be no answer that people read. */
const MODELS_MAX = 1_000;

/** Lists those that were selected last; a damaged one is left out. */
export async function listForecastModels(
  { store, clock }: Pick<CapabilityDeps, 'store' | 'clock'>,
  input: ParsedInputOf<'model.forecasts'>,
  { principal }: CallContext,
): Promise<Result<WholeList<ForecastModel>, Problem>> {
  const rows = await store.read({
    from: 'forecast_selections',
    where: { tenant_id: principal.tenantId },
    orderBy: { column: 'selected_at_ms', direction: 'desc' },
    limit: MODELS_MAX,
    damaged: 'blank',
  });
  const all = rows.flatMap((row) => toForecastModel(row) ?? []);
  const request = { operation: 'model.forecasts', input, nowMs: clock.nowMs() } as const;
  return ok(listWhole(request, all));
}

/** The column of versions after another selection, newest first. */
export function addVersion(
  before: ForecastSelectionRow | undefined,
  selection: Selection,
  about: { readonly atMs: number; readonly isDrift: boolean },
): string {
  const earlier = before === undefined ? [] : versionsOf(before);
  const version = (earlier[0]?.version ?? 0) + 1;
  const next = version === 1 ? 'first' : about.isDrift ? 'drifted' : 'renewed';
  const versions = [toVersion(selection, { version, reason: next, atMs: about.atMs }), ...earlier];
  return JSON.stringify({ versions: versions.slice(0, FORECAST_VERSIONS_MAX) });
}

interface Stored {
  readonly versions?: readonly ForecastVersion[];
}

function versionsOf({ versions_json }: ForecastSelectionRow): readonly ForecastVersion[] {
  return parseStored<Stored>(versions_json ?? '{}')?.versions ?? [];
}

function toForecastModel(row: ForecastSelectionRow): ForecastModel | undefined {
  const selection = parseStored<Selection>(row.selection_json);
  if (selection === undefined) return undefined;
  const [stored, ...earlier] = versionsOf(row);
  const first = { version: 1, reason: 'first', atMs: row.selected_at_ms } as const;
  const shown = ForecastModel.safeParse({
    ...(stored ?? toVersion(selection, first)),
    id: row.id,
    target_id: row.target_id,
    metric: row.metric,
    step_seconds: row.step_s,
    earlier,
  });
  return shown.success ? shown.data : undefined;
}

function toVersion(
  { kind, members, backtest }: Selection,
  {
    version,
    reason,
    atMs,
  }: Pick<ForecastVersion, 'version' | 'reason'> & { readonly atMs: number },
): ForecastVersion {
  const { origins, accuracyRatio, mase, models } = backtest;
  // The best one is first.
  const rule = models.find(({ model }) => RULES.includes(model));
  const ruleMase = rule?.mase ?? null;
  return {
    version,
    selected_at: toTimestamp(atMs),
    reason,
    selection: kind,
    models: members.map(({ model, weight }) => ({ model, weight: round(weight) })),
    origins,
    accuracy_ratio: round(accuracyRatio),
    mase: round(mase),
    rule: rule?.model ?? null,
    rule_mase: ruleMase === null ? null : round(ruleMase),
    improvement: ruleMase === null || ruleMase === 0 ? null : round(1 - mase / ruleMase),
  };
}

const DIGITS = 6;

function round(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
