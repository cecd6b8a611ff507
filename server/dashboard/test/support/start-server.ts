/** Starts a real server with its simulated fleet in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PROGRAM = resolve(import.meta.dirname, '../../../cli/bin/novacron.mjs');

/** A server that a suite has for itself. */
export interface TestServer {
  readonly url: string;
  readonly adminKey: string;
  /** Calls an operation over REST, as an admin. */
  readonly send: (method: string, path: string, body?: object) => Promise<unknown>;
  readonly stop: () => Promise<void>;
}

/** Starts one on any free port, with a new store; further flags replace those that it has. */
export async function startServer(...flags: readonly string[]): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'novacron-e2e-'));
  const listen = flags.includes('--listen') ? [] : ['--listen', '127.0.0.1:0'];
  const args = ['server', ...listen, '--data-dir', folder, '--log-level', 'error', ...flags];
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const text = await readUntilReady(child);
  const url = /is ready at (\S+)/.exec(text)?.[1];
  const adminKey = /^Admin API key .*: (\S+)$/m.exec(text)?.[1];
  if (url === undefined || adminKey === undefined) throw new Error(`No server: ${text}`);
  return {
    url,
    adminKey,
    send: (method, path, body) => send({ url, adminKey, method, path, body }),
    stop: async () => {
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function readUntilReady(child: ChildProcess): Promise<string> {
  return new Promise((done, fail) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes(' is ready at ')) done(text);
    });
    child.once('exit', (code) => fail(new Error(`The server ended with ${code}: ${text}`)));
  });
}

interface Sent {
  readonly url: string;
  readonly adminKey: string;
  readonly method: string;
  readonly path: string;
  readonly body: object | undefined;
}

async function send({ url, adminKey, method, path, body }: Sent): Promise<unknown> {
  const response = await fetch(`${url}/api/v2${path}`, {
    method,
    headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
  return answer;
}
