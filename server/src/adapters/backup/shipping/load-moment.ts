/** Loads a moment from a backup target into a folder, and checks every byte of it. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { checkDatabase } from '../check-database.ts';
import { AGENTS_FOLDER } from '../manifest.ts';
import type { TargetFiles } from '../targets/target-files.ts';
import { digestOf, hashBlocks, writeBlocks } from './blocks.ts';
import {
  type LeftOut,
  PART_FORMAT,
  type PartHeader,
  type ReadPart,
  readPart,
} from './part-file.ts';

/** Content of the folder. */
export interface LoadedMoment {
  readonly kind: 'loaded';
  /** Files, relative to the folder. */
  readonly paths: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

/** Why a moment was not loaded: the file at the target, or the database, that is to blame. */
type LoadFailure =
  | { readonly kind: 'damaged'; readonly name: string }
  | { readonly kind: 'newer'; readonly name: string };

/** Loads it. @param names - the parts of the moment and of all before it, in order */
export async function loadMoment(
  files: TargetFiles,
  names: readonly string[],
  folder: string,
): Promise<LoadedMoment | LoadFailure> {
  mkdirSync(join(folder, AGENTS_FOLDER), { mode: 0o700 });
  const fetched = join(folder, 'part.gz');
  let last: PartHeader | undefined;
  for (const name of names) {
    await files.get(name, fetched);
    const part = readPart(fetched);
    rmSync(fetched);
    if (part === undefined) return { kind: 'damaged', name };
    if (part.header.format > PART_FORMAT) return { kind: 'newer', name };
    applyPart(part, folder, last);
    last = part.header;
  }
  const present = last?.files ?? [];
  const damaged = present.find(({ path, sha256 }) => {
    const file = join(folder, path);
    return digestOf(hashBlocks(file).hashes) !== sha256 || checkDatabase(file) === 'damaged';
  });
  if (damaged !== undefined) return { kind: 'damaged', name: damaged.path };
  const paths = present.map(({ path }) => path);
  return { kind: 'loaded', paths, leftOut: last?.left_out ?? [] };
}

/** Files that a moment does not have any more are removed. */
function applyPart(
  { header, blocksOf }: ReadPart,
  folder: string,
  before: PartHeader | undefined,
): void {
  const present = new Set(header.files.map(({ path }) => path));
  for (const { path } of before?.files ?? []) {
    if (!present.has(path)) rmSync(join(folder, path), { force: true });
  }
  for (const [index, { path, size_bytes: sizeBytes, blocks }] of header.files.entries()) {
    const bytes = blocksOf[index] ?? Buffer.alloc(0);
    writeBlocks(join(folder, path), { sizeBytes, blocks, bytes });
  }
}
