/** The sizes that a VM group can have, schedules included. */
import type { VmGroupSpec } from '@novacron/contract/kinds/vm-group/vm-group';

/** Returns the least and the largest size, whenever it is. */
export function widestBounds({
  min_size: min,
  max_size: max,
  scaling,
}: Pick<VmGroupSpec, 'min_size' | 'max_size' | 'scaling'>): {
  readonly min: number;
  readonly max: number;
} {
  const schedules = scaling?.schedules ?? [];
  return {
    min: Math.min(min, ...schedules.flatMap((schedule) => schedule.min_size ?? [])),
    max: Math.max(max, ...schedules.flatMap((schedule) => schedule.max_size ?? [])),
  };
}
