/**
 * The file that a backup is: a SQLite database with the copied databases in pieces. SQLite writes
 * it whole or not at all, and a reader needs no other tool than the one that the server has.
 * Source of the idea: SQLite Archive (sqlite.org/sqlar.html).
 */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { assert } from '@novacron/contract/result';
import Database from 'better-sqlite3';
import { BACKUP_APPLICATION_ID, Manifest } from './manifest.ts';

/** Far below what SQLite takes for a value, and little memory. */
const PIECE_BYTES_MAX = 1024 ** 2;

const PRIVATE_FILE_MODE = 0o600;

const SCHEMA = `
  pragma application_id = ${BACKUP_APPLICATION_ID};
  create table manifest (document text not null) strict;
  create table pieces (
    path text not null,
    sequence integer not null,
    bytes blob not null,
    primary key (path, sequence)
  ) strict;
`;

/** A database to be put into an archive. */
export interface ArchivedFile {
  /** Its name in the archive. */
  readonly path: string;
  /** Location of the bytes. */
  readonly source: string;
}

/** Writes an archive in one transaction. @param file - a file that does not exist yet */
export function writeArchive(
  file: string,
  files: readonly ArchivedFile[],
  about: Omit<Manifest, 'files'>,
): Manifest {
  closeSync(openSync(file, 'wx', PRIVATE_FILE_MODE));
  const archive = new Database(file);
  try {
    archive.pragma('synchronous = full');
    archive.exec(`begin immediate; ${SCHEMA}`);
    const listed = files.map(({ path, source }) => ({ path, ...putFile(archive, path, source) }));
    const manifest = Manifest.parse({ ...about, files: listed });
    archive.prepare('insert into manifest values (?)').run(JSON.stringify(manifest));
    archive.exec('commit');
    return manifest;
  } finally {
    archive.close();
  }
}

function putFile(archive: Database.Database, path: string, source: string) {
  const insert = archive.prepare('insert into pieces values (?, ?, ?)');
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(PIECE_BYTES_MAX);
  const handle = openSync(source, 'r');
  let size_bytes = 0;
  try {
    for (let sequence = 0; ; sequence += 1) {
      const piece = buffer.subarray(0, readSync(handle, buffer));
      if (piece.length === 0) return { size_bytes, sha256: hash.digest('hex') };
      insert.run(path, sequence, piece);
      hash.update(piece);
      size_bytes += piece.length;
    }
  } finally {
    closeSync(handle);
  }
}

/** An archive that is being read. */
export interface ArchiveReader {
  readonly manifest: Manifest;
  /** Writes a file of the archive out; answers whether it is what the manifest says. */
  readonly extract: (path: string, target: string) => 'whole' | 'damaged';
  readonly close: () => void;
}

/** Opens an archive; undefined if the file is none, or is damaged. */
export function openArchive(file: string): ArchiveReader | undefined {
  const archive = new Database(file, { readonly: true, fileMustExist: true });
  const document = readManifest(archive);
  const manifest = Manifest.safeParse(document);
  if (!manifest.success) {
    archive.close();
    return undefined;
  }
  return {
    manifest: manifest.data,
    extract: (path, target) => extract(archive, manifest.data, { path, target }),
    close: () => archive.close(),
  };
}

function readManifest(archive: Database.Database): unknown {
  try {
    if (archive.pragma('application_id', { simple: true }) !== BACKUP_APPLICATION_ID) return;
    const text = archive.prepare('select document from manifest').pluck().get();
    return typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch {
    // Not a database, or a truncated one: the caller reports it.
    return undefined;
  }
}

function extract(
  archive: Database.Database,
  manifest: Manifest,
  { path, target }: { readonly path: string; readonly target: string },
): 'whole' | 'damaged' {
  const listed = manifest.files.find((file) => file.path === path);
  assert(listed !== undefined, `${path} is not in the archive`);
  const select = archive.prepare('select bytes from pieces where path = ? order by sequence');
  const hash = createHash('sha256');
  const handle = openSync(target, 'wx', PRIVATE_FILE_MODE);
  try {
    for (const bytes of select.pluck().iterate(path)) {
      if (!Buffer.isBuffer(bytes)) return 'damaged';
      writeSync(handle, bytes);
      hash.update(bytes);
    }
    fsyncSync(handle);
    return hash.digest('hex') === listed.sha256 ? 'whole' : 'damaged';
  } catch (cause) {
    if (cause instanceof Database.SqliteError) return 'damaged';
    throw cause;
  } finally {
    closeSync(handle);
  }
}
