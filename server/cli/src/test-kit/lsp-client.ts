/** A client of the language server in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createFrameReader, writeFrame } from '../commands/policy/lsp/rpc/read-frames.ts';

/** A message of the server. */
export interface LspMessage {
  readonly id?: string | number | null;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

const BIN = join(__dirname, '../../bin/novacron.mjs');
/** A server that says nothing for so long is taken for stuck. Unit: milliseconds. */
const DEADLINE_MS = 60_000;

/** One process that is spoken to. */
export class LspClient {
  readonly received: LspMessage[] = [];
  readonly #process: ChildProcess;
  readonly #exit: Promise<number | null>;
  #wake = () => {};
  #ids = 0;

  /** Starts `novacron policy lsp`, built before. */
  constructor() {
    this.#process = spawn(process.execPath, [BIN, 'policy', 'lsp'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const read = createFrameReader();
    this.#process.stdout?.on('data', (bytes: Uint8Array) => {
      for (const frame of read(bytes)) {
        if (frame.kind === 'malformed') throw new Error(frame.reason);
        this.received.push(JSON.parse(frame.text));
      }
      this.#wake();
    });
    this.#exit = new Promise((resolve) => this.#process.on('exit', resolve));
  }

  /** Writes bytes as they are. */
  write(bytes: Uint8Array | string): void {
    this.#process.stdin?.write(bytes);
  }

  notify(method: string, params?: object): void {
    this.write(writeFrame({ jsonrpc: '2.0', method, params }));
  }

  /** Sends a request without waiting; returns its id. */
  send(method: string, params?: object): number {
    this.#ids += 1;
    this.write(writeFrame({ jsonrpc: '2.0', id: this.#ids, method, params }));
    return this.#ids;
  }

  /** Sends a request and waits for its answer. */
  async request(method: string, params?: object): Promise<LspMessage> {
    const id = this.send(method, params);
    return await this.waitFor((message) => message.id === id && message.method === undefined);
  }

  /** Waits for a message, which may have come already. */
  async waitFor(wanted: (message: LspMessage) => boolean): Promise<LspMessage> {
    const deadline = AbortSignal.timeout(DEADLINE_MS);
    for (;;) {
      const found = this.received.find(wanted);
      if (found !== undefined) return found;
      if (deadline.aborted) throw new Error(`nothing came: ${JSON.stringify(this.received)}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        deadline.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  /** Ends its input. */
  hangUp(): void {
    this.#process.stdin?.end();
  }

  /** Waits for the end of the process; returns its exit code. */
  async exitCode(): Promise<number | null> {
    return await this.#exit;
  }

  /** Ends the process if it still runs. */
  close(): void {
    this.#process.kill();
  }
}
