/**
 * Adds moments of a data directory to a backup. All databases are frozen at one moment and copied,
 * and the blocks that changed since the last moment are sent. What is known of that one moves on
 * only when everything was sent: a round that fails leaves its changes to the next one. Changes
 * build on every moment before them, so a backup of which the target has lost one is given up.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { BackupTarget, SavedMoment } from '../../../ports/backups.ts';
import type { ArchivedFile } from '../archive.ts';
import { checkDatabase } from '../check-database.ts';
import { copyAll } from '../copy-databases.ts';
import { freezeDataDir } from '../freeze-data-dir.ts';
import type { TargetFiles } from '../targets/target-files.ts';
import { type BlockHashes, changedBlocks, digestOf, hashBlocks, readBlocks } from './blocks.ts';
import { type LeftOut, PART_FORMAT, type PartHeader, writePart } from './part-file.ts';
import { makeBackupId, partName, readBackups } from './part-names.ts';

/** Blocks of one part: 32 MiB before compression, which bounds memory and a request. */
const BLOCKS_PER_PART_MAX = 8_192;

const SUFFIX_BYTES = 4;

/** The server that is backed up. */
export interface BackupSource {
  readonly dataDir: string;
  /** Directory of uploaded images. */
  readonly imagesDir: string;
  /** Directory of copies in progress: private to backups, emptied by each use. */
  readonly scratchDir: string;
  readonly target: BackupTarget;
  readonly serverVersion: string;
}

/** What was sent last. */
interface Series {
  readonly id: string;
  readonly sequence: number;
  readonly known: ReadonlyMap<string, BlockHashes>;
}

/** A database of the moment, with the blocks that are to be sent. */
interface ChangedFile {
  readonly path: string;
  readonly source: string;
  readonly sizeBytes: number;
  readonly hashes: BlockHashes;
  readonly blocks: readonly number[];
}

/** Makes the saver of one server; it knows what was sent last. */
export function createSaver(
  source: BackupSource,
): (files: TargetFiles, extent: 'whole' | 'changes') => Promise<SavedMoment> {
  let series: Series | undefined;
  return async (files, extent) => {
    if (extent === 'whole') series = undefined;
    if (series !== undefined && !(await isComplete(files, series))) {
      const { id } = series;
      series = undefined;
      throw new Error(`files of the backup ${id} are missing there; the next one is a whole one`);
    }
    emptyDirectory(source.scratchDir);
    try {
      const atMs = Date.now();
      const frozen = await freezeDataDir(source.dataDir);
      if (frozen === undefined) throw new Error('the databases are written to continuously');
      const copies = await copyAll(frozen, source.scratchDir);
      const before = series ?? {
        id: makeBackupId(atMs, randomBytes(SUFFIX_BYTES).toString('hex')),
        sequence: 0,
        known: new Map<string, BlockHashes>(),
      };
      if (before.sequence === 0) refuseDamaged(copies);
      const changed = copies.map((copy) => findChanges(copy, before.known));
      const sizeBytes = await send(source, files, { before, changed, atMs });
      const known = new Map(changed.map(({ path, hashes }) => [path, hashes]));
      series = { id: before.id, sequence: before.sequence + 1, known };
      return { backupId: before.id, atMs, sizeBytes };
    } finally {
      rmSync(source.scratchDir, { recursive: true, force: true });
    }
  };
}

/** Whether the target still has every moment, as it may not after a share was unmounted. */
async function isComplete(files: TargetFiles, { id, sequence }: Series): Promise<boolean> {
  const [stored] = readBackups(await files.list(id));
  return stored?.moments.length === sequence;
}

/** Creates a directory, or removes what an interrupted use has left in it. */
export function emptyDirectory(path: string): void {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true, mode: 0o700 });
}

function refuseDamaged(copies: readonly ArchivedFile[]): void {
  const damaged = copies.find(({ source }) => checkDatabase(source) === 'damaged');
  if (damaged === undefined) return;
  throw new Error(`${damaged.path} is damaged: SQLite's integrity check fails`);
}

function findChanges(
  { path, source }: ArchivedFile,
  known: ReadonlyMap<string, BlockHashes>,
): ChangedFile {
  const { hashes, sizeBytes } = hashBlocks(source);
  const blocks = changedBlocks(known.get(path) ?? Buffer.alloc(0), hashes);
  return { path, source, sizeBytes, hashes, blocks };
}

async function send(
  source: BackupSource,
  files: TargetFiles,
  moment: {
    readonly before: Series;
    readonly changed: readonly ChangedFile[];
    readonly atMs: number;
  },
): Promise<number> {
  const { before, changed, atMs } = moment;
  const cuts = cutIntoParts(changed.map(({ blocks }) => blocks));
  const leftOut = listLeftOut(source);
  let sizeBytes = 0;
  for (const [index, cut] of cuts.entries()) {
    const header: PartHeader = {
      format: PART_FORMAT,
      server_version: source.serverVersion,
      files: changed.map(({ path, sizeBytes: size, hashes }, at) => ({
        path,
        size_bytes: size,
        sha256: digestOf(hashes),
        blocks: [...(cut[at] ?? [])],
      })),
      left_out: leftOut,
    };
    const path = join(source.scratchDir, 'part.gz');
    const bytes = changed.map((file, at) => readBlocks(file.source, cut[at] ?? []));
    sizeBytes += writePart(path, header, bytes);
    const { id: backupId, sequence } = before;
    const of = { backupId, sequence, part: index + 1, parts: cuts.length, atMs };
    await files.put(partName(of), path);
  }
  return sizeBytes;
}

/** Cuts the blocks of several files into parts; at least one part, also without a change. */
function cutIntoParts(blocks: readonly (readonly number[])[]): readonly (readonly number[])[][] {
  const parts: (readonly number[])[][] = [];
  let part: (readonly number[])[] = blocks.map(() => []);
  let room = BLOCKS_PER_PART_MAX;
  for (const [at, all] of blocks.entries()) {
    for (let from = 0; from < all.length; ) {
      if (room === 0) {
        parts.push(part);
        part = blocks.map(() => []);
        room = BLOCKS_PER_PART_MAX;
      }
      const taken = all.slice(from, from + room);
      part[at] = taken;
      from += taken.length;
      room -= taken.length;
    }
  }
  return [...parts, part];
}

/** What a restored server will miss. */
function listLeftOut({ dataDir, imagesDir }: BackupSource): LeftOut[] {
  const metrics = measure([join(dataDir, 'metrics.db')]);
  const images = measure(filesIn(imagesDir));
  return [
    { what: 'metrics over time (metrics.db)', ...metrics },
    { what: 'uploaded images', ...images },
  ].filter(({ files }) => files > 0);
}

function filesIn(directory: string): readonly string[] {
  try {
    const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
    return entries.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
  } catch {
    // Nothing was uploaded yet.
    return [];
  }
}

function measure(paths: readonly string[]) {
  const sizes = paths.flatMap((path) => statSync(path, { throwIfNoEntry: false })?.size ?? []);
  return { files: sizes.length, size_bytes: sizes.reduce((sum, size) => sum + size, 0) };
}
