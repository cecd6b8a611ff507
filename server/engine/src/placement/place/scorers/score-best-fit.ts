import type { Scorer } from '../model/rule.ts';
import { WHOLE_DEVICE_MILLI } from '../resources/assign-devices.ts';

/** Cores that weigh as much as one whole device; most servers have about as many per device. */
const CORES_PER_DEVICE = 16;

/** No node has more room than this many devices; a larger one only loses resolution. */
const ROOM_SPAN = 32;

/**
 * Prefers nodes with little room left in all, cores and devices together, so that large pieces stay
 * whole elsewhere.
 * Source: best fit, as the FGD paper defines its baseline.
 */
export const scoreBestFit: Scorer = {
  name: 'best-fit',
  scope: 'load',
  kind: 'share',
  measure: ({ capacity, used, devices = [] }, { vm }) => {
    let free = 0;
    for (const group of devices) for (const milli of group.freeMilli) free += milli;
    for (const { count, milli } of vm.devices ?? []) free -= count * milli;
    const cores = capacity.cpuCores - used.cpuCores - vm.cpuCores;
    const room = free / WHOLE_DEVICE_MILLI + cores / CORES_PER_DEVICE;
    return 1 - Math.min(1, Math.max(0, room / ROOM_SPAN));
  },
};
