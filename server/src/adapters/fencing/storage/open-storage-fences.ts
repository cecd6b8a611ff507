/** The storage fences of the server's configuration. */
import { assertNever, err, type Result } from '@novacron/contract/result';
import type { NodeStorage, StorageFence, StorageFences } from '../../../ports/storage-fences.ts';
import { type CommandFenceSettings, createCommandFence } from './create-command-fence.ts';
import { createNfsFence, type NfsFenceSettings } from './create-nfs-fence.ts';
import { createScsiFence, type ScsiFenceSettings } from './create-scsi-fence.ts';
import type { StorageSwitch } from './storage-switch.ts';

/** A storage fence of the configuration, with its password. */
export type ConfiguredStorageFence = {
  /** Id of the storage. */
  readonly pool: string;
  /** Names of the nodes that it can cut off; undefined: every node. */
  readonly nodes: readonly string[] | undefined;
} & (
  | { readonly kind: 'command'; readonly settings: CommandFenceSettings }
  | { readonly kind: 'scsi-pr'; readonly settings: ScsiFenceSettings }
  | { readonly kind: 'nfs-export'; readonly settings: NfsFenceSettings }
);

/** Opens them; nothing is run before it is used. */
export function openStorageFences(configured: readonly ConfiguredStorageFence[]): StorageFences {
  const opened = configured.map((fence) => ({ fence, cut: openSwitch(fence) }));
  const use = <T>(
    { node, pool }: NodeStorage,
    call: (found: StorageSwitch) => Promise<Result<T, string>>,
  ): Promise<Result<T, string>> => {
    const found = opened.find(({ fence }) => fence.pool === pool && isFor(fence, node));
    return found === undefined ? Promise.resolve(err('is not configured')) : call(found.cut);
  };
  return {
    list: (node) => configured.filter((fence) => isFor(fence, node)).map(describe),
    read: (where) => use(where, (found) => found.read(where.node)),
    cutOff: (where) => use(where, (found) => found.cutOff(where.node)),
    restore: (where) => use(where, (found) => found.restore(where.node)),
  };
}

function isFor({ nodes }: ConfiguredStorageFence, node: string): boolean {
  return nodes === undefined || nodes.includes(node);
}

function describe(fence: ConfiguredStorageFence): StorageFence {
  const { pool, kind } = fence;
  return { pool, kind, address: addressOf(fence) };
}

function addressOf(fence: ConfiguredStorageFence): string {
  switch (fence.kind) {
    case 'command':
      return fence.settings.program;
    case 'scsi-pr':
      return fence.settings.devices.join(', ');
    case 'nfs-export':
      return `${fence.settings.host ?? 'this machine'}:${fence.settings.path}`;
    default:
      return assertNever(fence);
  }
}

function openSwitch(fence: ConfiguredStorageFence): StorageSwitch {
  switch (fence.kind) {
    case 'command':
      return createCommandFence(fence.settings);
    case 'scsi-pr':
      return createScsiFence(fence.settings);
    case 'nfs-export':
      return createNfsFence(fence.settings);
    default:
      return assertNever(fence);
  }
}
