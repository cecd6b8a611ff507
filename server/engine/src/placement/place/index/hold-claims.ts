/** Derives what is left of a node's cells, devices and pools from what its VMs hold. */
import type { PlacementNode, PlacementPlan, VmRequest } from '../model/placement.ts';
import { assignCells } from '../resources/assign-cells.ts';
import { assignDevices } from '../resources/assign-devices.ts';
import { allocateVm } from './allocate-vm.ts';

/**
 * Returns a node of which the cells, devices and pools that VMs hold count as used. Their cores,
 * memory and disk are counted by the node already.
 * @remarks Which cell and device a VM has is not recorded: they are assigned again, the largest VM
 * first, so that the same VMs always give the same node. A VM that fits nowhere this way, as on a
 * node that has become smaller, takes nothing of its cells or devices.
 */
export function holdClaims(node: PlacementNode, vms: readonly VmRequest[]): PlacementNode {
  const inOrder = [...vms].sort(
    (left, right) => right.cpuCores - left.cpuCores || (left.name < right.name ? -1 : 1),
  );
  let held = node;
  for (const vm of inOrder) {
    const { used, vmCount } = held;
    held = { ...allocateVm(held, vm, grantsOn(held, vm)), used, vmCount };
  }
  return held;
}

/** The cells and devices that a VM would get of a node; none where they do not suffice. */
export function grantsOn(
  node: PlacementNode,
  vm: VmRequest,
): Pick<PlacementPlan, 'cells' | 'devices'> {
  return {
    devices: assignDevices(node.devices, vm.devices) ?? [],
    cells: assignCells(node, vm) ?? [],
  };
}
