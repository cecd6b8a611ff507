/** The console of a test guest: what it has written, and a shell. */
import { readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import type { VmId } from '@novacron/contract/ids';
import { waitUntil } from '../../../../../../test/support/src/wait-until.ts';
import { placesIn } from '../files/directories.ts';

/** The console of one machine. */
export interface GuestConsole {
  /** Waits until the guest has booted so often since its machine was created. */
  readonly awaitBoots: (count: number) => Promise<void>;
  /** Runs a command in the guest. @returns what it has written */
  readonly run: (command: string) => Promise<string>;
  /** Waits until a program that was started in the background listens at a TCP port. */
  readonly awaitListener: (port: number) => Promise<void>;
  /** Types a command whose end cannot be waited for. */
  readonly type: (command: string) => Promise<void>;
  /** Presses a key of the idle kernel: `o` switches the machine off, `r` restarts it. */
  readonly press: (key: 'o' | 'r') => Promise<void>;
}

/** Both detect guests that hang: where others use the processors, everything takes longer. */
const RUN_MS_MAX = 90_000;
const BOOT_MS_MAX = 240_000;

/** Opens the console of a machine. @param runDir - the run directory of its node */
export function guestConsole(runDir: string, vmId: VmId): GuestConsole {
  const files = () => placesIn({ runDir, storageDir: runDir, node: '' }).files(vmId);
  const log = (): string => readFileSync(files().consoleLog, 'utf8');

  /** Types a line and collects what comes until it is enough. */
  function converse(line: string, isEnough: (said: string) => boolean): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = createConnection(files().consoleSocket);
      let said = '';
      const timer = setTimeout(() => end(), RUN_MS_MAX);
      const end = (cause?: Error): void => {
        clearTimeout(timer);
        socket.destroy();
        if (isEnough(said)) resolve(said);
        else reject(new Error(`the guest wrote ${JSON.stringify(said)}`, { cause }));
      };
      socket.on('connect', () => socket.write(line));
      socket.on('error', end);
      socket.on('close', () => end());
      socket.on('data', (bytes: Buffer) => {
        said += bytes.toString('utf8');
        if (isEnough(said)) end();
      });
    });
  }

  async function run(command: string): Promise<string> {
    // The echo of the line has the words apart, so that only the output has them joined.
    const line = `echo BEGIN-"OF"; ${command}; echo END-"OF"\n`;
    const said = await converse(line, (text) => text.includes('END-OF'));
    const [, output = ''] = /BEGIN-OF\r?\n([\s\S]*?)END-OF/.exec(said) ?? [];
    return output.replaceAll('\r', '').trim();
  }

  return {
    awaitListener: async (port) => {
      // proc(5): the local address, the remote one, and 0A for a socket that listens.
      const digits = port.toString(16).toUpperCase().padStart(4, '0');
      const listening = new RegExp(`:${digits} [0:]+ 0A `);
      await waitUntil(`a listener at ${port}`, async () =>
        listening.test(await run('cat /proc/net/tcp /proc/net/tcp6')) ? true : undefined,
      );
    },
    awaitBoots: async (count) => {
      const hasBooted = () => (log().split('GUEST-READY').length > count ? true : undefined);
      await waitUntil('the guest to boot', hasBooted, { timeoutMs: BOOT_MS_MAX });
    },
    run,
    press: async (key) => {
      await converse(key, (text) => text.includes(key));
    },
    type: async (command) => {
      // A shell that has only just started may lose what was typed before.
      await run('true');
      await converse(`${command}\n`, (text) => echoes(text, command));
    },
  };
}

/** Whether the guest has echoed a line: the kernel and services may write between its letters. */
function echoes(text: string, line: string): boolean {
  let from = 0;
  for (const letter of line) {
    const at = text.indexOf(letter, from);
    if (at < 0) return false;
    from = at + 1;
  }
  return true;
}
