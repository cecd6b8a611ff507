/** Binds machines to NUMA cells of the host. */
import type { NodeFacts } from '@novacron/contract/fleet/node-facts';
import type { VmId } from '@novacron/contract/ids';
import { finalTrouble, passingTrouble } from '../files/trouble.ts';
import type { Hardware } from './hardware.ts';
import {
  type BoundMachine,
  type CellNeed,
  chooseCell,
  freeOf,
  type HostCell,
  shareOfCells,
} from './numa/numa-cells.ts';
import type { QemuNode } from './qemu-node.ts';

/** The cells of a node as it announces them. */
export function cellFacts(node: Pick<QemuNode, 'host' | 'capacity'>): NodeFacts['numa_cells'] {
  return cellsOf(node).map(({ cpuCores, memoryMib }) => ({
    cpu_cores: cpuCores,
    memory_mib: memoryMib,
  }));
}

/**
 * Chooses the cell of a machine whose process is about to start, and records it: from then on it
 * counts. Throws where the machine has to be bound and no cell has room.
 * @returns undefined for a machine that is not bound
 */
export function bindToCell(node: QemuNode, vmId: VmId, hardware: Hardware): HostCell | undefined {
  const cell =
    hardware.numa === undefined
      ? undefined
      : chooseCell(cellsOf(node), boundMachines(node, vmId), hardware);
  if (cell === undefined && hardware.numa === 'single') throw noRoom(node, vmId, hardware);
  const before = node.machines.find(vmId)?.numa_cell;
  if (cell?.id !== before) node.machines.update(vmId, { numa_cell: cell?.id });
  return node.host.numaCells.find(({ id }) => id === cell?.id);
}

/**
 * Explains why a bound machine has to be restarted for another size; undefined if its cell has
 * room, or it is not bound.
 */
export function explainCell(node: QemuNode, vmId: VmId, need: CellNeed): string | undefined {
  const id = node.machines.find(vmId)?.numa_cell;
  const cell = cellsOf(node).find((each) => each.id === id);
  if (cell === undefined) return undefined;
  const free = freeOf(cell, boundMachines(node, vmId));
  const hasRoom = free.cpu_cores >= need.cpu_cores && free.memory_mib >= need.memory_mib;
  return hasRoom ? undefined : `its NUMA cell ${cell.id} has no room for it`;
}

function cellsOf({ host, capacity }: Pick<QemuNode, 'host' | 'capacity'>): readonly HostCell[] {
  return shareOfCells(host.numaCells, capacity);
}

/** The other machines that are bound: with a process, or about to get one. */
function boundMachines({ machines, reserved }: QemuNode, vmId: VmId): readonly BoundMachine[] {
  return machines.list().flatMap((record) => {
    const { vm_id, numa_cell: cell } = record;
    if (vm_id === vmId || cell === undefined) return [];
    const expected = reserved.get(vm_id);
    const isOn = machines.processOf(vm_id) !== undefined || expected?.status === 'running';
    const { cpu_cores, memory_mib } = expected?.spec ?? record.spec;
    return isOn ? [{ cell, cpu_cores, memory_mib }] : [];
  });
}

/** A machine for which no cell is large enough never gets one; else others may end. */
function noRoom(node: QemuNode, vmId: VmId, need: CellNeed) {
  const cells = cellsOf(node);
  const size = `${need.cpu_cores} cores and ${need.memory_mib} MiB`;
  if (cells.length === 0) {
    return finalTrouble(
      `${vmId} has to be bound to a NUMA cell, and this host binds no machine: ` +
        'install the program taskset (package util-linux), or look at /sys/devices/system/node.',
    );
  }
  if (chooseCell(cells, [], need) === undefined) {
    return finalTrouble(`No NUMA cell of this host is large enough for ${vmId}: ${size}.`);
  }
  return passingTrouble(`No NUMA cell of this host has room for ${vmId}: ${size}.`);
}
