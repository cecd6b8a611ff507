/** The ladder of healing: what is tried for which cause, and in which order by default. */
import type { LadderLevel } from '../model/learning.ts';

/** The strategies for VMs that run and do not serve: both leave them where they are. */
export const UNHEALTHY_LEVEL: LadderLevel = {
  cause: 'unhealthy',
  level: 1,
  strategies: ['reset', 'reboot'],
  scope: 'tenant',
};

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/**
 * Time limit of an attempt, from the start of its operation to its end. An attempt that exceeds it
 * has failed, and the next attempt or level follows. Unit: ms.
 */
const LIMITS_MS = {
  restart_service: 30 * SECOND_MS,
  reset: 2 * MINUTE_MS,
  reboot: 2 * MINUTE_MS,
  start: 2 * MINUTE_MS,
  live_migration: 5 * MINUTE_MS,
  cold_migration: 10 * MINUTE_MS,
  replace_member: 5 * MINUTE_MS,
  grow: 10 * MINUTE_MS,
  standby: MINUTE_MS,
  restart_elsewhere: 15 * MINUTE_MS,
} as const;

/** The limit of a strategy. Unit: ms. */
export function limitOf(strategy: keyof typeof LIMITS_MS): number {
  return LIMITS_MS[strategy];
}

/** The limit of a strategy by its name; null where it has none, as a fence. Unit: ms. */
export function limitByName(strategy: string): number | null {
  const limits: Readonly<Record<string, number>> = LIMITS_MS;
  return limits[strategy] ?? null;
}

/** The strategies for VMs of nodes that are known to be off: the second follows the first. */
export const FAILOVER_LEVEL: LadderLevel = {
  cause: 'node_lost',
  level: 4,
  strategies: ['standby', 'restart_elsewhere'],
  // Most VMs have no standby: their recoveries say nothing of those that have one.
  counted: 'each',
  scope: 'platform',
};

/** All levels for which outcomes are recorded. Only where there are two strategies is a choice. */
export const LADDER: readonly LadderLevel[] = [
  UNHEALTHY_LEVEL,
  // Before the others of its level, where a VM has a command for it: it disturbs least.
  { cause: 'unhealthy', level: 1, strategies: ['restart_service'], scope: 'tenant' },
  { cause: 'exhausted', level: 3, strategies: ['grow'], scope: 'tenant' },
  { cause: 'unhealthy', level: 3, strategies: ['replace_member'], scope: 'tenant' },
  { cause: 'stopped', level: 1, strategies: ['start'], scope: 'tenant' },
  { cause: 'node_failing', level: 2, strategies: ['live_migration'], scope: 'platform' },
  // It stops the guest, so it never comes first, whatever outcomes say.
  { cause: 'node_failing', level: 2, strategies: ['cold_migration'], scope: 'platform' },
  { cause: 'node_lost', level: 0, strategies: ['power_fence'], scope: 'platform' },
  FAILOVER_LEVEL,
];
