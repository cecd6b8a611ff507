/** Storage fences: storages that nodes share, and that can refuse one of them. */
import type { Result } from '@novacron/contract/result';

/**
 * Protocol of a storage fence. `command`: a program that behaves like a Pacemaker fence agent;
 * `scsi-pr`: SCSI-3 persistent reservations; `nfs-export`: the exports of an NFS server.
 */
export type StorageFenceKind = 'command' | 'scsi-pr' | 'nfs-export';

/** A storage fence, without what is secret. */
export interface StorageFence {
  /** Id of the storage, as agents announce it. */
  readonly pool: string;
  readonly kind: StorageFenceKind;
  /** Address of the fence, for people. */
  readonly address: string;
}

/** A node, by its name, and a storage that it uses. */
export interface NodeStorage {
  readonly node: string;
  readonly pool: string;
}

/** Storage access of a node: whether the storage accepts its writes. */
export type StorageAccess = 'reaches' | 'cut_off';

/**
 * The storage fences of the fleet. Every call ends within its own time. A fault is a clause that
 * goes on after the address.
 */
export interface StorageFences {
  /** Those that can cut off a node, by the id of the storage. */
  readonly list: (node: string) => readonly StorageFence[];
  /** @returns `cut_off` only where no write of the node is taken any more */
  readonly read: (where: NodeStorage) => Promise<Result<StorageAccess, string>>;
  /** Asks for it; the node is cut off only when a reading says so. */
  readonly cutOff: (where: NodeStorage) => Promise<Result<void, string>>;
  /** Takes it back. */
  readonly restore: (where: NodeStorage) => Promise<Result<void, string>>;
}
