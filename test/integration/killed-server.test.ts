import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { waitUntil } from '@novacron/testing/wait-until';
import { planKills } from './kills/plan-kills.ts';
import { runKills } from './kills/run-kills.ts';
import { clientOf } from './test-kit/live-client.ts';
import {
  launchServerProcess,
  type ServerProcess,
  startServerProcess,
} from './test-kit/start-server-process.ts';

const KILLS = 8;
/** After this number of kills everything is checked; `make chaos` does so after each. */
const KILLS_PER_AUDIT = 5;

const SEED = process.env.SEED ?? 'kill-1';

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

  test(`at ${KILLS} random moments keeps promises and books (seed ${SEED})`, async () => {
    const run = { seed: SEED, kills: KILLS, dataDir, killsPerAudit: KILLS_PER_AUDIT };
    const report = await runKills(run);
    expect(report.faults).toEqual([]);
    expect(report.kills).toBe(KILLS);
    expect(report.acknowledged).toBeGreaterThan(KILLS);
  }, 180_000);

  test('the same seed means the same kills, another one others', () => {
    const plan = planKills(SEED, KILLS);
    expect(planKills(SEED, KILLS)).toEqual(plan);
    expect(planKills(`${SEED}+`, KILLS)).not.toEqual(plan);
    expect(new Set(plan.map(({ phase }) => phase))).toEqual(new Set(['load', 'start']));
  });

  test('during its very first start never leaves an unknown key', async () => {
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
  });
});
