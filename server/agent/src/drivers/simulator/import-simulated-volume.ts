/**
 * Imports into simulated volumes, which have no content: of an image that was uploaded only its
 * beginning is read, so that what QEMU would refuse is refused. Other images are not downloaded.
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { HEADER_BYTES, readImageHeader } from '@novacron/contract/formats/read-image-header';
import { parseUploadedImage } from '@novacron/contract/formats/uploaded-image';
import { err, ok, type Result } from '@novacron/contract/result';
import type { DriverProblem, ImportedVolume, VolumeOrder } from '../driver.ts';

const BYTES_PER_GB = 1_073_741_824;

/**
 * Checks the image of a volume.
 * @param uploads - directory of images of a server on this disk; undefined where there is none
 */
export function planImport(
  { volume_id }: Pick<VolumeOrder, 'volume_id'>,
  { image, size_gb }: ImportedVolume,
  uploads: string | undefined,
): Result<null, DriverProblem> {
  const uploaded = parseUploadedImage(image.reference);
  if (uploaded === undefined) return ok(null);
  const path = join(uploads ?? '', uploaded.file);
  const stats = uploads === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) {
    return final(`The image of ${volume_id} was uploaded, and this node does not have it`);
  }
  if (uploaded.format === 'iso') {
    return final(`The image of ${volume_id} is a CD-ROM, not a disk: make a template of it`);
  }
  const header = readImageHeader(uploaded.format, readHead(path), stats.size);
  if (header.kind === 'refused') return final(`The image of ${volume_id} ${header.why}`);
  if (header.virtualBytes <= size_gb * BYTES_PER_GB) return ok(null);
  return final(
    `The image of ${volume_id} has a disk that is larger than the volume of ${size_gb} GB`,
  );
}

function readHead(path: string): Buffer {
  const opened = openSync(path, 'r');
  try {
    const head = Buffer.alloc(HEADER_BYTES);
    return head.subarray(0, readSync(opened, head, 0, HEADER_BYTES, 0));
  } finally {
    closeSync(opened);
  }
}

function final(message: string): Result<null, DriverProblem> {
  return err({ message: `${message}.`, next: 'final' });
}
