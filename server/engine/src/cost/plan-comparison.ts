/** Compares what resources cost in two periods, and says why it differs. */
import type { CostChange, CostComparison, CostReason } from './model/bill.ts';
import type { ChargeInterval } from './model/charge.ts';
import { roundAmounts } from './rules/round-amounts.ts';

const HOUR_MS = 3_600_000n;

const COST_REASONS: readonly CostReason[] = ['new', 'gone', 'resized', 'repriced', 'hours'];

/** What a resource cost in one period, exactly, in each of its states. */
interface StateSum {
  readonly exact: bigint;
  readonly ms: bigint;
  /** Amounts multiplied by time, so that sizes can be compared whatever the hours. */
  readonly sizes: readonly bigint[];
}

/** What is known of a resource in one period. */
export interface ResourceSum {
  readonly latest: ChargeInterval;
  readonly states: ReadonlyMap<string, StateSum>;
  readonly unknownMs: number;
}

/** The resources of a period by their ids. */
export type ResourceSums = ReadonlyMap<string, ResourceSum>;

/** Sums of no intervals. */
export const NO_RESOURCES: ResourceSums = new Map();

/** Adds intervals, which are cut to the period already, so that a ledger can be read in pages. */
export function addResources(
  before: ResourceSums,
  intervals: Iterable<ChargeInterval>,
): ResourceSums {
  const sums = new Map(before);
  for (const interval of intervals) {
    const { resourceId, state, rate, amounts } = interval;
    const known = sums.get(resourceId);
    const lengthMs = interval.untilMs - interval.fromMs;
    const ms = BigInt(lengthMs);
    const { exact = 0n, ms: earlier = 0n, sizes = [0n, 0n, 0n] } = known?.states.get(state) ?? {};
    const own = [amounts.cpuCores * MILLI, amounts.memoryMib, amounts.diskGb * MILLI];
    const more = own.map((size, at) => (sizes[at] ?? 0n) + BigInt(Math.round(size)) * ms);
    const sum = { exact: exact + BigInt(rate ?? 0) * ms, ms: earlier + ms, sizes: more };
    const isLater = known === undefined || interval.fromMs >= known.latest.fromMs;
    sums.set(resourceId, {
      latest: isLater ? interval : known.latest,
      states: new Map([...(known?.states ?? []), [state, sum]]),
      unknownMs: (known?.unknownMs ?? 0) + (rate === null ? lengthMs : 0),
    });
  }
  return sums;
}

const MILLI = 1_000;

type ExactReasons = Readonly<Record<CostReason, bigint>>;

const NO_REASONS: ExactReasons = { new: 0n, gone: 0n, resized: 0n, repriced: 0n, hours: 0n };

/**
 * Plans the comparison. More or fewer hours count at the rate of the earlier period, and the rest
 * of a difference is a resize where the average size differs, and a new price where it does not.
 */
export function planComparison(before: ResourceSums, after: ResourceSums): CostComparison {
  const ids = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  const found = ids.flatMap((id) => {
    const [one, other] = [before.get(id), after.get(id)];
    const latest = other?.latest ?? one?.latest;
    if (latest === undefined) return [];
    return [{ latest, one: exactOf(one), other: exactOf(other), exact: reasonsOf(one, other) }];
  });
  // All reasons are rounded together, so that they add up over resources and over reasons alike.
  const parts = found.flatMap(({ exact }) => COST_REASONS.map((reason) => exact[reason]));
  const rounded = roundAmounts(parts, HOUR_MS).map(Number);
  const befores = roundAmounts(
    found.map(({ one }) => one),
    HOUR_MS,
  ).map(Number);
  const changes = found.map(({ latest }, at): CostChange => {
    const { resourceId, name, kind, tenantId } = latest;
    const own = COST_REASONS.map((reason, index) => {
      return [reason, rounded[at * COST_REASONS.length + index] ?? 0] as const;
    });
    const reasons = Object.fromEntries(own.filter(([, amount]) => amount !== 0));
    const was = befores[at] ?? 0;
    const difference = own.reduce((sum, [, amount]) => sum + amount, 0);
    return {
      resourceId,
      name,
      kind,
      tenantId,
      before: was,
      after: was + difference,
      reasons,
    };
  });
  const sumBy = (value: (change: CostChange) => number) =>
    changes.reduce((sum, change) => sum + value(change), 0);
  return {
    before: sumBy((change) => change.before),
    after: sumBy((change) => change.after),
    reasons: {
      new: sumBy(({ reasons }) => reasons.new ?? 0),
      gone: sumBy(({ reasons }) => reasons.gone ?? 0),
      resized: sumBy(({ reasons }) => reasons.resized ?? 0),
      repriced: sumBy(({ reasons }) => reasons.repriced ?? 0),
      hours: sumBy(({ reasons }) => reasons.hours ?? 0),
    },
    changes: changes
      .filter((change) => Object.keys(change.reasons).length > 0)
      .toSorted((left, right) => sizeOf(right) - sizeOf(left)),
    unknownMs: [...before.values(), ...after.values()].reduce(
      (sum, { unknownMs }) => sum + unknownMs,
      0,
    ),
  };
}

function sizeOf({ before, after }: CostChange): number {
  return Math.abs(after - before);
}

function exactOf(sum: ResourceSum | undefined): bigint {
  return [...(sum?.states.values() ?? [])].reduce((total, { exact }) => total + exact, 0n);
}

function reasonsOf(one: ResourceSum | undefined, other: ResourceSum | undefined): ExactReasons {
  if (one === undefined) return { ...NO_REASONS, new: exactOf(other) };
  if (other === undefined) return { ...NO_REASONS, gone: -exactOf(one) };
  let reasons = NO_REASONS;
  for (const state of new Set([...one.states.keys(), ...other.states.keys()])) {
    reasons = addReasons(reasons, one.states.get(state), other.states.get(state));
  }
  return reasons;
}

function addReasons(
  sums: ExactReasons,
  was: StateSum | undefined,
  is: StateSum | undefined,
): ExactReasons {
  const difference = (is?.exact ?? 0n) - (was?.exact ?? 0n);
  if (was === undefined || is === undefined) return { ...sums, hours: sums.hours + difference };
  const hours = (was.exact * is.ms) / was.ms - was.exact;
  const isResized = was.sizes.some((size, at) => size * is.ms !== (is.sizes[at] ?? 0n) * was.ms);
  const reason = isResized ? 'resized' : 'repriced';
  const rest = difference - hours;
  const more = { ...sums, hours: sums.hours + hours };
  return { ...more, [reason]: sums[reason] + rest };
}
