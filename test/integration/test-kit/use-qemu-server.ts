/** A server with QEMU for each test of a suite, in a process and a data directory of its own. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from '@jest/globals';
import { listQemuOf } from '../../../server/agent/src/drivers/qemu/test-kit/qemu-bench.ts';
import { runNovacron, type ServerProcess, startServerProcess } from './start-server-process.ts';

/** Fixtures of the running test. */
export interface QemuServerScene {
  readonly dataDir: () => string;
  /** Starts the server with its guests in software; with further flags where they are given. */
  readonly start: (flags?: readonly string[]) => Promise<ServerProcess>;
  /** Runs a command against the server, as its administrator. */
  readonly cli: (...args: readonly string[]) => ReturnType<typeof runNovacron>;
}

/** Makes a data directory before each test; what runs in it ends with the test. */
export function useQemuServer(): QemuServerScene {
  let dataDir = '';
  let server: ServerProcess | undefined;
  beforeEach(() => {
    // On a disk, which has more than the host reserves for itself; and short, as sockets need it.
    dataDir = mkdtempSync(join(process.env.NOVACRON_DISK_DIR ?? tmpdir(), 'ns-'));
  });
  afterEach(async () => {
    await server?.kill();
    server = undefined;
    for (const pid of listQemuOf(dataDir)) process.kill(pid, 'SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  });
  return {
    dataDir: () => dataDir,
    start: async (flags = []) => {
      const all = ['--hypervisor', 'qemu', '--qemu-accel', 'tcg', ...flags];
      server = await startServerProcess(dataDir, all);
      return server;
    },
    cli: (...args) => {
      if (server === undefined) throw new Error('the server is not started');
      const key = readFileSync(join(dataDir, 'admin.key'), 'utf8').trim();
      return runNovacron([...args, '--endpoint', server.url, '--api-key', key]);
    },
  };
}
