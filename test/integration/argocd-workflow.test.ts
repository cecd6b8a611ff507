/** A workflow syncs an application of Argo CD in a runner, as docs/how-to/argocd.md says. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { waitUntil } from '@novacron/testing/wait-until';
import { makeRequest } from '../../server/agent/src/identity/make-request.ts';
import { type FakeArgocd, startArgocd } from '../../server/cli/src/test-kit/start-argocd.ts';
import {
  launchRunner,
  type RunnerProcess,
} from '../../server/runner/src/test-kit/launch-runner.ts';
import { TEST_UID } from '../../server/runner/src/test-kit/run-for-test.ts';
import { findIsolation } from '../support/services/find-isolation.ts';
import { type NatsServer, startNats } from '../support/services/start-nats.ts';
import { clientOf } from './test-kit/live-client.ts';
import { type ServerProcess, startServerProcess } from './test-kit/start-server-process.ts';

findIsolation();

jest.setTimeout(120_000);

const RUNNER = 'runner-01';
/** Added to what steps see, which are only packages of the system. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NOVACRON = join(ROOT, 'server/cli/bin/novacron.mjs');

let directory = '';
let nats: NatsServer;
let argocd: FakeArgocd;
let server: ServerProcess | undefined;
let runner: RunnerProcess | undefined;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-argocd-'));
  nats = await startNats();
  argocd = await startArgocd();
  const commit = 'a'.repeat(40);
  argocd.git.set('main', { commit, resources: ['a', 'b'], health: 'Healthy' });
});
afterEach(async () => {
  await runner?.end('SIGKILL');
  await server?.kill();
  await argocd.close();
  await nats.remove();
  rmSync(directory, { recursive: true, force: true });
});

function must<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false }): T {
  if (!result.ok) throw new Error(JSON.stringify(result));
  return result.value;
}

test('a step syncs with the token of a secret, and its outputs are the status', async () => {
  const dataDir = join(directory, 'server');
  server = await startServerProcess(dataDir, ['--bus', nats.url]);
  const call = clientOf(server.url, dataDir);
  const { secret: token } = must(await call('enrollment.create', { runner: RUNNER }));
  const { requestPem: request } = await makeRequest(RUNNER);
  must(await call('enrollment.redeem', { token, runner: RUNNER, request }));
  const place = ['--bus', nats.url, '--data-dir', join(directory, 'runner')];
  // Node reserves more addresses than a step may have where cgroups do not limit its memory.
  const reach = ['--network', 'open', '--allow-path', ROOT, '--memory-mb', '32768'];
  const uid = ['--places', '1', '--first-uid', `${TEST_UID}`];
  runner = launchRunner(['--name', RUNNER, '--label', 'site=test', ...place, ...reach, ...uid]);
  await runner.ready();
  await waitUntil('the runner to be registered', async () =>
    must(await call('runner.list', {})).items.at(0),
  );
  const allowed = { workflows: ['deploy'], hosts: [], runner_labels: ['site=test'] };
  must(await call('secret.create', { name: 'argocd-token', value: argocd.token, allowed }));
  const novacron = (words: string) =>
    `ARGOCD_AUTH_TOKEN=$(cat "$TOKEN") ${process.execPath} ${NOVACRON} argocd ${words}`;
  const step = (id: string, needs: string, words: string) => `
  - id: ${id}
    needs: [${needs}]
    run_on: { site: test }
    command:
      - sh
      - -c
      - ${novacron(words)} --output json
    env: { ARGOCD_SERVER: "${argocd.url}" }
    secrets: { TOKEN: argocd-token }
    timeout: 1m
    outputs: { revision: json.revision, health: json.health_status }`;
  const create = 'create prod --repo https://example.com/r --path p --namespace n --revision main';
  const steps = step('create', '', create) + step('sync', 'create', 'sync prod --wait');
  const { resource } = must(
    await call('workflow.create', { text: `name: deploy\nsteps:${steps}\n` }),
  );
  const run = must(await call('workflow.run', { id: resource.id }));
  const ended = await waitUntil('the execution to end', async () => {
    const now = must(await call('execution.get', { id: run.operation.id }));
    return now.finished_at === null ? undefined : now;
  });
  expect(ended.steps.at(-1)?.outputs).toEqual({ revision: 'a'.repeat(40), health: 'healthy' });
});
