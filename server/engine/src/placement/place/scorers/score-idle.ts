import type { Scorer } from '../model/rule.ts';

/**
 * Prefers nodes with a low measured load, whatever they have promised. Without a measurement the
 * promises count; a load that is not a number counts as full.
 */
export const scoreIdle: Scorer = {
  name: 'idle',
  scope: 'load',
  kind: 'share',
  measure: ({ load, used, capacity }) => {
    const busiest =
      load === undefined
        ? used.cpuCores / Math.max(1, capacity.cpuCores)
        : Math.max(load.cpuRatio, load.memoryRatio);
    return Number.isFinite(busiest) ? 1 - Math.min(1, Math.max(0, busiest)) : 0;
  },
};
