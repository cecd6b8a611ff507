/**
 * Exports a snapshot: a compressed copy in a file of its own, which is sent to the server and
 * removed. A copy whose delivery was interrupted is delivered by the repeated command.
 */
import { statSync } from 'node:fs';
import { StoredSnapshot } from '@novacron/contract/agent/agent-actions';
import { deliverExport } from '../../deliver-export.ts';
import { isFile, remove } from '../files/directories.ts';
import { allocatedBytes, requireRoom } from '../files/require-room.ts';
import { readStored } from '../files/stored-json.ts';
import { finalTrouble, QemuTrouble } from '../files/trouble.ts';
import { checksumOf } from '../images/download-image.ts';
import type { SnapshotAct } from './copy-in-use.ts';

/** Sends a snapshot to the server. @param ticket - what the server takes the file for */
export async function exportSnapshot(act: SnapshotAct, ticket: string): Promise<null> {
  const { node, order, images } = act;
  const { places } = node;
  const { snapshot_id, signal, onProgress } = order;
  const file = places.snapshotExport(snapshot_id);
  const snapshot = readStored(places.snapshotRecord(snapshot_id), StoredSnapshot);
  if (snapshot === undefined) {
    throw finalTrouble(`The snapshot ${snapshot_id} is not on this node.`);
  }
  if (snapshot.encrypted !== undefined) {
    throw finalTrouble(`The snapshot ${snapshot_id} is encrypted, and exports are not.`);
  }
  if (!isFile(file)) {
    const content = places.snapshotDisk(snapshot_id);
    await requireRoom(places, `The export of ${snapshot_id}`, allocatedBytes(content));
    await images.compress(content, file);
  }
  const digits = (await checksumOf(file, signal)).slice('sha256:'.length);
  const { size: bytes } = statSync(file);
  const delivered = await deliverExport(node.imageSources, {
    snapshotId: snapshot_id,
    file,
    digits,
    bytes,
    ticket,
    signal,
    onProgress,
  });
  if (!delivered.ok) throw new QemuTrouble(delivered.error.message, delivered.error.next);
  remove(file);
  return null;
}

/** Removes the file of an export that was given up; nothing where there is none. */
export async function dropExport({ node, order }: SnapshotAct): Promise<null> {
  const file = node.places.snapshotExport(order.snapshot_id);
  remove(file);
  remove(`${file}.part`);
  return null;
}
