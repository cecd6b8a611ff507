/** Starts a real server with its simulated fleet in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PROGRAM = resolve(import.meta.dirname, '../../../cli/bin/novacron.mjs');

/** A server that a suite has for itself. */
export interface TestServer {
  readonly url: string;
  readonly adminKey: string;
  /** Calls an operation over REST, as an admin unless headers say otherwise. */
  readonly send: (
    method: string,
    path: string,
    body?: object,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<unknown>;
  /** Kills the process as a crash does; `start` starts it again, as it was and with more flags. */
  readonly kill: () => Promise<void>;
  readonly start: (...more: readonly string[]) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts one on any free port, with a new store; further flags replace those that it has. */
export async function startServer(...flags: readonly string[]): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'novacron-e2e-'));
  const args = ['server', '--data-dir', folder, '--log-level', 'error', ...flags];
  const listen = flags.includes('--listen') ? [] : ['--listen', '127.0.0.1:0'];
  let running = await run([...args, ...listen]);
  const adminKey = readFileSync(join(folder, 'admin.key'), 'utf8').trim();
  const { url } = running;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const { child } = running;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill(signal);
    await ended;
  };
  return {
    url,
    adminKey,
    send: (method, path, body, headers) => send({ url, adminKey, method, path, body, headers }),
    kill: () => end('SIGKILL'),
    start: async (...more) => {
      running = await run([...args, ...more, '--listen', new URL(url).host]);
    },
    stop: async () => {
      await end('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
}

function run(args: readonly string[]): Promise<Running> {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((done, fail) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const url = /is ready at (\S+)\n/.exec(text)?.[1];
      if (url !== undefined) done({ child, url });
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
  readonly headers: Readonly<Record<string, string>> | undefined;
}

async function send({ url, adminKey, method, path, body, headers }: Sent): Promise<unknown> {
  const usual = { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' };
  const response = await fetch(`${url}/api/v2${path}`, {
    method,
    headers: Object.assign(usual, headers),
    body: body === undefined ? null : JSON.stringify(body),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
  return answer;
}
