/** The file of a part: a line of JSON that says what it has, and the blocks; compressed. */
import { readFileSync, writeFileSync } from 'node:fs';
import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { BackupPath } from '../manifest.ts';
import { BLOCK_BYTES } from './blocks.ts';

/** The shape of the files that are written now. */
export const PART_FORMAT = 1;

const LINE_END = 0x0a;

/** What a data directory had besides the databases, and a backup has not. */
export const LeftOut = z.looseObject({
  what: z.string(),
  files: z.int(),
  size_bytes: z.int(),
});
export type LeftOut = z.infer<typeof LeftOut>;

const Header = z.looseObject({
  format: z.int(),
  server_version: z.string(),
  /** Every file of the moment, also those of which the part has no block. */
  files: z.array(
    z.looseObject({
      path: BackupPath,
      size_bytes: z.int(),
      /** SHA-256 over the SHA-256 of its blocks, hexadecimal. */
      sha256: z.string(),
      /** Numbers of the blocks in this part. */
      blocks: z.array(z.int()),
    }),
  ),
  left_out: z.array(LeftOut),
});
export type PartHeader = z.infer<typeof Header>;

/** Writes a part. @param bytes - the blocks, in the order of the header */
export function writePart(path: string, header: PartHeader, bytes: readonly Buffer[]): number {
  const line = Buffer.from(`${JSON.stringify(header)}\n`);
  const level = constants.Z_BEST_SPEED;
  const packed = gzipSync(Buffer.concat([line, ...bytes]), { level });
  writeFileSync(path, packed, { mode: 0o600 });
  return packed.length;
}

/** A part that was read. */
export interface ReadPart {
  readonly header: PartHeader;
  /** The blocks of each file, in the order of the header. */
  readonly blocksOf: readonly Buffer[];
}

/** Reads a part; undefined if the file is damaged. */
export function readPart(path: string): ReadPart | undefined {
  const bytes = unpack(path);
  const end = bytes?.indexOf(LINE_END) ?? -1;
  if (bytes === undefined || end < 0) return undefined;
  const header = Header.safeParse(JSON.parse(bytes.subarray(0, end).toString()));
  if (!header.success) return undefined;
  let at = end + 1;
  const blocksOf = header.data.files.map(({ blocks, size_bytes }) => {
    const lastBytes = size_bytes % BLOCK_BYTES;
    const hasShortBlock = lastBytes > 0 && blocks.includes(Math.floor(size_bytes / BLOCK_BYTES));
    const length = blocks.length * BLOCK_BYTES - (hasShortBlock ? BLOCK_BYTES - lastBytes : 0);
    at += length;
    return bytes.subarray(at - length, at);
  });
  return at === bytes.length ? { header: header.data, blocksOf } : undefined;
}

function unpack(path: string): Buffer | undefined {
  try {
    return gunzipSync(readFileSync(path));
  } catch {
    // Truncated, or something else: the caller names the file.
    return undefined;
  }
}
