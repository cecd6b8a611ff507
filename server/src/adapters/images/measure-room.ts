/** Measures the disk space that uploads may fill. */
import { statfsSync } from 'node:fs';
import type { ImageDisk } from '../../ports/image-store.ts';

/**
 * Space that uploads leave free: a share of the disk, with an upper limit for large disks. Unit:
 * bytes.
 */
const RESERVE_RATIO = 0.05;
const RESERVE_BYTES_MAX = 1_073_741_824;

/** Measures the disk of a directory. */
export function measureRoom(directory: string): ImageDisk {
  const { bavail, blocks, bsize } = statfsSync(directory);
  return { free: bavail * bsize, size: blocks * bsize };
}

/**
 * Returns the space that uploads leave free for the store, which may be on the same disk. Unit:
 * bytes.
 */
export function reserveOf({ size }: ImageDisk): number {
  return Math.floor(Math.min(size * RESERVE_RATIO, RESERVE_BYTES_MAX));
}
