/**
 * Copies a volume that a running machine uses: with the content of the moment at which the copy
 * begins, as QEMU saves what the guest overwrites meanwhile.
 * Source: `blockdev-backup` in QEMU's `docs/interop/live-block-operations.rst`.
 */
import type { SnapshotId, VmId, VolumeId } from '@novacron/contract/ids';
import { wait } from '@novacron/runtime/wait';
import { z } from 'zod';
import type { SnapshotOrder } from '../../driver.ts';
import type { DiskImages, KeyedFile } from '../files/qemu-img.ts';
import { passingTrouble } from '../files/trouble.ts';
import { takeFile } from '../files/vm-user.ts';
import { dropKey, passKey } from '../hotplug/pass-key.ts';
import { requireOwnDisks } from '../hotplug/require-own-disks.ts';
import { blockNode, volumeNode } from '../machine/build-command-line.ts';
import { giveDisk, type QemuNode } from '../machine/qemu-node.ts';
import type { QmpClient } from '../qmp/open-qmp-client.ts';
import { whileFrozen } from './freeze-guest.ts';

/** Interval between checks of the copy. Unit: ms. */
const POLL_MS = 20;

/** One action on a snapshot. */
export interface SnapshotAct {
  readonly node: QemuNode;
  readonly order: SnapshotOrder;
  readonly images: DiskImages;
}

const BlockNodes = z.array(
  z.looseObject({
    'node-name': z.string().optional(),
    image: z.looseObject({ 'virtual-size': z.number() }),
  }),
);
const Jobs = z.array(
  z.looseObject({ id: z.string(), status: z.string(), error: z.string().optional() }),
);

/** Name of the block node and of the job of a copy: at most 31 characters. */
export function snapshotNode(snapshotId: SnapshotId): string {
  return `s${snapshotId.slice('snap_'.length)}`;
}

/** A volume that a machine uses, and where its copy goes. */
export interface CopiedVolume {
  readonly volumeId: VolumeId;
  readonly copy: KeyedFile;
  readonly user: VolumeUser;
}

/** A machine of this node that uses a volume. */
export interface VolumeUser {
  readonly vmId: VmId;
  readonly monitor: QmpClient;
}

/** Copies; rejects with a `retry` trouble where the copy fails, and leaves none in QEMU. */
export async function copyInUse(
  { node, order, images }: SnapshotAct,
  copied: CopiedVolume,
): Promise<void> {
  const { volumeId, copy, user } = copied;
  const { monitor } = user;
  await requireOwnDisks(monitor, { vmId: user.vmId, volumeId });
  const device = volumeNode(volumeId);
  const nodes = await monitor.execute('query-named-block-nodes', { flat: true });
  const source = BlockNodes.parse(nodes).find((each) => each['node-name'] === device);
  if (source === undefined) throw passingTrouble(`The volume ${volumeId} has just been unplugged.`);
  const target = snapshotNode(order.snapshot_id);
  const { file, key } = copy;
  await images.create(file, source.image['virtual-size'], key);
  giveDisk(node, file);
  await passKey(monitor, key);
  const opened = { node: target, file, cache: node.cache, encrypted: key?.id };
  await monitor.execute('blockdev-add', blockNode(opened));
  try {
    const job = { 'job-id': target, 'auto-dismiss': false };
    const begin = () =>
      monitor.execute('blockdev-backup', { device, target, sync: 'full', ...job });
    await whileFrozen(node, user.vmId, begin);
    await awaitJob({ node, order, images }, monitor, target);
  } finally {
    await monitor.execute('blockdev-del', { 'node-name': target });
    await dropKey(monitor, order.snapshot_id);
    takeFile(node.vmUser, file);
  }
}

/** Ends a copy that an agent has left in QEMU when it was killed. */
export async function endCopyInUse(
  { node, order }: Pick<SnapshotAct, 'node' | 'order'>,
  monitor: QmpClient,
): Promise<void> {
  const id = snapshotNode(order.snapshot_id);
  for (;;) {
    const job = await findJob(monitor, id);
    if (job === undefined) break;
    // Refused where it ends at this moment, or has ended.
    const end = job.status === 'concluded' ? 'job-dismiss' : 'job-cancel';
    await monitor.execute(end, { id }).catch(() => undefined);
    await wait({ timers: node.timers, delayMs: POLL_MS, signals: [] });
  }
  const nodes = await monitor.execute('query-named-block-nodes', { flat: true });
  const isLeft = BlockNodes.parse(nodes).some((each) => each['node-name'] === id);
  if (isLeft) await monitor.execute('blockdev-del', { 'node-name': id });
  await dropKey(monitor, order.snapshot_id);
}

async function findJob(monitor: QmpClient, id: string) {
  return Jobs.parse(await monitor.execute('query-jobs')).find((each) => each.id === id);
}

async function awaitJob(
  { node, order }: SnapshotAct,
  monitor: QmpClient,
  id: string,
): Promise<void> {
  for (;;) {
    const job = await findJob(monitor, id);
    if (job === undefined) throw passingTrouble('The copy of the volume has vanished.');
    if (job.status === 'concluded') {
      await monitor.execute('job-dismiss', { id });
      if (job.error === undefined) return;
      throw passingTrouble(`The copy of the volume failed: ${job.error}.`);
    }
    if (order.signal.aborted) await monitor.execute('job-cancel', { id }).catch(() => undefined);
    await wait({ timers: node.timers, delayMs: POLL_MS, signals: [] });
  }
}
