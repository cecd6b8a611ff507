import { keysOf } from '@novacron/contract/closed-table';
import type { Filter } from '../model/rule.ts';

/** Rejects a node with too little of a disk class or of bandwidth; one without any has none. */
export const filterPool: Filter = ({ pools }, { vm, unknownFacts }) => {
  if (vm.pools === undefined) return undefined;
  for (const pool of keysOf(vm.pools)) {
    const asked = vm.pools[pool] ?? 0;
    const isUnknown = pools?.[pool] === undefined;
    if (isUnknown && unknownFacts === 'accept') continue;
    const { capacity, used } = pools?.[pool] ?? { capacity: 0, used: 0 };
    const left = Math.max(0, capacity - used);
    if (asked === 0 || used + asked <= capacity) continue;
    const reason = pool === 'bandwidth' ? 'bandwidth' : 'disk-class';
    const unknown = isUnknown && unknownFacts === 'refuse' ? ({ unknown: 'yes' } as const) : {};
    return { reason, pool, lacking: asked - left, left, ...unknown };
  }
  return undefined;
};
