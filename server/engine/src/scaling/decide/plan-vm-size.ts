/** Recommends CPU and memory of VMs by what they have used. See README.md. */
import { nearestRank } from '../../nearest-rank.ts';
import type {
  ResourceQuestion,
  ResourceSize,
  UsageHistory,
  VmSizePlan,
  VmSizeQuestion,
} from './model/vm-size.ts';
import { SATURATED_FACTOR, SATURATED_RATIO } from './rules/measure-load.ts';

/** Room above what was used. Source: the Vertical Pod Autoscaler of Kubernetes. */
export const MARGIN_RATIO = 0.15;

/** Less says nothing. Unit: days. */
const DAYS_MIN = 1 / 24;

/** A shorter history has not seen a night with its backups. Unit: days. */
const SHRINK_DAYS_MIN = 1;

/** Steps of sizes, which are also the least ones. Units: cores, GB. */
const CPU_STEP = 1;
const MEMORY_STEP = 0.5;

/** Tolerance for rounding errors: 2.0000000001 cores are two. */
const ROUNDING = 1e-9;

/** Rule for sizing a resource. */
interface SizeRule {
  readonly step: number;
  /** Sufficient amount: a VM that lacks CPU is slow, one that lacks memory loses programs. */
  readonly needOf: (used: NonNullable<ResourceSize['used']>) => number;
  /** Amount that certainly suffices, before the length of the history is considered. */
  readonly mostOf: (used: NonNullable<ResourceSize['used']>) => number;
}

const CPU: SizeRule = { step: CPU_STEP, needOf: ({ p90 }) => p90, mostOf: ({ p95 }) => p95 };
const MEMORY: SizeRule = {
  step: MEMORY_STEP,
  needOf: ({ most }) => most,
  mostOf: ({ most }) => most,
};

/**
 * Recommends a size. Where a resource needs more than is configured it grows; it shrinks only where
 * more is configured than can be needed, which a longer history says more narrowly.
 */
export function planVmSize({ name, cpu, memory }: VmSizeQuestion): VmSizePlan {
  return { name, cpu: sizeOf(cpu, CPU), memory: sizeOf(memory, MEMORY) };
}

function sizeOf({ configured, histories, isScaled }: ResourceQuestion, rule: SizeRule) {
  const days = Math.max(0, ...histories.map((history) => history.days));
  const used = summarize(histories);
  const known = { configured, used, days, isFull: false, upper: undefined };
  const unknown = { ...known, recommended: undefined, verdict: 'unknown' } as const;
  if (isScaled) return { ...unknown, gap: 'scaled' } as const;
  if (used === undefined || days < DAYS_MIN) return { ...unknown, gap: 'no_history' } as const;
  const isFull = rule.needOf(used) >= SATURATED_RATIO * configured;
  const need = isFull ? configured * SATURATED_FACTOR : rule.needOf(used) * (1 + MARGIN_RATIO);
  const most = rule.mostOf(used) * (1 + MARGIN_RATIO);
  // Of a short history the most is uncertain. Source: the upper bound of the same autoscaler.
  const upper = most * (1 + 1 / days);
  const larger = roundUp(need, rule.step);
  const smaller = roundUp(most, rule.step);
  const isTooLarge = configured > upper && smaller < configured && days >= SHRINK_DAYS_MIN;
  const verdict = larger > configured ? 'grow' : isTooLarge ? 'shrink' : 'keep';
  const recommended = { grow: larger, shrink: smaller, keep: configured }[verdict];
  return { ...known, recommended, verdict, gap: undefined, upper, isFull } satisfies ResourceSize;
}

/**
 * Returns the maximum of each statistic over all histories. The nearest rank is a value that was
 * used: a size is to be enough for it.
 */
function summarize(histories: readonly UsageHistory[]): ResourceSize['used'] {
  const sorted = histories
    .map(({ values }) => values.filter(Number.isFinite).toSorted((one, other) => one - other))
    .filter((values) => values.length > 0);
  if (sorted.length === 0) return undefined;
  const at = (share: number) =>
    Math.max(...sorted.map((values) => nearestRank(values, share) ?? 0));
  return { p50: at(0.5), p90: at(0.9), p95: at(0.95), most: at(1) };
}

function roundUp(amount: number, step: number): number {
  return Math.max(step, Math.ceil(amount / step - ROUNDING) * step);
}
