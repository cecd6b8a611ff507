/**
 * The CD-ROM of a machine whose template is an ISO image: a name of its own for the image, so that
 * the template may change or go. Where links are not possible, such as to another file system, it
 * is a copy.
 */
import { copyFileSync, linkSync, renameSync } from 'node:fs';
import type { VmId } from '@novacron/contract/ids';
import { makePrivateDir } from '../../../secrets/private-files.ts';
import { remove } from '../files/directories.ts';
import { passingTrouble, reasonOf } from '../files/trouble.ts';
import type { QemuNode } from '../machine/qemu-node.ts';
import type { PreparedImage } from './prepare-template-disk.ts';

/** Inserts an image; where there is none, the machine has no CD-ROM afterwards. */
export function insertCdrom(
  { places }: Pick<QemuNode, 'places'>,
  vmId: VmId,
  image: PreparedImage | undefined,
): void {
  const { cdrom } = places.files(vmId);
  if (image?.kind !== 'cdrom') {
    remove(cdrom);
    return;
  }
  insertIso({ places }, vmId, { image: image.file, target: cdrom });
}

/** Gives an image a name in the directory of a machine. */
export function insertIso(
  { places }: Pick<QemuNode, 'places'>,
  vmId: VmId,
  { image, target }: { readonly image: string; readonly target: string },
): void {
  const part = `${target}.part`;
  remove(part);
  makePrivateDir(places.diskDirectory(vmId));
  try {
    linkOrCopy(image, part);
    renameSync(part, target);
  } catch (cause) {
    remove(part);
    throw passingTrouble(`The agent cannot make ${target} (${reasonOf(cause)}).`, cause);
  }
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}
