/**
 * Makes the content of a new volume from a disk image. The image is fetched, checked and converted
 * in a directory of the storage that gets the volume; what is complete is renamed, so that a volume
 * has its whole content or no file.
 */
import { renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { VolumeId } from '@novacron/contract/ids';
import { makePrivateDir } from '../../../secrets/private-files.ts';
import type { ImportedVolume, VolumeOrder } from '../../driver.ts';
import { isFile, remove } from '../files/directories.ts';
import { BYTES_PER_GB, type DiskImages } from '../files/qemu-img.ts';
import { requireRoom } from '../files/require-room.ts';
import type { StorageFiles } from '../files/storage-pool.ts';
import { syncFile } from '../files/stored-json.ts';
import { finalTrouble, passingTrouble, QemuTrouble } from '../files/trouble.ts';
import type { QemuNode } from '../machine/qemu-node.ts';
import { examineImage } from './examine-image.ts';
import { fetchImage, findSource, remedyFor } from './fetch-image.ts';
import { type ImageSource, type ImageTools, openImageTools } from './image-tools.ts';

/** Errors of `qemu-img` for a damaged image. */
const DAMAGE = /corrupt|invalid|unsupported/i;

/** One action on the content of a volume. */
interface VolumeAct {
  readonly node: QemuNode;
  readonly order: VolumeOrder;
  readonly images: DiskImages;
}

/** Volume to create: its location and source. */
interface Import extends VolumeAct {
  readonly wanted: ImportedVolume;
  readonly storage: StorageFiles;
  readonly directory: string;
  readonly tools: ImageTools;
}

/** Returns the directory of a volume's image during the import. */
export function importDirectory({ storageDir }: Pick<StorageFiles, 'storageDir'>, id: VolumeId) {
  return join(storageDir, 'imports', id);
}

/** Imports an image; a volume that is there already was made by an earlier attempt. */
export async function importVolume(act: VolumeAct, wanted: ImportedVolume): Promise<null> {
  const { node, order } = act;
  const { volume_id } = order;
  const file = node.volumes.fileFor({ volume_id, storage_class: wanted.storage_class });
  const storage = node.volumes.storageOf(file);
  const directory = importDirectory(storage, volume_id);
  const tools = openImageTools({
    program: node.programs.image,
    signal: order.signal,
    user: node.imageUser,
  });
  try {
    if (!isFile(file)) {
      const made = await makeDisk({ ...act, wanted, storage, directory, tools });
      makePrivateDir(dirname(file));
      renameSync(made, file);
    }
  } catch (cause) {
    // After another trouble the next attempt goes on with what was downloaded.
    if (cause instanceof QemuTrouble) {
      if (cause.next === 'final') remove(directory);
      throw cause;
    }
    if (!order.signal.aborted) throw cause;
    throw passingTrouble(`The import of ${volume_id} was given up.`, cause);
  }
  remove(directory);
  return null;
}

/** @returns the complete disk, still in the directory of the import */
async function makeDisk(act: Import): Promise<string> {
  const { node, order, images, wanted, storage, directory, tools } = act;
  const { volume_id: of } = order;
  const bytes = wanted.size_gb * BYTES_PER_GB;
  if (findSource(directory) === undefined) {
    const admit = (more: number) => requireRoom(storage, `The image of ${of}`, more);
    await fetchImage(node, wanted.image, { order, of, directory, bytesMax: bytes, admit });
  }
  const source = findSource(directory);
  if (source === undefined) throw new Error(`${directory} has no image after it was fetched`);
  const virtualBytes = await examine(act, source);
  const made = join(directory, 'made.qcow2');
  remove(made);
  const neededBytes = await explained(of, () => tools.estimate(source));
  // Like a volume that is created: its guest may fill it.
  await requireRoom(storage, `The volume ${of}`, Math.max(neededBytes, bytes));
  await explained(of, () => tools.convert(source, made, virtualBytes));
  await images.grow(made, bytes);
  syncFile(made);
  return made;
}

/** @returns the size that a guest sees. Unit: bytes */
function examine({ order, wanted, tools }: Import, source: ImageSource): Promise<number> {
  const what = `The image of ${order.volume_id}`;
  if (source.format === 'iso') {
    throw finalTrouble(`${what} is a CD-ROM, not a disk: make a template of it.`);
  }
  const sizeBytes = wanted.size_gb * BYTES_PER_GB;
  return explained(order.volume_id, () =>
    examineImage({
      source,
      tools,
      signal: order.signal,
      checksum: wanted.image.checksum,
      what,
      remedy: remedyFor(wanted.image.reference),
      refused: (why) =>
        finalTrouble(
          `${what} ${why}: convert it into an image of its own (qemu-img convert -O qcow2).`,
        ),
      admit: (virtualBytes) => {
        if (virtualBytes <= sizeBytes) return;
        throw finalTrouble(
          `${what} has a disk that is larger than the volume of ${wanted.size_gb} GB: import it ` +
            `with size_gb of ${Math.ceil(virtualBytes / BYTES_PER_GB)} or more.`,
        );
      },
    }),
  );
}

/** Says of what a program cannot read which image that is, and what to do. */
async function explained<T>(volumeId: VolumeId, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (!(cause instanceof QemuTrouble) || !DAMAGE.test(cause.message)) throw cause;
    throw finalTrouble(
      `The image of ${volumeId} cannot be read: check it where it was made (qemu-img check), and ` +
        `import it again. ${cause.message}`,
      cause,
    );
  }
}
