/** The switch of one storage. */
import type { Result } from '@novacron/contract/result';
import type { StorageAccess } from '../../../ports/storage-fences.ts';

/** Access control of a storage for nodes, by name; a fault is a clause that follows its address. */
export interface StorageSwitch {
  readonly read: (node: string) => Promise<Result<StorageAccess, string>>;
  readonly cutOff: (node: string) => Promise<Result<void, string>>;
  readonly restore: (node: string) => Promise<Result<void, string>>;
}
