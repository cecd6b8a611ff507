/** A server of this checkout, in a process of its own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProcess, stopProcess } from './processes.mjs';

/** The `novacron` command of this checkout. */
export const NOVACRON = fileURLToPath(
  new URL('../../server/cli/bin/novacron.mjs', import.meta.url),
);

const READY_LINE = /is ready at (\S+)\n/;

/**
 * Starts `novacron server` on a free port and waits for the line that says where it is.
 * @param {{ dataDir: string, env: NodeJS.ProcessEnv, args?: readonly string[] }} options
 * @returns {Promise<{ url: string, apiKey: string, readyMs: number, pid: number,
 * stop: () => Promise<number>, log: () => string }>} `readyMs` counts from the start of the
 * process, `log` answers what it printed so far
 */
export async function startServer({ dataDir, env, args = [] }) {
  const startedAtMs = performance.now();
  const place = ['--data-dir', dataDir, '--listen', '127.0.0.1:0'];
  const child = startProcess(process.execPath, [NOVACRON, 'server', ...place, ...args], { env });
  const { url, log } = await readUrl(child);
  const readyMs = performance.now() - startedAtMs;
  const apiKey = readFileSync(join(dataDir, 'admin.key'), 'utf8').trim();
  return { url, apiKey, readyMs, pid: child.pid, stop: () => stopProcess(child), log };
}

function readUrl(child) {
  return new Promise((resolve, reject) => {
    let printed = '';
    const log = () => printed;
    child.stdout.setEncoding('utf8').on('data', (text) => {
      printed += text;
      const url = READY_LINE.exec(printed)?.[1];
      if (url !== undefined) resolve({ url, log });
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      printed += text;
    });
    child.once('error', reject);
    child.once('close', (exitCode) =>
      reject(new Error(`The server ended with exit code ${exitCode} and printed:\n${printed}`)),
    );
  });
}
