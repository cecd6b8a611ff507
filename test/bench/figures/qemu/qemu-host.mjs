/** A server whose hypervisor is QEMU on this host, and what is read of its machines. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { listProcesses, prepareGuest } from '../../../demo/qemu.mjs';
import { startServer } from '../../../demo/server.mjs';

/** Time limit of every guest action, in software on a busy machine. Unit: ms. */
const GUEST_MS_MAX = 120_000;
const POLL_MS = 2;

/** The smallest machine that the guest boots in. */
export const SIZE = { cpu_cores: 1, memory_gb: 0.125, disk_gb: 1 };

/**
 * Makes a directory with a short path: names of sockets in it are limited to 107 bytes. What runs
 * with files in it ends, at the latest, with this process.
 */
export function makeShortDirectory() {
  const directory = mkdtempSync(join(tmpdir(), 'nb-'));
  const remove = () => {
    for (const pid of listProcesses(`${directory}/`)) process.kill(pid, 'SIGKILL');
    rmSync(directory, { recursive: true, force: true });
    process.off('exit', remove);
  };
  process.once('exit', remove);
  return { directory, remove };
}

/**
 * Starts the server in a directory of its own.
 * @param {{ env: NodeJS.ProcessEnv }} options
 */
export async function startQemuHost({ env }) {
  const { directory: dataDir, remove } = makeShortDirectory();
  prepareGuest(dataDir);
  const args = ['--hypervisor', 'qemu', '--qemu-accel', 'tcg', '--log-level', 'error'];
  const server = await startServer({ dataDir, env, args });

  async function call(method, path, body) {
    const response = await fetch(`${server.url}/api/v2${path}`, {
      method,
      headers: { authorization: `Bearer ${server.apiKey}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = await response.json();
    if (response.ok) return answer;
    throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
  }

  /** Waits for the operation of an answer. */
  async function settle({ operation }) {
    const ended = await call('GET', `/operations/${operation.id}/wait`);
    if (ended.status !== 'succeeded') throw new Error(`it ended badly: ${JSON.stringify(ended)}`);
  }

  return {
    dataDir,
    url: server.url,
    apiKey: server.apiKey,
    call,
    settle,
    machineDir: (id) => join(dataDir, 'qemu', 'machines', id),
    stop: async () => {
      await server.stop();
      remove();
    },
  };
}

/** Waits until a file has a text. */
export async function awaitText(file, isThere) {
  const deadlineMs = performance.now() + GUEST_MS_MAX;
  while (!isThere(readText(file))) {
    if (performance.now() > deadlineMs) throw new Error(`${file} has only: ${readText(file)}`);
    await sleep(POLL_MS);
  }
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It is not there yet.
    return '';
  }
}

/** Types a line at a console. */
export async function typeLine(socketPath, line) {
  const socket = createConnection(socketPath);
  await once(socket, 'connect');
  socket.end(`${line}\n`);
  socket.resume();
  await once(socket, 'close');
}

/** The command line of a running program. */
export function commandLineOf(words) {
  const [pid] = listProcesses(words);
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
}

/** Starts a program as an agent does: apart from us, with its output in a file. */
export function startApart([program, ...args], log) {
  const output = openSync(log, 'a');
  const child = spawn(program, args, { detached: true, stdio: ['ignore', output, output] });
  return { child, ended: once(child, 'exit') };
}
