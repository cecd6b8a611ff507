/**
 * A client of one QEMU monitor: commands with ids over a Unix socket, events as they come.
 * Source of the protocol: QEMU's `docs/interop/qmp-spec.rst`.
 */
import { createConnection, type Socket } from 'node:net';
import type { Timers } from '@novacron/runtime/timers';
import { parseQmpMessage, type QemuVersion, type QmpEvent } from './parse-qmp-message.ts';
import { createLineSplitter } from './split-lines.ts';

/**
 * A monitor serves one client at a time: a second one connects, but is never greeted.
 * Unit: ms.
 */
const GREETING_MS_MAX = 5_000;

/** Longest wait for the result of a command unless the caller says otherwise. Unit: ms. */
const COMMAND_MS_MAX = 15_000;

/** Longest message: the description of every block node of a machine is far shorter. */
const LINE_BYTES_MAX = 4 * 1_024 * 1_024;

/**
 * Reason why a command has no result. `refused`: QEMU rejected it; the rest: QEMU did not answer.
 */
export type QmpFailure = 'refused' | 'timeout' | 'aborted' | 'closed';

/** A command that has no result. */
export class QmpError extends Error {
  readonly failure: QmpFailure;
  /** QEMU's class of the error, such as `DeviceNotFound`; empty unless it refused. */
  readonly code: string;

  constructor(message: string, failure: QmpFailure, code = '') {
    super(message);
    this.name = 'QmpError';
    this.failure = failure;
    this.code = code;
  }
}

/** Time limit of a command, and its abort signal. */
export interface QmpCommandOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** A connection to a monitor. */
export interface QmpClient {
  readonly version: QemuVersion;
  /**
   * Runs a command.
   * @returns what QEMU returns; rejects with a `QmpError`, once and also when the socket closes
   */
  readonly execute: (
    command: string,
    args?: Readonly<Record<string, unknown>>,
    options?: QmpCommandOptions,
  ) => Promise<unknown>;
  /** Subscribes to events. QEMU does not repeat those that came before. */
  readonly onEvent: (listener: (event: QmpEvent) => void) => () => void;
  /** Settles when the connection has ended, for whatever reason. Never rejects. */
  readonly closed: Promise<void>;
  /** Ends the connection; the machine runs on. */
  readonly close: () => void;
}

interface Pending {
  readonly command: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: QmpError) => void;
}

/** Monitor to connect to. */
export interface QmpAddress {
  /** Path of the monitor's socket. */
  readonly path: string;
  readonly timers: Timers;
  /** Longest wait for the greeting; 5 s unless given. Unit: ms. */
  readonly greetingMs?: number;
}

/** Connects and negotiates; rejects with a `QmpError` where no monitor greets in time. */
export async function openQmpClient(address: QmpAddress): Promise<QmpClient> {
  const { path, timers, greetingMs = GREETING_MS_MAX } = address;
  const connection = new QmpConnection(createConnection(path), timers);
  const cancel = timers.after(greetingMs, () =>
    connection.fail(
      new QmpError(
        `the monitor ${path} did not greet within ${greetingMs} ms: another client may use it`,
        'timeout',
      ),
    ),
  );
  try {
    const version = await connection.greeting;
    await connection.execute('qmp_capabilities', {}, { timeoutMs: greetingMs });
    return {
      version,
      execute: connection.execute,
      onEvent: connection.onEvent,
      closed: connection.closed,
      close: () => connection.fail(new QmpError('the connection was closed', 'closed')),
    };
  } catch (cause) {
    connection.fail(new QmpError('the connection was given up', 'closed'));
    throw cause;
  } finally {
    cancel();
  }
}

/** Owns the socket and the commands that wait for an answer. */
class QmpConnection {
  readonly greeting: Promise<QemuVersion>;
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #timers: Timers;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Set<(event: QmpEvent) => void>();
  #lastId = 0;
  #failure: QmpError | undefined;
  #greet: (version: QemuVersion) => void = () => undefined;
  #refuse: (error: QmpError) => void = () => undefined;
  #end: () => void = () => undefined;

  constructor(socket: Socket, timers: Timers) {
    this.#socket = socket;
    this.#timers = timers;
    this.greeting = new Promise((resolve, reject) => {
      this.#greet = resolve;
      this.#refuse = reject;
    });
    this.closed = new Promise((resolve) => {
      this.#end = resolve;
    });
    // Who waits for the greeting hears of it; after that a rejection has no listener.
    this.greeting.catch(() => undefined);
    const splitter = createLineSplitter(LINE_BYTES_MAX);
    socket.on('data', (chunk: Buffer) => {
      const lines = splitter.take(chunk);
      if (lines === 'too-long') {
        const message = `QEMU sent a message of more than ${LINE_BYTES_MAX} bytes`;
        this.fail(new QmpError(message, 'closed'));
      } else for (const line of lines) this.#hear(line);
    });
    socket.on('error', (cause) => this.fail(new QmpError(cause.message, 'closed')));
    socket.on('close', () => this.fail(new QmpError('QEMU closed its monitor', 'closed')));
  }

  readonly onEvent = (listener: (event: QmpEvent) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly execute: QmpClient['execute'] = (command, args = {}, options = {}) => {
    const { timeoutMs = COMMAND_MS_MAX, signal } = options;
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (signal?.aborted) return Promise.reject(new QmpError(`${command} was given up`, 'aborted'));
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        if (!this.#pending.delete(id)) return;
        cancel();
        signal?.removeEventListener('abort', abort);
        act();
      };
      const refuse = (error: QmpError): void => settle(() => reject(error));
      const abort = (): void => refuse(new QmpError(`${command} was given up`, 'aborted'));
      const cancel = this.#timers.after(timeoutMs, () => {
        refuse(new QmpError(`${command} was not answered within ${timeoutMs} ms`, 'timeout'));
      });
      signal?.addEventListener('abort', abort);
      const accept = (value: unknown): void => settle(() => resolve(value));
      this.#pending.set(id, { command, resolve: accept, reject: refuse });
      this.#socket.write(`${JSON.stringify({ execute: command, id, arguments: args })}\n`);
    });
  };

  /** Ends the connection: everything that waits fails, once. */
  readonly fail = (error: QmpError): void => {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#socket.destroy();
    this.#refuse(error);
    for (const pending of [...this.#pending.values()]) pending.reject(error);
    this.#listeners.clear();
    this.#end();
  };

  #hear(line: string): void {
    if (this.#failure !== undefined || line.trim() === '') return;
    const message = parseQmpMessage(line);
    switch (message.kind) {
      case 'greeting':
        this.#greet(message.version);
        return;
      case 'event':
        for (const listener of [...this.#listeners]) listener(message.event);
        return;
      case 'return':
        this.#pending.get(message.id)?.resolve(message.value);
        return;
      case 'error': {
        const pending = this.#pending.get(message.id);
        pending?.reject(
          new QmpError(`${pending.command}: ${message.desc}`, 'refused', message.code),
        );
        return;
      }
      default:
        this.fail(new QmpError('QEMU sent what is not a message of its monitor', 'closed'));
    }
  }
}
