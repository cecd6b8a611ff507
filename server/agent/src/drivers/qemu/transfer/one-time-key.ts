/** The one-time key of a migration: made by the target, removed by both sides at its end. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { VmId } from '@novacron/contract/ids';
import { makePrivateDir } from '../../../secrets/private-files.ts';
import { type Places, remove } from '../files/directories.ts';
import { giveFile, letThrough, type VmUser } from '../files/vm-user.ts';
import type { QmpClient } from '../qmp/open-qmp-client.ts';

/** Length of the ciphers' keys. */
const KEY_BYTES = 32;

/** The object of QEMU that holds the key. */
export const TLS_OBJECT = 'migration-key';

/** Under this name QEMU looks a key up. */
const USER = 'novacron';
const OWNER_ONLY = 0o600;

/** Makes a key, in hexadecimal. */
export function makeKey(): string {
  return randomBytes(KEY_BYTES).toString('hex');
}

/** The side of a migration that a process is. */
export type TlsEndpoint = 'server' | 'client';

/** Dependencies of the key. */
export interface KeyParts {
  readonly places: Places;
  readonly vmId: VmId;
  readonly key: string;
  readonly endpoint: TlsEndpoint;
  /** The user that the process runs as. */
  readonly vmUser: VmUser | undefined;
}

/** Gives a process the key, in place of an earlier one. The file stays until `removeKey`. */
export async function giveKey(monitor: QmpClient, parts: KeyParts): Promise<void> {
  const { places, vmId, key, endpoint, vmUser } = parts;
  const dir = places.keyDirectory(vmId);
  await takeKey(monitor);
  makePrivateDir(dir);
  letThrough(vmUser, dir);
  const file = join(dir, 'keys.psk');
  writeFileSync(file, `${USER}:${key}\n`, { mode: OWNER_ONLY });
  giveFile(vmUser, file);
  await monitor.execute('object-add', {
    'qom-type': 'tls-creds-psk',
    id: TLS_OBJECT,
    dir,
    endpoint,
    ...(endpoint === 'client' ? { username: USER } : {}),
  });
  // A client has read it; a server reads it again at every handshake.
  if (endpoint === 'client') remove(dir);
}

/** Takes the key out of a process, where it has one and is not using it. */
export async function takeKey(monitor: QmpClient): Promise<void> {
  await monitor.execute('migrate-set-parameters', { 'tls-creds': '' }).catch(() => undefined);
  await monitor.execute('object-del', { id: TLS_OBJECT }).catch(() => undefined);
}

/** Removes what the node has of the key of a machine. */
export function removeKey(places: Places, vmId: VmId): void {
  remove(places.keyDirectory(vmId));
  remove(places.target(vmId));
}
