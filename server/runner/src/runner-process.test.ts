import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Bus } from '@novacron/bus/bus';
import { openNatsBus } from '@novacron/bus/open-nats-bus';
import { RunnerAnnouncement, RunnerCompletion } from '@novacron/contract/automation/runner';
import {
  runnerAnnounceSubject,
  runnerCompletionSubject,
  runnerOrderSubject,
} from '@novacron/contract/automation/runner-subjects';
import { findIsolation } from '../../../test/support/services/find-isolation.ts';
import { type NatsServer, startNats } from '../../../test/support/services/start-nats.ts';
import { waitUntil } from '../../../test/support/src/wait-until.ts';
import { hasProcesses } from './steps/has-processes.ts';
import { launchRunner, type RunnerProcess } from './test-kit/launch-runner.ts';
import { EXECUTION } from './test-kit/open-runner-bench.ts';
import { TEST_UID } from './test-kit/run-for-test.ts';

findIsolation();

const RUNNER = 'runner-01';

describe('a host', () => {
  it('is examined before anything is started', async () => {
    const doctor = launchRunner(['doctor']);
    expect(await doctor.end()).toBe(0);
    const [isolated, playbooks, memory] = doctor.said.stdout.split('\n');
    expect(isolated).toBe('This host can isolate steps, with the network none.');
    expect(playbooks).toBe(
      'It runs no playbooks of Ansible, because steps reach no network: start it with ' +
        '--network open, or hosts.',
    );
    expect(memory).toMatch(/^It limits the memory of each (step[.]|process, .*, because .*[.])$/);
  });

  it.each([
    ['a user', ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'], /is not root/],
    ['root in a container', ['setpriv', '--bounding-set=-sys_admin'], /unshare/],
  ])('refuses %s, and says why', async (_who, within, reason) => {
    const refused = launchRunner(['--name', RUNNER, '--bus', 'nats://127.0.0.1:1'], within);
    expect(await refused.end()).toBe(1);
    expect(refused.said.stderr).toMatch(/^Error: This host cannot isolate steps: /);
    expect(refused.said.stderr).toMatch(reason);
    expect(refused.said.stderr).toMatch(/Start the runner as root on Linux/);
  });

  it('refuses what its flags must not say, all of it at once', async () => {
    const flags = ['--name', 'Runner_1', '--network', 'all', '--places', '0', '--first-uid', '0'];
    const refused = launchRunner(flags);
    expect(await refused.end()).toBe(2);
    for (const flag of ['name', 'network', 'places', 'first-uid', 'bus']) {
      expect(refused.said.stderr).toContain(`--${flag}: `);
    }
  });
});

describe('the process of a runner', () => {
  let nats: NatsServer;
  let bus: Bus;
  let dataDir: string;
  let runner: RunnerProcess;
  const completions: RunnerCompletion[] = [];

  beforeAll(async () => {
    nats = await startNats({ jetstream: 'off' });
    const opened = await openNatsBus({ servers: nats.url, retainedSubjects: [] });
    if (!opened.ok) throw new Error(opened.error.detail);
    bus = opened.value;
    bus.subscribe(runnerCompletionSubject(RUNNER), (message) => {
      completions.push(RunnerCompletion.parse(message));
    });
  });
  afterAll(async () => {
    await bus.close();
    await nats.remove();
  });
  beforeEach(async () => {
    completions.length = 0;
    dataDir = mkdtempSync(join(tmpdir(), 'novacron-runner-process-'));
    runner = launch(dataDir);
    await runner.ready();
  });
  afterEach(async () => {
    await runner.end('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  });

  function launch(directory: string): RunnerProcess {
    const host = ['--places', '2', '--first-uid', `${TEST_UID}`, '--label', 'site=a'];
    return launchRunner(['--name', RUNNER, '--bus', nats.url, '--data-dir', directory, ...host]);
  }

  function announced(): Promise<RunnerAnnouncement> {
    return new Promise((resolve) => {
      const leave = bus.subscribe(runnerAnnounceSubject(RUNNER), (message) => {
        leave();
        resolve(RunnerAnnouncement.parse(message));
      });
    });
  }

  async function send(words: readonly string[]) {
    const { start } = await announced();
    const order = {
      protocol: 1,
      start,
      execution_id: EXECUTION,
      attempt: 'check#1',
      step: 'check',
      sequence: 1,
      dispatch: 1,
      words,
      env: {},
      secrets: [],
      masked: [],
      timeout_ms: 60_000,
    };
    return bus.request(runnerOrderSubject(RUNNER), order, { timeoutMs: 10_000 });
  }

  const completed = () => waitUntil('a completion', () => completions[0]?.outcome);

  it('takes its commands with it when it is killed, and says so when it is back', async () => {
    expect(await announced()).toMatchObject({ labels: { site: 'a' }, network: 'none', places: 2 });
    const script = 'setsid sleep 4731 & setsid sh -c "trap \'\' TERM; sleep 4732" & sleep 4733';
    expect(await send(['sh', '-c', script])).toMatchObject({ value: { kind: 'accepted' } });
    await waitUntil('the command to run', () => hasProcesses(TEST_UID) || undefined);
    await runner.end('SIGKILL');
    await waitUntil('the command to end', () => !hasProcesses(TEST_UID) || undefined);
    runner = launch(dataDir);
    await runner.ready();
    const outcome = await completed();
    expect(outcome).toMatchObject({ kind: 'failed', message: expect.stringMatching(/not known/) });
  });

  it('gives commands no file that it has inherited open', async () => {
    const script = 'for n in 3 4 5 6; do [ ! -e /proc/$$/fd/$n ] || echo "open: $n"; done';
    await send(['sh', '-c', script]);
    expect(await completed()).toMatchObject({ kind: 'exited', code: 0, stdout: '' });
  });

  it('gives commands the program novacron of its own installation', async () => {
    await send(['sh', '-c', 'novacron --version && novacron policy fmt --help | head -n 1']);
    expect(await completed()).toMatchObject({
      kind: 'exited',
      code: 0,
      stdout: expect.stringMatching(/^\d+[.]\d+[.]\d+\nUsage: novacron policy fmt/),
    });
  });

  it('lets commands end when it is stopped', async () => {
    await send(['sh', '-c', 'sleep 1; echo done']);
    await waitUntil('the command to run', () => hasProcesses(TEST_UID) || undefined);
    expect(await runner.end('SIGTERM')).toBe(0);
    expect(await completed()).toMatchObject({ kind: 'exited', stdout: 'done\n' });
  });

  it('gives way to a later start of itself, such as one from a copy of its directory', async () => {
    const copy = mkdtempSync(join(tmpdir(), 'novacron-runner-copy-'));
    cpSync(join(dataDir, 'last-start'), join(copy, 'last-start'));
    const later = launch(copy);
    await later.ready();
    expect(await runner.end()).toBe(1);
    expect(runner.said.stderr).toMatch(/Another runner named runner-01 has started later/);
    expect(await send(['true'])).toMatchObject({ value: { kind: 'accepted' } });
    expect(await completed()).toMatchObject({ kind: 'exited', code: 0 });
    await later.end('SIGTERM');
    rmSync(copy, { recursive: true, force: true });
  });
});
