/** A server in a process of its own, which a test may kill. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const NOVACRON = resolve(__dirname, '../../../server/cli/bin/novacron.mjs');

/** A server that runs by itself. */
export interface ServerProcess {
  readonly url: string;
  readonly adminKey: string;
  /** Ends it at once, as a power cut does. */
  readonly kill: () => Promise<void>;
}

/** Starts `novacron server` and waits until it says that it is ready. */
export async function startServerProcess(options: {
  readonly dataDir: string;
  readonly listen?: string;
}): Promise<ServerProcess> {
  const { dataDir, listen = '127.0.0.1:0' } = options;
  const args = ['server', '--data-dir', dataDir, '--listen', listen, '--log-level', 'silent'];
  const child = spawn(process.execPath, [NOVACRON, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(child.stdout)) {
    const [, url] = /is ready at (\S+)$/.exec(line) ?? [];
    if (url === undefined) continue;
    const adminKey = readFileSync(join(dataDir, 'admin.key'), 'utf8').trim();
    return {
      url,
      adminKey,
      kill: async () => {
        child.kill('SIGKILL');
        await once(child, 'exit');
      },
    };
  }
  throw new Error('the server did not start');
}
