/** Commands that take steps back, and whose runners are lost while they run. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Execution } from '@novacron/contract/automation/execution';
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

/** Those of its two places. */
const UIDS = [TEST_UID, TEST_UID + 1];

const bench = useBench();
let runner: RunnerBench;

beforeEach(async () => {
  registerRunners(bench().deps);
  const { secret: token } = await bench().expectOk('enrollment.create', { runner: RUNNER });
  const { requestPem: request } = await makeRequest(RUNNER);
  const principal = await bench().application.anyone('192.0.2.1');
  await bench().expectOk('enrollment.redeem', { token, runner: RUNNER, request }, { principal });
  runner = openRunnerBench({ places: UIDS.length, bus: bench().bus });
});

afterEach(async () => {
  await runner.close();
});

async function startRunner(start: string) {
  const started = runner.start(start);
  await waitUntil('the runner to be registered', async () => {
    const rows = await bench().store.read({ from: 'runners', where: { start } });
    return rows[0];
  });
  return started;
}

/** Commands take real time, so virtual time stands still meanwhile. */
async function ended(id: string): Promise<Execution> {
  return waitUntil('the execution to end', async () => {
    const execution = await bench().expectOk('execution.get', { id: id as never });
    return execution.finished_at === null ? undefined : execution;
  });
}

describe('a command that takes a step back, and is lost with its runner,', () => {
  const text = (retry: string) => `name: w
steps:
  - { id: first, command: "true", compensate: { command: "true" } }
  - id: second
    needs: [first]
    command: "true"${retry}
    compensate: { command: sleep 2 }
  - { id: third, needs: [second], command: "false", retry: { max_attempts: 1 } }
`;

  /** @returns the execution, when its runner has come back and virtual time has passed */
  async function loseCompensation(retry = ''): Promise<Execution> {
    const first = await startRunner('start-1');
    const { resource } = await bench().expectOk('workflow.create', { text: text(retry) });
    const { operation } = await bench().expectOk('workflow.run', { id: resource.id });
    await waitUntil('the compensation to run', async () => {
      const rows = await bench().store.read({ from: 'execution_steps' });
      const begun = rows.some(({ id, order_json: json }) => id.includes('/undo:') && json !== null);
      return (begun && UIDS.some(hasProcesses)) || undefined;
    });
    // Its machine is gone, with what it was about to say.
    const published = jest.spyOn(bench().bus, 'publish').mockImplementation(() => {});
    await first.stop(0);
    published.mockRestore();
    for (const file of readdirSync(runner.dataDir)) rmSync(join(runner.dataDir, file));
    await startRunner('start-2');
    await bench().advance(3_000);
    return ended(operation.id);
  }

  test('is repeated where its step has a retry', async () => {
    const { status, steps } = await loseCompensation('\n    retry: { max_attempts: 2 }');
    expect([status, steps.map((step) => step.status)]).toEqual([
      'failed',
      ['taken_back', 'taken_back', 'failed'],
    ]);
  });

  test('leaves it stuck without one, until someone has it tried again', async () => {
    const { id, status, steps, problem: why } = await loseCompensation();
    expect([status, steps.map((step) => step.status)]).toEqual([
      'stuck',
      ['succeeded', 'taking_back', 'failed'],
    ]);
    const unknown = 'the runner runner-01 lost its journal: it is unknown whether the command ran';
    expect(steps[1]?.message).toBe(`${unknown}; it was not retried, because the step has no retry`);
    expect(why?.detail).toContain(`taking back step second failed too: ${unknown}`);
    expect(why?.remedy).toContain(`novacron operation retry ${id}`);
    expect(why?.remedy).toContain(`novacron execution finish ${id}`);
    await bench().expectOk('operation.retry', { id });
    const again = await ended(id);
    expect([again.status, again.steps.map((step) => step.status)]).toEqual([
      'failed',
      ['taken_back', 'taken_back', 'failed'],
    ]);
  });

  test('is finished by an admin who has taken it back by hand', async () => {
    const { id } = await loseCompensation();
    const reason = 'the entry was deleted by hand';
    const principal = { ...bench().admin, role: 'operator' as const };
    const refused = await bench().expectProblem('execution.finish', { id, reason }, { principal });
    expect(refused.code).toBe('forbidden');
    await bench().expectOk('execution.finish', { id, reason });
    const { status, steps, problem: why } = await ended(id);
    expect([status, steps.map((step) => step.status)]).toEqual([
      'failed',
      ['taken_back', 'taken_back', 'failed'],
    ]);
    expect(why?.detail).toContain('step third failed');
    // What came before it was taken back by its command.
    const undone = await bench().store.read({ from: 'execution_steps' });
    expect(undone.filter(({ result }) => result === 'undone').map(({ step }) => step)).toEqual([
      'first',
    ]);
    const { items } = await bench().expectOk('audit.list', {});
    const [entry] = items.filter(({ operation }) => operation === 'execution.finish');
    expect(entry?.changes).toMatchObject({ reason: { is: reason } });
    const { items: events } = await bench().expectOk('event.list', {});
    expect(events.map(({ type }) => type)).toContain('workflow.run.finished');
    const twice = await bench().expectProblem('execution.finish', { id, reason });
    expect(twice.detail).toContain('cannot be finished: it is not stuck');
    expect(twice.remedy).toContain(`novacron execution inspect ${id}`);
  });
});
