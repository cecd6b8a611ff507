/**
 * Locations of volumes: the storage directory, or a directory of their storage class. Each
 * directory is a storage with an id of its own. Existing content stays in place even if the classes
 * are reconfigured later: only new content goes to the directory of its class.
 */
import { join } from 'node:path';
import type { MachineVolume } from '@novacron/contract/agent/machine';
import type { Timers } from '@novacron/runtime/timers';
import type { DriverStorage, DriverStorageRoom, DriverStorageTrouble } from '../../driver.ts';
import { isFile, type Places } from './directories.ts';
import { type CacheMode, findCacheMode } from './find-cache-mode.ts';
import { announceStorage, requirePool, type StorageFiles, usedPool } from './storage-pool.ts';
import { finalTrouble, QemuTrouble } from './trouble.ts';
import { type StorageWatch, watchStorage } from './watch-storage.ts';

/** A directory of volumes, as the operator names it. */
export interface ClassDirectory {
  readonly directory: string;
  /** Whether other nodes use it too. */
  readonly sharing: DriverStorage['sharing'];
}

/** Properties by which a volume is located. */
type Sought = Pick<MachineVolume, 'volume_id' | 'pool' | 'storage_class'>;

/** The storages of a node. A trouble that they throw says which one is away. */
export interface VolumeStorages {
  /** Looks at each directory of a class; one that is away is noted, and throws nothing. */
  readonly look: () => Promise<void>;
  /** The file of a volume, and where it would be in the storage directory if there is none. */
  readonly file: (volumeId: string) => string;
  /** The same of a volume whose pool or class is known. Throws for the pool of other nodes. */
  readonly fileFor: (volume: Sought) => string;
  /** The file with what is known of its storage. */
  readonly disk: (volumeId: string) => { readonly file: string; readonly cache: CacheMode };
  /** Whether other nodes may reach a volume: a shared storage of a class has it, or may have it. */
  readonly mayBeShared: (volumeId: string) => boolean;
  /** The storage with this id; throws a final trouble where the node does not use it. */
  readonly withPool: (pool: string, volumeId: string) => StorageFiles;
  /** The ids of the storages in use. */
  readonly pools: () => readonly string[];
  /** Those of classes that could not be used at the last look. */
  readonly away: () => readonly DriverStorageTrouble[];
  /** Free space of those of classes at the last look. */
  readonly room: () => readonly DriverStorageRoom[];
  /** The storage that a file is in. */
  readonly storageOf: (file: string) => StorageFiles;
  /** Classes that the node announces; undefined if none has a directory of its own. */
  readonly announce: () => DriverStorage['classes'];
}

/** The file of a volume in a storage. */
export function volumeIn({ storageDir }: Pick<StorageFiles, 'storageDir'>, id: string): string {
  return join(storageDir, 'volumes', `${id}.qcow2`);
}

/** Beside the file of a volume that arrives: it is no volume yet. */
export function arrivingMark(file: string): string {
  return file.replace(/\.qcow2$/, '.arriving.json');
}

interface ClassStorage extends StorageFiles {
  readonly storageClass: string;
  readonly sharing: DriverStorage['sharing'];
  readonly watch: StorageWatch;
  /** Reason why it is currently unusable. */
  trouble: QemuTrouble | undefined;
}

