/**
 * Usage of a simulated machine: a share of its cores that rises and falls with the day, a share of
 * its memory, and traffic of its disks and networks in proportion to its cores. The id of the VM
 * determines all of it, so it is the same on every node and after every start.
 */
import type { MachineUsage } from '@novacron/contract/agent/agent-usage';
import { type SimulatedMachine, shortageOf } from './machine-store.ts';

const DAY_MS = 86_400_000;

/** Shares of what a machine was promised. */
const CPU = { least: 0.15, spread: 0.5, swing: 0.1 } as const;
const MEMORY = { least: 0.3, spread: 0.5 } as const;

/** Most bytes per second of a machine with one core. */
const DISK_BYTES_PER_S = 4_000_000;
const NETWORK_BYTES_PER_S = 10_000_000;

const DECIMALS = 1_000;

/**
 * The use of one machine at a moment; nothing unless it runs. Pure.
 * @param sharedRatio - the part of its cores that a workload uses, 0 to 1; undefined: it has none
 */
export function measureMachine(
  machine: Pick<SimulatedMachine, 'vm_id' | 'status' | 'spec' | 'paused' | 'needs'>,
  nowMs: number,
  sharedRatio?: number,
): MachineUsage {
  const { vm_id, status, spec, paused } = machine;
  if (status !== 'running') return { vm_id, cpu_cores: 0, memory_mib: 0 };
  const turn = 2 * Math.PI * (nowMs / DAY_MS + shareOf(`${vm_id}/phase`));
  const short = shortageOf(machine);
  const ownRatio = CPU.least + CPU.spread * shareOf(`${vm_id}/cpu`) + CPU.swing * Math.sin(turn);
  const cpuRatio = short.cpu ? 1 : (sharedRatio ?? ownRatio);
  const memoryRatio = short.memory ? 1 : MEMORY.least + MEMORY.spread * shareOf(`${vm_id}/memory`);
  const cpuCores = paused === true ? 0 : spec.cpu_cores * cpuRatio;
  const memoryMib = Math.round(spec.memory_mib * memoryRatio);
  const flow = (what: string, most: number): number =>
    Math.round(cpuCores * most * shareOf(`${vm_id}/${what}`));
  return {
    vm_id,
    cpu_cores: Math.round(cpuCores * DECIMALS) / DECIMALS,
    memory_mib: memoryMib,
    memory_available_mib: spec.memory_mib - memoryMib,
    disk_read_bytes_per_s: flow('read', DISK_BYTES_PER_S),
    disk_write_bytes_per_s: flow('write', DISK_BYTES_PER_S),
    network_receive_bytes_per_s: flow('receive', NETWORK_BYTES_PER_S),
    network_transmit_bytes_per_s: flow('transmit', NETWORK_BYTES_PER_S),
  };
}

const HASH_START = 0x811c9dc5;
const HASH_PRIME = 0x01000193;
const HASH_COUNT = 2 ** 32;

/** A number from 0 to 1 that follows from a text: FNV-1a, 32 bits (Fowler, Noll and Vo). */
function shareOf(text: string): number {
  let hash = HASH_START;
  for (const character of text) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), HASH_PRIME);
  }
  return (hash >>> 0) / HASH_COUNT;
}
