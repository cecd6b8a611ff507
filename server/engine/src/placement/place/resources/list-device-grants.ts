/** Lists the ways to grant a VM its devices that differ in what they leave free. */
import type { DeviceGrant, DeviceGroup, DeviceRequest } from '../model/placement.ts';
import { assignDevices, isAccepted, WHOLE_DEVICE_MILLI } from './assign-devices.ts';

/**
 * Lists every distinct way to serve one share of a device; for anything else the tightest one, as
 * whole devices are all alike.
 */
export function listDeviceGrants(
  groups: readonly DeviceGroup[] | undefined,
  requests: readonly DeviceRequest[] | undefined,
): readonly (readonly DeviceGrant[])[] {
  const [request, ...others] = requests ?? [];
  const isOneShare =
    request !== undefined &&
    others.length === 0 &&
    request.count === 1 &&
    request.milli < WHOLE_DEVICE_MILLI;
  if (!isOneShare) {
    const tightest = assignDevices(groups, requests);
    return tightest === undefined ? [] : [tightest];
  }
  return (groups ?? []).flatMap((group, index) => {
    if (!isAccepted(group, request)) return [];
    const seen = new Set<number>();
    return group.freeMilli.flatMap((milli, device) => {
      if (milli < request.milli || seen.has(milli)) return [];
      seen.add(milli);
      return [[{ group: index, device, milli: request.milli }]];
    });
  });
}