/** Opens the storages of a node; looks only when it is asked to. */
export function openVolumeStorages(
  places: Places,
  directories: ReadonlyMap<string, ClassDirectory>,
  timers: Timers,
): VolumeStorages {
  const classes = [...directories].map(([storageClass, { directory, sharing }]): ClassStorage => {
    const files = {
      storageDir: directory,
      pool: join(directory, 'pool.json'),
      usedPool: join(places.runDir, `pool-${storageClass}.json`),
      disks: join(directory, 'volumes'),
    };
    const watch = watchStorage(files, timers);
    return { ...files, storageClass, sharing, watch, trouble: undefined };
  });
  const all: readonly StorageFiles[] = [places, ...classes];

  const find = (volumeId: string): string | undefined => {
    const usable = classes.filter(({ trouble }) => trouble === undefined);
    return [...usable, places].map((each) => volumeIn(each, volumeId)).find(isFile);
  };
  const file = (volumeId: string): string => {
    const found = find(volumeId);
    const away = found === undefined ? classes.find(({ trouble }) => trouble) : undefined;
    if (away?.trouble !== undefined) throw away.trouble;
    return found ?? volumeIn(places, volumeId);
  };
  const withPool = (pool: string, volumeId: string): StorageFiles => {
    const storage = all.find((each) => usedPool(each) === pool);
    if (storage === undefined) throw foreignPool(volumeId, pool, poolsOf(all));
    const { trouble } = classes.find((each) => each === storage) ?? {};
    if (trouble !== undefined) throw trouble;
    return storage;
  };
  const storageOf = (path: string): StorageFiles =>
    classes.find(({ storageDir }) => path.startsWith(`${storageDir}/`)) ?? places;

  return {
    look: async () => void (await Promise.all(classes.map(lookAt))),
    file,
    fileFor: ({ volume_id: id, pool, storage_class }) => {
      if (pool !== undefined) return volumeIn(withPool(pool, id), id);
      const found = find(id);
      if (found !== undefined) return found;
      const ofClass = classes.find(({ storageClass }) => storageClass === storage_class);
      if (ofClass?.trouble !== undefined) throw ofClass.trouble;
      return volumeIn(ofClass ?? places, id);
    },
    disk: (volumeId) => {
      const path = file(volumeId);
      return { file: path, cache: findCacheMode(storageOf(path).storageDir) };
    },
    mayBeShared: (volumeId) => {
      const shared = classes.filter(({ sharing }) => sharing === 'shared');
      const own = all.filter((each) => !shared.some((other) => other === each));
      return shared.length > 0 && !own.some((each) => isFile(volumeIn(each, volumeId)));
    },
    withPool,
    pools: () => poolsOf(all),
    away: () =>
      classes.flatMap((each) => {
        const { trouble } = each;
        const pool = usedPool(each);
        if (pool === undefined || trouble === undefined) return [];
        return [{ pool, message: trouble.message }];
      }),
    room: () => classes.flatMap((each) => roomOf(each, each.watch)),
    storageOf,
    announce: () => {
      const announced = classes.flatMap((each) => {
        const storage = announceStorage(each, each.sharing, each.watch.seen());
        return storage === undefined ? [] : [[each.storageClass, storage] as const];
      });
      return announced.length === 0 ? undefined : Object.fromEntries(announced);
    },
  };
}

/** Free space of a storage at the last look; none before the first. */
export function roomOf(
  { storageDir: directory }: Pick<StorageFiles, 'storageDir'>,
  { seen, freeMib }: Pick<StorageWatch, 'seen' | 'freeMib'>,
): readonly DriverStorageRoom[] {
  const [pool, free] = [seen()?.pool, freeMib()];
  return pool === undefined || free === undefined ? [] : [{ pool, directory, freeMib: free }];
}

/** One that has not answered is asked again without waiting: other machines do not need it. */
async function lookAt(storage: ClassStorage): Promise<void> {
  if (storage.watch.hangs()) return;
  try {
    await storage.watch.look();
    requirePool(storage, false);
    storage.trouble = undefined;
  } catch (cause) {
    if (!(cause instanceof QemuTrouble)) throw cause;
    storage.trouble = cause;
  }
}

function poolsOf(storages: readonly StorageFiles[]): readonly string[] {
  return storages.flatMap((each) => usedPool(each) ?? []);
}

function foreignPool(volumeId: string, pool: string, own: readonly string[]): QemuTrouble {
  return finalTrouble(
    `The content of ${volumeId} is in the storage ${pool}, and this node uses ` +
      `${own.join(' and ')}: only nodes that use the same storage reach it.`,
  );
}
