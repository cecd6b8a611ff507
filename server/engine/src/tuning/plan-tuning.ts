/** Recommends sizes with what they bring and how sure that is. See README.md. */
import type { Rng } from '../env.ts';
import { nearestRank } from '../nearest-rank.ts';
import type {
  Improvement,
  LatencyEffect,
  ReplayedChange,
  TunedChange,
  TunedSize,
  TunedTarget,
  TuningPlan,
} from './model/tuning.ts';
import { planCpuEffect, planSignalModel } from './plan-signal-model.ts';
import {
  improvementOf,
  largest,
  recommendedSize,
  replaySizes,
  sizeOf,
  weigh,
} from './rules/replay-sizes.ts';

/** What all targets together count beside the changes of one. Unit: changes. */
const POOLED_WEIGHT = 4;

/** Fewer changes of one target say less about its improvement than those of all. */
const OWN_CHANGES_MIN = 4;

/** Ends of the interval that contains eight of ten. */
const [LOWEST, HIGHEST] = [0.1, 0.9];

const PERCENT = 100;

/** Replays the recommendations for all targets: what they would have been, and what came next. */
export function planReplay(
  targets: readonly TunedTarget[],
  replaysMax?: number,
): readonly ReplayedChange[] {
  return targets.flatMap((target) => replaySizes(target, replaysMax));
}

/**
 * Plans the changes of sizes, the largest improvement first. Sizes are those of right-sizing; what
 * they bring follows from replayed changes.
 */
export function planTuning(
  targets: readonly TunedTarget[],
  replayed: readonly ReplayedChange[],
): readonly TunedChange[] {
  const changes = targets.flatMap((target): TunedChange[] => {
    const plan = planTarget(target, replayed);
    const { kind, id, name } = target;
    return plan === undefined ? [] : [{ subject: { kind, id, name }, plan }];
  });
  return changes.toSorted((a, b) => b.plan.improvement.estimate - a.plan.improvement.estimate);
}

/** Adds what a model of latency says about a planned change, where there are signals for one. */
export function planLatency(
  { signals, weights }: Pick<TunedTarget, 'signals' | 'weights'>,
  { subject, plan }: TunedChange,
  env: { readonly rng: Rng },
): TunedChange {
  const { before, after } = plan;
  if (signals === undefined || after.cpuCores === before.cpuCores) return { subject, plan };
  const made = planSignalModel({ signals, target: 'latency_seconds' }, env);
  if (!made.ok) return { subject, plan };
  const latency = planCpuEffect(made.value, signals, before.cpuCores / after.cpuCores);
  const isFaster = latency.kind === 'predicted' && latency.upper < 0;
  if (!isFaster || isSaving(plan, weights)) return { subject, plan: { ...plan, latency } };
  const improvement = improvementOfLatency(latency);
  return { subject, plan: { ...plan, latency, target: 'latency', improvement } };
}

function isSaving(
  { before, after }: Pick<TuningPlan, 'before' | 'after'>,
  weights: TunedTarget['weights'],
): boolean {
  return weigh(after, weights) < weigh(before, weights);
}

/**
 * Plans what a followed size has brought, by what was measured since: a smaller one counts only as
 * far as right-sizing would not make it larger again.
 * @param before - the size before
 * @param target - with the size as it is
 * @returns as `Improvement`. Unit: percent
 */
export function planMeasured(
  before: TunedSize,
  { question, weights }: Pick<TunedTarget, 'question' | 'weights'>,
): number {
  const size = sizeOf(question);
  if (weigh(size, weights) >= weigh(before, weights)) return improvementOf(before, size, weights);
  const needed = weigh(largest(size, recommendedSize(question)), weights);
  return PERCENT * Math.max(0, 1 - needed / weigh(before, weights));
}

function planTarget(
  target: TunedTarget,
  replayed: readonly ReplayedChange[],
): TuningPlan | undefined {
  const { id, question, weights, isPriced } = target;
  const before = sizeOf(question);
  const after = recommendedSize(question);
  if (after.cpuCores === before.cpuCores && after.memoryGb === before.memoryGb) return undefined;
  const own = replayed.filter((change) => change.id === id);
  const held = own.filter((change) => change.held).length;
  const expected = improvementOf(before, after, weights);
  const isCheaper = isSaving({ before, after }, weights);
  return {
    before,
    after,
    target: isCheaper && isPriced ? 'cost' : largerChange(before, after),
    improvement: intervalOf(expected, own.length < OWN_CHANGES_MIN ? replayed : own),
    confidence: confidenceOf(own, replayed),
    replayed: { changes: own.length, held },
    latency: undefined,
    alternatives: alternativesTo(before, after),
  };
}

/**
 * The share of replayed changes that held: those of the target, and those of all, which count as
 * a few of its own (a beta-binomial model).
 */
function confidenceOf(own: readonly ReplayedChange[], all: readonly ReplayedChange[]): number {
  const count = (changes: readonly ReplayedChange[]) => changes.filter(({ held }) => held).length;
  const pooled = (count(all) + 1) / (all.length + 2);
  return (count(own) + POOLED_WEIGHT * pooled) / (own.length + POOLED_WEIGHT);
}

/** The interval of what replayed changes have left of their expected improvement. */
function intervalOf(expected: number, replayed: readonly ReplayedChange[]): Improvement {
  const shares = replayed
    .filter((change) => change.expected > 0)
    .map((change) => change.realised / change.expected)
    .toSorted((one, other) => one - other);
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  if (shares.length === 0) return { estimate: expected, lower: 0, upper: expected };
  return {
    estimate: expected * mean,
    lower: expected * Math.min(mean, nearestRank(shares, LOWEST) ?? mean),
    upper: expected * Math.max(mean, nearestRank(shares, HIGHEST) ?? mean),
  };
}

function improvementOfLatency({
  change,
  lower,
  upper,
}: Extract<LatencyEffect, { kind: 'predicted' }>): Improvement {
  return { estimate: -change * PERCENT, lower: -upper * PERCENT, upper: -lower * PERCENT };
}

function largerChange(before: TunedSize, after: TunedSize): 'cpu' | 'memory' {
  const distance = (was: number, is: number) => Math.abs(Math.log(is / was));
  return distance(before.cpuCores, after.cpuCores) >= distance(before.memoryGb, after.memoryGb)
    ? 'cpu'
    : 'memory';
}

/** Half of the way, and each resource alone. */
function alternativesTo(before: TunedSize, after: TunedSize): readonly TunedSize[] {
  const cpuCores = Math.ceil((before.cpuCores + after.cpuCores) / 2);
  const memoryGb = Math.ceil(before.memoryGb + after.memoryGb) / 2;
  const all = [
    { cpuCores, memoryGb },
    { cpuCores: after.cpuCores, memoryGb: before.memoryGb },
    { cpuCores: before.cpuCores, memoryGb: after.memoryGb },
  ];
  const isSame = (one: TunedSize, other: TunedSize) =>
    one.cpuCores === other.cpuCores && one.memoryGb === other.memoryGb;
  return all.filter(
    (size, at) =>
      !isSame(size, before) &&
      !isSame(size, after) &&
      all.findIndex((each) => isSame(each, size)) === at,
  );
}
