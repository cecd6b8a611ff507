/** Meters the use of a simulated fleet and its maximum. */
import type { NodeId } from '@novacron/contract/ids';
import type { PlacementNode, VmRequest } from '../model/placement.ts';
import { WHOLE_DEVICE_MILLI } from '../resources/assign-devices.ts';

/** Capacity, or the allocated part of it. */
type Use = { [Name in 'cpu' | 'memory' | 'devices']: number };

/** A meter of the use of a fleet that starts empty. */
export interface UsageMeter {
  /** Counts a VM in (1) or out (-1). */
  readonly count: (vm: VmRequest, nodeId: NodeId, by: 1 | -1) => void;
  /** The maxima: nodes with a VM, and shares of the fleet, 0 to 1. */
  readonly peak: () => { readonly nodesUsed: number; readonly utilisation: Readonly<Use> };
}

/** Makes a meter. The share of a dimension that the fleet does not have is 0. */
export function makeUsageMeter(nodes: readonly PlacementNode[]): UsageMeter {
  const capacity = capacityOf(nodes);
  const used: Use = { cpu: 0, memory: 0, devices: 0 };
  const most: Use = { cpu: 0, memory: 0, devices: 0 };
  const vmsByNode = new Map<NodeId, number>();
  let nodesUsed = 0;
  return {
    count: (vm, nodeId, by) => {
      used.cpu += by * vm.cpuCores;
      used.memory += by * vm.memoryMib;
      for (const { count, milli } of vm.devices ?? []) used.devices += by * count * milli;
      const vms = (vmsByNode.get(nodeId) ?? 0) + by;
      if (vms === 0) vmsByNode.delete(nodeId);
      else vmsByNode.set(nodeId, vms);
      nodesUsed = Math.max(nodesUsed, vmsByNode.size);
      most.cpu = Math.max(most.cpu, used.cpu);
      most.memory = Math.max(most.memory, used.memory);
      most.devices = Math.max(most.devices, used.devices);
    },
    peak: () => ({
      nodesUsed,
      utilisation: {
        cpu: shareOf(most.cpu, capacity.cpu),
        memory: shareOf(most.memory, capacity.memory),
        devices: shareOf(most.devices, capacity.devices),
      },
    }),
  };
}

function capacityOf(nodes: readonly PlacementNode[]): Use {
  const sum: Use = { cpu: 0, memory: 0, devices: 0 };
  for (const { capacity, devices = [] } of nodes) {
    sum.cpu += capacity.cpuCores;
    sum.memory += capacity.memoryMib;
    for (const { freeMilli } of devices) sum.devices += freeMilli.length * WHOLE_DEVICE_MILLI;
  }
  return sum;
}

function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
