/** Commands of executions, run by a real runner with its isolation. */
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Execution } from '@novacron/contract/automation/execution';
import { problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import { registerRunners } from '@novacron/server/app/automation/runners/register-runners';
import { waitUntil } from '@novacron/testing/wait-until';
import { makeRequest } from '../../../server/agent/src/identity/make-request.ts';
import { hasProcesses } from '../../../server/runner/src/steps/has-processes.ts';
import {
  openRunnerBench,
  type RunnerBench,
} from '../../../server/runner/src/test-kit/open-runner-bench.ts';
import { TEST_UID } from '../../../server/runner/src/test-kit/run-for-test.ts';
import { useBench } from '../test-kit/use-bench.ts';

const RUNNER = 'runner-01';
const LATE = { detail: 'The answer takes too long.', remedy: 'Ask again.' };
const VALUE = 'correct-horse/battery+staple';

const bench = useBench();
let runner: RunnerBench;

/** The runner that the bench starts has the label site=a. */
beforeEach(async () => {
  registerRunners(bench().deps);
  await enroll(RUNNER);
  runner = openRunnerBench({ places: 2, bus: bench().bus });
});

afterEach(async () => {
  await runner.close();
});

async function enroll(name: string): Promise<void> {
  const { secret: token } = await bench().expectOk('enrollment.create', { runner: name });
  const { requestPem: request } = await makeRequest(name);
  const principal = await bench().application.anyone('192.0.2.1');
  await bench().expectOk('enrollment.redeem', { token, runner: name, request }, { principal });
}

async function startRunner(start = 'start-1', which = runner) {
  const started = which.start(start);
  await waitUntil('the runner to be registered', async () => {
    const rows = await bench().store.read({ from: 'runners', where: { start } });
    return rows[0];
  });
  return started;
}

async function start(text: string) {
  const { resource } = await bench().expectOk('workflow.create', { text });
  return (await bench().expectOk('workflow.run', { id: resource.id })).operation;
}

/** Commands take real time, so virtual time stands still meanwhile. */
async function ended(id: string): Promise<Execution> {
  return waitUntil('the execution to end', async () => {
    const execution = await bench().expectOk('execution.get', { id: id as never });
    return execution.finished_at === null ? undefined : execution;
  });
}

async function run(text: string): Promise<Execution> {
  return ended((await start(text)).id);
}

describe('a command', () => {
  test('is run by a runner with the labels, and its output is an output of the step', async () => {
    await startRunner();
    const { status, steps } = await run(`name: w
steps:
  - id: read
    command: [printf, '%s\\n', '{"a": [1, 2]}']
    env: { GREETING: hello }
    run_on: { site: a }
    outputs: { text: stdout, second: json.a.1, code: exit_code }
  - id: next
    needs: [read]
    command: [sh, -c, 'echo "$1"; test "$1" = 2', sh, "\${steps.read.outputs.second}"]
    outputs: { said: stdout }
`);
    expect(status).toBe('succeeded');
    expect(steps).toMatchObject([
      { outputs: { text: '{"a": [1, 2]}', second: 2, code: 0 } },
      { outputs: { said: '2' } },
    ]);
  });

  test('fails with its exit code, or succeeds with those that success_when has', async () => {
    await startRunner();
    const text = (more: string) => `name: w${more.length}
steps:
  - { id: check, command: [sh, -c, exit 3]${more} }
`;
    const failed = await run(text(''));
    const none = await bench().expectProblem('execution.logs', { id: failed.id, step: 'check' });
    expect(none.detail).toContain('has no log');
    expect(failed.status).toBe('failed');
    expect(failed.steps).toMatchObject([
      { attempts: 1, message: expect.stringContaining('the command ended with the exit code 3') },
    ]);
    expect((await run(text(', success_when: { exit_codes: [3] }'))).status).toBe('succeeded');
  });

  test('shows what it has printed so far, and all of it when it has ended', async () => {
    await startRunner();
    const { id } = await start(`name: w
steps:
  - id: a
    command: [sh, -c, 'echo ready; sleep 4731']
    retry: { max_attempts: 1 }
`);
    const soFar = await waitUntil('a log', async () => {
      const answer = await bench().call('execution.logs', { id, step: 'a' });
      return answer.ok && answer.value.text !== '' ? answer.value : undefined;
    });
    const log = { step: 'a', attempt: 'a#1', text: 'ready\n', next: 6, dropped_bytes: 0 };
    expect(soFar).toEqual({ ...log, ended_at: null });
    const later = await bench().expectOk('execution.logs', { id, step: 'a', from: 4 });
    expect(later).toEqual({ ...log, text: 'y\n', ended_at: null });
    const input = { id, step: 'a', attempt: 'a#2' };
    expect((await bench().expectProblem('execution.logs', input)).detail).toContain('has no log');
    await bench().expectOk('operation.cancel', { id });
    await ended(id);
    const whole = await bench().expectOk('execution.logs', { id, step: 'a' });
    expect(whole).toEqual({ ...log, ended_at: expect.any(String) });
    const rest = await bench().expectOk('execution.logs', { id, step: 'a', from: 6 });
    expect(rest).toEqual({ ...log, text: '', ended_at: expect.any(String) });
  });

  test('says while it runs how much of its output is dropped', async () => {
    await startRunner();
    const { id } = await start(`name: w
steps:
  - { id: a, command: [sh, -c, 'head -c 1048580 /dev/zero | tr "\\\\0" x; sleep 4731'] }
`);
    const from = 1_048_570;
    const shown = await waitUntil('the log to be full', async () => {
      const answer = await bench().call('execution.logs', { id, step: 'a', from });
      return answer.ok && answer.value.dropped_bytes > 0 ? answer.value : undefined;
    });
    expect(shown).toEqual({
      step: 'a',
      attempt: 'a#1',
      text: 'xxxxxx',
      next: 1_048_576,
      dropped_bytes: 4,
      ended_at: null,
    });
    await bench().expectOk('operation.cancel', { id });
    await ended(id);
  });

  test('is refused at the start where no runner has its labels', async () => {
    await startRunner();
    const text = 'name: w\nsteps:\n  - { id: a, command: "true", run_on: { site: b } }\n';
    const { resource } = await bench().expectOk('workflow.create', { text });
    const refused = await bench().expectProblem('workflow.run', { id: resource.id });
    expect(refused.detail).toBe(
      'A run of w is refused: step a needs a runner with the label site=b, and the tenant has ' +
        'none.',
    );
    expect(refused.remedy).toContain('novacron workflow runner list');
  });

  test('takes a step back', async () => {
    await startRunner();
    const { status, steps } = await run(`name: w
steps:
  - id: a
    command: [echo, done]
    outputs: { said: stdout }
    compensate: { command: [test, "\${steps.a.outputs.said}", =, done] }
  - { id: b, needs: [a], command: "false" }
`);
    expect(status).toBe('failed');
    expect(steps.map((step) => step.status)).toEqual(['taken_back', 'failed']);
  });

  test('waits for a free place without a failed attempt', async () => {
    await startRunner();
    const { status, steps } = await (async () => {
      const operation = await start(`name: w
steps:
  - { id: a, command: sleep 0.4 }
  - { id: b, command: sleep 0.4 }
  - { id: c, command: sleep 0.1 }
`);
      await waitUntil('two of them to run', () => runner.completions.length === 2 || undefined);
      await bench().advance(1_500);
      return ended(operation.id);
    })();
    expect(status).toBe('succeeded');
    expect(steps.map(({ attempts }) => attempts)).toEqual([1, 1, 1]);
  });

  test('is ended when its execution is cancelled', async () => {
    await startRunner();
    const operation = await start('name: w\nsteps:\n  - { id: a, command: sleep 60 }\n');
    await waitUntil('the runner to have it', async () => {
      const rows = await bench().store.read({ from: 'execution_steps' });
      return rows.find(({ order_json: json }) => json !== null);
    });
    await bench().expectOk('operation.cancel', { id: operation.id });
    expect((await ended(operation.id)).status).toBe('stopped');
    expect(runner.completions).toMatchObject([{ outcome: { kind: 'ended', why: 'cancelled' } }]);
  });

  test('goes on under the next server, and runs once', async () => {
    await startRunner();
    const operation = await start(`name: w
steps:
  - { id: a, command: [sh, -c, "sleep 0.5; echo once"], outputs: { said: stdout } }
`);
    await waitUntil('the runner to have it', async () => {
      const rows = await bench().store.read({ from: 'execution_steps' });
      return rows.find(({ order_json: json }) => json !== null);
    });
    await bench().restartServer();
    const { status, steps } = await ended(operation.id);
    expect([status, steps[0]?.outputs, steps[0]?.attempts]).toEqual([
      'succeeded',
      { said: 'once' },
      1,
    ]);
    expect(runner.completions).toHaveLength(1);
  });

  test('does not begin where its order comes after another runner was chosen', async () => {
    await startRunner();
    await enroll('runner-02');
    const { bus } = bench();
    const other = openRunnerBench({ bus, name: 'runner-02', places: 1, firstUid: TEST_UID + 50 });
    await startRunner('start-02', other);
    const request = bus.request.bind(bus);
    const orders: (() => ReturnType<typeof request>)[] = [];
    jest.spyOn(bus, 'request').mockImplementation(async (subject, message, options) => {
      const send = () => request(subject, message, options);
      if (!Object.hasOwn(message, 'words')) return send();
      orders.push(send);
      // The first order is on its way for long; then others have the places of its runner.
      if (orders.length === 1) return err(problem('deadline-exceeded', LATE));
      return orders.length === 2 ? ok({ kind: 'busy' }) : send();
    });
    const { status, steps } = await run(`name: w
steps:
  - { id: a, command: echo once, outputs: { said: stdout } }
`);
    expect([status, steps[0]?.attempts, orders.length]).toEqual(['succeeded', 1, 3]);
    expect(await orders[0]?.()).toEqual(ok({ kind: 'withdrawn' }));
    expect([runner.completions.length, other.completions.length]).toEqual([0, 1]);
    await other.close();
  });

  test.each([
    [
      '',
      'failed',
      1,
      'the command was stopped together with its runner: it may have had an effect; it was not',
    ],
    [', retry: { max_attempts: 2, backoff: fixed, delay: 1s }', 'succeeded', 2, ''],
  ])('that its runner ends is repeated where it may be%s', async (...row) => {
    const [more, wanted, attempts, message] = row;
    const first = await startRunner();
    const operation = await start(`name: w
steps:
  - { id: a, command: sleep 0.3${more} }
`);
    await waitUntil('the runner to have it', async () => {
      const rows = await bench().store.read({ from: 'execution_steps' });
      return rows.find(({ order_json: json }) => json !== null);
    });
    await first.stop(0);
    await startRunner('start-2');
    await bench().advance(3_000);
    const { status, steps } = await ended(operation.id);
    expect([status, steps[0]?.attempts]).toEqual([wanted, attempts]);
    expect(steps[0]?.message ?? '').toContain(message);
  });

  test('names the runner that it went to', async () => {
    await startRunner();
    const { steps } = await run(`name: w
steps:
  - { id: a, command: "true" }
  - { id: b, needs: [a], command: "false" }
  - { id: c, needs: [b], wait: 1s }
`);
    expect(steps.map((step) => step.runner)).toEqual([RUNNER, RUNNER, null]);
  });

  const once = 'lost its journal: it is unknown whether the command ran; it was not';
  const again = ', retry: { max_attempts: 2, backoff: fixed, delay: 1s }';
  test.each([
    ['lost its journal', '', 'failed', 1, once],
    ['lost its journal', again, 'succeeded', 2, ''],
    ['came back with an older journal', '', 'failed', 1, once],
    ['came back with an older journal', again, 'succeeded', 2, ''],
  ])('of a runner that %s is repeated where it may be%s', async (...row) => {
    const [how, more, status, attempts, message] = row;
    const first = await startRunner();
    const copy = mkdtempSync(join(tmpdir(), 'novacron-journal-'));
    cpSync(runner.dataDir, copy, { recursive: true });
    const operation = await start(`name: w
steps:
  - { id: a, command: sleep 0.3${more} }
`);
    await waitUntil('the runner to have it', async () => {
      const rows = await bench().store.read({ from: 'execution_steps' });
      return rows.find(({ order_json: json }) => json !== null);
    });
    await waitUntil('the command to run', () => hasProcesses(TEST_UID) || undefined);
    // Its machine is gone, with what it was about to say.
    const published = jest.spyOn(bench().bus, 'publish').mockImplementation(() => {});
    await first.stop(0);
    published.mockRestore();
    for (const file of readdirSync(runner.dataDir)) rmSync(join(runner.dataDir, file));
    if (how !== 'lost its journal') cpSync(copy, runner.dataDir, { recursive: true });
    rmSync(copy, { recursive: true });
    await startRunner('start-2');
    await bench().advance(3_000);
    const execution = await ended(operation.id);
    const [step] = execution.steps;
    expect([execution.status, step?.attempts]).toEqual([status, attempts]);
    expect(step?.message ?? '').toContain(message);
  });

  test('fails where its runner was deleted, which only one that is silent can be', async () => {
    const first = await startRunner();
    const [{ id } = { id: '' as never }] = (await bench().expectOk('runner.list', {})).items;
    const none = 'rnr_01h455vb4pex5vsknk084sn02q' as never;
    expect((await bench().expectProblem('runner.get', { id: none })).code).toBe('not-found');
    expect(await bench().expectOk('runner.get', { id })).toMatchObject({
      name: RUNNER,
      status: 'ready',
      labels: { site: 'a' },
    });
    const refused = await bench().expectProblem('runner.delete', { id });
    expect([refused.code, refused.detail]).toEqual([
      'in-use',
      'The runner runner-01 is online and would be registered again.',
    ]);
    const operation = await start('name: w\nsteps:\n  - { id: a, command: sleep 60 }\n');
    await waitUntil('the command to run', () => hasProcesses(TEST_UID) || undefined);
    const published = jest.spyOn(bench().bus, 'publish').mockImplementation(() => {});
    await first.stop(0);
    published.mockRestore();
    await bench().advance(50_000);
    expect((await bench().expectOk('runner.get', { id })).status).toBe('silent');
    await bench().expectOk('runner.delete', { id });
    await bench().advance(3_000);
    const { status, steps } = await ended(operation.id);
    expect([status, steps[0]?.attempts]).toEqual(['failed', 1]);
    expect(steps[0]?.message).toContain('runner-01 did not report how the command ended');
  });

  test('fails at its timeout where its runner is silent, and says so before', async () => {
    const first = await startRunner();
    const operation = await start(`name: w
steps:
  - { id: a, command: sleep 60, timeout: 1m }
`);
    await waitUntil('the command to run', () => hasProcesses(TEST_UID) || undefined);
    const published = jest.spyOn(bench().bus, 'publish').mockImplementation(() => {});
    await first.stop(0);
    published.mockRestore();
    const [{ last_seen_at: since } = { last_seen_at: '' }] = (
      await bench().expectOk('runner.list', {})
    ).items;
    await bench().advance(50_000);
    const { steps } = await bench().expectOk('execution.get', { id: operation.id });
    const [{ silence, started_at } = {}] = steps;
    const until = new Date(Date.parse(started_at ?? '') + 70_000).toISOString();
    expect(silence).toEqual({ since, until });
    await bench().advance(22_000);
    const execution = await ended(operation.id);
    expect(execution.steps[0]).toMatchObject({ status: 'failed', silence: null });
    expect(execution.steps[0]?.message).toContain('did not report how the command ended');
    const tookMs = Date.parse(execution.finished_at ?? '') - Date.parse(started_at ?? '');
    expect(tookMs).toBeLessThan(73_000);
  });

  test('gets secrets that may go to runners with its labels, as files', async () => {
    await startRunner();
    const allowed = { workflows: ['w'], runner_labels: ['site=a'] };
    await bench().expectOk('secret.create', { name: 'token', value: VALUE, allowed });
    const text = (runOn: string) => `name: w
steps:
  - id: a
    command: [sh, -c, 'cat "$TOKEN"; cat "$TOKEN" | wc -c >&2; test "$(wc -c < "$TOKEN")" = 28']
    secrets: { TOKEN: token }
    outputs: { said: stdout }${runOn}
`;
    const { status, steps } = await run(text('\n    run_on: { site: a }'));
    expect([status, JSON.stringify(steps).includes(VALUE)]).toEqual(['succeeded', false]);
    const [execution] = (await bench().expectOk('execution.list', {})).items;
    if (execution === undefined) throw new Error('the execution is there');
    const log = await bench().expectOk('execution.logs', { id: execution.id, step: 'a' });
    expect(log).toMatchObject({ attempt: 'a#1', text: '***28\n', dropped_bytes: 0 });
    const [stored] = await bench().storeOnDisk.read({ from: 'execution_logs' });
    expect(stored?.text).toMatch(/^ncs1[.]/);
    const changed = text('');
    const [workflow] = (await bench().expectOk('workflow.list', {})).items;
    if (workflow === undefined) throw new Error('the workflow is there');
    await bench().expectOk('workflow.update', { id: workflow.id, text: changed });
    const refused = await bench().expectProblem('workflow.run', { id: workflow.id });
    expect(refused.detail).toContain('may not be sent to the runners with any labels');
  });
});
