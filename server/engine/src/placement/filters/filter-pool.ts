import { keysOf } from '@novacron/contract/closed-table';
import type { Filter } from '../model/rule.ts';

/** Rejects a node with too little of a disk class or of bandwidth; one without any has none. */
export const filterPool: Filter = ({ pools }, { vm }) => {
  if (vm.pools === undefined) return undefined;
  for (const pool of keysOf(vm.pools)) {
    const asked = vm.pools[pool] ?? 0;
    const { capacity, used } = pools?.[pool] ?? { capacity: 0, used: 0 };
    const left = Math.max(0, capacity - used);
    if (asked === 0 || used + asked <= capacity) continue;
    const reason = pool === 'bandwidth' ? 'bandwidth' : 'disk-class';
    return { reason, pool, lacking: asked - left, left };
  }
  return undefined;
};
