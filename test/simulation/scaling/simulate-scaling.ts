/** A group under a demand that its ready members share, with whatever decides its size. */
import type { Trace } from '@novacron/agent/drivers/simulator/demand';

/** Share of a member above which requests wait too long: that is a violation. */
export const UTILIZATION_MAX = 0.85;

/** From a decision until a new member is ready. Unit: minutes. */
export const BOOT_MINUTES = 10;

/** A violation so soon after the group has shrunk means that it was wrong to. Unit: minutes. */
const REGRET_MINUTES = 15;

export const SIZE_MIN = 2;
export const SIZE_MAX = 40;

/** A member of the simulated group. */
export interface SimulatedMember {
  readonly number: number;
  readonly createdAt: number;
  /** From this minute on it is ready. */
  readonly readyAt: number;
  /** It has failed and is being replaced. */
  readonly isHealing: boolean;
}

/** Input of a controller, once a minute. */
export interface LoopView {
  readonly minute: number;
  readonly size: number;
  readonly members: readonly SimulatedMember[];
  /** Members that were ready in the minute before. */
  readonly measured: number;
  /** Their mean: 0 to 1. */
  readonly utilization: number;
}

/** Decides sizes. */
export interface Controller {
  /** The size of the group from now on. */
  readonly decide: (view: LoopView) => number;
  /** The most that was expected, when the group shrank, of a minute; undefined: of any. */
  readonly expectedMost: (minute: number) => number | undefined;
}

/** Results of a group. */
export interface LoopFigures {
  readonly trace: string;
  readonly minutes: number;
  readonly violationMinutes: number;
  /** Minutes in which even fully used members did not serve all of the demand. */
  readonly unservedMinutes: number;
  readonly memberMinutes: number;
  /** Members that were started and stopped, without those that healing replaced. */
  readonly startsAndStops: number;
  /** Times that it shrank, and those that a violation followed as was to be expected. */
  readonly shrinks: number;
  readonly regretted: number;
}

/** Spot members: they are lost together. */
export interface SpotMembers {
  /** Every second member, or each. */
  readonly every: 1 | 2;
  /** Minutes in which they are interrupted. */
  readonly interruptions: ReadonlySet<number>;
}

/** Shrinkage that may turn out to be wrong. */
interface Shrinkage {
  readonly minute: number;
  readonly most: readonly (number | undefined)[];
}

/**
 * Simulates.
 * @param loop - `first`: the minute in which the simulation begins; what is before it is history
 */
export function simulateScaling(
  { name, demand }: Trace,
  loop: {
    readonly first: number;
    readonly failures: ReadonlySet<number>;
    readonly spot?: SpotMembers;
  },
  controller: Controller,
): LoopFigures {
  const { first, failures, spot } = loop;
  let members: readonly SimulatedMember[] = growTo([], sizeFor(demand[first] ?? 0), first, first);
  let violationMinutes = 0;
  let unservedMinutes = 0;
  let memberMinutes = 0;
  let startsAndStops = 0;
  const shrinkages: Shrinkage[] = [];
  const violations = new Set<number>();
  let utilization = 0;
  let measured = 0;
  for (let minute = first; minute < demand.length; minute += 1) {
    if (failures.has(minute)) members = fail(members, minute, (each) => each.number === 0);
    if (spot?.interruptions.has(minute)) {
      members = fail(members, minute, ({ number }) => (number + 1) % spot.every === 0);
    }
    if (minute > first) {
      const size = members.length;
      const view = { minute, size, members, measured, utilization };
      const next = controller.decide(view);
      startsAndStops += Math.abs(next - size);
      if (next < size) shrinkages.push(noteShrinkage(minute, controller));
      members =
        next < size ? members.slice(0, next) : growTo(members, next, minute, minute + BOOT_MINUTES);
    }
    const serving = countReady(members, minute);
    const load = (demand[minute] ?? 0) / Math.max(1, serving);
    measured = serving;
    utilization = serving === 0 ? 0 : Math.min(1, load);
    memberMinutes += members.length;
    if (load > 1) unservedMinutes += 1;
    if (load > UTILIZATION_MAX) {
      violationMinutes += 1;
      violations.add(minute);
    }
  }
  const regretted = shrinkages.filter((each) =>
    isRegretted(each, { violations, demand, failures }),
  );
  return {
    trace: name,
    minutes: demand.length - first,
    violationMinutes,
    unservedMinutes,
    memberMinutes,
    startsAndStops,
    shrinks: shrinkages.length,
    regretted: regretted.length,
  };
}

function sizeFor(load: number): number {
  return Math.min(SIZE_MAX, Math.max(SIZE_MIN, Math.ceil(load / 0.7)));
}

function growTo(
  members: readonly SimulatedMember[],
  size: number,
  createdAt: number,
  readyAt: number,
): readonly SimulatedMember[] {
  if (size <= members.length) return members;
  const more = Array.from({ length: size - members.length }, (_, at) => ({
    number: members.length + at,
    createdAt,
    readyAt,
    isHealing: false,
  }));
  return [...members, ...more];
}

/** Members fail, and are back after they were booted again. */
function fail(
  members: readonly SimulatedMember[],
  minute: number,
  isLost: (member: SimulatedMember) => boolean,
): readonly SimulatedMember[] {
  return members.map((each) =>
    isLost(each) ? { ...each, readyAt: minute + BOOT_MINUTES, isHealing: true } : each,
  );
}

function countReady(members: readonly SimulatedMember[], minute: number): number {
  let ready = 0;
  for (const { readyAt } of members) if (readyAt <= minute) ready += 1;
  return ready;
}

function noteShrinkage(minute: number, controller: Controller): Shrinkage {
  const most = Array.from({ length: REGRET_MINUTES }, (_, later) =>
    controller.expectedMost(minute + later),
  );
  return { minute, most };
}

/** Whether a violation followed while demand was as expected, and no member had failed. */
function isRegretted(
  { minute, most }: Shrinkage,
  facts: {
    readonly violations: ReadonlySet<number>;
    readonly demand: Float64Array;
    readonly failures: ReadonlySet<number>;
  },
): boolean {
  for (const [later, expected] of most.entries()) {
    const at = minute + later;
    if (facts.failures.has(at)) return false;
    if (expected !== undefined && (facts.demand[at] ?? 0) > expected) return false;
    if (facts.violations.has(at)) return true;
  }
  return false;
}
