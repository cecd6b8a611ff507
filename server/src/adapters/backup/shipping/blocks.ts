/**
 * Databases as blocks of equal size: which of them changed since the last moment, and how a file is
 * made of them again. A moment is a hash for each block, so nothing else of the last one
 * has to be kept. Source of the idea: rsync; incremental backups of `sqlite3_rsync`.
 */
import { hash } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';

/** The page size of SQLite, so that one changed page is one changed block. */
export const BLOCK_BYTES = 4096;

/** Blocks read at once. */
const READ_BLOCKS = 256;

const HASH_BYTES = 32;
const PRIVATE_FILE_MODE = 0o600;

/** The hashes of all blocks of a file, one behind another. */
export type BlockHashes = Buffer;

/** Reads a file and hashes its blocks. */
export function hashBlocks(path: string): { hashes: BlockHashes; sizeBytes: number } {
  const handle = openSync(path, 'r');
  try {
    const { size: sizeBytes } = fstatSync(handle);
    const hashes = Buffer.alloc(Math.ceil(sizeBytes / BLOCK_BYTES) * HASH_BYTES);
    const buffer = Buffer.alloc(READ_BLOCKS * BLOCK_BYTES);
    let at = 0;
    for (let read = readSync(handle, buffer); read > 0; read = readSync(handle, buffer)) {
      for (let start = 0; start < read; start += BLOCK_BYTES) {
        const block = buffer.subarray(start, Math.min(start + BLOCK_BYTES, read));
        at += hash('sha256', block, 'buffer').copy(hashes, at);
      }
    }
    return { hashes, sizeBytes };
  } finally {
    closeSync(handle);
  }
}

/** Lists the numbers of the blocks that differ, ascending. @param before - empty for a new file */
export function changedBlocks(before: BlockHashes, after: BlockHashes): readonly number[] {
  const changed: number[] = [];
  for (let at = 0; at < after.length; at += HASH_BYTES) {
    const end = at + HASH_BYTES;
    const isSame = end <= before.length && after.compare(before, at, end, at, end) === 0;
    if (!isSame) changed.push(at / HASH_BYTES);
  }
  return changed;
}

/** Returns one hash for a whole file, hexadecimal. */
export function digestOf(hashes: BlockHashes): string {
  return hash('sha256', hashes, 'hex');
}

/** Reads some blocks of a file, one behind another. */
export function readBlocks(path: string, blocks: readonly number[]): Buffer {
  const handle = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(blocks.length * BLOCK_BYTES);
    let length = 0;
    for (const block of blocks) {
      length += readSync(handle, buffer, length, BLOCK_BYTES, block * BLOCK_BYTES);
    }
    return buffer.subarray(0, length);
  } finally {
    closeSync(handle);
  }
}

/** Writes some blocks into a file, which is created, and makes it as long as it is to be. */
export function writeBlocks(
  path: string,
  of: { readonly sizeBytes: number; readonly blocks: readonly number[]; readonly bytes: Buffer },
): void {
  const writer = openSync(path, constants.O_RDWR | constants.O_CREAT, PRIVATE_FILE_MODE);
  try {
    for (const [index, block] of of.blocks.entries()) {
      const bytes = of.bytes.subarray(index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES);
      writeSync(writer, bytes, 0, bytes.length, block * BLOCK_BYTES);
    }
    ftruncateSync(writer, of.sizeBytes);
  } finally {
    closeSync(writer);
  }
}
