/**
 * Writes the disk in a qcow2 image as a raw file, so that a download needs no program of QEMU. It
 * reads what `qemu-img convert -c` writes. Source: QEMU's `docs/interop/qcow2.txt`.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { constants, inflateRawSync } from 'node:zlib';
import { HEADER_BYTES, readImageHeader } from '@novacron/contract/formats/read-image-header';
import { explainFileTrouble } from '../../io/explain-file-trouble.ts';

/** From where to where. */
export interface RawImageRequest {
  /** Path of the qcow2 image, which refers to no other file. */
  readonly image: string;
  /** Path of the raw file; what is there is overwritten. */
  readonly target: string;
  readonly signal: AbortSignal;
  /** Called with how much of the disk has been gone through. Unit: bytes. */
  readonly onProgress: (bytes: number) => void;
}

/** Reason a file was not written: a clause about the image or the target. */
export interface RawImageTrouble {
  readonly about: 'image' | 'target';
  readonly why: string;
}

const ENTRY_BYTES = 8;
const SECTOR_BYTES = 512;
const HEADER_WITHOUT_TYPE_BYTES = 104;
/** Bits 9 to 55 of an entry: where a table or a cluster is in the file. */
const OFFSET_MASK = 0x00ff_ffff_ffff_fe00n;
const COMPRESSED = 1n << 62n;
/** The cluster reads as zeros, whatever lies at its offset. */
const ZEROS = 1n;
/** Bit of the header for tables whose entries have twice the size. */
const EXTENDED_TABLES = 0b10000n;

/** A damaged image: a clause about it. */
class DamagedImage extends Error {}

/** Fields of the image header. */
interface Layout {
  readonly clusterBits: number;
  /** Unit: bytes. */
  readonly clusterBytes: number;
  /** Unit: bytes. */
  readonly virtualBytes: number;
  readonly tableOffset: number;
  readonly tableEntries: number;
}

/**
 * Writes the whole disk; unwritten parts and parts with zeros only take no space in the file.
 * @returns why not, where it was not written; rejects with the reason of a signal that is aborted
 */
export async function writeRawImage(
  request: RawImageRequest,
): Promise<RawImageTrouble | undefined> {
  const image = await open(request.image, 'r').catch(explainFileTrouble);
  if (typeof image === 'string') return { about: 'image', why: image };
  try {
    const layout = await readLayout(image);
    if (typeof layout === 'string') return { about: 'image', why: layout };
    const target = await open(request.target, 'w').catch(explainFileTrouble);
    if (typeof target === 'string') return { about: 'target', why: target };
    try {
      return await copyDisk({ image, target, layout }, request);
    } finally {
      await target.close();
    }
  } finally {
    await image.close();
  }
}

interface Copy {
  readonly image: FileHandle;
  readonly target: FileHandle;
  readonly layout: Layout;
}

async function copyDisk(
  copy: Copy,
  { signal, onProgress }: RawImageRequest,
): Promise<RawImageTrouble | undefined> {
  const { image, target, layout } = copy;
  const { clusterBytes, virtualBytes } = layout;
  const perTable = clusterBytes / ENTRY_BYTES;
  try {
    await target.truncate(virtualBytes);
    const tables = await readAt(image, layout.tableOffset, layout.tableEntries * ENTRY_BYTES);
    for (let table = 0; table * perTable * clusterBytes < virtualBytes; table += 1) {
      const start = table * perTable * clusterBytes;
      onProgress(start);
      const offset = Number(entryOf(tables, table) & OFFSET_MASK);
      if (offset === 0) continue;
      const entries = await readAt(image, offset, clusterBytes);
      for (let index = 0; index < perTable; index += 1) {
        signal.throwIfAborted();
        const place = start + index * clusterBytes;
        if (place >= virtualBytes) break;
        await copyCluster(copy, entryOf(entries, index), place);
      }
    }
    await target.sync();
    return undefined;
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof DamagedImage) return { about: 'image', why: cause.message };
    return { about: 'target', why: explainFileTrouble(cause) };
  }
}

async function copyCluster(copy: Copy, entry: bigint, place: number): Promise<void> {
  const { target, layout } = copy;
  const content = await readCluster(copy, entry);
  if (content === undefined || content.every((byte) => byte === 0)) return;
  const length = Math.min(content.length, layout.virtualBytes - place);
  await target.write(content, 0, length, place);
}

/** @returns undefined for a cluster that was never written, or reads as zeros */
async function readCluster({ image, layout }: Copy, entry: bigint): Promise<Buffer | undefined> {
  const { clusterBits, clusterBytes } = layout;
  if ((entry & COMPRESSED) === 0n) {
    const offset = Number(entry & OFFSET_MASK);
    if ((entry & ZEROS) !== 0n || offset === 0) return undefined;
    return readAt(image, offset, clusterBytes);
  }
  // The offset has the lower bits, and the number of further sectors those between it and the flag.
  const offsetBits = BigInt(62 - (clusterBits - 8));
  const offset = Number(entry & ((1n << offsetBits) - 1n));
  const sectors = Number((entry & (COMPRESSED - 1n)) >> offsetBits);
  const bytes = (sectors + 1) * SECTOR_BYTES - (offset % SECTOR_BYTES);
  return inflate(await readUpTo(image, offset, bytes), clusterBytes);
}

/** Ignores anything after the compressed data in its last sector. */
function inflate(compressed: Buffer, clusterBytes: number): Buffer {
  try {
    const content = inflateRawSync(compressed, {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: clusterBytes,
    });
    if (content.length === clusterBytes) return content;
  } catch {
    // As one that is too short.
  }
  throw new DamagedImage('has compressed data that is damaged');
}

/** @returns a clause where the image is not one that can be written as a raw file */
async function readLayout(image: FileHandle): Promise<Layout | string> {
  const { size } = await image.stat();
  const head = await readUpTo(image, 0, Math.min(size, HEADER_BYTES));
  const header = readImageHeader('qcow2', head, size);
  if (header.kind === 'refused') return header.why;
  const isLater = head.readUInt32BE(4) >= 3;
  if (isLater && (head.readBigUInt64BE(72) & EXTENDED_TABLES) !== 0n) {
    return 'has extended tables, which qemu-img reads';
  }
  const hasType = isLater && head.readUInt32BE(100) > HEADER_WITHOUT_TYPE_BYTES;
  if (hasType && head.readUInt8(104) !== 0) return 'is compressed with zstd, which qemu-img reads';
  const clusterBits = head.readUInt32BE(20);
  const layout = {
    clusterBits,
    clusterBytes: 2 ** clusterBits,
    virtualBytes: header.virtualBytes,
    tableOffset: Number(head.readBigUInt64BE(40)),
    tableEntries: head.readUInt32BE(36),
  };
  const needed = layout.virtualBytes / (layout.clusterBytes ** 2 / ENTRY_BYTES);
  return layout.tableEntries < needed ? 'has a table that is too short for its disk' : layout;
}

function entryOf(table: Buffer, index: number): bigint {
  return table.readBigUInt64BE(index * ENTRY_BYTES);
}

async function readAt(file: FileHandle, offset: number, bytes: number): Promise<Buffer> {
  const content = await readUpTo(file, offset, bytes);
  if (content.length < bytes) throw new DamagedImage('refers to data that it does not have');
  return content;
}

/** The last compressed sector of a file may be cut. */
async function readUpTo(file: FileHandle, offset: number, bytes: number): Promise<Buffer> {
  const content = Buffer.alloc(bytes);
  const { bytesRead } = await file.read(content, 0, bytes, offset);
  return content.subarray(0, bytesRead);
}
