/** The ways to give a VM its devices that differ in what they leave. */
import type { DeviceAsk, DeviceGrant, DeviceGroup } from '../model/placement.ts';
import { assignDevices, isAccepted, WHOLE_DEVICE_MILLI } from './assign-devices.ts';

/**
 * Lists every distinct way to serve one share of a device; for anything else the tightest one, as
 * whole devices are all alike.
 */
export function listDeviceGrants(
  groups: readonly DeviceGroup[] | undefined,
  asks: readonly DeviceAsk[] | undefined,
): readonly (readonly DeviceGrant[])[] {
  const [ask, ...others] = asks ?? [];
  const isOneShare =
    ask !== undefined && others.length === 0 && ask.count === 1 && ask.milli < WHOLE_DEVICE_MILLI;
  if (!isOneShare) {
    const tightest = assignDevices(groups, asks);
    return tightest === undefined ? [] : [tightest];
  }
  return (groups ?? []).flatMap((group, index) => {
    if (!isAccepted(group, ask)) return [];
    const seen = new Set<number>();
    return group.freeMilli.flatMap((milli, device) => {
      if (milli < ask.milli || seen.has(milli)) return [];
      seen.add(milli);
      return [[{ group: index, device, milli: ask.milli }]];
    });
  });
}
