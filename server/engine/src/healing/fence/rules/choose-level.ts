/** Chooses the level of fencing that is due for a silent node. */
import type { FenceableNode } from '../model/fencing.ts';

/** `power`: it is powered off; `storage`: its storage cuts it off. */
export type FenceLevel = 'power' | 'storage';

/**
 * Chooses it. The power comes first, because a node that is off gives all of its VMs away. Once an
 * attempt at it has failed, the controller is likely to be gone with the node: the storage is next,
 * and the power is tried again for those VMs that the storage does not give away.
 * @returns undefined where nothing is to be gained now
 */
export function chooseLevel(node: FenceableNode, nowMs: number): FenceLevel | undefined {
  const { hasDevice, vms, notBeforeMs, storage } = node;
  const canPower = hasDevice && vms > 0;
  // It is set by a failed attempt only.
  if (canPower && notBeforeMs === null) return 'power';
  const isStorageDue = storage !== null && storage.vms > 0 && isPast(storage.notBeforeMs, nowMs);
  if (isStorageDue) return 'storage';
  return canPower && isPast(notBeforeMs, nowMs) ? 'power' : undefined;
}

function isPast(atMs: number | null, nowMs: number): boolean {
  return (atMs ?? 0) <= nowMs;
}
