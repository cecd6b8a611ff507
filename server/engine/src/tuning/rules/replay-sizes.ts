/** Replays right-sizing on a history: what it would have recommended, and what came next. */
import type { ResourceQuestion, VmSizeQuestion } from '../../scaling/decide/model/vm-size.ts';
import { planVmSize } from '../../scaling/decide/plan-vm-size.ts';
import type { ReplayedChange, SizeWeights, TunedSize, TunedTarget } from '../model/tuning.ts';

/** How long a recommendation is followed, and the distance between two. Unit: days. */
const HORIZON_DAYS = 2;

/** Latest recommendations that are replayed for a target: each sorts its history. */
const REPLAYS_MAX = 6;

/** Older values are not considered for a size. Unit: days. */
const HISTORY_DAYS = 14;

const PERCENT = 100;

/** Returns the changes of one target, the latest first; those that keep the size are left out. */
export function replaySizes(
  target: TunedTarget,
  replaysMax = REPLAYS_MAX,
): readonly ReplayedChange[] {
  const days = Math.max(0, ...target.question.cpu.histories.map((history) => history.days));
  const changes: ReplayedChange[] = [];
  for (let replay = 1; replay <= replaysMax; replay += 1) {
    const daysAgo = replay * HORIZON_DAYS;
    if (days - daysAgo < HORIZON_DAYS) break;
    const change = replayAt(target, daysAgo);
    if (change !== undefined) changes.push(change);
  }
  return changes;
}

function replayAt({ id, name, question, weights }: TunedTarget, daysAgo: number) {
  const past = cut(question, { fromDaysAgo: daysAgo + HISTORY_DAYS, toDaysAgo: daysAgo });
  const next = cut(question, { fromDaysAgo: daysAgo, toDaysAgo: daysAgo - HORIZON_DAYS });
  const before = sizeOf(question);
  const after = recommendedSize(past);
  if (after.cpuCores === before.cpuCores && after.memoryGb === before.memoryGb) return undefined;
  const settled = recommendedSize(resize(next, after));
  const needed = largest(after, settled);
  const isGrowth = weigh(after, weights) > weigh(before, weights);
  return {
    id,
    name,
    daysAgo,
    before,
    after,
    held: isGrowth ? isAtLeast(settled, after) : isAtLeast(after, settled),
    expected: improvementOf(before, after, weights),
    realised: isGrowth
      ? improvementOf(before, largest(before, settled), weights)
      : Math.max(0, improvementOf(before, needed, weights)),
  } satisfies ReplayedChange;
}

interface Stretch {
  readonly fromDaysAgo: number;
  readonly toDaysAgo: number;
}

/** The part of a history; values lie evenly over its days. */
function cut({ name, cpu, memory }: VmSizeQuestion, stretch: Stretch): VmSizeQuestion {
  return { name, cpu: cutOne(cpu, stretch), memory: cutOne(memory, stretch) };
}

function cutOne(
  { histories, ...rest }: ResourceQuestion,
  { fromDaysAgo, toDaysAgo }: Stretch,
): ResourceQuestion {
  const cutHistories = histories.map(({ values, days }) => {
    const perDay = days === 0 ? 0 : values.length / days;
    const from = Math.max(0, Math.round(values.length - fromDaysAgo * perDay));
    const to = Math.max(from, Math.round(values.length - toDaysAgo * perDay));
    return { values: values.slice(from, to), days: perDay === 0 ? 0 : (to - from) / perDay };
  });
  return { ...rest, histories: cutHistories };
}

function resize({ name, cpu, memory }: VmSizeQuestion, size: TunedSize): VmSizeQuestion {
  return {
    name,
    cpu: { ...cpu, configured: size.cpuCores },
    memory: { ...memory, configured: size.memoryGb },
  };
}

/** The size that right-sizing recommends; what it says nothing about stays. */
export function recommendedSize(question: VmSizeQuestion): TunedSize {
  const { cpu, memory } = planVmSize(question);
  return {
    cpuCores: cpu.recommended ?? cpu.configured,
    memoryGb: memory.recommended ?? memory.configured,
  };
}

/** The size that is configured. */
export function sizeOf({ cpu, memory }: VmSizeQuestion): TunedSize {
  return { cpuCores: cpu.configured, memoryGb: memory.configured };
}

/** What a size weighs: its price per hour, where the weights are prices. */
export function weigh({ cpuCores, memoryGb }: TunedSize, weights: SizeWeights): number {
  return cpuCores * weights.cpuCore + memoryGb * weights.memoryGb;
}

/**
 * The improvement: of a smaller size the share of the cost that is saved, of a larger one the share
 * by which the same load uses less of it. Unit: percent.
 */
export function improvementOf(before: TunedSize, after: TunedSize, weights: SizeWeights): number {
  const [was, is] = [weigh(before, weights), weigh(after, weights)];
  return is > was ? PERCENT * (1 - was / is) : PERCENT * (1 - is / was);
}

/** The larger of each part. */
export function largest(one: TunedSize, other: TunedSize): TunedSize {
  return {
    cpuCores: Math.max(one.cpuCores, other.cpuCores),
    memoryGb: Math.max(one.memoryGb, other.memoryGb),
  };
}

function isAtLeast(one: TunedSize, other: TunedSize): boolean {
  return one.cpuCores >= other.cpuCores && one.memoryGb >= other.memoryGb;
}
