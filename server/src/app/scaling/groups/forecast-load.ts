/** Forecasts the loads of VM groups. Rounds of decisions read what is there, and never wait. */

import { MEASURED_MEMBERS } from '@novacron/contract/formats/metric-name';
import type { GroupScaling, ScalingRule } from '@novacron/contract/kinds/vm-group/group-scaling';
import type { MetricSignal } from '@novacron/engine/scaling/decide/model/scaling';
import { scopeOf } from '@novacron/engine/scaling/decide/rules/measure-load';
import { resolveSettings } from '@novacron/engine/scaling/decide/rules/resolve-settings';
import { explainDay } from '@novacron/engine/scaling/forecast/explain-forecast';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { datesOfGroup } from '../forecasts/dates-of-group.ts';
import {
  type ForecastDeps,
  type ForecastQuestion,
  forecastSeries,
} from '../forecasts/forecast-series.ts';
import { tuningOfGroup } from '../forecasts/tuning-of-group.ts';

/** A forecast counts for so long. Unit: ms. */
const FRESH_MS = 300_000;

/** It is made again before it ends to count. Unit: ms. */
const RENEW_MS = 240_000;

/** Forecasts end at a step: so much more than is needed is asked for. Unit: ms. */
const BEYOND_MS = FRESH_MS + 600_000;

/** Forecasts reach no further. Unit: ms. */
const HORIZON_MS_MAX = 3 * 86_400_000;

/** Forecasts that are under way; other callers of the thread have room beside them. */
const AT_ONCE_MAX = 4;

/** A load that a rule of a group is about. */
export interface LoadQuestion {
  readonly groupId: string;
  readonly tenantId: string;
  readonly scaling: GroupScaling;
  readonly rule: ScalingRule;
  /** Same as `ScalingGroup.bootMs`. */
  readonly bootMs: number;
}

/** Reads the forecast of a load; undefined where nothing is known. */
export type ReadForecast = (asked: LoadQuestion) => Promise<MetricSignal['forecast']>;

type Deps = ForecastDeps & Pick<CapabilityDeps, 'clock'>;

/** Forecasts nothing, for those who look at members only. */
export const forecastsOff: ReadForecast = async () => undefined;

/** Makes forecasts when they are asked for. */
export function forecastsNow(deps: Deps): ReadForecast {
  return async (asked) => {
    const question = toQuestion(asked);
    return question && makeForecast(deps, question);
  };
}

interface Kept {
  readonly forecast: MetricSignal['forecast'];
  readonly madeAtMs: number;
}

/** Makes forecasts beside the rounds that ask for them, and keeps each for some minutes. */
export function keepForecasts(deps: Deps): ReadForecast {
  const { clock, logger } = deps;
  const kept = new Map<string, Kept>();
  const waiting = new Map<string, ForecastQuestion>();
  const running = new Set<string>();

  function start(): void {
    for (const [key, question] of waiting) {
      if (running.size >= AT_ONCE_MAX) return;
      waiting.delete(key);
      running.add(key);
      void renew(key, question);
    }
  }

  async function renew(key: string, question: ForecastQuestion): Promise<void> {
    try {
      const forecast = await makeForecast(deps, question);
      kept.delete(key);
      kept.set(key, { forecast, madeAtMs: clock.nowMs() });
    } catch (error) {
      // The store is closed: the server ends.
      logger.warn({ err: error, target: question.target.id }, 'a load was not forecast');
    }
    running.delete(key);
    start();
  }

  /** The oldest ones come first. */
  function forgetOld(nowMs: number): void {
    for (const [key, { madeAtMs }] of kept) {
      if (Math.abs(nowMs - madeAtMs) < FRESH_MS) return;
      kept.delete(key);
    }
  }

  return async (asked) => {
    const question = toQuestion(asked);
    if (question === undefined || deps.forecasts === undefined) return undefined;
    const nowMs = clock.nowMs();
    const key = keyOf(question);
    forgetOld(nowMs);
    const found = kept.get(key);
    const isDue = found === undefined || Math.abs(nowMs - found.madeAtMs) >= RENEW_MS;
    if (isDue && !running.has(key)) {
      waiting.set(key, question);
      start();
    }
    return found === undefined ? 'pending' : found.forecast;
  };
}

/** A group with another calendar, or other models, has another forecast. */
function keyOf({ target, name, factor = '', horizonMs, ...chosen }: ForecastQuestion): string {
  const { calendar = [], tuning = {} } = chosen;
  return [target.id, name, factor, horizonMs, JSON.stringify([calendar, tuning])].join('/');
}

/** @returns undefined where forecasts are off */
function toQuestion({
  groupId,
  tenantId,
  scaling,
  rule,
  bootMs,
}: LoadQuestion): ForecastQuestion | undefined {
  const { prediction, warmUpMs } = resolveSettings(scaling);
  if (prediction === undefined) return undefined;
  const reachMs = Math.max(prediction.horizonMs, bootMs + warmUpMs);
  return {
    target: { id: groupId, tenantId, kind: 'vm_group' },
    name: rule.metric,
    horizonMs: Math.min(HORIZON_MS_MAX, reachMs + BEYOND_MS),
    calendar: datesOfGroup(scaling),
    tuning: tuningOfGroup(scaling),
    // A mean over members falls when the group grows; their sum does not.
    ...(scopeOf(rule) === 'member' ? { factor: MEASURED_MEMBERS } : {}),
  };
}

async function makeForecast(
  deps: Deps,
  question: ForecastQuestion,
): Promise<MetricSignal['forecast']> {
  const found = await forecastSeries(deps, question, deps.clock.nowMs());
  if (found === undefined) return undefined;
  const { calendar, ...forecast } = found;
  const days = calendar.map(explainDay);
  return { ...forecast, days };
}
