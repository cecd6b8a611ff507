/**
 * Uploaded images in a directory. A part grows in a file of its own and is renamed when it is whole
 * and has its checksum, so that what has an image's name is that image, also after a crash.
 */
import { existsSync, linkSync, mkdirSync, renameSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { HEADER_BYTES } from '@novacron/contract/formats/read-image-header';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type {
  ImageDisk,
  ImagePart,
  ImageProgress,
  ImageStore,
  VerifiedFile,
} from '../../ports/image-store.ts';
import { checksumFile } from './checksum-file.ts';
import { explainHeader } from './explain-header.ts';
import { createImageFiles, type ImageFiles, sizeOf } from './image-files.ts';
import {
  anotherTotal,
  busy,
  noRoom,
  otherOffset,
  refusedHeader,
  storageFull,
  tooLarge,
  wrongContent,
} from './image-problems.ts';
import { measureRoom, reserveOf } from './measure-room.ts';
import { readHead } from './read-head.ts';
import { createFileVerifier } from './verify-file.ts';

const OWNER_ONLY = 0o600;
const OWNER_ONLY_DIRECTORY = 0o700;

/** Options of an image store. */
export interface ImageStoreOptions {
  readonly directory: string;
  /** Size of the largest image. Unit: bytes. */
  readonly bytesMax: number;
  /** `read`: those that nodes would refuse are refused; `trusted`: a node has written them. */
  readonly headers: 'read' | 'trusted';
  /** Measures the disk of a directory; the real one by default. */
  readonly measure?: (directory: string) => ImageDisk;
}

/** Opens the store of uploads. @param bytesMax - size of the largest image. Unit: bytes */
export function openImageStore(directory: string, bytesMax: number): ImageStore {
  return createImageStore({ directory, bytesMax, headers: 'read' });
}

/** Creates a store. */
export function createImageStore(options: ImageStoreOptions): ImageStore {
  const { directory } = options;
  const files = createImageFiles(directory);
  /** Bytes that requests have yet to send, by the file to which they append. Unit: bytes. */
  const appending = new Map<string, number>();
  const verifier = createFileVerifier();

  function verify(file: string): Promise<VerifiedFile> {
    const drop = () => files.drop(file);
    return verifier({ path: join(directory, file), digits: digitsOf(file), drop });
  }

  /**
   * Returns the size of a tenant's complete image; undefined without an intact image. Unit: bytes.
   */
  async function sizeOfWhole(file: string, tenantId: string): Promise<number | undefined> {
    const whole = files.pathOf(file);
    if (whole === undefined || !files.isOwner(file, tenantId)) return undefined;
    if ((await verify(file)) !== 'intact') return undefined;
    const bytes = sizeOf(whole);
    // A client that asks is about to make something of it.
    files.own(file, { tenantId, bytes });
    return bytes;
  }

  return {
    measure: () =>
      existsSync(directory) ? (options.measure ?? measureRoom)(directory) : undefined,
    pathOf: files.pathOf,
    readHead: async (file) => {
      const path = files.pathOf(file);
      return path === undefined ? undefined : readHead(path);
    },
    progressOf: async (file, tenantId) => {
      const bytes = await sizeOfWhole(file, tenantId);
      if (bytes !== undefined) return { received: bytes, state: 'complete' };
      return { received: sizeOf(files.partOf(file, tenantId)), state: 'partial' };
    },
    verify,
    adopt: ({ file, path, tenantId, bytes }) => {
      files.own(file, { tenantId, bytes });
      if (files.pathOf(file) === undefined) linkSync(path, join(directory, file));
    },
    use: files.use,
    heldBy: files.heldBy,
    usage: files.usage,
    list: files.list,
    removeUnused: files.removeUnused,
    removeUnfinished: (sinceMs) => files.removeUnfinished(sinceMs, appending),
    append: async (part) => {
      const { file, tenantId } = part;
      const bytes = await sizeOfWhole(file, tenantId);
      if (bytes !== undefined) return ok({ received: bytes, state: 'complete' });
      const path = files.partOf(file, tenantId);
      const received = sizeOf(path);
      if (appending.has(path)) return err(busy(file, received));
      appending.set(path, part.total - received);
      try {
        mkdirSync(directory, { recursive: true, mode: OWNER_ONLY_DIRECTORY });
        const refusal = admit(options, files, { part, received, awaited: sumOf(appending, path) });
        return refusal === undefined ? await take(options, files, part) : err(refusal);
      } finally {
        appending.delete(path);
      }
    },
  };
}

/** A part that is to be appended. */
interface AskedPart {
  readonly part: ImagePart;
  /** Received part of the image. Unit: bytes. */
  readonly received: number;
  /** Maximum that other requests have yet to send, not on the disk yet. Unit: bytes. */
  readonly awaited: number;
}

function sumOf(appending: ReadonlyMap<string, number>, except: string): number {
  return [...appending].reduce((sum, [path, left]) => sum + (path === except ? 0 : left), 0);
}

/** @returns why a part is not taken */
function admit(
  { directory, bytesMax, measure = measureRoom }: ImageStoreOptions,
  files: ImageFiles,
  { part, received, awaited }: AskedPart,
): Problem | undefined {
  const { file, tenantId, offset, total } = part;
  if (offset !== received) return otherOffset(file, received);
  if (total > bytesMax) return tooLarge(total, bytesMax);
  const known = received === 0 ? undefined : files.totalOf(file, tenantId);
  if (known !== undefined && known !== total) return anotherTotal(file, { known, total });
  const room = measure(directory);
  const free = Math.max(0, room.free - awaited);
  const left = { needed: total - received, free, reserve: reserveOf(room) };
  if (left.free - left.reserve < left.needed) return noRoom(left);
  if (known === undefined) files.setTotal(file, tenantId, total);
  return undefined;
}

async function take(
  { directory, headers }: ImageStoreOptions,
  files: ImageFiles,
  part: ImagePart,
): Promise<Result<ImageProgress, Problem>> {
  const { file, tenantId, offset, total } = part;
  const path = files.partOf(file, tenantId);
  const size = await write(path, part);
  if (!size.ok) return size;
  const isWhole = size.value === total;
  const isRead = headers === 'read' && size.value <= total;
  if (isRead && (isWhole || (offset < HEADER_BYTES && size.value >= HEADER_BYTES))) {
    const why = await explainHeader(path, file, total);
    if (why !== undefined) {
      files.dropPart(file, tenantId);
      return err(refusedHeader(file, why));
    }
  }
  if (size.value < total) return ok({ received: size.value, state: 'partial' });
  const found = isWhole ? await checksumFile(path) : 'longer than it was to be';
  if (found !== digitsOf(file)) {
    files.dropPart(file, tenantId);
    return err(wrongContent(file, found));
  }
  files.own(file, { tenantId, bytes: total });
  renameSync(path, join(directory, file));
  files.dropPart(file, tenantId);
  return ok({ received: total, state: 'complete' });
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
      // Unlike `write`, it writes all of the chunk or fails.
      await file.appendFile(chunk);
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

/** The checksum in the name of a file. */
function digitsOf(file: string): string {
  return file.slice(0, file.indexOf('.'));
}
