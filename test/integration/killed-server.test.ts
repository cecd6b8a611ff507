import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { makeRng } from '@novacron/engine/rng';
import { waitUntil } from '@novacron/testing/wait-until';
import { clientOf, makeCaller } from './test-kit/live-client.ts';
import { findFaultsIn } from './test-kit/read-data-dir.ts';
import {
  launchServerProcess,
  type ServerProcess,
  startServerProcess,
} from './test-kit/start-server-process.ts';

const ROUNDS = 20;
const CALLERS = 6;
const LIFE_MS_MAX = 500;
/** Every so many rounds the books are read while no server runs. */
const ROUNDS_PER_AUDIT = 5;

const SEED = process.env.KILL_SEED ?? 'kill-1';

describe('a server that is killed', () => {
  let dataDir = '';
  let server: ServerProcess | undefined;

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'novacron-killed-'));
  });

  afterEach(async () => {
    await server?.kill();
    server = undefined;
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function waitForQuiet(call: ReturnType<typeof clientOf>): Promise<void> {
    await waitUntil('every operation to end', async () => {
      let cursor: string | undefined;
      do {
        const page = await call('operation.list', { limit: 1000, ...(cursor && { cursor }) });
        if (!page.ok) throw new Error(page.error.detail);
        const open = page.value.items.find(({ finished_at }) => finished_at === null);
        if (open !== undefined) return undefined;
        cursor = page.value.next_cursor ?? undefined;
      } while (cursor !== undefined);
      return true;
    });
  }

  test(`at ${ROUNDS} random moments keeps promises and books (seed ${SEED})`, async () => {
    const rng = makeRng(SEED);
    const callers = Array.from({ length: CALLERS }, (_, index) => makeCaller(`${SEED}-${index}`));
    for (let round = 1; round <= ROUNDS; round += 1) {
      server = await startServerProcess(dataDir);
      const call = clientOf(server.url, dataDir);
      await waitForQuiet(call);
      const broken = await Promise.all(callers.map((caller) => caller.check(call)));
      expect({ round, broken: broken.flat() }).toEqual({ round, broken: [] });
      if (round % ROUNDS_PER_AUDIT === 0) {
        expect(await server.stop()).toMatchObject({ code: 0, stderr: '' });
        expect({ round, faults: await findFaultsIn(dataDir) }).toEqual({ round, faults: [] });
        continue;
      }
      const stop = new AbortController();
      const endAtMs = performance.now() + rng.next() * LIFE_MS_MAX;
      const writing = Promise.all(callers.map((caller) => caller.write(call, stop.signal)));
      await waitUntil('the moment', () => (performance.now() >= endAtMs ? true : undefined));
      await server.kill();
      stop.abort();
      await writing;
    }
  }, 120_000);

  test('during its very first start never leaves a key that nobody knows', async () => {
    for (let round = 0; round < 3; round += 1) {
      const first = launchServerProcess(dataDir);
      const keyFile = join(dataDir, 'admin.key');
      await waitUntil('the key file', () => statSync(keyFile, { throwIfNoEntry: false }));
      await first.kill();
      server = await startServerProcess(dataDir);
      const whoami = await clientOf(server.url, dataDir)('identity.whoami', {});
      expect(whoami).toMatchObject({ ok: true, value: { principal: 'admin' } });
      expect(readFileSync(keyFile, 'utf8')).toMatch(/^ncr_\S+\n$/);
      await server.kill();
      rmSync(dataDir, { recursive: true, force: true });
    }
  }, 30_000);
});
