/** What machines use: processor time of their processes, and memory as their guests report it. */
import type { MachineUsage } from '@novacron/contract/agent/agent-usage';
import type { VmId } from '@novacron/contract/ids';
import type { Clock } from '@novacron/runtime/clock';
import { z } from 'zod';
import { DEVICE_IDS } from './build-command-line.ts';
import { type ProcessRecord, readProcessUse } from './machine-process.ts';
import type { Machines } from './machines.ts';

/** Linux counts processor time in these on every architecture: USER_HZ. */
const TICKS_PER_SECOND = 100;
const MS_PER_SECOND = 1_000;
const PAGE_BYTES = 4_096;
const BYTES_PER_MIB = 1_048_576;
const DECIMALS = 1_000;

/** A guest that does not answer in time is measured by its process. Unit: ms. */
const STATISTICS_MS_MAX = 1_000;

interface Reading {
  readonly process: ProcessRecord;
  readonly cpuTicks: number;
  readonly atMs: number;
}

const GuestStatistics = z.looseObject({
  'last-update': z.number(),
  stats: z.looseObject({
    'stat-total-memory': z.number().optional(),
    'stat-available-memory': z.number().optional(),
  }),
});

/** Makes a function that measures all machines; processor use is the mean since its last call. */
export function createMeter(
  machines: Machines,
  clock: Clock,
): () => Promise<readonly MachineUsage[]> {
  const readings = new Map<VmId, Reading>();

  async function measure(vmId: VmId): Promise<MachineUsage> {
    const process = machines.processOf(vmId);
    const use = process && readProcessUse(process);
    if (process === undefined || use === undefined) {
      readings.delete(vmId);
      return { vm_id: vmId, cpu_cores: 0, memory_mib: 0 };
    }
    const reading: Reading = { process, cpuTicks: use.cpuTicks, atMs: clock.nowMs() };
    const cpu_cores = coresBetween(readings.get(vmId), reading);
    readings.set(vmId, reading);
    const residentMib = Math.round((use.residentPages * PAGE_BYTES) / BYTES_PER_MIB);
    return {
      vm_id: vmId,
      cpu_cores,
      memory_mib: (await guestMemoryMib(machines, vmId)) ?? residentMib,
    };
  }

  return async () => {
    const ids = machines.list().map(({ vm_id }) => vm_id);
    for (const known of readings.keys()) if (!ids.includes(known)) readings.delete(known);
    return Promise.all(ids.map(measure));
  };
}

/** Mean number of cores; 0 for the first reading of a process. */
function coresBetween(before: Reading | undefined, now: Reading): number {
  if (before === undefined || before.process.start_time !== now.process.start_time) return 0;
  const seconds = (now.atMs - before.atMs) / MS_PER_SECOND;
  if (seconds <= 0) return 0;
  const cores = (now.cpuTicks - before.cpuTicks) / TICKS_PER_SECOND / seconds;
  return Math.round(cores * DECIMALS) / DECIMALS;
}

/** Memory that the guest uses, by its balloon driver; undefined where it has none. */
async function guestMemoryMib(machines: Machines, vmId: VmId): Promise<number | undefined> {
  try {
    const monitor = await machines.monitorOf(vmId);
    const path = `/machine/peripheral/${DEVICE_IDS.balloon}`;
    const said = await monitor.execute(
      'qom-get',
      { path, property: 'guest-stats' },
      { timeoutMs: STATISTICS_MS_MAX },
    );
    const { 'last-update': updated, stats } = GuestStatistics.parse(said);
    const { 'stat-total-memory': total = -1, 'stat-available-memory': available = -1 } = stats;
    if (updated === 0 || total < 0 || available < 0 || available > total) return undefined;
    return Math.round((total - available) / BYTES_PER_MIB);
  } catch {
    // The process has just ended, or its monitor is busy.
    return undefined;
  }
}
