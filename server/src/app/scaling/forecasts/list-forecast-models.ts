/** Shows the models that forecasts have selected: a view of what forecasting stores. */

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
import { type ListInput, readList } from '../../kernel/lists/read-list.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { mapPage, type Page } from '../../rows/page.ts';
import { damagedRow, parseShown, parseStored } from '../../rows/parse-stored.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';

/** Models that learn nothing. */
const RULES: readonly ModelName[] = ['naive', 'seasonal-naive', 'long-seasonal-naive'];

/** Lists them. Problems: `validation-failed` for a cursor that no server has made. */
export async function listForecastModels(
  deps: Pick<CapabilityDeps, 'store' | 'clock'>,
  input: ListInput,
  { principal }: CallContext,
): Promise<Result<Page<ForecastModel>, Problem>> {
  const source = {
    operation: 'model.forecasts',
    from: 'forecast_selections',
    where: { tenant_id: principal.tenantId },
    columns: { selected_at: 'selected_at_ms' },
    numbers: ['selected_at_ms'],
  } as const;
  const page = await readList(deps, source, input);
  return page.ok ? ok(mapPage(page.value, toForecastModel)) : page;
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

/** @throws damagedRow */
function toForecastModel(row: ForecastSelectionRow): ForecastModel {
  const selection = parseStored<Selection>(row.selection_json);
  if (selection === undefined) throw damagedRow(row.id, 'selection_json is not a JSON object');
  const [stored, ...earlier] = versionsOf(row);
  const first = { version: 1, reason: 'first', atMs: row.selected_at_ms } as const;
  return parseShown(row.id, ForecastModel, {
    ...(stored ?? toVersion(selection, first)),
    id: row.id,
    target_id: row.target_id,
    metric: row.metric,
    step_seconds: row.step_s,
    earlier,
  });
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
