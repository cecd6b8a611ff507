/** The client side of LSP 3.17 on the standard input and output of a process. */
const { spawn } = require('node:child_process');

const SEPARATOR = '\r\n\r\n';

/** One running server. Requests of one that has ended are answered with undefined. */
class LanguageClient {
  #process;
  #handlers;
  #waiting = new Map();
  #ids = 0;
  #pending = Buffer.alloc(0);

  /**
   * Starts a program.
   * @param command - the program and its arguments
   * @param handlers - `onNotification(method, params)`, `onLog(text)`, `onEnd(exitCode)`
   */
  constructor([program, ...words], handlers) {
    this.#handlers = handlers;
    const shell = process.platform === 'win32';
    this.#process = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'], shell });
    this.#process.stdout.on('data', (bytes) => this.#receive(bytes));
    this.#process.stderr.on('data', (bytes) => handlers.onLog(bytes.toString()));
    // A server that is gone refuses what is written to it.
    this.#process.stdin.on('error', (cause) => handlers.onLog(`${cause.message}\n`));
    this.#process.on('error', (cause) => handlers.onLog(`${program}: ${cause.message}\n`));
    this.#process.on('close', (code) => this.#end(code));
  }

  /** Asks; undefined where the server refuses, or has ended. */
  async request(method, params, token) {
    const { result, error } = await this.#ask(method, params, token);
    if (error !== undefined) this.#handlers.onLog(`${error.message}\n`);
    return result ?? undefined;
  }

  /** Asks for what a person waits for; throws an Error with the reason where it is refused. */
  async demand(method, params, token) {
    const { result, error } = await this.#ask(method, params, token);
    if (error !== undefined) throw new Error(error.message);
    return result ?? undefined;
  }

  notify(method, params) {
    this.#send({ method, params });
  }

  /** Ends the server as the protocol wants it. */
  async stop() {
    await this.request('shutdown');
    this.notify('exit');
  }

  #ask(method, params, token) {
    this.#ids += 1;
    const id = this.#ids;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#send({ id, method, params });
      token?.onCancellationRequested(() => this.notify('$/cancelRequest', { id }));
    });
  }

  #send(message) {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    this.#process.stdin.write(`Content-Length: ${body.length}${SEPARATOR}`);
    this.#process.stdin.write(body);
  }

  #receive(bytes) {
    this.#pending = Buffer.concat([this.#pending, bytes]);
    for (;;) {
      const end = this.#pending.indexOf(SEPARATOR);
      if (end < 0) return;
      const head = this.#pending.toString('latin1', 0, end);
      const length = Number(/^Content-Length: *(\d+)/im.exec(head)?.[1] ?? 0);
      const start = end + SEPARATOR.length;
      if (this.#pending.length < start + length) return;
      const text = this.#pending.toString('utf8', start, start + length);
      this.#pending = this.#pending.subarray(start + length);
      this.#handle(JSON.parse(text));
    }
  }

  #handle({ id, method, params, result, error }) {
    if (method !== undefined) {
      if (id !== undefined) this.#send({ id, result: null });
      else this.#handlers.onNotification(method, params);
      return;
    }
    this.#waiting.get(id)?.({ result, error });
    this.#waiting.delete(id);
  }

  #end(code) {
    for (const resolve of this.#waiting.values()) resolve({});
    this.#waiting.clear();
    this.#handlers.onEnd(code);
  }
}

module.exports = { LanguageClient };
