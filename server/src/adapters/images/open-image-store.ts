/**
 * Uploaded images in a directory. A part grows in a file of its own and is renamed when it is whole
 * and has its checksum, so that what has an image's name is that image, also after a crash.
 */
import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, rmSync, statSync } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { HEADER_BYTES } from '@novacron/contract/formats/read-image-header';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { ImageHead, ImagePart, ImageProgress, ImageStore } from '../../ports/image-store.ts';

const OWNER_ONLY = 0o600;
const OWNER_ONLY_DIRECTORY = 0o700;

/** Opens the store. @param bytesMax - size of the largest image. Unit: bytes */
export function openImageStore(directory: string, bytesMax: number): ImageStore {
  const appending = new Set<string>();

  function partOf(file: string, tenantId: string): string {
    return join(directory, `${tenantId}-${file}.part`);
  }

  function pathOf(file: string): string | undefined {
    const path = join(directory, file);
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? path : undefined;
  }

  function progressOf(file: string, tenantId: string): ImageProgress {
    const whole = pathOf(file);
    if (whole !== undefined) return { received: sizeOf(whole), state: 'complete' };
    return { received: sizeOf(partOf(file, tenantId)), state: 'partial' };
  }

  async function appendAlone(part: ImagePart): Promise<Result<ImageProgress, Problem>> {
    const { file, tenantId, offset, total } = part;
    const { received } = progressOf(file, tenantId);
    if (offset !== received) return err(otherOffset(file, received));
    if (total > bytesMax) return err(tooLarge(total, bytesMax));
    const path = partOf(file, tenantId);
    mkdirSync(directory, { recursive: true, mode: OWNER_ONLY_DIRECTORY });
    const size = await write(path, part);
    if (!size.ok) return size;
    if (size.value < total) return ok({ received: size.value, state: 'partial' });
    const found = size.value === total ? await checksumOf(path) : 'longer than it was to be';
    if (found !== file.split('.')[0]) {
      rmSync(path, { force: true });
      return err(wrongContent(file, found));
    }
    await rename(path, join(directory, file));
    return ok({ received: total, state: 'complete' });
  }

  return {
    pathOf,
    progressOf,
    readHead: async (file) => {
      const path = pathOf(file);
      return path === undefined ? undefined : readHead(path);
    },
    append: async (part) => {
      const { file, tenantId } = part;
      const known = progressOf(file, tenantId);
      if (known.state === 'complete') return ok(known);
      const path = partOf(file, tenantId);
      if (appending.has(path)) return err(busy(file, known.received));
      appending.add(path);
      try {
        return await appendAlone(part);
      } finally {
        appending.delete(path);
      }
    },
  };
}

async function readHead(path: string): Promise<ImageHead> {
  const file = await open(path, 'r');
  try {
    const head = Buffer.alloc(HEADER_BYTES);
    const { bytesRead } = await file.read(head, 0, HEADER_BYTES, 0);
    return { head: head.subarray(0, bytesRead), bytes: (await file.stat()).size };
  } finally {
    await file.close();
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Appends what comes; what came before the sender hung up stays, and the next part goes on. */
async function write(
  path: string,
  { offset, total, content }: ImagePart,
): Promise<Result<number, Problem>> {
  const file: FileHandle = await open(path, 'a', OWNER_ONLY);
  let size = offset;
  try {
    for await (const chunk of content) {
      size += chunk.byteLength;
      if (size > total) return ok(size);
      await file.write(chunk);
    }
    await file.sync();
    return ok(size);
  } catch (cause) {
    if (Object(cause).code === 'ENOSPC') return err(storageFull());
    throw cause;
  } finally {
    await file.close();
  }
}

async function checksumOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

function otherOffset(file: string, received: number): Problem {
  return problem('conflict', {
    detail: `${received} bytes of ${file} are here: the next part begins there.`,
    remedy: 'Send the part that begins at data.received.',
    data: { received },
  });
}

function busy(file: string, received: number): Problem {
  return problem('conflict', {
    detail: `Another request sends ${file} at this moment.`,
    remedy: 'Wait for its end, and send the part that begins at data.received.',
    data: { received },
  });
}

function tooLarge(total: number, bytesMax: number): Problem {
  return problem('payload-too-large', {
    detail: `The image has ${total} bytes, and this server takes ${bytesMax} at most.`,
    remedy: 'Make the image smaller (qemu-img convert -c), or raise image-upload-max-gb.',
  });
}

function wrongContent(file: string, found: string): Problem {
  return problem('validation-failed', {
    detail: `The content that was sent is not ${file}: its SHA-256 is ${found}.`,
    remedy: 'Send the file again from its beginning: it may have changed meanwhile.',
  });
}

function storageFull(): Problem {
  return problem('storage-full', {
    detail: 'The server has no room for the image.',
    remedy: 'Make room in the directory for images of the server; the upload goes on where it was.',
  });
}
