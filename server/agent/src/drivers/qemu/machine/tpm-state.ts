/**
 * The state of virtual TPMs on its way between nodes. It holds secrets of guests, so it is in
 * directories of its own and travels as disks do. What arrives is beside what the source has: both
 * processes of a live migration have a state of their own, whatever the nodes share.
 */
import { closeSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { VmId } from '@novacron/contract/ids';
import { makePrivateDir } from '../../../secrets/private-files.ts';
import { isFile, remove } from '../files/directories.ts';
import { openOwnFile } from '../files/open-own-file.ts';
import { syncFile, writeWhole } from '../files/stored-json.ts';
import { finalTrouble, passingTrouble, reasonOf } from '../files/trouble.ts';
import { giveFile } from '../files/vm-user.ts';
import type { QemuNode } from './qemu-node.ts';

/** In this file of its directory swtpm keeps everything that outlasts its process. */
const STATE_FILE = 'tpm2-00.permall';

/**
 * Size of the disk as which the state of a TPM is copied: many times what libtpms stores, and whole
 * blocks, as QEMU copies them. Unit: bytes.
 */
export const TPM_DISK_BYTES = 1_048_576;

/** The state is written behind its size: it does not fill the disk. Unit: bytes. */
const SIZE_BYTES = 8;

type StateNode = Pick<QemuNode, 'places' | 'vmUser'>;

/** Whether a machine has a TPM with state: one that was never switched on has none yet. */
export function hasTpmState({ places }: StateNode, vmId: VmId): boolean {
  return isFile(stateFile(places.tpmState(vmId)));
}

/** The file with the state in a directory of swtpm. */
export function stateFile(directory: string): string {
  return join(directory, STATE_FILE);
}

/** Writes the state of a machine that is switched off into the disk that is copied. */
export function packTpmState({ places }: StateNode, vmId: VmId): void {
  const file = stateFile(places.tpmState(vmId));
  const state = readOwn(file);
  if (state.length > TPM_DISK_BYTES - SIZE_BYTES) {
    throw finalTrouble(`The state of the virtual TPM in ${file} is too large to be moved.`);
  }
  const disk = Buffer.alloc(TPM_DISK_BYTES);
  disk.writeBigUInt64BE(BigInt(state.length));
  state.copy(disk, SIZE_BYTES);
  writeWhole(places.tpmDisk(vmId), disk);
}

/** Makes the empty disk that the state of a TPM is copied to. */
export function makeTpmDisk({ places }: StateNode, vmId: VmId, sizeBytes: number): void {
  if (sizeBytes !== TPM_DISK_BYTES) {
    throw finalTrouble(`The virtual TPM of ${vmId} arrives as a disk of ${sizeBytes} bytes.`);
  }
  writeWhole(places.tpmDisk(vmId), Buffer.alloc(TPM_DISK_BYTES));
}

/** Makes what was copied the state that has arrived; nothing where none was. */
export function unpackTpmState(node: StateNode, vmId: VmId): void {
  const { places, vmUser } = node;
  const file = places.tpmDisk(vmId);
  if (!isFile(file)) return;
  const disk = readOwn(file);
  const size = disk.length < SIZE_BYTES ? 0n : disk.readBigUInt64BE();
  if (size === 0n || size > BigInt(disk.length - SIZE_BYTES)) {
    throw finalTrouble(`The state of the virtual TPM of ${vmId} has not arrived whole (${file}).`);
  }
  const directory = makeArriving(node, vmId);
  const state = disk.subarray(SIZE_BYTES, SIZE_BYTES + Number(size));
  writeWhole(stateFile(directory), state);
  giveFile(vmUser, stateFile(directory));
}

/** Makes an empty directory for the state of a TPM that arrives. */
export function makeArriving({ places }: StateNode, vmId: VmId): string {
  const directory = places.tpmArriving(vmId);
  remove(directory);
  makePrivateDir(directory);
  return directory;
}

/**
 * Makes the state that has arrived the only one: that of the source, where the nodes share it, is
 * of no use any more. A process that uses the state goes on with it under its new name.
 */
export function takeTpmState({ places }: StateNode, vmId: VmId): void {
  const [arriving, state] = [places.tpmArriving(vmId), places.tpmState(vmId)];
  // A repeated command finds it taken.
  if (isFile(stateFile(arriving))) {
    syncFile(stateFile(arriving));
    syncFile(arriving);
    remove(state);
    renameSync(arriving, state);
    syncFile(places.diskDirectory(vmId));
  }
  remove(places.tpmDisk(vmId));
}

/** Removes the state of a TPM that does not arrive. */
export function dropArriving({ places }: StateNode, vmId: VmId): void {
  remove(places.tpmArriving(vmId));
}

/** QEMU and swtpm run as a user whom the agent does not trust: it follows no links of theirs. */
function readOwn(path: string): Buffer {
  try {
    const file = openOwnFile(path, 'read');
    try {
      return readFileSync(file);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw passingTrouble(`The agent cannot read ${path} (${reasonOf(cause)}).`, cause);
  }
}
