/** The serial console of a machine: QEMU's socket, and the end of what was written before. */
import { closeSync, fstatSync, readSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import type { VmId } from '@novacron/contract/ids';
import type { ConsoleListener, DriverConsole } from '../../driver.ts';
import { openOwnFile } from '../files/open-own-file.ts';
import { finalTrouble, passingTrouble, reasonOf } from '../files/trouble.ts';
import type { QemuNode } from './qemu-node.ts';

/** Amount of the log at the start of a session: about two screens. Unit: bytes. */
const REPLAY_BYTES = 4_096;

/**
 * Connects to the console of a machine that is switched on. QEMU serves one connection at a time,
 * and closes it when its process ends.
 */
export async function openConsole(
  { machines, places }: QemuNode,
  vmId: VmId,
  listener: ConsoleListener,
): Promise<DriverConsole> {
  const record = machines.find(vmId);
  if (record?.phase !== 'here' || machines.processOf(vmId) === undefined) {
    throw finalTrouble(`${vmId} does not run on this node: only a running machine has a console.`);
  }
  const { consoleSocket, consoleLog } = places.files(vmId);
  const before = readEnd(consoleLog);
  const socket = await connect(consoleSocket);
  listener.onOutput(before);
  socket.on('data', (bytes: Buffer) => listener.onOutput(bytes));
  socket.on('close', () => listener.onEnd());
  return {
    close: () => socket.destroy(),
    write: (bytes) =>
      new Promise((resolve) => {
        const settle = (): void => {
          socket.off('close', settle);
          resolve();
        };
        socket.on('close', settle);
        if (socket.destroyed) settle();
        else socket.write(bytes, settle);
      }),
  };
}

/**
 * Reads the end of what a machine of this node has written, also once it has stopped.
 * @returns the empty text where there is no log
 */
export function readConsoleTail({ machines, places }: QemuNode, vmId: VmId): string {
  if (machines.find(vmId) === undefined) throw finalTrouble(`${vmId} is not on this node.`);
  return readEnd(places.files(vmId).consoleLog).toString('utf8');
}

function connect(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      // A close follows every error.
      socket.on('error', () => undefined);
      resolve(socket);
    });
    socket.once('error', (cause) =>
      reject(passingTrouble(`The console does not answer: ${reasonOf(cause)}.`)),
    );
  });
}

/** The end of the log; nothing where there is none. */
function readEnd(path: string): Buffer {
  let file: number | undefined;
  try {
    file = openOwnFile(path, 'read');
    const { size } = fstatSync(file);
    const length = Math.min(size, REPLAY_BYTES);
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(file, bytes, 0, length, size - length));
  } catch {
    // What was written before is a help, and not needed.
    return Buffer.alloc(0);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
