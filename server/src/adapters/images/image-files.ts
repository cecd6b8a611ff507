/**
 * The files of uploaded images. Beside an image are small files, one for each tenant that has
 * uploaded it: their times say when it was last used, and their contents how large the image is. An
 * image without them was put there by an operator, and is not removed while it is intact.
 */
import { readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UPLOADED_FILE } from '@novacron/contract/formats/uploaded-image';
import type { ImageStore, UploadedImageFile } from '../../ports/image-store.ts';

const OWNER_ONLY = 0o600;

const PART = '.part';
const TOTAL = '.total';
const OWNER = '.owner';

/** The files in a directory. */
export interface ImageFiles
  extends Pick<ImageStore, 'pathOf' | 'use' | 'heldBy' | 'usage' | 'list' | 'removeUnused'> {
  /** Returns the path of a tenant's unfinished upload. */
  readonly partOf: (file: string, tenantId: string) => string;
  /** The size that the first part has said; undefined before. Unit: bytes. */
  readonly totalOf: (file: string, tenantId: string) => number | undefined;
  readonly setTotal: (file: string, tenantId: string, total: number) => void;
  readonly dropPart: (file: string, tenantId: string) => void;
  /** Whether a tenant has uploaded an image. */
  readonly isOwner: (file: string, tenantId: string) => boolean;
  /** Notes that a tenant has uploaded an image, or asks for it again; the image is intact. */
  readonly own: (
    file: string,
    owner: { readonly tenantId: string; readonly bytes: number },
  ) => void;
  /** Removes an image, with what says who has uploaded it. */
  readonly drop: (file: string) => void;
  /** Removes unfinished uploads, except those in which a request appends. @returns how many */
  readonly removeUnfinished: (
    sinceMs: number,
    appending: Pick<ReadonlySet<string>, 'has'>,
  ) => number;
}

/** Creates the files of a directory, which need not exist yet. */
export function createImageFiles(directory: string): ImageFiles {
  const pathIn = (name: string): string => join(directory, name);
  const ownerOf = (file: string, tenantId: string): string => pathIn(`${file}.${tenantId}${OWNER}`);
  const partOf = (file: string, tenantId: string): string => pathIn(`${tenantId}-${file}${PART}`);
  const totalIn = (part: string): string => `${part.slice(0, -PART.length)}${TOTAL}`;

  function pathOf(file: string): string | undefined {
    const path = pathIn(file);
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isFile() !== true) return undefined;
    // Reading it all for each node would take minutes: that is done while it is sent.
    const isWhole = ownersOf(file).every((owner) => (numberIn(owner) ?? found.size) === found.size);
    return isWhole ? path : undefined;
  }

  function ownersOf(file: string): readonly string[] {
    return namesIn(directory)
      .filter((name) => name.startsWith(`${file}.`) && name.endsWith(OWNER))
      .map(pathIn);
  }

  function drop(file: string): void {
    rmSync(pathIn(file), { force: true });
    for (const owner of ownersOf(file)) rmSync(owner, { force: true });
  }

  function dropFiles(part: string): void {
    rmSync(part, { force: true });
    rmSync(totalIn(part), { force: true });
  }

  return {
    pathOf,
    partOf,
    totalOf: (file, tenantId) => numberIn(totalIn(partOf(file, tenantId))),
    setTotal: (file, tenantId, total) => mark(totalIn(partOf(file, tenantId)), String(total)),
    dropPart: (file, tenantId) => dropFiles(partOf(file, tenantId)),
    isOwner: (file, tenantId) => isFile(ownerOf(file, tenantId)),
    own: (file, { tenantId, bytes }) => mark(ownerOf(file, tenantId), `${bytes}\n`),
    use: (file) => {
      const now = new Date();
      for (const owner of ownersOf(file)) touch(owner, now);
    },
    drop,
    heldBy: (file, tenantId) => {
      const owner = ownerOf(file, tenantId);
      if (isFile(owner) && isFile(pathIn(file))) return numberIn(owner) ?? sizeOf(pathIn(file));
      return numberIn(totalIn(partOf(file, tenantId))) ?? 0;
    },
    usage: () => measureUsage(directory),
    list: () => listImages(directory),
    removeUnused: (file, sinceMs) => {
      const owners = ownersOf(file);
      const isUnused = owners.length > 0 && owners.every((owner) => changedAt(owner) < sinceMs);
      if (!isFile(pathIn(file)) || !isUnused) return false;
      drop(file);
      return true;
    },
    removeUnfinished: (sinceMs, appending) => {
      const parts = namesIn(directory)
        .filter((name) => name.endsWith(PART))
        .map(pathIn)
        .filter((part) => !appending.has(part) && changedAt(part) < sinceMs);
      for (const part of parts) dropFiles(part);
      return parts.length;
    },
  };
}

function listImages(directory: string): readonly UploadedImageFile[] {
  const used = new Map<string, number>();
  const names = namesIn(directory);
  for (const name of names.filter((each) => each.endsWith(OWNER))) {
    const file = name.split('.').slice(0, 2).join('.');
    used.set(file, Math.max(used.get(file) ?? 0, changedAt(join(directory, name))));
  }
  return names
    .filter((name) => UPLOADED_FILE.test(name))
    .flatMap((file) => {
      const usedAtMs = used.get(file);
      return usedAtMs === undefined ? [] : [{ file, usedAtMs }];
    });
}

/** Name of the file that records the size of an unfinished upload: the tenant, and the image. */
const UNFINISHED = /^([a-z]+_[0-9a-z]+)-[0-9a-f]{64}[.][a-z0-9]+[.]total$/;
const OWNED = /^([0-9a-f]{64}[.][a-z0-9]+)[.]([a-z]+_[0-9a-z]+)[.]owner$/;

function measureUsage(directory: string): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const name of namesIn(directory)) {
    const [, uploader] = UNFINISHED.exec(name) ?? [];
    const [, file = '', owner] = OWNED.exec(name) ?? [];
    const tenant = uploader ?? owner;
    if (tenant === undefined) continue;
    const known = numberIn(join(directory, name));
    const bytes = owner === undefined ? (known ?? 0) : sizeOf(join(directory, file));
    sums.set(tenant, (sums.get(tenant) ?? 0) + bytes);
  }
  return sums;
}

/** Length of a file, 0 without one. Unit: bytes. */
export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function namesIn(directory: string): readonly string[] {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(directory).sort();
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** A file that is not there any more was used in this moment by what removed it. */
function changedAt(path: string): number {
  return Math.floor(statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY);
}

/** The number in a small file; undefined in another one, which a crash may have left empty. */
function numberIn(path: string): number | undefined {
  const text = isFile(path) ? readFileSync(path, 'utf8').trim() : '';
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** Another request may have removed it. */
function touch(path: string, now: Date): void {
  if (isFile(path)) utimesSync(path, now, now);
}

function mark(path: string, content: string): void {
  writeFileSync(path, content, { mode: OWNER_ONLY });
}
