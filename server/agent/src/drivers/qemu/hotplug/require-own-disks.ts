/**
 * Finds disks of a running machine that go on in other files: an external snapshot at
 * the monitor (`blockdev-snapshot-sync`), as programs for backups take it, has QEMU write to an
 * overlay from then on. The driver knows the file of the disk, and that is the older part then.
 */
import { type VmId, VolumeId } from '@novacron/contract/ids';
import { z } from 'zod';
import { finalTrouble } from '../files/trouble.ts';
import { DEVICE_IDS, volumeNode } from '../machine/build-command-line.ts';
import type { QmpClient } from '../qmp/open-qmp-client.ts';

const Blocks = z.array(
  z.looseObject({
    qdev: z.string().optional(),
    inserted: z.looseObject({ 'node-name': z.string().optional(), file: z.string() }).optional(),
  }),
);

/** A machine, and the volume that matters; absent: its root disk and all of its volumes. */
export interface OwnDisks {
  readonly vmId: VmId;
  readonly volumeId?: VolumeId;
}

/**
 * Refuses what would go on with the older part of a disk.
 * @throws a final trouble that says which file belongs to the disk, and how to merge it
 */
export async function requireOwnDisks(monitor: QmpClient, disks: OwnDisks): Promise<void> {
  const blocks = Blocks.parse(await monitor.execute('query-block'));
  for (const { qdev = '', inserted } of blocks) {
    const id = /^(?:\/machine\/peripheral\/)?([^/]+)/.exec(qdev)?.[1] ?? '';
    const own = ownNode(id);
    if (own === undefined || inserted === undefined || inserted['node-name'] === own) continue;
    if (disks.volumeId !== undefined && disks.volumeId !== id) continue;
    throw finalTrouble(
      `${id === DEVICE_IDS.root ? 'The root disk' : `The volume ${id}`} of ${disks.vmId} goes on ` +
        `in ${inserted.file}, since someone took a snapshot at the monitor of QEMU: merge that ` +
        'file into the disk there first (block-commit).',
    );
  }
}

/** The block node that the driver gives a disk; undefined for other devices. */
function ownNode(id: string): string | undefined {
  if (id === DEVICE_IDS.root) return DEVICE_IDS.rootNode;
  return VolumeId.safeParse(id).success ? volumeNode(id) : undefined;
}
