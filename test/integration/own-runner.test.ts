/** A server with a runner of its own: one process started by people, and no message bus. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { OperationId } from '@novacron/contract/ids';
import { waitUntil } from '@novacron/testing/wait-until';
import { hasProcesses } from '../../server/runner/src/steps/has-processes.ts';
import { TEST_UID } from '../../server/runner/src/test-kit/run-for-test.ts';
import { findIsolation } from '../support/services/find-isolation.ts';
import { clientOf } from './test-kit/live-client.ts';
import { type ServerProcess, startServerProcess } from './test-kit/start-server-process.ts';
import type { Call } from './test-kit/world.ts';

findIsolation();

jest.setTimeout(120_000);

const PROGRAM = fileURLToPath(new URL('../../server/cli/bin/novacron.mjs', import.meta.url));

let dataDir = '';
let server: ServerProcess | undefined;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'novacron-own-runner-'));
});
afterEach(async () => {
  await server?.kill();
  await runnerGone();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(): Promise<Call> {
  const env = { NOVACRON_RUNNER_FIRST_UID: `${TEST_UID}`, NOVACRON_RUNNER_PLACES: '2' };
  server = await startServerProcess(dataDir, ['--runner'], env);
  return clientOf(server.url, dataDir);
}

/** The process of the runner: its variables name the data directory. */
function findRunner(): number | undefined {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const found = pids.find((pid) => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      const variables = readFileSync(`/proc/${pid}/environ`, 'utf8');
      return words[2] === 'runner' && variables.includes(`_DATA_DIR=${dataDir}/`);
    } catch {
      return false;
    }
  });
  return found === undefined ? undefined : Number(found);
}

const runnerGone = () =>
  waitUntil('the runner to end', () => findRunner() === undefined || undefined);

async function run(call: Call, name: string, steps: string) {
  const made = await call('workflow.create', { text: `name: ${name}\nsteps:\n${steps}` });
  if (!made.ok) throw new Error(made.error.detail);
  const begun = await call('workflow.run', { id: made.value.resource.id });
  if (!begun.ok) throw new Error(begun.error.detail);
  return begun.value.operation.id;
}

const ended = (call: Call, id: OperationId) =>
  waitUntil('the execution to end', async () => {
    const execution = await call('execution.get', { id });
    if (!execution.ok) throw new Error(execution.error.detail);
    return execution.value.finished_at === null ? undefined : execution.value;
  });

test('runs commands that pass files and reach the server, and ends with the server', async () => {
  const call = await start();
  const { host } = new URL(server?.url ?? '');
  const id = await run(
    call,
    'pass',
    `
  - { id: a, command: [sh, -c, 'date >$NOVACRON_ARTIFACTS/save/x'], artifacts: { save: [x] } }
  - id: b
    needs: [a]
    command: [sh, -c, 'test -s $NOVACRON_ARTIFACTS/load/a.x; curl -sf http://${host}/healthz']
    hosts: ["${host}"]
    artifacts: { load: [a.x] }
    outputs: { said: stdout }
`,
  );
  const { status, steps } = await ended(call, id);
  expect(steps.map(({ message }) => message)).toEqual([null, null]);
  expect(status).toBe('succeeded');
  await run(call, 'long', '  - { id: a, command: sleep 4731 }\n');
  await waitUntil('the command to run', () => hasProcesses(TEST_UID) || undefined);
  await server?.kill();
  await runnerGone();
  expect(hasProcesses(TEST_UID)).toBe(false);
});

test('is started again when it is killed, and after a restart of the server', async () => {
  let call = await start();
  const first = findRunner() ?? 0;
  process.kill(first, 'SIGKILL');
  const steps = '  - { id: a, command: [echo, again], outputs: { said: stdout } }\n';
  await waitUntil('another one', () => {
    const pid = findRunner();
    return pid !== undefined && pid !== first ? true : undefined;
  });
  expect(await ended(call, await run(call, 'one', steps))).toMatchObject({ status: 'succeeded' });
  expect(await server?.stop()).toMatchObject({ code: 0 });
  await runnerGone();
  call = await start();
  expect(await ended(call, await run(call, 'two', steps))).toMatchObject({ status: 'succeeded' });
});

test('is refused on a host that cannot isolate steps, with the reason', async () => {
  const words = [process.execPath, PROGRAM, 'server', '--runner', '--listen', '127.0.0.1:0'];
  const within = ['--bounding-set=-sys_admin', ...words, '--data-dir', dataDir];
  await expect(promisify(execFile)('setpriv', within)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /Error: This host cannot isolate steps: .*unshare[\s\S]*start the server without --runner/,
    ),
  });
});
