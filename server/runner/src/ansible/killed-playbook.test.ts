/** A playbook whose runner is killed: nothing of it is left, and what it did is not known. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import type { Bus } from '@novacron/bus/bus';
import { openNatsBus } from '@novacron/bus/open-nats-bus';
import {
  RunnerAnnouncement,
  RunnerCompletion,
  RunnerLog,
} from '@novacron/contract/automation/runner';
import {
  runnerAnnounceSubject,
  runnerCompletionSubject,
  runnerLogSubject,
  runnerOrderSubject,
} from '@novacron/contract/automation/runner-subjects';
import { findAnsible } from '../../../../test/support/services/find-ansible.ts';
import { findIsolation } from '../../../../test/support/services/find-isolation.ts';
import { type NatsServer, startNats } from '../../../../test/support/services/start-nats.ts';
import { waitUntil } from '../../../../test/support/src/wait-until.ts';
import { hasProcesses } from '../steps/has-processes.ts';
import { launchRunner, type RunnerProcess } from '../test-kit/launch-runner.ts';
import { EXECUTION } from '../test-kit/open-runner-bench.ts';
import { TEST_UID } from '../test-kit/run-for-test.ts';

findIsolation();
findAnsible();

jest.setTimeout(120_000);

const RUNNER = 'runner-01';

const PLAYBOOK = `- hosts: localhost
  gather_facts: false
  tasks:
    - { name: begin, ansible.builtin.command: "true" }
    - { name: last, ansible.builtin.command: sleep 600 }
`;

let nats: NatsServer;
let bus: Bus;
let dataDir = '';
let runner: RunnerProcess;

beforeAll(async () => {
  nats = await startNats({ jetstream: 'off' });
  const opened = await openNatsBus({ servers: nats.url, retainedSubjects: [] });
  if (!opened.ok) throw new Error(opened.error.detail);
  bus = opened.value;
});
afterAll(async () => {
  await bus.close();
  await nats.remove();
});
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'novacron-playbook-'));
  runner = await launch();
});
afterEach(async () => {
  await runner.end('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

async function launch(): Promise<RunnerProcess> {
  const host = ['--network', 'open', '--places', '1', '--first-uid', `${TEST_UID}`];
  const place = ['--bus', nats.url, '--data-dir', dataDir];
  const started = launchRunner(['--name', RUNNER, ...place, ...host]);
  await started.ready();
  return started;
}

function announced(): Promise<RunnerAnnouncement> {
  return new Promise((resolve) => {
    const leave = bus.subscribe(runnerAnnounceSubject(RUNNER), (message) => {
      leave();
      resolve(RunnerAnnouncement.parse(message));
    });
  });
}

async function readLog(): Promise<string> {
  const query = { execution_id: EXECUTION, attempt: 'play#1', offset: 0 };
  const said = await bus.request(runnerLogSubject(RUNNER), query, { timeoutMs: 10_000 });
  return said.ok ? RunnerLog.parse(said.value).text : '';
}

test('a playbook ends with its runner, which says that its effect is not known', async () => {
  const { start, capabilities, network } = await announced();
  expect(capabilities).toEqual(['command', 'ansible', 'artifacts']);
  expect(network).toBe('open');
  const order = {
    protocol: 1,
    start,
    execution_id: EXECUTION,
    attempt: 'play#1',
    step: 'play',
    sequence: 1,
    dispatch: 1,
    words: ['ansible-playbook', 'site.yml'],
    ansible: { playbook: 'site.yml', variables: {} },
    files: [{ path: 'site.yml', text: PLAYBOOK }],
    env: {},
    secrets: [],
    masked: [],
    timeout_ms: 600_000,
  };
  const answer = await bus.request(runnerOrderSubject(RUNNER), order, { timeoutMs: 10_000 });
  expect(answer).toMatchObject({ value: { kind: 'accepted' } });
  await waitUntil('the last task to begin', async () =>
    (await readLog()).includes('"task": "last"') ? true : undefined,
  );
  expect(hasProcesses(TEST_UID)).toBe(true);
  await runner.end('SIGKILL');
  await waitUntil('the playbook to be gone', () => !hasProcesses(TEST_UID) || undefined);
  const completed = new Promise<RunnerCompletion>((resolve) => {
    bus.subscribe(runnerCompletionSubject(RUNNER), (message) => {
      resolve(RunnerCompletion.parse(message));
    });
  });
  runner = await launch();
  expect((await completed).outcome).toMatchObject({ kind: 'failed', effect: 'unknown' });
});
