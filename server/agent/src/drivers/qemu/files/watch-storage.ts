/**
 * Whether the storage directory answers. A network file system whose server is away lets each call
 * wait, and one such call in the main thread would stop the whole agent: its heartbeats, its lease
 * and what it does on machines that need no storage. So a thread of the pool looks first.
 */
import { readFile, statfs } from 'node:fs/promises';
import type { Timers } from '@novacron/runtime/timers';
import { BYTES_PER_GB } from './qemu-img.ts';
import { type SeenStorage, type StorageFiles, StoragePool } from './storage-pool.ts';
import { passingTrouble } from './trouble.ts';

/** Time limit for an answer of the storage. Unit: ms. */
const ANSWER_MS = 5_000;

const BYTES_PER_MIB = 1_048_576;

type WatchedFiles = Pick<StorageFiles, 'pool' | 'storageDir'>;

/** The view of a storage directory. */
export interface StorageWatch {
  /**
   * Looks at the directory. At most one look is under way: while it waits, others wait with it.
   * Throws a `retry` trouble where it takes longer than 5 s.
   */
  readonly look: () => Promise<void>;
  /** Returns the result of the last complete check; undefined if no storage is mounted. */
  readonly seen: () => SeenStorage | undefined;
  /** Returns the free space at that check. Unit: MiB. */
  readonly freeMib: () => number | undefined;
  /** Whether a look has taken longer than 5 s and is still under way. */
  readonly hangs: () => boolean;
}

/** Watches a storage directory; looks only when it is asked to. */
export function watchStorage(places: WatchedFiles, timers: Timers): StorageWatch {
  let last: Measured | undefined;
  let underWay: Promise<void> | undefined;
  let isLate = false;

  const begin = (): Promise<void> => {
    const looked = measureStorage(places).then((seen) => {
      last = seen;
      underWay = undefined;
      isLate = false;
    });
    underWay = looked;
    return looked;
  };

  return {
    look: () =>
      new Promise((resolve, reject) => {
        const cancel = timers.after(ANSWER_MS, () => {
          isLate = true;
          reject(
            passingTrouble(
              `The storage directory ${places.storageDir} has not answered for ` +
                `${ANSWER_MS / 1000} s: check its mount and the server behind it.`,
            ),
          );
        });
        void (underWay ?? begin()).then(() => {
          cancel();
          resolve();
        });
      }),
    seen: () => last?.seen,
    freeMib: () => last?.freeMib,
    hangs: () => isLate,
  };
}

interface Measured {
  readonly seen: SeenStorage;
  readonly freeMib: number;
}

async function measureStorage({ pool, storageDir }: WatchedFiles): Promise<Measured | undefined> {
  try {
    const { id } = StoragePool.parse(JSON.parse(await readFile(pool, 'utf8')));
    const { blocks, bavail, bsize } = await statfs(storageDir);
    const toGb = (count: number): number => Math.floor((count * bsize) / BYTES_PER_GB);
    const seen = { pool: id, size_gb: toGb(blocks), free_gb: toGb(bavail) };
    return { seen, freeMib: Math.floor((bavail * bsize) / BYTES_PER_MIB) };
  } catch {
    // It answers, and is not mounted or cannot be read: the use of the storage says which.
    return undefined;
  }
}
