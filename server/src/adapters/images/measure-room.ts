/** Measures the disk space that uploads may fill. */
import { statfsSync } from 'node:fs';

/** The disk of a directory. Unit: bytes. */
export interface DiskRoom {
  /** Space that the server's user can still write. */
  readonly free: number;
  readonly size: number;
}

/**
 * Space that uploads leave free: a share of the disk, with an upper limit for large disks. Unit:
 * bytes.
 */
const RESERVE_RATIO = 0.05;
const RESERVE_BYTES_MAX = 1_073_741_824;

/** Measures the disk of a directory. */
export function measureRoom(directory: string): DiskRoom {
  const { bavail, blocks, bsize } = statfsSync(directory);
  return { free: bavail * bsize, size: blocks * bsize };
}

/**
 * Returns the space that uploads leave free for the store, which may be on the same disk. Unit:
 * bytes.
 */
export function reserveOf({ size }: DiskRoom): number {
  return Math.floor(Math.min(size * RESERVE_RATIO, RESERVE_BYTES_MAX));
}
