/** Starts a bus and a runner of the first tenant, each in a process of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { startNats } from '../../../../test/support/services/start-nats.ts';
import { makeRequest } from '../../../agent/src/identity/make-request.ts';
import { launchRunner, type RunnerProcess } from '../../../runner/src/test-kit/launch-runner.ts';
import { TEST_UID } from '../../../runner/src/test-kit/run-for-test.ts';
import type { TestServer } from './start-server.ts';

const RUNNER = 'runner-01';

/** A bus that servers and a runner meet on. */
export interface TestRunner {
  /** Flags of a server on the bus. */
  readonly flags: readonly string[];
  /** Enrolls the runner at a server, starts it, and waits until the server lists it. */
  readonly join: (server: TestServer) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts the bus; runners need root, and the programs that isolate commands. */
export async function startRunner(): Promise<TestRunner> {
  const nats = await startNats();
  const folder = mkdtempSync(join(tmpdir(), 'novacron-e2e-runner-'));
  let runner: RunnerProcess | undefined;
  return {
    flags: ['--bus', nats.url],
    join: async (server) => {
      const made = await server.send('POST', '/enrollments', { runner: RUNNER });
      const { secret: token } = Object(made);
      const { requestPem: request } = await makeRequest(RUNNER);
      await server.send('POST', '/enrollments/redeem', { token, runner: RUNNER, request });
      const host = ['--places', '2', '--first-uid', String(TEST_UID), '--data-dir', folder];
      runner = launchRunner(['--name', RUNNER, '--bus', nats.url, '--label', 'site=a', ...host]);
      await runner.ready();
      await expect
        .poll(async () => Object(await server.send('GET', '/runners')).items.length)
        .toBe(1);
    },
    stop: async () => {
      await runner?.end('SIGKILL');
      await nats.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
