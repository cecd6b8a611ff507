/** Small JSON files that are replaced whole: a crash leaves the old content or the new one. */
import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { makePrivateDir } from '../../../secrets/private-files.ts';
import { passingTrouble, reasonOf } from './trouble.ts';

const OWNER_ONLY = 0o600;

/** Writes a document durably. Throws a `retry` trouble where it cannot, such as on a full disk. */
export function writeStored(file: string, document: unknown): void {
  writeWhole(file, Buffer.from(`${JSON.stringify(document)}\n`));
}

/** Writes a file durably, for the agent's user alone. Throws a `retry` trouble where it cannot. */
export function writeWhole(file: string, content: Buffer): void {
  const part = `${file}.part`;
  try {
    makePrivateDir(dirname(file));
    const target = openSync(part, 'w', OWNER_ONLY);
    try {
      writeFileSync(target, content);
      fsyncSync(target);
    } finally {
      closeSync(target);
    }
    renameSync(part, file);
    flushDirectory(dirname(file));
  } catch (cause) {
    rmSync(part, { force: true });
    throw passingTrouble(`The agent cannot write ${file} (${reasonOf(cause)}).`, cause);
  }
}

/** A new name survives a loss of power only when its directory is on the disk. */
function flushDirectory(path: string): void {
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

/**
 * Reads a document.
 * @returns undefined where there is none; throws where it cannot be read or is damaged
 */
export function readStored<T extends z.ZodType>(file: string, schema: T): z.infer<T> | undefined {
  const text = readText(file);
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw passingTrouble(`The file ${file} is damaged: restore it.`, cause);
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { code } = Object(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw passingTrouble(`The agent cannot read ${file} (${reasonOf(cause)}).`, cause);
  }
}

/** Waits until what a program has written is on the disk. */
export function syncFile(file: string): void {
  const opened = openSync(file, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}
