/** Measures downtimes and recovery times of VMs. */
import { mean } from 'simple-statistics';
import { nearestRank } from '../../../nearest-rank.ts';

/** A time in which a VM was down. */
export interface Outage {
  readonly vmId: string;
  readonly fromMs: number;
  /** Null: it is still down. */
  readonly untilMs: number | null;
}

/** A period of time. Unit: ms since the Unix epoch. */
export interface Period {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Recoveries from outages. */
export interface RecoveryTimes {
  /** Number of ended outages. */
  readonly count: number;
  /** Null without any. Unit: seconds. */
  readonly meanSeconds: number | null;
  /** The time within which 95 % of them ended, by the nearest rank. Unit: seconds. */
  readonly p95Seconds: number | null;
}

const MS_PER_SECOND = 1_000;
const P95 = 0.95;

/** Measures the outages that have ended (mean time to recovery). */
export function measureRecovery(outages: readonly Outage[]): RecoveryTimes {
  const seconds = outages
    .flatMap(({ fromMs, untilMs }) =>
      untilMs === null ? [] : [(untilMs - fromMs) / MS_PER_SECOND],
    )
    .sort((left, right) => left - right);
  return {
    count: seconds.length,
    meanSeconds: seconds.length === 0 ? null : mean(seconds),
    p95Seconds: nearestRank(seconds, P95) ?? null,
  };
}

/**
 * Measures how long each VM was down in a period. Outages of a VM that overlap, such as that of its
 * node and that of its zone, count once.
 * @returns ms by the id of the VM; VMs that were not down are missing
 */
export function measureDowntime(
  outages: readonly Outage[],
  { fromMs, untilMs }: Period,
): ReadonlyMap<string, number> {
  const byVm = new Map<string, Period[]>();
  for (const outage of outages) {
    const period = {
      fromMs: Math.max(fromMs, outage.fromMs),
      untilMs: Math.min(untilMs, outage.untilMs ?? untilMs),
    };
    if (period.untilMs <= period.fromMs) continue;
    const found = byVm.get(outage.vmId);
    if (found === undefined) byVm.set(outage.vmId, [period]);
    else found.push(period);
  }
  return new Map([...byVm].map(([vmId, periods]) => [vmId, lengthOfUnion(periods)]));
}

function lengthOfUnion(periods: readonly Period[]): number {
  let totalMs = 0;
  let endMs = Number.NEGATIVE_INFINITY;
  for (const { fromMs, untilMs } of periods.toSorted((a, b) => a.fromMs - b.fromMs)) {
    totalMs += Math.max(0, untilMs - Math.max(fromMs, endMs));
    endMs = Math.max(endMs, untilMs);
  }
  return totalMs;
}
