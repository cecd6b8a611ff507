/** One open console: what its machine has written and its server has not read yet. */
import type { VmId } from '@novacron/contract/ids';
import type { DriverConsole } from '../drivers/driver.ts';

/**
 * Maximum unread output. A slow or absent reader does not block the guest, as on a serial line
 * without flow control: the oldest output is dropped. Unit: bytes.
 */
export const CONSOLE_BUFFER_BYTES_MAX = 262_144;

/** Output returned by a read. */
export interface ConsoleOutput {
  readonly bytes: Buffer;
  /** Bytes before these that did not fit. */
  readonly lostBytes: number;
  readonly ended: 'yes' | 'no';
}

/** An open console. */
export interface ConsoleSession {
  readonly vmId: VmId;
  readonly openedBy: string;
  readonly console: DriverConsole;
  readonly buffer: OutputBuffer;
}

/** Output that waits. */
export interface OutputBuffer {
  readonly add: (bytes: Uint8Array) => void;
  /** Nothing more will come. */
  readonly end: () => void;
  /** Resolves what waits: the session is over, although the console goes on. */
  readonly wake: () => void;
  /** Takes at most `bytesMax` bytes. */
  readonly take: (bytesMax: number) => ConsoleOutput;
  /** Resolves once there is something to take: at once where there is, or the console has ended. */
  readonly available: () => Promise<void>;
}

/** Makes an empty buffer. */
export function createOutputBuffer(): OutputBuffer {
  let waiting = Buffer.alloc(0);
  let lostBytes = 0;
  let hasEnded = false;
  let listeners: (() => void)[] = [];

  function wake(): void {
    const woken = listeners;
    listeners = [];
    for (const listener of woken) listener();
  }

  return {
    wake,
    add: (bytes) => {
      const all = Buffer.concat([waiting, bytes]);
      const over = Math.max(0, all.byteLength - CONSOLE_BUFFER_BYTES_MAX);
      waiting = all.subarray(over);
      lostBytes += over;
      wake();
    },
    end: () => {
      hasEnded = true;
      wake();
    },
    take: (bytesMax) => {
      const bytes = waiting.subarray(0, bytesMax);
      waiting = waiting.subarray(bytes.byteLength);
      const taken = { bytes, lostBytes };
      lostBytes = 0;
      return { ...taken, ended: hasEnded && waiting.byteLength === 0 ? 'yes' : 'no' };
    },
    available: () => {
      if (hasEnded || waiting.byteLength > 0) return Promise.resolve();
      return new Promise((resolve) => listeners.push(resolve));
    },
  };
}
