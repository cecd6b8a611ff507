/**
 * Finds the NUMA cells of the host, where machines can be bound to them.
 * Source: Documentation/admin-guide/mm/numaperf.rst of Linux; `host-nodes` of QEMU's backends.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { countProcessors, type HostCell } from '../machine/numa/numa-cells.ts';
import { type BuildRequest, buildsMachine } from './builds-machine.ts';

/** Directory in which Linux describes the cells. */
const DIRECTORY = '/sys/devices/system/node';

const KIB_PER_MIB = 1_024;

/**
 * Finds them.
 * @returns none where they cannot be read, or a machine that is bound to one is not built, such as
 * in a container that may not use all processors, or without the program taskset
 */
export async function findNumaCells(request: BuildRequest): Promise<readonly HostCell[]> {
  const cells = readNumaCells();
  for (const cell of cells) {
    const memory = `memory-backend-ram,id=pc.ram,size=16M,host-nodes=${cell.id},policy=bind`;
    const args = ['-object', memory, '-machine', 'memory-backend=pc.ram'];
    if (!(await buildsMachine({ ...request, cpus: cell.cpus }, args))) return [];
  }
  return cells;
}

/**
 * Reads the cells that have processors and memory, by their numbers.
 * @param directory - another one in tests
 */
export function readNumaCells(directory = DIRECTORY): readonly HostCell[] {
  const ids = listNumbers(directory).sort((left, right) => left - right);
  return ids.flatMap((id) => {
    const inside = join(directory, `node${id}`);
    const cpus = readFileSync(join(inside, 'cpulist'), 'utf8').trim();
    const memory = /MemTotal:\s+(\d+) kB/.exec(readFileSync(join(inside, 'meminfo'), 'utf8'));
    const memoryMib = Math.floor(Number(memory?.[1] ?? 0) / KIB_PER_MIB);
    const cpuCores = countProcessors(cpus);
    return cpuCores === 0 || memoryMib === 0 ? [] : [{ id, cpus, cpuCores, memoryMib }];
  });
}

function listNumbers(directory: string): number[] {
  try {
    return readdirSync(directory).flatMap((name) => {
      const [, id] = /^node(\d+)$/.exec(name) ?? [];
      return id === undefined ? [] : [Number(id)];
    });
  } catch {
    // A kernel without NUMA has no such directory.
    return [];
  }
}
