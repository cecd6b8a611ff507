/** Checks N+1: whether the VMs of every node could restart elsewhere. */
import type { Amounts, PlacementNode } from '../model/placement.ts';

/** The free capacity of a node while the VMs of a failed node move in. */
interface Room {
  readonly name: string;
  cpuCores: number;
  memoryMib: number;
  diskGb: number;
}

/**
 * Finds a node whose VMs would have no room elsewhere if it failed, once a VM has been placed.
 * @param placed - the VM and the node that it is placed on
 * @returns the name of the first such node; undefined where there is none
 * @remarks VMs move in by first fit: the largest first, onto the node with most free cores at the
 * outset. A node that does not list its VMs counts as holding `vmCount` equal ones.
 * Source of the idea: Ganeti, htools' N+1 check; vSphere HA admission control.
 */
export function findFailoverGap(
  nodes: readonly PlacementNode[],
  placed: { readonly target: PlacementNode; readonly vm: Amounts },
): string | undefined {
  const { target, vm } = placed;
  const ready = nodes.filter(({ status }) => status === 'ready');
  const rooms = ready.map((node) => roomOf(node, node.id === target.id ? vm : undefined));
  rooms.sort((left, right) => right.cpuCores - left.cpuCores || (left.name < right.name ? -1 : 1));
  for (const node of ready) {
    const residents = residentsOf(node);
    const all = node.id === target.id ? [...residents, vm] : residents;
    if (!canMove(all, rooms, node.name)) return node.name;
  }
  return undefined;
}

function roomOf({ name, capacity, used }: PlacementNode, vm: Amounts | undefined): Room {
  return {
    name,
    cpuCores: capacity.cpuCores - used.cpuCores - (vm?.cpuCores ?? 0),
    memoryMib: capacity.memoryMib - used.memoryMib - (vm?.memoryMib ?? 0),
    diskGb: capacity.diskGb - used.diskGb - (vm?.diskGb ?? 0),
  };
}

function residentsOf({ residents, used, vmCount }: PlacementNode): readonly Amounts[] {
  if (residents !== undefined) return residents;
  if (used.cpuCores <= 0 && used.memoryMib <= 0 && used.diskGb <= 0) return [];
  const count = Math.max(1, vmCount);
  const each = {
    cpuCores: used.cpuCores / count,
    memoryMib: used.memoryMib / count,
    diskGb: used.diskGb / count,
  };
  return Array.from({ length: count }, () => each);
}

function canMove(vms: readonly Amounts[], rooms: readonly Room[], failing: string): boolean {
  const largestFirst = [...vms].sort(
    (left, right) =>
      right.cpuCores - left.cpuCores ||
      right.memoryMib - left.memoryMib ||
      right.diskGb - left.diskGb,
  );
  const moved = new Map<Room, Room>();
  return largestFirst.every((vm) => {
    for (const before of rooms) {
      if (before.name === failing) continue;
      const room = moved.get(before) ?? before;
      if (room.cpuCores < vm.cpuCores || room.memoryMib < vm.memoryMib || room.diskGb < vm.diskGb) {
        continue;
      }
      moved.set(before, {
        name: room.name,
        cpuCores: room.cpuCores - vm.cpuCores,
        memoryMib: room.memoryMib - vm.memoryMib,
        diskGb: room.diskGb - vm.diskGb,
      });
      return true;
    }
    return false;
  });
}
