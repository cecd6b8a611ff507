/**
 * Usage of machines: processor time of their processes, memory as their guests report it, disk
 * counters of QEMU and network counters of the host.
 */
import type { MachineUsage } from '@novacron/contract/agent/agent-usage';
import type { VmId } from '@novacron/contract/ids';
import { type Clock, steadyMs } from '@novacron/runtime/clock';
import { z } from 'zod';
import type { Traffic } from '../network/count-traffic.ts';
import type { HostNetworks } from '../network/open-host-networks.ts';
import type { QmpClient } from '../qmp/open-qmp-client.ts';
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
  /** Total transfer of all disks since the process started; undefined if QEMU did not report it. */
  readonly disks: DiskBytes | undefined;
  /** The same of its network interface; undefined in user mode, where nothing counts. */
  readonly traffic: Traffic | undefined;
  readonly atMs: number;
}

interface DiskBytes {
  readonly read: number;
  readonly written: number;
}

const BlockStatistics = z.array(
  z.looseObject({ stats: z.looseObject({ rd_bytes: z.number(), wr_bytes: z.number() }) }),
);

const GuestStatistics = z.looseObject({
  'last-update': z.number(),
  stats: z.looseObject({
    'stat-total-memory': z.number().optional(),
    'stat-available-memory': z.number().optional(),
  }),
});

/** Sources of a meter's measurements. */
export interface MeterSources {
  readonly machines: Machines;
  readonly clock: Clock;
  /** Undefined where interfaces are in user mode. */
  readonly networks: Pick<HostNetworks, 'tapOf' | 'countTraffic'> | undefined;
}

/** Makes a function that measures all machines; processor use is the mean since its last call. */
export function createMeter({
  machines,
  clock,
  networks,
}: MeterSources): () => Promise<readonly MachineUsage[]> {
  const readings = new Map<VmId, Reading>();

  async function measure(vmId: VmId, traffic: Traffic | undefined): Promise<MachineUsage> {
    const process = machines.processOf(vmId);
    const use = process && readProcessUse(process);
    if (process === undefined || use === undefined) {
      readings.delete(vmId);
      return { vm_id: vmId, cpu_cores: 0, memory_mib: 0 };
    }
    const monitor = await machines.monitorOf(vmId).catch(() => undefined);
    const [disks, guest] = await Promise.all([readDisks(monitor), readGuestMemory(monitor)]);
    const before = readings.get(vmId);
    const atMs = steadyMs(clock);
    const reading: Reading = { process, cpuTicks: use.cpuTicks, disks, traffic, atMs };
    readings.set(vmId, reading);
    const residentMib = Math.round((use.residentPages * PAGE_BYTES) / BYTES_PER_MIB);
    return {
      vm_id: vmId,
      cpu_cores: coresBetween(before, reading),
      memory_mib: guest?.usedMib ?? residentMib,
      ...(guest === undefined ? {} : { memory_available_mib: guest.availableMib }),
      ...ratesBetween(before, reading),
    };
  }

  /** Returns the traffic of all interfaces with a tap; undefined if none. */
  function trafficOf(
    vmId: VmId,
    traffic: ReadonlyMap<string, Traffic> | undefined,
  ): Traffic | undefined {
    const further = machines.find(vmId)?.spec.further_networks ?? [];
    const ids = [undefined, ...further.map(({ network_id }) => network_id)];
    const found = ids.flatMap((id) => traffic?.get(networks?.tapOf(vmId, id) ?? '') ?? []);
    if (found.length === 0) return undefined;
    const sum = (side: keyof Traffic) => found.reduce((total, each) => total + each[side], 0);
    return { received: sum('received'), sent: sum('sent') };
  }

  return async () => {
    const ids = machines.list().map(({ vm_id }) => vm_id);
    for (const known of readings.keys()) if (!ids.includes(known)) readings.delete(known);
    const traffic = await networks?.countTraffic().catch(() => undefined);
    return Promise.all(ids.map((vmId) => measure(vmId, trafficOf(vmId, traffic))));
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

/** Mean rates; none for the first reading of a process. */
function ratesBetween(before: Reading | undefined, now: Reading) {
  const seconds = (now.atMs - (before?.atMs ?? now.atMs)) / MS_PER_SECOND;
  if (before?.process.start_time !== now.process.start_time || seconds <= 0) return {};
  // A disk that was unplugged takes its count with it, and so does an interface.
  const rate = (was: number, is: number): number => Math.round(Math.max(0, is - was) / seconds);
  const disks = before.disks !== undefined &&
    now.disks !== undefined && {
      disk_read_bytes_per_s: rate(before.disks.read, now.disks.read),
      disk_write_bytes_per_s: rate(before.disks.written, now.disks.written),
    };
  const network = before.traffic !== undefined &&
    now.traffic !== undefined && {
      network_receive_bytes_per_s: rate(before.traffic.received, now.traffic.received),
      network_transmit_bytes_per_s: rate(before.traffic.sent, now.traffic.sent),
    };
  return { ...disks, ...network };
}

/** Returns the total transfer of all disks; undefined if QEMU does not answer. */
async function readDisks(monitor: QmpClient | undefined): Promise<DiskBytes | undefined> {
  try {
    const said = await monitor?.execute('query-blockstats', {}, { timeoutMs: STATISTICS_MS_MAX });
    if (said === undefined) return undefined;
    const disks = BlockStatistics.parse(said).map(({ stats }) => stats);
    return {
      read: disks.reduce((sum, { rd_bytes }) => sum + rd_bytes, 0),
      written: disks.reduce((sum, { wr_bytes }) => sum + wr_bytes, 0),
    };
  } catch {
    // The process has just ended, or its monitor is busy.
    return undefined;
  }
}

/** The memory of the guest, by its balloon driver; undefined where it has none. */
async function readGuestMemory(monitor: QmpClient | undefined) {
  try {
    const path = `/machine/peripheral/${DEVICE_IDS.balloon}`;
    const said = await monitor?.execute(
      'qom-get',
      { path, property: 'guest-stats' },
      { timeoutMs: STATISTICS_MS_MAX },
    );
    if (said === undefined) return undefined;
    const { 'last-update': updated, stats } = GuestStatistics.parse(said);
    const { 'stat-total-memory': total = -1, 'stat-available-memory': available = -1 } = stats;
    if (updated === 0 || total < 0 || available < 0 || available > total) return undefined;
    return {
      usedMib: Math.round((total - available) / BYTES_PER_MIB),
      availableMib: Math.round(available / BYTES_PER_MIB),
    };
  } catch {
    // As above.
    return undefined;
  }
}
