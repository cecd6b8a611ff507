import type { PoolName } from '../model/placement.ts';
import type { Filter } from '../model/rule.ts';

/** Rejects a node with too little of a disk class or of bandwidth; one without any has none. */
export const filterPool: Filter = ({ pools }, { vm }) => {
  for (const [name, asked = 0] of Object.entries(vm.pools ?? {})) {
    // The keys of pools are their names.
    const pool = name as PoolName;
    const { capacity, used } = pools?.[pool] ?? { capacity: 0, used: 0 };
    const left = Math.max(0, capacity - used);
    if (asked === 0 || used + asked <= capacity) continue;
    const reason = pool === 'bandwidth' ? 'bandwidth' : 'disk-class';
    return { reason, pool, lacking: asked - left, left };
  }
  return undefined;
};
