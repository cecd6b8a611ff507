/**
 * Keys of encrypted contents on their way to QEMU. A program reads them from a file in memory that
 * has no name (tmpfs(5), unlink(2)), by its descriptor: no key is on a command line or on a disk.
 */
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fchownSync,
  ftruncateSync,
  openSync,
  statfsSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { ContentId } from '@novacron/contract/agent/content-key';
import { PRIVATE_FILE_MODE } from '../../../secrets/private-files.ts';
import type { Order } from '../../driver.ts';
import { finalTrouble, passingTrouble, QemuTrouble, reasonOf } from './trouble.ts';
import type { VmUser } from './vm-user.ts';

/** Every Linux has a file system in memory there (file-hierarchy(7)). */
const MEMORY_DIRECTORY = '/dev/shm';

/** Magic number of its type: statfs(2). */
const TMPFS = 0x01_02_19_94;

/** Whether the host has a file system in memory: no key is written to another one. */
export function hasMemoryFiles(): boolean {
  try {
    return statfsSync(MEMORY_DIRECTORY).type === TMPFS;
  } catch {
    return false;
  }
}

/** A key with the content that it opens. */
export interface ContentKey {
  readonly id: ContentId;
  /** Random bytes in base64: QEMU takes a passphrase, which is text. */
  readonly key: string;
}

/** A content, and whether it is encrypted. */
export interface Content {
  readonly id: ContentId;
  readonly encrypted?: 'yes' | undefined;
}

/**
 * Gets the key of a content; undefined of one that is not encrypted. Throws a `retry` trouble while
 * no server gives it.
 */
export async function keyFor(
  { keyOf }: Pick<Order, 'keyOf'>,
  { id, encrypted }: Content,
): Promise<ContentKey | undefined> {
  if (encrypted === undefined) return undefined;
  if (!hasMemoryFiles()) {
    throw finalTrouble(
      `${id} is encrypted, and ${MEMORY_DIRECTORY} of this node is no file system in memory, ` +
        'through which its key could reach QEMU: mount a tmpfs there.',
    );
  }
  if (keyOf === undefined) throw passingTrouble(`The key of ${id} is with the servers.`);
  const key = await keyOf(id);
  if (key.ok) return { id, key: key.value };
  const { message, next, until } = key.error;
  throw new QemuTrouble(message, next, { until });
}

/** Name of the object of QEMU that has the key of a content. */
export function keyObject(id: ContentId): string {
  return `key-${id}`;
}

/** The description of this object, whose key is in a descriptor of the process. */
export function keyOption({ id }: ContentKey, descriptor: number): string {
  return `secret,id=${keyObject(id)},file=/dev/fd/${descriptor}`;
}

/** A key that a program can read. */
export interface LentKey {
  readonly descriptor: number;
  /** Removes the key from memory. */
  readonly giveBack: () => void;
}

/** Writes a key into a file without a name, which a user may open by its descriptor. */
export function lendKey({ id, key }: ContentKey, user: VmUser | undefined): LentKey {
  const path = join(MEMORY_DIRECTORY, `novacron-key-${randomUUID()}`);
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'wx+', PRIVATE_FILE_MODE);
    unlinkSync(path);
    if (user !== undefined) fchownSync(descriptor, user.uid, user.gid);
    writeSync(descriptor, key);
    return lent(descriptor);
  } catch (cause) {
    if (descriptor !== undefined) closeSync(descriptor);
    throw passingTrouble(`The key of ${id} cannot be passed on (${reasonOf(cause)}).`, cause);
  }
}

function lent(descriptor: number): LentKey {
  const giveBack = (): void => {
    ftruncateSync(descriptor, 0);
    closeSync(descriptor);
  };
  return { descriptor, giveBack };
}
