/**
 * The identity of the storage directory. An empty mount point looks like an empty storage: disks
 * would be made there and lost from sight, and a removal would find nothing to remove. So the
 * storage has an id in a file, and the node remembers the one that its machines use.
 */
import { randomUUID } from 'node:crypto';
import { linkSync } from 'node:fs';
import { z } from 'zod';
import type { DriverStorage } from '../../driver.ts';
import { isFile, isThere, remove } from './directories.ts';
import { readStored, writeStored } from './stored-json.ts';
import { finalTrouble, passingTrouble } from './trouble.ts';

/** Content of `pool.json`. */
export const StoragePool = z.looseObject({
  id: z.string().describe('The same on all nodes that share it'),
});

/** The files of one storage: the storage directory of a node, or that of a storage class. */
export interface StorageFiles {
  readonly storageDir: string;
  /** Its id. */
  readonly pool: string;
  /** The id of the storage that the node uses there. */
  readonly usedPool: string;
  /** Directory that a storage in use has. */
  readonly disks: string;
}

/** Mounted storage: the id in `pool.json`, and the sizes of the file system. */
export interface SeenStorage {
  readonly pool: string;
  readonly size_gb: number;
  readonly free_gb: number;
}

/**
 * Throws a `retry` trouble where the storage directory is not the pool that this node uses. The
 * first use of a new storage gives it an id, and the first use by a node makes it that node's.
 * @param hasMachines - whether the node has machines, whose disks must then be in the storage
 */
export function requirePool(places: StorageFiles, hasMachines: boolean): void {
  const known = usedPool(places);
  const found = readStored(places.pool, StoragePool)?.id;
  if (known !== undefined && known === found) return;
  if (known !== undefined) {
    const what = found === undefined ? 'has no pool.json' : `is the pool ${found}`;
    throw passingTrouble(
      `The storage directory ${places.storageDir} ${what}, and this node uses the pool ${known}: ` +
        'mount the storage there.',
    );
  }
  if (found === undefined && hasMachines && !isThere(places.disks)) {
    throw passingTrouble(
      `The storage directory ${places.storageDir} has none of the disks of this node: mount the ` +
        'storage there.',
    );
  }
  writeStored(places.usedPool, { id: found ?? makePool(places) });
}

/** The pool that a node uses; undefined before its first use. */
export function usedPool(places: Pick<StorageFiles, 'usedPool'>): string | undefined {
  return readStored(places.usedPool, StoragePool)?.id;
}

/**
 * Requires the file of a volume that has content: an empty disk in its place would hide the loss.
 * Throws a final trouble, and changes nothing.
 */
export function requireContent(volumeId: string, file: string): void {
  if (isFile(file)) return;
  throw finalTrouble(
    `The file of ${volumeId} is not in the storage: bring ${file} back, or delete the volume and ` +
      'create it again. No empty disk is made in its place.',
  );
}

/**
 * The storage of a node as it announces it: without files in the storage, so that one that does not
 * answer holds nothing up.
 * @param seen - what is mounted there, with its sizes
 */
export function announceStorage(
  places: StorageFiles,
  sharing: DriverStorage['sharing'],
  seen: SeenStorage | undefined,
): DriverStorage | undefined {
  const pool = usedPool(places);
  if (pool === undefined) return undefined;
  return seen?.pool === pool ? { ...seen, sharing } : { pool, sharing };
}

/** Creates the pool's id. If several nodes do this at the same moment, all get the first id. */
function makePool({ pool }: StorageFiles): string {
  const id = randomUUID();
  const own = `${pool}.${id}`;
  writeStored(own, { id });
  try {
    linkSync(own, pool);
  } catch (cause) {
    if (!isFile(pool)) throw passingTrouble(`The agent cannot write ${pool}.`, cause);
  } finally {
    remove(own);
  }
  return readStored(pool, StoragePool)?.id ?? id;
}
