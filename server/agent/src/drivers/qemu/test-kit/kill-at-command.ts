/** A relay before the monitor of a machine that kills QEMU in the middle of a command. */
import { renameSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { createLineSplitter } from '../qmp/split-lines.ts';

/** Longest message of a test. Unit: bytes. */
const LINE_BYTES_MAX = 1_048_576;

/** Command at which QEMU is killed, and the time of the kill. */
export interface Killing {
  /** The monitor's socket. The relay takes its place: a driver that is opened later meets it. */
  readonly path: string;
  readonly command: string;
  /** `before`: QEMU never gets the command; `after`: it has done it, and its answer gets lost. */
  readonly when: 'before' | 'after';
  /** Kills QEMU. Called once. */
  readonly kill: () => void;
}

/** Starts it. @returns what ends it */
export async function killAtCommand(killing: Killing): Promise<() => Promise<void>> {
  const { path, command, when, kill } = killing;
  const behind = `${path}.behind`;
  renameSync(path, behind);
  const sockets = new Set<Socket>();
  const relay = createServer((client) => {
    const qemu = createConnection(behind);
    for (const socket of [client, qemu]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    qemu.on('close', () => client.destroy());
    client.on('close', () => qemu.destroy());
    let isNext = false;
    forEachLine(client, (line) => {
      isNext = Object(JSON.parse(line)).execute === command;
      if (isNext && when === 'before') kill();
      else qemu.write(`${line}\n`);
    });
    forEachLine(qemu, (line) => {
      if (isNext && line.includes('"return"')) kill();
      else client.write(`${line}\n`);
    });
  });
  await new Promise<void>((resolve) => relay.listen(path, resolve));
  return async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => relay.close(resolve));
  };
}

function forEachLine(socket: Socket, take: (line: string) => void): void {
  const splitter = createLineSplitter(LINE_BYTES_MAX);
  socket.on('data', (chunk: Buffer) => {
    const lines = splitter.take(chunk);
    if (lines === 'too-long') throw new Error('a message of the monitor is too long');
    for (const line of lines) take(line);
  });
}
