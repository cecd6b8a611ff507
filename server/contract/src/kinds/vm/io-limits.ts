/** I/O limits of a VM: the most that its disks and its network interface carry. */
import { z } from 'zod';
import { nullWhenAbsent } from '../../schema/null-when-absent.ts';

/** More than any disk does. Unit: operations a second. */
const DISK_IOPS_MAX = 10_000_000;

/** More than any disk does. Unit: MB a second. */
const DISK_MB_PER_SECOND_MAX = 1_000_000;

/** A terabit. Unit: Mbit/s. */
const NETWORK_MBPS_MAX = 1_000_000;

const disk = (max: number) => z.int().min(1).max(max);
const network = z.int().min(1).max(NETWORK_MBPS_MAX);

/** The limits of a VM; null: none. */
export const VmIoLimits = z.strictObject({
  disk_iops: nullWhenAbsent(
    disk(DISK_IOPS_MAX),
    'Most operations a second of all its disks together. Default: no limit.',
  ),
  disk_mb_per_second: nullWhenAbsent(
    disk(DISK_MB_PER_SECOND_MAX),
    'Most that all its disks together read and write. Unit: MB a second. Default: no limit.',
  ),
  network_in_mbps: nullWhenAbsent(
    network,
    'Most that the VM receives. Unit: Mbit/s. Default: no limit.',
  ),
  network_out_mbps: nullWhenAbsent(
    network,
    'Most that the VM sends. Unit: Mbit/s. Default: no limit.',
  ),
});
export type VmIoLimits = z.infer<typeof VmIoLimits>;

/** The limits of disks and those of the network, which hypervisors know apart. */
export const DISK_LIMITS = ['disk_iops', 'disk_mb_per_second'] as const;
export const NETWORK_LIMITS = ['network_in_mbps', 'network_out_mbps'] as const;
