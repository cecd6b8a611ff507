/**
 * Plans trials: which version acts for a unit, and which one predicts better. Units are samples:
 * errors within one resemble each other. Source: Bojinov, Simchi-Levi and Zhao, "Design and
 * Analysis of Switchback Experiments" (2022), for time blocks.
 */
import { makeRng } from '../rng.ts';
import type { Verdict } from './model/comparison.ts';
import type { TrialArm, TrialDesign, TrialErrors, TrialPlan, TrialRows } from './model/trial.ts';
import { varianceOf } from './rules/batch-means.ts';
import { meanOf } from './rules/measure-errors.ts';
import { BOUND, verdictOf } from './rules/sequential-bound.ts';
import { mannWhitneyTest, welchTest } from './rules/test-difference.ts';

/** Fewer blocks of an arm have no variance that can be relied on. */
const BLOCKS_MIN = 8;

/** Fewer groups of an arm have none. */
const GROUPS_MIN = 2;

/** Of the verdict about groups, which is looked at once: at the end. */
const CHANCE_MAX = 0.05;

/**
 * The version that acts for what is predicted now.
 * @param atS - end of the last whole step. Unit: seconds since 1970
 * @returns undefined before the first block, after the last one, and for other groups
 */
export function planArm(
  design: TrialDesign,
  { atS, groupId }: { readonly atS: number; readonly groupId: string | null },
): TrialArm | undefined {
  const block = Math.floor((atS - design.startS) / design.blockS);
  if (block < 0 || block >= design.plannedBlocks) return undefined;
  if (design.unit === 'time_block') {
    return draw(design, `block ${block}`) < design.share ? 'challenger' : 'champion';
  }
  return groupId === null ? undefined : armsOf(design).get(groupId);
}

/**
 * Compares the errors of both arms.
 * @param nowS - end of the last whole step. Unit: seconds since 1970
 * @param horizonS - from a prediction to the step that it is about
 */
export function planTrial(
  design: TrialDesign,
  rows: readonly TrialRows[],
  { nowS, horizonS }: { readonly nowS: number; readonly horizonS: number },
): TrialPlan {
  const { unit, startS, blockS, plannedBlocks } = design;
  const ended = Math.floor((nowS - horizonS - startS) / blockS);
  const blocks = Math.min(plannedBlocks, Math.max(0, ended));
  const errors = measureUnits(design, rows, startS + blocks * blockS);
  const [champion, challenger] = [errors.champion, errors.challenger];
  const unitsMin = unit === 'time_block' ? BLOCKS_MIN : GROUPS_MIN;
  const isEnough = Math.min(champion.length, challenger.length) >= unitsMin;
  const seen = blocks / plannedBlocks;
  const welchP = isEnough ? welchTest(champion, challenger) : undefined;
  const z = isEnough ? standardDifference(champion, challenger) : 0;
  const statistic = z * Math.sqrt(seen);
  return {
    blocks,
    champion: summarize(champion),
    challenger: summarize(challenger),
    welchP,
    mannWhitneyP: isEnough ? mannWhitneyTest(champion, challenger) : undefined,
    statistic,
    bound: BOUND,
    verdict:
      unit === 'time_block' ? verdictOf(statistic, seen) : judgeGroups(statistic, seen, welchP),
  };
}

/** Mean absolute errors of the units of each arm. @param untilS - later predictions do not count */
function measureUnits(
  design: TrialDesign,
  rows: readonly TrialRows[],
  untilS: number,
): Readonly<Record<TrialArm, Float64Array>> {
  const units = new Map<string, Unit>();
  for (const { groupId, madeS, target, ...predicted } of rows) {
    for (const [row, atS] of madeS.entries()) {
      if (atS >= untilS) continue;
      const name = groupId ?? `${Math.floor((atS - design.startS) / design.blockS)}`;
      const arm = units.get(name)?.arm ?? planArm(design, { atS, groupId });
      if (arm === undefined) continue;
      const unit = units.get(name) ?? { arm, sum: 0, count: 0 };
      unit.sum += Math.abs((target[row] ?? 0) - (predicted[arm][row] ?? 0));
      unit.count += 1;
      units.set(name, unit);
    }
  }
  const errorsOf = (arm: TrialArm) =>
    Float64Array.from(
      [...units.values()].filter((unit) => unit.arm === arm),
      meanError,
    );
  return { champion: errorsOf('champion'), challenger: errorsOf('challenger') };
}

interface Unit {
  readonly arm: TrialArm;
  /** Of absolute errors. */
  sum: number;
  count: number;
}

function meanError({ sum, count }: Unit): number {
  return sum / count;
}

/** The arm of each group: by the order of their draws, so that the share is met exactly. */
function armsOf(design: TrialDesign): ReadonlyMap<string, TrialArm> {
  const { groupIds, share } = design;
  const ordered = groupIds.toSorted((a, b) => draw(design, a) - draw(design, b));
  const challengers = Math.min(
    groupIds.length - 1,
    Math.max(1, Math.round(share * groupIds.length)),
  );
  return new Map(ordered.map((id, at) => [id, at < challengers ? 'challenger' : 'champion']));
}

/** 0 to 1; the same for the same seed and unit, on every machine. */
function draw({ seed }: TrialDesign, unit: string): number {
  return makeRng(`${seed}`).fork(unit).next();
}

/** By how many standard errors the errors of the challenger are lower. */
function standardDifference(champion: Float64Array, challenger: Float64Array): number {
  const spread =
    varianceOf(champion) / champion.length + varianceOf(challenger) / challenger.length;
  return spread === 0 ? 0 : (meanOf(champion) - meanOf(challenger)) / Math.sqrt(spread);
}

function judgeGroups(statistic: number, seen: number, chance: number | undefined): Verdict {
  if (seen < 1) return 'undecided';
  if (chance === undefined || chance >= CHANCE_MAX) return 'no-difference';
  return statistic > 0 ? 'challenger' : 'champion';
}

function summarize(errors: Float64Array): TrialErrors {
  return { units: errors.length, mae: errors.length === 0 ? undefined : meanOf(errors) };
}
