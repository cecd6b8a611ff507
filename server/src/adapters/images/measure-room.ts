/** How much of a disk uploads may fill. */
import { statfsSync } from 'node:fs';

/** The disk of a directory. Unit: bytes. */
export interface DiskRoom {
  /** What the server's user may still write. */
  readonly free: number;
  readonly size: number;
}

/** What uploads leave free: a part of a small disk, and no more of a large one. Unit: bytes. */
const RESERVE_RATIO = 0.05;
const RESERVE_BYTES_MAX = 1_073_741_824;

/** Measures the disk of a directory. */
export function measureRoom(directory: string): DiskRoom {
  const { bavail, blocks, bsize } = statfsSync(directory);
  return { free: bavail * bsize, size: blocks * bsize };
}

/** What uploads leave free for the store, which may be on the same disk. Unit: bytes. */
export function reserveOf({ size }: DiskRoom): number {
  return Math.floor(Math.min(size * RESERVE_RATIO, RESERVE_BYTES_MAX));
}
