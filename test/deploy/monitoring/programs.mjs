/** Starts the programs of the checks of monitoring, and ends them. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** Folder of what the checks execute. */
export const MONITORING = fileURLToPath(
  new URL('../../../server/deploy/monitoring', import.meta.url),
);

const NOVACRON = fileURLToPath(new URL('../../../server/cli/bin/novacron.mjs', import.meta.url));

const PATIENCE_MS = 60_000;
const LOOK_MS = 100;

/**
 * @param {readonly string[]} programs
 * @returns {string | undefined} why the check cannot run
 */
export function missingPrograms(programs) {
  const absent = programs.filter((program) => {
    try {
      execFileSync('which', [program], { stdio: 'ignore' });
      return false;
    } catch {
      return true;
    }
  });
  return absent.length === 0
    ? undefined
    : `${absent.join(', ')}: not on the PATH (Debian: prometheus prometheus-alertmanager)`;
}

/**
 * Runs a program to its end; its output is the error.
 * @param {string} program
 * @param {readonly string[]} words
 * @param {string} [cwd]
 * @returns {string} what it prints
 */
export function run(program, words, cwd = MONITORING) {
  try {
    return execFileSync(program, words, { cwd, encoding: 'utf8', stdio: 'pipe' });
  } catch (cause) {
    throw new Error(`${program} ${words.join(' ')}: ${cause.stdout}${cause.stderr}`, { cause });
  }
}

/** @returns {Promise<number>} a port of the loopback interface that is free now */
export async function findPort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * @template T
 * @param {string} what - is missing if it does not come
 * @param {() => Promise<T | undefined>} look
 * @returns {Promise<T>}
 */
export async function waitFor(what, look) {
  const endMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await look().catch(() => undefined);
    if (found !== undefined) return found;
    if (performance.now() > endMs) throw new Error(`${what} did not come in time`);
    await pause(LOOK_MS);
  }
}

/**
 * @param {string} url
 * @param {RequestInit} [init]
 * @returns {Promise<any>} the JSON of the answer
 */
export async function askJson(url, init) {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  const text = await response.text();
  return text === '' ? undefined : JSON.parse(text);
}

/** Programs that run until `endAll`. */
export function createPrograms() {
  const running = new Set();

  /**
   * @param {string} program
   * @param {readonly string[]} words
   */
  function start(program, words, env = process.env) {
    const child = spawn(program, words, { env, stdio: ['ignore', 'pipe', 'ignore'] });
    running.add(child);
    return child;
  }

  async function end(child) {
    if (!running.delete(child) || child.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }

  return {
    start,
    end,
    endAll: () => Promise.all([...running].map(end)),
    /** Starts a server with a simulated fleet; resolves once it is ready. */
    startServer: async (directory) => {
      const words = ['server', '--data-dir', directory, '--listen', '127.0.0.1:0'];
      const more = ['--metrics-open', '--metrics-interval', '1s'];
      const child = start(process.execPath, [NOVACRON, ...words, ...more]);
      let text = '';
      child.stdout.on('data', (chunk) => {
        text += chunk;
      });
      const url = await waitFor('a ready server', async () => / is ready at (\S+)/.exec(text)?.[1]);
      return { child, url };
    },
  };
}

/**
 * Calls the command line.
 * @param {string} url
 * @param {string} key
 * @param {readonly string[]} words
 * @returns {string} what it prints
 */
export function novacron(url, key, words) {
  const env = { ...process.env, NOVACRON_ENDPOINT: url, NOVACRON_API_KEY: key };
  return execFileSync(process.execPath, [NOVACRON, ...words], { env, encoding: 'utf8' });
}
