import { describe, expect, test } from '@jest/globals';
import { makeRng } from '../rng.ts';
import { explainSignalModel } from './explain-tuning.ts';
import type { Signals, TuningSignal } from './model/tuning.ts';
import { planCpuEffect, planSignalModel } from './plan-signal-model.ts';

const ROWS = 1_344;

/** Latency that rises with the use of the CPU, and signals that say nothing of it. */
function signalsOf(latencyOf: (cpu: number, at: number) => number, rows = ROWS): Signals {
  const rng = makeRng('signals');
  const own = rng.fork('cpu');
  const cpu = Float64Array.from({ length: rows }, () => 0.1 + 0.8 * own.next());
  const disk = rng.fork('disk');
  return {
    cpu_utilization_ratio: cpu,
    memory_utilization_ratio: new Float64Array(rows).fill(0.5),
    disk_bytes_per_second: Float64Array.from({ length: rows }, () => disk.next()),
    latency_seconds: cpu.map(latencyOf),
  };
}

const queueing = (cpu: number) => 0.02 / (1 - cpu);

const train = (signals: Signals, target: TuningSignal = 'latency_seconds') =>
  planSignalModel({ signals, target }, { rng: makeRng('1') });

function trained(signals: Signals) {
  const made = train(signals);
  if (!made.ok) throw new Error(made.error.detail);
  return made.value;
}

describe('a model of latency', () => {
  test('leaves signals out that have no source or never change', () => {
    const model = trained(signalsOf(queueing));
    expect(model.model.features).toEqual(['cpu_utilization_ratio', 'disk_bytes_per_second']);
    expect(model.absent).toContain('memory_utilization_ratio');
    expect(model.absent).toContain('requests_per_second');
    expect(explainSignalModel(model)[1]).toMatch(/^Better than the rule `linear` by /);
  });

  test('predicts what more cores do to it', () => {
    const signals = signalsOf(queueing);
    const effect = planCpuEffect(trained(signals), signals, 0.5);
    if (effect.kind !== 'predicted') throw new Error(effect.kind);
    const cpu = [...(signals.cpu_utilization_ratio ?? [])].slice(-ROWS / 14);
    const sum = (factor: number) => cpu.reduce((all, each) => all + queueing(each * factor), 0);
    expect(Math.abs(effect.change - (sum(0.5) / sum(1) - 1))).toBeLessThan(0.05);
    expect(effect.lower).toBeLessThan(effect.change);
  });

  test('says nothing about a use of the CPU that it has not seen', () => {
    const signals = signalsOf(queueing);
    expect(planCpuEffect(trained(signals), signals, 4)).toEqual({ kind: 'unseen' });
  });

  test('says nothing where it is not better than a rule', () => {
    const rng = makeRng('noise');
    const signals = signalsOf(() => 0.02 + 0.001 * rng.next());
    const model = trained(signals);
    expect(planCpuEffect(model, signals, 0.5)).toMatchObject({ kind: 'not_better' });
    expect(explainSignalModel(model)[1]).toMatch(/nothing is recommended by it/);
  });

  test.each([
    ['no source', {}, /Nothing has been measured of latency_seconds/],
    ['a constant target', signalsOf(() => 0.02), /the target is the same in all rows/],
    ['too few rows', signalsOf(queueing, 50), /50 rows are too few/],
    ['only gaps', signalsOf(() => Number.NaN), /0 rows are too few/],
    ['infinite values', signalsOf(() => Number.POSITIVE_INFINITY), /0 rows are too few/],
  ])('is refused with the reason: %s', (_, signals, words) => {
    const made = train(signals);
    expect(made.ok ? '' : made.error.detail).toMatch(words);
  });
});
