import type { TypicalWorkload } from '../model/placement.ts';
import type { Scorer } from '../model/rule.ts';
import { WHOLE_DEVICE_MILLI } from '../resources/assign-devices.ts';

/** No node has more whole devices than this; a larger one only loses resolution. */
const DEVICES_SPAN = 16;

/**
 * Prefers nodes where the VM strands fewest devices: those that the node's free cores are too few
 * for, at as many cores a device as the typical workload takes. Fragments are what the next VM
 * cannot use; stranded devices are what the last one will not.
 */
export const scoreStranded: Scorer = {
  name: 'stranded',
  scope: 'load',
  kind: 'share',
  measure: ({ capacity, used, devices = [] }, { vm, request }) => {
    const coresPerDevice = coresPerDeviceOf(request?.workload ?? []);
    let free = 0;
    for (const { freeMilli } of devices) for (const milli of freeMilli) free += milli;
    let taken = 0;
    for (const { count, milli } of vm.devices ?? []) taken += count * milli;
    const cores = capacity.cpuCores - used.cpuCores;
    const strandedBy = (cpuCores: number, milli: number) =>
      coresPerDevice === 0
        ? 0
        : Math.max(0, milli / WHOLE_DEVICE_MILLI - cpuCores / coresPerDevice);
    const growth = strandedBy(cores - vm.cpuCores, free - taken) - strandedBy(cores, free);
    return Math.min(1, Math.max(0, (1 - growth / DEVICES_SPAN) / 2));
  },
};

/** 0 where no typical VM needs both: then no core is missing. */
function coresPerDeviceOf(workload: readonly TypicalWorkload[]): number {
  let cores = 0;
  let devices = 0;
  for (const { cpuCores, devices: requests, share } of workload) {
    if (requests.length > 0) cores += share * cpuCores;
    for (const { count, milli } of requests)
      devices += (share * count * milli) / WHOLE_DEVICE_MILLI;
  }
  return devices === 0 ? 0 : cores / devices;
}
