/** The ladder of healing: what is tried for which cause, and in which order by default. */
import type { LadderLevel } from '../model/learning.ts';

/** The strategies for VMs that run and do not serve: both leave them where they are. */
export const UNHEALTHY_LEVEL: LadderLevel = {
  cause: 'unhealthy',
  level: 1,
  strategies: ['reset', 'reboot'],
  scope: 'tenant',
};

/** All levels for which outcomes are recorded. Only where there are two strategies is a choice. */
export const LADDER: readonly LadderLevel[] = [
  UNHEALTHY_LEVEL,
  { cause: 'unhealthy', level: 3, strategies: ['replace_member'], scope: 'tenant' },
  { cause: 'stopped', level: 1, strategies: ['start'], scope: 'tenant' },
  { cause: 'node_failing', level: 2, strategies: ['live_migration'], scope: 'platform' },
  { cause: 'node_lost', level: 0, strategies: ['power_fence'], scope: 'platform' },
  { cause: 'node_lost', level: 4, strategies: ['restart_elsewhere'], scope: 'platform' },
];
