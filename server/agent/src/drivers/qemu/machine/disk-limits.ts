/**
 * I/O limits of the disks of a machine: one throttle group of QEMU for all of them, which share its
 * limits. The seed disk has none.
 * Source: block_set_io_throttle of the QMP reference; docs/throttle.txt of QEMU (leaky bucket).
 */
import type { MachineIoLimits } from '@novacron/contract/agent/machine';
import { VolumeId } from '@novacron/contract/ids';
import { z } from 'zod';
import type { QmpClient } from '../qmp/open-qmp-client.ts';
import { DEVICE_IDS } from './build-command-line.ts';

/** Limits of disks count MB of this size, as sizes of disks do. Unit: bytes. */
const BYTES_PER_MB = 1_048_576;

/** Name of the throttle group of a machine's disks. */
const GROUP = 'disks';

/** Throttling of a disk as `query-block` reports it; 0: none. */
const Throttling = z.looseObject({
  iops: z.number().default(0),
  iops_rd: z.number().default(0),
  iops_wr: z.number().default(0),
  bps: z.number().default(0),
  bps_rd: z.number().default(0),
  bps_wr: z.number().default(0),
});

/** The limits of disks alone. */
export type DiskLimits = Pick<MachineIoLimits, 'disk_iops' | 'disk_mb_per_second'>;

/** Whether a device is a disk that the limits of its machine count for. */
export function isLimitedDisk(deviceId: string): boolean {
  return deviceId === DEVICE_IDS.root || VolumeId.safeParse(deviceId).success;
}

/** Gives disks of a running machine their limits; without any, they have none afterwards. */
export async function limitDisks(
  monitor: QmpClient,
  deviceIds: readonly string[],
  { disk_iops = 0, disk_mb_per_second = 0 }: DiskLimits,
): Promise<void> {
  const each = { iops_rd: 0, iops_wr: 0, bps_rd: 0, bps_wr: 0, group: GROUP };
  for (const id of deviceIds) {
    await monitor.execute('block_set_io_throttle', {
      ...each,
      // The disk of a virtio device is that of its backend.
      id: `/machine/peripheral/${id}/virtio-backend`,
      iops: disk_iops,
      bps: disk_mb_per_second * BYTES_PER_MB,
    });
  }
}

/**
 * The limits of one disk as QEMU reports them. One for reads or writes alone is none that NovaCron
 * has set: the lower of them is reported, so that it is noticed.
 */
export function readDiskLimits(inserted: unknown): DiskLimits {
  const said = Throttling.safeParse(inserted);
  if (!said.success) return {};
  const { iops, iops_rd, iops_wr, bps, bps_rd, bps_wr } = said.data;
  const mostOps = lowest([iops, iops_rd, iops_wr]);
  const mostBytes = lowest([bps, bps_rd, bps_wr]);
  return {
    ...(mostOps === undefined ? {} : { disk_iops: mostOps }),
    ...(mostBytes === undefined
      ? {}
      : { disk_mb_per_second: Math.max(1, Math.round(mostBytes / BYTES_PER_MB)) }),
  };
}

function lowest(limits: readonly number[]): number | undefined {
  const set = limits.filter((limit) => limit > 0);
  return set.length === 0 ? undefined : Math.min(...set);
}

/**
 * The limits of a machine's disks: those of its record, unless a disk has others.
 * @param found - of each disk
 */
export function limitsOfDisks(
  { disk_iops, disk_mb_per_second }: DiskLimits,
  found: readonly DiskLimits[],
): DiskLimits {
  const recorded = {
    ...(disk_iops === undefined ? {} : { disk_iops }),
    ...(disk_mb_per_second === undefined ? {} : { disk_mb_per_second }),
  };
  const isOther = (each: DiskLimits): boolean =>
    each.disk_iops !== disk_iops || each.disk_mb_per_second !== disk_mb_per_second;
  return found.find(isOther) ?? recorded;
}
