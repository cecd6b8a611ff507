/** Assigns devices of a node to a VM. */
import type { DeviceGrant, DeviceGroup, DeviceRequest } from '../model/placement.ts';

/** A whole device, in thousandths. */
export const WHOLE_DEVICE_MILLI = 1000;

/**
 * Grants each device request the devices with the tightest fit, so that larger pieces stay whole.
 * @returns the grants, none for no requests; undefined where the node cannot provide all of them
 * @remarks Requests are served in their order, each from one group. Among groups the one with least
 * left over is taken, then the first.
 */
export function assignDevices(
  groups: readonly DeviceGroup[] | undefined,
  requests: readonly DeviceRequest[] | undefined,
): readonly DeviceGrant[] | undefined {
  if (requests === undefined || requests.length === 0) return [];
  if (groups === undefined) return undefined;
  const grants: DeviceGrant[] = [];
  for (const request of requests) {
    const served = serve(groups, request, grants);
    if (served === undefined) return undefined;
    grants.push(...served);
  }
  return grants;
}

/** Whether a group's devices are of the kind and of a model that the request accepts. */
export function isAccepted(group: DeviceGroup, { kind, models }: DeviceRequest): boolean {
  return group.kind === kind && (models === undefined || models.includes(group.model));
}

/** Returns the free share of each device of a group after grants. */
export function freeAfter(
  group: DeviceGroup,
  index: number,
  grants: readonly DeviceGrant[],
): readonly number[] {
  const mine = grants.filter((grant) => grant.group === index);
  if (mine.length === 0) return group.freeMilli;
  const free = [...group.freeMilli];
  for (const { device, milli } of mine) free[device] = (free[device] ?? 0) - milli;
  return free;
}

function serve(
  groups: readonly DeviceGroup[],
  request: DeviceRequest,
  taken: readonly DeviceGrant[],
): readonly DeviceGrant[] | undefined {
  let best: { readonly left: number; readonly grants: readonly DeviceGrant[] } | undefined;
  for (const [index, group] of groups.entries()) {
    if (!isAccepted(group, request)) continue;
    const free = freeAfter(group, index, taken);
    const fitting = free
      .map((milli, device) => ({ milli, device }))
      .filter(({ milli }) => milli >= request.milli)
      .sort((left, right) => left.milli - right.milli || left.device - right.device)
      .slice(0, request.count);
    if (fitting.length < request.count) continue;
    const left = fitting.reduce((sum, { milli }) => sum + milli - request.milli, 0);
    if (best !== undefined && best.left <= left) continue;
    const grants = fitting.map(({ device }) => ({ group: index, device, milli: request.milli }));
    best = { left, grants };
  }
  return best?.grants;
}
