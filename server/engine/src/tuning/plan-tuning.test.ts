import { describe, expect, test } from '@jest/globals';
import { makeRng } from '../rng.ts';
import type { PatternName } from '../training/model/sample-data.ts';
import { planSampleData } from '../training/plan-sample-data.ts';
import { explainRisks, explainTuning } from './explain-tuning.ts';
import type { Signals, TunedTarget } from './model/tuning.ts';
import { planLatency, planReplay, planTuning } from './plan-tuning.ts';

const STEP_MS = 300_000;
const CPU_PER_DAY = 288;
const HOUR_STEPS = 12;

interface Sample {
  readonly pattern?: PatternName;
  readonly days?: number;
  readonly cpuCores?: number;
  readonly memoryGb?: number;
  /** The VM uses its CPU as if it had this many cores. */
  readonly usedCores?: number;
  readonly measures?: 'latency';
  readonly seed?: string;
}

const METRICS = [
  'cpu_utilization_ratio',
  'memory_utilization_ratio',
  'requests_per_second',
  'latency_seconds',
] as const;

function sample(id: string, given: Sample = {}): TunedTarget {
  const { pattern = 'office', days = 14, cpuCores = 8, memoryGb = 16 } = given;
  const { usedCores = cpuCores, seed = id, measures } = given;
  const request = { pattern, metrics: METRICS, vms: 1, startMs: 0, stepMs: STEP_MS };
  const length = days * CPU_PER_DAY;
  const quiet = { noise: 0.02, outliers: 0, gaps: 0 };
  const series = planSampleData({ ...request, ...quiet, length }, { rng: makeRng(seed) });
  const of = (metric: string) =>
    series.find((each) => each.metric === metric)?.values ?? new Float64Array();
  const share = usedCores / cpuCores;
  const ratios = of('cpu_utilization_ratio').map((ratio) => Math.min(1, ratio * share));
  const memory = of('memory_utilization_ratio').filter((_, at) => at % HOUR_STEPS === 0);
  const signals: Signals = {
    cpu_utilization_ratio: ratios,
    memory_utilization_ratio: of('memory_utilization_ratio'),
    requests_per_second: of('requests_per_second'),
    latency_seconds: of('latency_seconds'),
  };
  const used = (values: Float64Array, configured: number) => [
    { values: [...values].map((ratio) => ratio * configured), days },
  ];
  return {
    kind: 'vm',
    id,
    name: id,
    weights: { cpuCore: 4, memoryGb: 1 },
    isPriced: true,
    question: {
      name: id,
      cpu: { configured: cpuCores, histories: used(ratios, cpuCores), isScaled: false },
      memory: { configured: memoryGb, histories: used(memory, memoryGb), isScaled: false },
    },
    ...(measures === undefined ? {} : { signals }),
  };
}

const plan = (targets: readonly TunedTarget[]) =>
  planTuning(targets, planReplay(targets)).map((change) => {
    const target = targets.find(({ id }) => id === change.subject.id);
    return target === undefined ? change : planLatency(target, change, { rng: makeRng('1') });
  });

describe('a recommendation', () => {
  test('saves what replayed changes have saved, and says how often they held', () => {
    const [change] = plan([sample('web', { usedCores: 2 })]);
    expect(change?.plan).toMatchObject({ target: 'cost', before: { cpuCores: 8 } });
    expect(change?.plan.after.cpuCores).toBeLessThan(4);
    const { estimate = 0, lower = 0, upper = 0 } = change?.plan.improvement ?? {};
    expect(lower).toBeLessThanOrEqual(estimate);
    expect(estimate).toBeLessThanOrEqual(upper);
    expect(change?.plan.replayed.changes).toBe(6);
    expect(change?.plan.confidence).toBeGreaterThan(0.5);
    expect(change && explainTuning(change)[0]).toMatch(/^web: 8 cores and 16 GB to \d cores? and/);
  });

  test('is less sure for a load that changes than for one that does not', () => {
    const [steady] = plan([sample('a', { pattern: 'steady', usedCores: 2 })]);
    const [bursty] = plan([sample('b', { pattern: 'growing', usedCores: 2 })]);
    expect(steady?.plan.confidence ?? 0).toBeGreaterThan(bursty?.plan.confidence ?? 1);
  });

  test('is absent where the size is right, and where nothing is measured', () => {
    const right = sample('right', { pattern: 'steady', usedCores: 6 });
    const [change] = plan([right]);
    const settled = change === undefined ? right.question : resized(right, change.plan.after);
    const none = { ...right, question: { ...settled, cpu: { ...settled.cpu, histories: [] } } };
    expect(plan([{ ...right, question: settled }])).toEqual([]);
    expect(plan([{ ...none, question: emptied(none) }])).toEqual([]);
  });

  test('names half of the way and each resource alone as alternatives', () => {
    const [change] = plan([sample('web', { usedCores: 2 })]);
    expect(change?.plan.alternatives.length).toBeGreaterThan(0);
    expect(change?.plan.alternatives).not.toContainEqual(change?.plan.after);
  });

  test('warns of what the model of latency has not seen', () => {
    const [change] = plan([sample('web', { usedCores: 2, measures: 'latency', days: 7 })]);
    expect(change?.plan.latency).toEqual({ kind: 'unseen' });
    expect(change && explainRisks(change)).toContain(
      'The CPU would be used more than ever measured: what that does to latency is not known.',
    );
  });

  test('is the same for the same history', () => {
    expect(plan([sample('web')])).toEqual(plan([sample('web')]));
  });
});

function resized({ question }: TunedTarget, size: { cpuCores: number; memoryGb: number }) {
  const { name, cpu, memory } = question;
  return {
    name,
    cpu: { ...cpu, configured: size.cpuCores },
    memory: { ...memory, configured: size.memoryGb },
  };
}

function emptied({ question: { name, cpu, memory } }: TunedTarget) {
  return { name, cpu: { ...cpu, histories: [] }, memory: { ...memory, histories: [] } };
}
