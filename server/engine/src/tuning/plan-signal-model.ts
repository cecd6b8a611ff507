/** Learns one signal of a VM from the others, and predicts what a change of its CPU does to it. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Rng } from '../env.ts';
import type { BoostingSettings } from '../training/model/boosted-trees.ts';
import { planPredictions, planTraining } from '../training/plan-training.ts';
import type { LatencyEffect, SignalModel, Signals, TuningSignal } from './model/tuning.ts';

/** All signals, in the order of tables. */
export const TUNING_SIGNALS: readonly TuningSignal[] = [
  'cpu_utilization_ratio',
  'memory_utilization_ratio',
  'disk_bytes_per_second',
  'network_bytes_per_second',
  'requests_per_second',
  'errors_per_second',
  'latency_seconds',
  'cost_per_hour',
];

const TREES = 100;
const SETTINGS: BoostingSettings = { trees: TREES, depth: 4, learningRate: 0.1, leafRowsMin: 10 };

/** Share of the rows that a signal must have to be learned from. */
const COVERAGE_MIN = 0.5;

/** Share of the latest rows for which an effect is predicted: a day of two weeks. */
const LATEST = 1 / 14;

/** Share of these that may lie outside what the model has seen. */
const UNSEEN_MAX = 0.1;

const CPU = 'cpu_utilization_ratio';

/**
 * Trains the model.
 * Failures: `validation-failed` where the target has no source, is constant, or has too few values.
 */
export function planSignalModel(
  { signals, target }: { readonly signals: Signals; readonly target: TuningSignal },
  env: { readonly rng: Rng },
): Result<SignalModel, Problem> {
  const own = signals[target];
  if (own === undefined) return err(noSource(target));
  const rows = [...own.keys()].filter((row) => Number.isFinite(own[row]));
  const pick = (values: Float64Array) =>
    Float64Array.from(rows, (row) => finiteOr(values[row], Number.NaN));
  const features = TUNING_SIGNALS.filter((name) => {
    const values = signals[name];
    return name !== target && values !== undefined && isUseful(pick(values));
  });
  const columns = features.flatMap((name) => {
    const values = signals[name];
    return values === undefined ? [] : [pick(values)];
  });
  const table = { features, columns, target: pick(own) };
  const trained = planTraining({ table, order: 'time', grid: [SETTINGS] }, env);
  if (!trained.ok) return trained;
  const absent = TUNING_SIGNALS.filter((name) => name !== target && !features.includes(name));
  return ok({ target, model: trained.value, absent });
}

function noSource(target: TuningSignal): Problem {
  return problem('validation-failed', {
    detail: `Nothing has been measured of ${target}, so no model can learn it.`,
    remedy: `Write it: novacron metric write --samples '[{"name":"${target}","value":…}]'`,
  });
}

/** An infinite value says as little as a missing one. */
function finiteOr(value: number | undefined, otherwise: number): number {
  return value !== undefined && Number.isFinite(value) ? value : otherwise;
}

function isUseful(values: Float64Array): boolean {
  const known = values.filter(Number.isFinite);
  return known.length >= values.length * COVERAGE_MIN && known.some((value) => value !== known[0]);
}

/**
 * Predicts the target for the latest day if the same work had used another share of the CPU.
 * @param cpuFactor - the configured cores as a share of the new ones; above 1 the VM shrinks
 */
export function planCpuEffect(
  { model, target }: SignalModel,
  signals: Signals,
  cpuFactor: number,
): LatencyEffect {
  const { evaluation, features } = model;
  const rule = evaluation.rules[0]?.rule ?? 'mean';
  if (!evaluation.isBetter) return { kind: 'not_better', rule };
  const rows = latestRows(signals, target);
  const columnsOf = (factor: number) =>
    TUNING_SIGNALS.filter((name) => features.includes(name)).map((name) =>
      Float64Array.from(rows, (row) => {
        return (signals[name]?.[row] ?? Number.NaN) * (name === CPU ? factor : 1);
      }),
    );
  const seen = signals[CPU]?.filter(Number.isFinite) ?? new Float64Array();
  const most = seen.reduce((largest, value) => Math.max(largest, value), 0);
  const beyond = rows.filter((row) => (signals[CPU]?.[row] ?? 0) * cpuFactor > most);
  const isKnown = features.includes(CPU) && rows.length > 0;
  if (!isKnown || beyond.length > rows.length * UNSEEN_MAX) return { kind: 'unseen' };
  const was = meanOf(planPredictions(model, columnsOf(1)));
  const is = meanOf(planPredictions(model, columnsOf(cpuFactor)));
  if (!(was > 0)) return { kind: 'unseen' };
  const change = is / was - 1;
  const error = evaluation.model.mae / was;
  return { kind: 'predicted', change, lower: change - error, upper: change + error };
}

function latestRows(signals: Signals, target: TuningSignal): readonly number[] {
  const own = signals[target] ?? new Float64Array();
  const from = Math.floor(own.length * (1 - LATEST));
  return [...own.keys()].filter((row) => row >= from && Number.isFinite(own[row]));
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
