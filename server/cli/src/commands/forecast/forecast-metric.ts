/** `novacron forecast --metric`: what a metric on the server will be next. */
import type { MetricForecast } from '@novacron/contract/monitoring/forecast-operations';
import { ok, type Result } from '@novacron/contract/result';
import type { Session } from '../../client/session.ts';
import { type Failure, problemFailure } from '../../failures/failure.ts';
import type { Outcome } from '../../operations/outcome.ts';
import { resolveName } from '../../operations/resolve-names.ts';
import { startWorkProgress } from '../../output/work-progress.ts';
import { renderForecasts } from './render-forecasts.ts';

/** Metric to forecast. */
export interface MetricQuestion {
  readonly metric: string;
  /** Name or id; without both the metric is the tenant's. */
  readonly vm?: string;
  readonly group?: string;
  /** Hours, or a duration. */
  readonly horizon: number | string;
  /** The same. Empty: a day and a week. */
  readonly season: readonly (number | string)[];
}

/** Forecasts it. Failures: names that nothing has, problems of the server. */
export async function forecastMetric(session: Session, question: MetricQuestion): Promise<Outcome> {
  const target = await findTarget(session, question);
  if (!target.ok) return { failure: target.error };
  const { metric: name, horizon, season, vm, group } = question;
  const { client, signal, io, progress: shown } = session;
  const progress = startWorkProgress(io, { what: 'forecasting metrics', total: 1, shown });
  progress.show(0);
  const seasons = season.length === 0 ? {} : { seasons: season.map(toDuration) };
  const input = { ...target.value, name, horizon: toDuration(horizon), ...seasons };
  const answer = await client.call('metric.forecast', input, { signal });
  progress.end();
  if (!answer.ok) return { failure: problemFailure(answer.error) };
  const of = vm ?? group;
  const printed = describe(of === undefined ? name : `${of}/${name}`, answer.value);
  return { document: renderForecasts([printed], answer.value.explanation) };
}

/** A number counts hours, as the values of an hourly series do. */
function toDuration(length: number | string): string {
  return typeof length === 'number' ? `${length}h` : length;
}

async function findTarget(
  session: Session,
  { vm, group }: MetricQuestion,
): Promise<Result<{ readonly vm_id?: string; readonly vm_group_id?: string }, Failure>> {
  const text = vm ?? group;
  if (text === undefined) return ok({});
  const noun = vm === undefined ? 'vm_group' : 'vm';
  const found = await resolveName(session, [noun], text);
  if (!found.ok) return found;
  return ok(noun === 'vm' ? { vm_id: found.value } : { vm_group_id: found.value });
}

const NOT_COMPARED = { origins: 0, accuracy: 0, smape: 0, mase: 0, models: [] };

function describe(series: string, found: MetricForecast) {
  const { name: _name, model, backtest, point, lower, upper, ...others } = found;
  const { accuracy_ratio: accuracy = 0, ...scores } = backtest ?? {};
  return {
    series,
    model: model ?? 'none',
    backtest: { ...NOT_COMPARED, ...scores, accuracy },
    point,
    lower,
    upper,
    ...others,
  };
}
