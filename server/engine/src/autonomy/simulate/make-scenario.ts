/** Makes days of a group: demand of a pattern, and the forecasts that our own models make of it. */
import type { Rng } from '../../env.ts';
import type { SignalForecast } from '../../scaling/decide/model/scaling.ts';
import { fitForecast } from '../../scaling/forecast/plan-forecast.ts';
import { selectModels } from '../../scaling/forecast/select-models.ts';
import type { PatternName, SampleRequest } from '../../training/model/sample-data.ts';
import { PERSISTENCE, planSampleData } from '../../training/plan-sample-data.ts';
import { type Scenario, SIZE_MAX, SIZE_MIN, STEP_MINUTES } from './group-world.ts';
import { NODES } from './sizes.ts';

const MINUTE_MS = 60_000;
/** Length of a step. */
export const STEP_MS = STEP_MINUTES * MINUTE_MS;
const DAY_STEPS = (24 * 60) / STEP_MINUTES;
const KNOWN_DAYS = 14;
/** Steps beyond the day, for what looks ahead. */
const BEYOND_STEPS = 48;

/** Load of a full pattern. Unit: VMs that are fully used. */
const PEAK = 16;
const NOISE = 0.0125;
/** Deviation of a step from what was to be expected one step before. Unit: VMs fully used. */
const CHANCE_VMS = PEAK * NOISE * Math.sqrt(1 - PERSISTENCE ** 2);

/** Forecasts are of the most in a quarter of an hour, for up to eight hours, as of the server. */
const QUARTER = 3;
const HORIZON = 32;
const QUARTERS_A_DAY = DAY_STEPS / QUARTER;
const PERIODS = [QUARTERS_A_DAY, 7 * QUARTERS_A_DAY];
const SOON_QUARTERS = 2;
const LATER_QUARTERS = 5;

/** A node is disturbed once in four days, for two hours. */
const DISTURBED_RATE = 1 / (4 * DAY_STEPS);
const DISTURBED_STEPS = 24;

/** Share of its VMs that the group uses at the most of the week before, when it begins. */
const CONFIGURED_USAGE = 0.7;

const PATTERNS: readonly PatternName[] = [
  'office',
  'web',
  'bursty',
  'growing',
  'batch',
  'steady',
  'idle',
];

/** A scenario, with the forecasts that a controller of ours gets: one each quarter of an hour. */
export interface ForecastScenario extends Scenario {
  readonly forecasts: readonly SignalForecast[];
}

/** Makes one. @param index - chooses the pattern, one after another */
export function makeScenario(parent: Rng, index: number): ForecastScenario {
  const pattern = PATTERNS[index % PATTERNS.length] ?? 'steady';
  const name = `${pattern}-${index}`;
  const rng = parent.fork(name);
  const day = Math.floor(7 * rng.fork('day').next());
  const first = (KNOWN_DAYS + day) * DAY_STEPS;
  const length = first + DAY_STEPS + BEYOND_STEPS;
  const load = makeLoad(rng, { pattern, length, noise: NOISE });
  const planned = makeLoad(rng, { pattern, length, noise: 0 });
  const forecasts = makeForecasts(load, first);
  const demand = load.slice(first);
  const week = load.subarray(first - 7 * DAY_STEPS, first);
  const most = week.reduce((best, value) => Math.max(best, value), 0);
  return {
    name,
    demand,
    forecasts,
    expected: expectDemand(load, planned).slice(first),
    chance: CHANCE_VMS,
    soon: expectLoad(demand, forecasts, SOON_QUARTERS),
    later: expectLoad(demand, forecasts, LATER_QUARTERS),
    disturbed: disturbNodes(rng.fork('disturbed'), demand.length),
    size: Math.min(SIZE_MAX, Math.max(SIZE_MIN, Math.ceil(most / CONFIGURED_USAGE))),
    steps: DAY_STEPS,
  };
}

function makeLoad(
  rng: Rng,
  request: Pick<SampleRequest, 'pattern' | 'length' | 'noise'>,
): Float64Array {
  const more = { vms: 1, startMs: 0, stepMs: STEP_MS, outliers: 0, gaps: 0 };
  const [series] = planSampleData(
    { ...request, ...more, metrics: ['requests_per_second'] },
    { rng },
  );
  return (series?.values ?? new Float64Array()).map((value) => (PEAK * value) / 1_000);
}

/** What was to be expected of each value one step before: a share of the noise stays. */
function expectDemand(load: Float64Array, planned: Float64Array): Float64Array {
  return planned.map((value, at) => {
    const noise = at === 0 ? 0 : (load[at - 1] ?? 0) - (planned[at - 1] ?? 0);
    return value + PERSISTENCE * noise;
  });
}

/** One each quarter of an hour of the day; models are selected once, before it. */
function makeForecasts(load: Float64Array, first: number): readonly SignalForecast[] {
  const quarters = Array.from({ length: Math.floor(load.length / QUARTER) }, (_, at) =>
    load.subarray(at * QUARTER, (at + 1) * QUARTER).reduce((most, each) => Math.max(most, each), 0),
  );
  const known = first / QUARTER;
  const seriesUntil = (end: number) => ({
    startS: 0,
    stepS: (QUARTER * STEP_MS) / 1_000,
    values: quarters.slice(0, end),
  });
  const request = { horizon: HORIZON, periods: PERIODS };
  const series = seriesUntil(known);
  const fitted = fitForecast(series, request, selectModels(series, request));
  return Array.from({ length: QUARTERS_A_DAY }, (_, at) => {
    const { point, lower, upper, backtest } = fitted.forecast(seriesUntil(known + at));
    const { accuracyRatio } = backtest;
    const startMs = at * QUARTER * STEP_MS;
    return { startMs, stepMs: QUARTER * STEP_MS, point, lower, upper, accuracyRatio };
  });
}

/** The most that is expected in the next quarters, and at least what is measured. */
function expectLoad(
  demand: Float64Array,
  forecasts: readonly SignalForecast[],
  quarters: number,
): Float64Array {
  return demand.map((_, step) => {
    const { point = [] } = forecasts[Math.floor(step / QUARTER)] ?? {};
    const measured = demand[Math.max(0, step - 1)] ?? 0;
    return point.slice(0, quarters).reduce((most, each) => Math.max(most, each), measured);
  });
}

function disturbNodes(rng: Rng, steps: number): Int32Array {
  const bits = new Int32Array(steps);
  for (let node = 0; node < NODES; node += 1) {
    const own = rng.fork(`${node}`);
    for (let step = 0; step < steps; step += 1) {
      if (own.next() >= DISTURBED_RATE) continue;
      for (let later = step; later < Math.min(steps, step + DISTURBED_STEPS); later += 1)
        bits[later] = (bits[later] ?? 0) | (1 << node);
    }
  }
  return bits;
}
