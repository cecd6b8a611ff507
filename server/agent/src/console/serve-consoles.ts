/**
 * Relays the consoles of a node's machines to servers: one session for a machine, so that no two
 * people type into each other's lines. A session that its server does not read any more is closed.
 */
import type { Responder } from '@novacron/bus/bus';
import {
  CONSOLE_CHUNK_BYTES_MAX,
  type ConsoleReply,
  ConsoleRequest,
} from '@novacron/contract/agent/agent-console';
import type { ControlPlaneClaim } from '@novacron/contract/fleet/control-plane';
import { toValidationProblem } from '@novacron/contract/problem/problem';
import { assertNever } from '@novacron/contract/result';
import type { Timers } from '@novacron/runtime/timers';
import type { Driver } from '../drivers/driver.ts';
import { maskHostDetails } from '../drivers/mask-host-details.ts';
import { type ConsoleSession, createOutputBuffer } from './console-session.ts';

/** A server that has not asked for output for so long is gone. Unit: ms. */
const CONSOLE_SILENCE_MS_MAX = 30_000;

/** Open consoles of a node: each has a buffer and a socket. */
const CONSOLES_MAX = 64;

/** Dependencies of serving consoles. */
export interface ConsolesParts {
  readonly driver: Pick<Driver, 'openConsole'>;
  readonly timers: Timers;
  /** Whether the agent follows the control plane that a server claims to be. */
  readonly isFollowed: (claim: ControlPlaneClaim | undefined) => Promise<boolean>;
}

/** The consoles of a node. */
export interface Consoles {
  readonly answer: Responder;
  /** Closes every console; machines run on. */
  readonly close: () => void;
}

interface Held extends ConsoleSession {
  /** Puts off the end of a session without a reader. */
  stopWaiting: () => void;
}

/** Makes them; nothing is open yet. */
export function serveConsoles({ driver, timers, isFollowed }: ConsolesParts): Consoles {
  const sessions = new Map<string, Held>();
  /** Machines whose console is being opened or is open, by who opened it. */
  const holders = new Map<string, string>();

  function end(name: string): void {
    const held = sessions.get(name);
    if (held === undefined) return;
    sessions.delete(name);
    holders.delete(held.vmId);
    held.stopWaiting();
    held.console.close();
    held.buffer.wake();
  }

  function awaitReader(name: string): () => void {
    return timers.after(CONSOLE_SILENCE_MS_MAX, () => end(name));
  }

  async function open(request: ConsoleRequest & { kind: 'open' }): Promise<ConsoleReply> {
    const { session: name, vm_id: vmId, opened_by: openedBy, control_plane: claim } = request;
    if (driver.openConsole === undefined) return refused('This hypervisor has no consoles.');
    if (!(await isFollowed(claim))) {
      return refused('The agent of the node follows another control plane.');
    }
    const holder = holders.get(vmId);
    if (holder !== undefined) return refused(`The console is in use by ${holder}.`);
    if (holders.size >= CONSOLES_MAX) {
      return refused(`There are ${CONSOLES_MAX} open consoles on the node already.`);
    }
    holders.set(vmId, openedBy);
    const buffer = createOutputBuffer();
    const opened = await driver.openConsole(vmId, { onOutput: buffer.add, onEnd: buffer.end });
    if (!opened.ok) {
      holders.delete(vmId);
      return refused(maskHostDetails(opened.error.message));
    }
    const stopWaiting = awaitReader(name);
    sessions.set(name, { vmId, openedBy, console: opened.value, buffer, stopWaiting });
    return DONE;
  }

  async function read(request: ConsoleRequest & { kind: 'read' }): Promise<ConsoleReply> {
    const { session: name, wait_ms: waitMs } = request;
    const held = sessions.get(name);
    if (held === undefined) return notOpen();
    held.stopWaiting();
    await new Promise<void>((resolve) => {
      const cancel = timers.after(waitMs, resolve);
      void held.buffer.available().then(() => {
        cancel();
        resolve();
      });
    });
    if (sessions.get(name) !== held) return notOpen();
    const { bytes, lostBytes, ended } = held.buffer.take(CONSOLE_CHUNK_BYTES_MAX);
    if (ended === 'yes') end(name);
    else held.stopWaiting = awaitReader(name);
    return { kind: 'output', data: bytes.toString('base64'), lost_bytes: lostBytes, ended };
  }

  async function write(request: ConsoleRequest & { kind: 'write' }): Promise<ConsoleReply> {
    const held = sessions.get(request.session);
    if (held === undefined) return notOpen();
    await held.console.write(Buffer.from(request.data, 'base64'));
    return DONE;
  }

  return {
    answer: async (message): Promise<ConsoleReply> => {
      const parsed = ConsoleRequest.safeParse(message);
      if (!parsed.success) return refused(toValidationProblem(parsed.error, 'The request').detail);
      const request = parsed.data;
      switch (request.kind) {
        case 'open':
          return open(request);
        case 'read':
          return read(request);
        case 'write':
          return write(request);
        case 'close':
          end(request.session);
          return DONE;
        default:
          return assertNever(request);
      }
    },
    close: () => {
      for (const name of [...sessions.keys()]) end(name);
    },
  };
}

const DONE: ConsoleReply = { kind: 'done' };

function refused(message: string): ConsoleReply {
  return { kind: 'refused', message };
}

function notOpen(): ConsoleReply {
  return refused('The console session is not open any more.');
}
