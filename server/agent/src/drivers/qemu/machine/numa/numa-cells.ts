/** NUMA cells of the host, and in which of them a machine is bound. */
import type { MachineSize } from '@novacron/contract/agent/machine';

/** Processors and memory of the host that are near each other. */
export interface HostCell {
  /** Number of the cell, by which Linux and QEMU name it. */
  readonly id: number;
  /** Its processors as a list of numbers and ranges: `0-3,8-11`. */
  readonly cpus: string;
  /** Number of its processors. */
  readonly cpuCores: number;
  readonly memoryMib: number;
}

/** Share of a cell that a machine uses. */
export type CellNeed = Pick<MachineSize, 'cpu_cores' | 'memory_mib'>;

/** A machine that is bound to a cell. */
export interface BoundMachine extends CellNeed {
  readonly cell: number;
}

/** Counts the processors of a list such as `0-3,8`; 0 for an empty one. */
export function countProcessors(list: string): number {
  const ranges = list.trim() === '' ? [] : list.trim().split(',');
  return ranges.reduce((sum, range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return sum + last - first + 1;
  }, 0);
}

/**
 * Returns the cells as far as machines may use them: of what the host keeps for itself, each cell
 * bears its part.
 * @param capacity - what all machines of the node may use together
 */
export function shareOfCells(cells: readonly HostCell[], capacity: CellNeed): readonly HostCell[] {
  const cores = cells.reduce((sum, { cpuCores }) => sum + cpuCores, 0);
  const memory = cells.reduce((sum, { memoryMib }) => sum + memoryMib, 0);
  const part = (amount: number, total: number, usable: number) =>
    Math.floor((amount * Math.min(usable, total)) / total);
  return cells.map((cell) => ({
    ...cell,
    cpuCores: part(cell.cpuCores, cores, capacity.cpu_cores),
    memoryMib: part(cell.memoryMib, memory, capacity.memory_mib),
  }));
}

/**
 * Chooses the cell that holds a machine with fewest cores to spare, as the placement of servers
 * does, so that what they promise can be kept.
 * @param cells - as {@link shareOfCells} returns them
 * @param bound - the other machines that are bound
 * @returns undefined where no cell has room
 */
export function chooseCell(
  cells: readonly HostCell[],
  bound: readonly BoundMachine[],
  need: CellNeed,
): HostCell | undefined {
  const [tightest] = cells
    .map((cell) => ({ cell, free: freeOf(cell, bound) }))
    .filter(({ free }) => free.cpu_cores >= need.cpu_cores && free.memory_mib >= need.memory_mib)
    .sort((a, b) => a.free.cpu_cores - b.free.cpu_cores || a.cell.id - b.cell.id);
  return tightest?.cell;
}

/** Returns the free capacity of a cell. */
export function freeOf(cell: HostCell, bound: readonly BoundMachine[]): CellNeed {
  const inside = bound.filter((machine) => machine.cell === cell.id);
  return {
    cpu_cores: cell.cpuCores - inside.reduce((sum, each) => sum + each.cpu_cores, 0),
    memory_mib: cell.memoryMib - inside.reduce((sum, each) => sum + each.memory_mib, 0),
  };
}
