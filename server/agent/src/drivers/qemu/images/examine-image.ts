/**
 * Examines an image before anything is made of it: what its header says, whether it is the image
 * that was asked for, and how large its disk is. Nothing of it is opened by another program before
 * its checksum is right.
 */
import { statSync } from 'node:fs';
import { readImageHeader } from '@novacron/contract/formats/read-image-header';
import { QemuTrouble } from '../files/trouble.ts';
import { checksumOf } from './download-image.ts';
import { readHead } from './fetch-image.ts';
import type { ImageSource, ImageTools } from './image-tools.ts';

/** Image to examine, and the wording of its errors. */
export interface Examination {
  readonly source: ImageSource;
  readonly tools: ImageTools;
  readonly signal: AbortSignal;
  /** `sha256:` and its digits; null: any content. */
  readonly checksum: string | null;
  /** Refuses a disk that is too large. Unit: bytes. */
  readonly admit: (virtualBytes: number) => void;
  /** The trouble of a header that is refused. @param why - a clause that begins with a verb */
  readonly refused: (why: string) => QemuTrouble;
  /** Remedy for a different checksum: a clause in the imperative. */
  readonly remedy: string;
  /** The image, as the subject of a sentence. */
  readonly what: string;
}

/** The content is not the one that was asked for: the file is of no use to any other attempt. */
export class WrongContent extends QemuTrouble {}

/** Examines it. Rejects with a `QemuTrouble`. @returns the size that a guest sees. Unit: bytes */
export async function examineImage(examination: Examination): Promise<number> {
  const { source, tools, admit, refused } = examination;
  const header = readImageHeader(source.format, readHead(source.file), statSync(source.file).size);
  const isDisk = source.format !== 'iso';
  // Before it is read whole, which may take long.
  if (isDisk && header.kind === 'accepted') admit(header.virtualBytes);
  // What damage has done to a header is not a mistake in the image.
  await verifyChecksum(examination);
  if (header.kind === 'refused') throw refused(header.why);
  if (!isDisk) return header.virtualBytes;
  const virtualBytes = await tools.measure(source);
  admit(virtualBytes);
  return virtualBytes;
}

async function verifyChecksum(examination: Examination): Promise<void> {
  const { source, signal, checksum, what, remedy } = examination;
  if (checksum === null) return;
  const found = await checksumOf(source.file, signal);
  if (found === checksum) return;
  const message = `${what} has the checksum ${found}, and ${checksum} is expected: ${remedy}.`;
  throw new WrongContent(message, 'final');
}
