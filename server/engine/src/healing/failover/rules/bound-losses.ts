/**
 * A bound that needs no packing. A slot is as large as the largest VM in each dimension, so each
 * free slot takes one VM, whichever it is and in whatever order they come. While all other nodes
 * that a VM may use have more free slots than VMs are lost, it finds one.
 * Source of the idea: the slot policy of vSphere HA's admission control.
 */
import { DIMENSIONS, type FailoverFleet, isUnreserved } from '../fleet/lay-out-failover.ts';

/** Slots and VMs of each node. */
export interface SlotTable {
  /** Free slots of each node in service; 0 of the others. */
  readonly slots: Float64Array;
  /** VMs of each node that have to find room. */
  readonly waiting: Float64Array;
  /** Nodes that hold a VM with rules about others, which the bound says nothing about: 1. */
  readonly ruled: Uint8Array;
  /** The classes: which nodes their VMs may use, and how many slots these have. */
  readonly classes: readonly { readonly mask: Uint8Array; readonly total: number }[];
  /** Places in `classes` of the VMs of each node. */
  readonly classesOn: readonly ReadonlySet<number>[];
}

/** Counts slots. */
export function countSlots(fleet: FailoverFleet): SlotTable {
  const { nodes, vms, asked, free, rooms, masks, residents } = fleet;
  const slot = new Float64Array(DIMENSIONS);
  const isCounted = vms.map((vm) => !isUnreserved(vm));
  for (let vm = 0; vm < vms.length; vm += 1) {
    for (let at = 0; at < DIMENSIONS && isCounted[vm] === true; at += 1) {
      slot[at] = Math.max(slot[at] ?? 0, asked[vm * DIMENSIONS + at] ?? 0);
    }
  }
  const slots = new Float64Array(nodes.length);
  for (const node of rooms) {
    slots[node] = slotsIn(slot, free.subarray(node * DIMENSIONS, (node + 1) * DIMENSIONS));
  }
  const counted = [...new Set(masks.filter((_, vm) => isCounted[vm]))];
  const placeOf = new Map(counted.map((mask, at) => [mask, at]));
  const mine = residents.map((here) => here.filter((vm) => isCounted[vm]));
  return {
    slots,
    waiting: Float64Array.from(mine, (here) => here.length),
    ruled: Uint8Array.from(mine, (here) => Number(here.some((vm) => (fleet.ruled[vm] ?? -1) >= 0))),
    classes: counted.map((mask) => ({
      mask,
      total: slots.reduce((sum, count, node) => sum + count * (mask[node] ?? 0), 0),
    })),
    classesOn: mine.map((here) => new Set(here.map((vm) => placeOf.get(masks[vm] ?? NONE) ?? -1))),
  };
}

const NONE = new Uint8Array();

/**
 * Returns how many slots are left in the worst case of a loss of `more` nodes besides those that
 * are lost now; below 0, or with rules about others on any node, the bound does not decide.
 */
export function boundAllLosses(
  { slots, waiting, ruled, classes }: SlotTable,
  { lost, more }: { readonly lost: readonly number[]; readonly more: number },
): number {
  if (ruled.includes(1)) return -1;
  const begun = lost.reduce((sum, node) => sum + (waiting[node] ?? 0), 0);
  let least = Number.POSITIVE_INFINITY;
  for (const { mask, total } of classes) {
    const weights = slots.map((count, node) =>
      lost.includes(node) ? 0 : count * (mask[node] ?? 0) + (waiting[node] ?? 0),
    );
    const worst = weights.sort().subarray(Math.max(0, weights.length - more));
    least = Math.min(least, total - begun - (more === 0 ? 0 : sum(worst)));
  }
  return least;
}

/** Whether the VMs of these nodes find slots, whatever the order. */
export function isLossBounded(table: SlotTable, lost: readonly number[]): boolean {
  const { slots, waiting, ruled, classes, classesOn } = table;
  if (lost.some((node) => ruled[node] === 1)) return false;
  const leaving = lost.reduce((all, node) => all + (waiting[node] ?? 0), 0);
  return lost.every((home) =>
    [...(classesOn[home] ?? [])].every((at) => {
      const own = classes[at];
      const gone = lost.reduce((all, node) => all + (slots[node] ?? 0) * (own?.mask[node] ?? 0), 0);
      return (own?.total ?? 0) - gone >= leaving;
    }),
  );
}

/** Returns the number of whole slots that fit into an amount. */
function slotsIn(slot: ArrayLike<number>, amounts: ArrayLike<number>): number {
  let least = Number.MAX_SAFE_INTEGER;
  for (let at = 0; at < DIMENSIONS; at += 1) {
    const size = slot[at] ?? 0;
    if (size > 0) least = Math.min(least, Math.floor((amounts[at] ?? 0) / size));
  }
  return Math.max(0, least);
}

function sum(values: Float64Array): number {
  return values.reduce((all, each) => all + each, 0);
}
