/**
 * Room in the storage. Disks take space only as guests write, so a disk that is larger than what is
 * free would be made, and pause its guest later. It is refused before anything is changed.
 */
import { statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { BYTES_PER_GB } from './qemu-img.ts';
import { type StorageFiles, StoragePool } from './storage-pool.ts';
import { readStored } from './stored-json.ts';
import { finalTrouble } from './trouble.ts';

/** Size of the blocks that `stat` counts. */
const BYTES_PER_BLOCK = 512;

/**
 * Throws a final trouble where the storage has less free than a disk needs.
 * @param what - what needs the room, such as `The volume vol_…`
 * @param bytes - how much more than it has
 */
export async function requireRoom(
  places: Pick<StorageFiles, 'pool' | 'storageDir'>,
  what: string,
  bytes: number,
): Promise<void> {
  const { bavail, bsize } = await statfs(places.storageDir);
  const free = bavail * bsize;
  if (bytes <= free) return;
  const pool = readStored(places.pool, StoragePool)?.id ?? 'without an id';
  throw finalTrouble(
    `${what} needs ${Math.ceil(bytes / BYTES_PER_GB)} GB more, and the storage ${pool} ` +
      `(${places.storageDir}) has ${Math.floor(free / BYTES_PER_GB)} GB free: make room there, ` +
      'or ask for less. Nothing was changed.',
  );
}

/** Returns the maximum size of a disk's copy: the allocated size of its file. Unit: bytes. */
export function allocatedBytes(file: string): number {
  return (statSync(file, { throwIfNoEntry: false })?.blocks ?? 0) * BYTES_PER_BLOCK;
}
