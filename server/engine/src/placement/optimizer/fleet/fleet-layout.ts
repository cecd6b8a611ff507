/** Nodes and VMs as columns of numbers. */
import type { PlacementNode } from '../../place/model/placement.ts';
import type { ResidentVm } from '../model/optimizer.ts';

/** CPU, memory, disk. */
export const DIMENSIONS = 3;

/** A VM that is on a node, or one that is expected, which has no id yet. */
export interface LaidOutVm extends Omit<ResidentVm, 'id'> {
  readonly id: ResidentVm['id'] | undefined;
}

/** Nodes and VMs by their indexes in the input; amounts in rows of `DIMENSIONS`. */
export interface FleetLayout {
  readonly nodes: readonly PlacementNode[];
  readonly vms: readonly LaidOutVm[];
  readonly capacity: Float64Array;
  readonly used: Float64Array;
  readonly asked: Float64Array;
  /** The VMs by size, the largest first: the rank of each, and the VM of each rank. */
  readonly ranks: { readonly of: Int32Array; readonly vms: Int32Array };
  /** Node of each VM; -1: it is expected. */
  readonly home: Int32Array;
  /** Node with room that is reserved for each VM; -1: none, or it is used. */
  readonly standby: Int32Array;
  /** That room. */
  readonly reserved: Float64Array;
  /** VMs of each node. */
  readonly residents: readonly Set<number>[];
  /** 1: takes VMs, and its room counts. */
  readonly inService: Uint8Array;
}

/** Returns the reserved room on a node that a VM would use itself. */
export function reservedOn(
  { standby, reserved }: Pick<FleetLayout, 'standby' | 'reserved'>,
  { vm, node, at }: { readonly vm: number; readonly node: number; readonly at: number },
): number {
  return standby[vm] === node ? (reserved[vm * DIMENSIONS + at] ?? 0) : 0;
}
