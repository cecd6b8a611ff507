/**
 * Commands while the server, the bus or their runner is killed, in an order chosen by lot: each
 * begins once for each attempt, one whose end is not known is reported, and nothing of it is left.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Execution } from '@novacron/contract/automation/execution';
import type { OperationId } from '@novacron/contract/ids';
import { makeRng } from '@novacron/engine/rng';
import { waitUntil } from '@novacron/testing/wait-until';
import { z } from 'zod';
import { makeRequest } from '../../server/agent/src/identity/make-request.ts';
import { hasProcesses } from '../../server/runner/src/steps/has-processes.ts';
import {
  launchRunner,
  type RunnerProcess,
} from '../../server/runner/src/test-kit/launch-runner.ts';
import { TEST_UID } from '../../server/runner/src/test-kit/run-for-test.ts';
import { findIsolation } from '../support/services/find-isolation.ts';
import { type NatsServer, startNats } from '../support/services/start-nats.ts';
import { clientOf } from './test-kit/live-client.ts';
import { findFaultsIn } from './test-kit/read-data-dir.ts';
import { type ServerProcess, startServerProcess } from './test-kit/start-server-process.ts';
import type { Call } from './test-kit/world.ts';

findIsolation();

// Starts a process for each kill.
jest.setTimeout(300_000);

const SEED = process.env.SEED ?? 'commands-1';
const VICTIMS = ['server', 'bus', 'runner', 'server', 'bus', 'runner'] as const;
const EXECUTIONS = 6;
const PLACES = 2;
const RUNNER = 'runner-01';

const retry = 'retry: { max_attempts: 9, backoff: fixed, delay: 200ms }';

/** Each step leaves processes behind that have left its process group, and ignore signals. */
const script = "setsid sh -c 'trap : TERM; sleep 600; sleep 600' & sleep 1; echo done";

/** What is transferred while all is killed: later steps find it whole. */
const save = 'cd $NOVACRON_ARTIFACTS/save; head -c 3000000 /dev/urandom >x; sha256sum <x >sum';
const check = 'cd $NOVACRON_ARTIFACTS/load; sha256sum <a.x | cmp - a.sum || exit 9';

const TEXT = `name: commands
steps:
  - id: a
    command: [sh, -c, "${save}; ${script}"]
    artifacts: { save: [x, sum] }
    ${retry}
    outputs: { said: stdout }
  - id: b
    needs: [a]
    command: [sh, -c, "${check}; ${script}"]
    artifacts: { load: [a.x, a.sum] }
    ${retry}
    outputs: { said: stdout }
  - id: c
    needs: [b]
    command: [sh, -c, "${check}; ${script}"]
    artifacts: { load: [a.x, a.sum] }
    ${retry}
    outputs: { said: stdout }
`;

let directory = '';
let nats: NatsServer;
let server: ServerProcess | undefined;
let runner: RunnerProcess | undefined;
let runnerLog = '';

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-commands-'));
  nats = await startNats();
});
afterEach(async () => {
  await runner?.end('SIGKILL');
  await server?.kill();
  await nats.remove();
  rmSync(directory, { recursive: true, force: true });
});

async function startServer(): Promise<Call> {
  const dataDir = join(directory, 'server');
  server = await startServerProcess(dataDir, ['--bus', nats.url]);
  return clientOf(server.url, dataDir);
}

async function startRunner(): Promise<void> {
  const host = ['--places', `${PLACES}`, '--first-uid', `${TEST_UID}`];
  const place = ['--bus', nats.url, '--data-dir', join(directory, 'runner')];
  runner = launchRunner(['--name', RUNNER, ...place, ...host]);
  await runner.ready();
}

async function killRunner(): Promise<void> {
  await runner?.end('SIGKILL');
  runnerLog += runner?.said.stderr;
}

function must<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false }): T {
  if (!result.ok) throw new Error(JSON.stringify(result));
  return result.value;
}

async function enroll(call: Call): Promise<void> {
  const { secret: token } = must(await call('enrollment.create', { runner: RUNNER }));
  const { requestPem: request } = await makeRequest(RUNNER);
  must(await call('enrollment.redeem', { token, runner: RUNNER, request }));
}

const commandsRun = () =>
  Array.from({ length: PLACES }, (_, place) => hasProcesses(TEST_UID + place)).some((is) => is);

/** In an order that follows from the seed. */
function victims() {
  const rng = makeRng(SEED).fork('killed-commands');
  const drawn = VICTIMS.map((victim) => ({ victim, at: rng.next() }));
  return drawn.toSorted((a, b) => a.at - b.at).map(({ victim }) => victim);
}

const Line = z.looseObject({
  msg: z.string(),
  execution_id: z.string().optional(),
  attempt: z.string().optional(),
});

/** Returns the number of starts of each attempt, by its execution and key. */
function countBegun(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of runnerLog.split('\n').filter((each) => each.startsWith('{'))) {
    const { msg, execution_id: id, attempt } = Line.parse(JSON.parse(line));
    if (msg !== 'a command begins') continue;
    counts.set(`${id}/${attempt}`, (counts.get(`${id}/${attempt}`) ?? 0) + 1);
  }
  return counts;
}

test(`commands begin once an attempt while all around them is killed (seed ${SEED})`, async () => {
  let call = await startServer();
  await enroll(call);
  await startRunner();
  await waitUntil('the runner to be registered', async () =>
    must(await call('runner.list', {})).items.at(0),
  );
  const { resource } = must(await call('workflow.create', { text: TEXT }));
  const ids: OperationId[] = [];
  for (let at = 0; at < EXECUTIONS; at += 1) {
    ids.push(must(await call('workflow.run', { id: resource.id })).operation.id);
  }
  let lost = 0;
  for (const victim of victims()) {
    await waitUntil('a command to run', () => commandsRun() || undefined);
    if (victim === 'server') {
      await server?.kill();
      call = await startServer();
    } else if (victim === 'bus') {
      await nats.kill();
      await nats.restart();
    } else {
      await killRunner();
      lost += 1;
      await waitUntil('its commands to be gone', () => !commandsRun() || undefined);
      await startRunner();
    }
  }
  const ended = await waitUntil('the executions to end', async () => {
    const all: Execution[] = [];
    for (const id of ids) all.push(must(await call('execution.get', { id })));
    return all.every(({ finished_at }) => finished_at !== null) ? all : undefined;
  });
  expect(ended.map(({ status }) => status)).toEqual(ids.map(() => 'succeeded'));
  const steps = ended.flatMap((execution) => execution.steps);
  expect(steps.map(({ outputs }) => outputs)).toEqual(steps.map(() => ({ said: 'done' })));
  expect(commandsRun()).toBe(false);
  await killRunner();
  const begun = countBegun();
  expect([...begun].filter(([, count]) => count !== 1)).toEqual([]);
  // What began again was reported as an attempt of its own.
  const attempts = steps.reduce((sum, step) => sum + step.attempts, 0);
  expect(begun.size).toBe(attempts);
  expect(attempts).toBeGreaterThanOrEqual(steps.length + lost);
  expect(attempts).toBeLessThanOrEqual(steps.length + lost * PLACES);
  await server?.stop();
  expect(await findFaultsIn(join(directory, 'server'))).toEqual([]);
});
