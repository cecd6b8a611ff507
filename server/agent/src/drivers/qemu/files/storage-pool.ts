/**
 * The identity of the storage directory. An empty mount point looks like an empty storage: disks
 * would be made there and lost from sight, and a removal would find nothing to remove. So the
 * storage has an id in a file, and the node remembers the one that its machines use.
 */
import { randomUUID } from 'node:crypto';
import { linkSync } from 'node:fs';
import { z } from 'zod';
import { isFile, isThere, type Places, remove } from './directories.ts';
import { readStored, writeStored } from './stored-json.ts';
import { passingTrouble } from './trouble.ts';

const StoragePool = z.looseObject({
  id: z.string().describe('The same on all nodes that share it'),
});

/**
 * Throws a `retry` trouble where the storage directory is not the pool that this node uses. The
 * first use of a new storage gives it an id, and the first use by a node makes it that node's.
 * @param hasMachines - whether the node has machines, whose disks must then be in the storage
 */
export function requirePool(places: Places, hasMachines: boolean): void {
  const known = readStored(places.usedPool, StoragePool)?.id;
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

/** Of several nodes that make it at the same moment, all get the id of the first. */
function makePool({ pool }: Places): string {
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
