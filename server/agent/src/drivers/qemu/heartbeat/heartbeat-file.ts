/**
 * The heartbeat of a node as a file in the shared storage: of one size and written in place, so
 * that a heartbeat is one write of one block, and no reader finds half a file.
 */
import { constants } from 'node:fs';
import { mkdir, open, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { HeartbeatReading } from '../../watch-heartbeat.ts';

/** Content of the file. Later releases may say more. */
export const PoolHeartbeat = z.looseObject({
  node: z.string(),
  boot_id: z.string(),
  counter: z.int(),
  guests: z.int(),
});
export type PoolHeartbeat = z.infer<typeof PoolHeartbeat>;

/** One block of every disk. Unit: bytes. */
const FILE_BYTES = 512;

/** Names of nodes that are file names too; a path has other characters. */
const NODE_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;

const OWNER_ONLY_DIRECTORY = 0o700;
const OWNER_ONLY = 0o600;

/** Returns the path of a node's heartbeat; undefined for a name that cannot be a file. */
export function heartbeatFile(storageDir: string, node: string): string | undefined {
  if (!NODE_NAME.test(node)) return undefined;
  return join(storageDir, '.novacron', 'heartbeats', node);
}

/** Names of the nodes that have written a heartbeat there. */
export async function listHeartbeats(storageDir: string): Promise<readonly string[]> {
  try {
    return await readdir(join(storageDir, '.novacron', 'heartbeats'));
  } catch (cause) {
    if (Object(cause).code === 'ENOENT') return [];
    throw cause;
  }
}

/**
 * Writes it, and waits until the storage has it. The file is closed each time: clients of NFS see
 * what was written when they open the file after that (close-to-open consistency, nfs(5)).
 */
export async function writeHeartbeat(file: string, beat: PoolHeartbeat): Promise<void> {
  const content = Buffer.alloc(FILE_BYTES, ' ');
  const length = content.write(JSON.stringify(beat));
  if (length >= FILE_BYTES) throw new Error(`the name of ${beat.node} is too long`);
  content.write('\n', FILE_BYTES - 1);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_DSYNC;
  await mkdir(dirname(file), { recursive: true, mode: OWNER_ONLY_DIRECTORY });
  const handle = await open(file, flags, OWNER_ONLY);
  try {
    await handle.write(content, 0, FILE_BYTES, 0);
  } finally {
    await handle.close();
  }
}

/** Reads it; undefined where there is none. Rejects where it is no heartbeat. */
export async function readHeartbeat(file: string): Promise<HeartbeatReading | undefined> {
  try {
    return PoolHeartbeat.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    if (Object(cause).code === 'ENOENT') return undefined;
    throw new Error(`${file} cannot be read (${Object(cause).code ?? 'no heartbeat'})`, { cause });
  }
}
