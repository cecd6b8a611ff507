import type { DeviceGrant, PlacementNode, TypicalWorkload, VmRequest } from '../model/placement.ts';
import type { Scorer } from '../model/rule.ts';
import { freeAfter, WHOLE_DEVICE_MILLI } from '../resources/assign-devices.ts';
import { listDeviceGrants } from '../resources/list-device-grants.ts';

/** No node has more whole devices than this; a larger one only loses resolution. */
const DEVICES_SPAN = 16;

/**
 * Prefers nodes that the VM leaves least fragmented: device shares that the typical workload could
 * use before and cannot use after.
 * Source: Weng et al., "Beware of Fragmentation" (USENIX ATC 2023), fragmentation gradient descent.
 */
export const scoreFragmentation: Scorer = {
  name: 'fragmentation',
  scope: 'load',
  kind: 'share',
  measure: (node, { vm, request }) => {
    const workload = request?.workload ?? [];
    const growth = leastFragmenting(node, vm, workload)?.growth ?? 0;
    const share = growth / (WHOLE_DEVICE_MILLI * DEVICES_SPAN);
    return Math.min(1, Math.max(0, (1 - share) / 2));
  },
};

/**
 * Finds the grants that fragment a node least, and the growth of its fragmentation.
 * @returns `growth` in thousandths of a device, negative where the VM uses up fragments; undefined
 *   where the node cannot give the devices
 */
export function leastFragmenting(
  node: PlacementNode,
  vm: VmRequest,
  workload: readonly TypicalWorkload[],
): { readonly grants: readonly DeviceGrant[]; readonly growth: number } | undefined {
  const before = measureFragments(node, workload);
  let best: { readonly grants: readonly DeviceGrant[]; readonly growth: number } | undefined;
  for (const grants of listDeviceGrants(node.devices, vm.devices)) {
    const after = {
      capacity: node.capacity,
      used: { ...node.used, cpuCores: node.used.cpuCores + vm.cpuCores },
      devices: node.devices?.map((group, index) => ({
        ...group,
        freeMilli: freeAfter(group, index, grants),
      })),
    };
    const growth = measureFragments(after, workload) - before;
    if (best === undefined || growth < best.growth) best = { grants, growth };
  }
  return best;
}

/** Returns the free device shares that the workload cannot use, in thousandths of a device. */
function measureFragments(
  { capacity, used, devices = [] }: Pick<PlacementNode, 'capacity' | 'used' | 'devices'>,
  workload: readonly TypicalWorkload[],
): number {
  const freeCores = capacity.cpuCores - used.cpuCores;
  let fragments = 0;
  for (const group of devices) {
    let free = 0;
    for (const milli of group.freeMilli) free += milli;
    if (free === 0) continue;
    for (const typical of workload) {
      fragments += typical.share * (free - usableBy(typical, group, freeCores));
    }
  }
  return fragments;
}

/** A typical VM without devices uses none, so it does not make them fragments. */
function usableBy(
  typical: TypicalWorkload,
  group: NonNullable<PlacementNode['devices']>[number],
  freeCores: number,
): number {
  const [request] = typical.devices;
  let usable = 0;
  let fitting = 0;
  for (const milli of group.freeMilli) {
    if (request === undefined) usable += milli;
    else if (milli >= request.milli) {
      usable += milli;
      fitting += 1;
    }
  }
  if (request === undefined) return usable;
  if (request.kind !== group.kind || request.models?.includes(group.model) === false) return 0;
  return freeCores >= typical.cpuCores && fitting >= request.count ? usable : 0;
}
