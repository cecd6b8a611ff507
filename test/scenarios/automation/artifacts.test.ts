/** Artifacts between the steps of an execution, with a real runner. */
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Execution } from '@novacron/contract/automation/execution';
import { runnerArtifactSubject } from '@novacron/contract/automation/runner-subjects';
import { problem } from '@novacron/contract/problem/problem';
import { err } from '@novacron/contract/result';
import { registerRunners } from '@novacron/server/app/automation/runners/register-runners';
import { waitUntil } from '@novacron/testing/wait-until';
import { makeRequest } from '../../../server/agent/src/identity/make-request.ts';
import {
  openRunnerBench,
  type RunnerBench,
} from '../../../server/runner/src/test-kit/open-runner-bench.ts';
import { ROW_OF_EACH_TABLE } from '../../../server/src/adapters/store/suite/rows.ts';
import { useBench } from '../test-kit/use-bench.ts';

const RUNNER = 'runner-01';
const SECRET = 'a plan with a password';
const SHA = createHash('sha256').update(SECRET.repeat(40_000)).digest('hex');

const bench = useBench();
let runner: RunnerBench;

beforeEach(async () => {
  registerRunners(bench().deps);
  const { secret: token } = await bench().expectOk('enrollment.create', { runner: RUNNER });
  const { requestPem: request } = await makeRequest(RUNNER);
  const principal = await bench().application.anyone('192.0.2.1');
  await bench().expectOk('enrollment.redeem', { token, runner: RUNNER, request }, { principal });
  runner = openRunnerBench({ places: 2, bus: bench().bus });
});

afterEach(async () => {
  await runner.close();
});

async function startRunner(start = 'start-1') {
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

async function start(text: string) {
  const { resource } = await bench().expectOk('workflow.create', { text });
  return (await bench().expectOk('workflow.run', { id: resource.id })).operation;
}

const PASSES = `name: passes
steps:
  - id: fetch
    command:
      - sh
      - -c
      - yes "$0" | head -n 40000 | tr -d "\\n" >$NOVACRON_ARTIFACTS/save/source
      - ${SECRET}
    artifacts: { save: [source] }
  - id: plan
    needs: [fetch]
    command:
      - sh
      - -c
      - |
        cat $NOVACRON_ARTIFACTS/load/fetch.source | tee $NOVACRON_ARTIFACTS/save/plan | wc -c
        test "$0" = ${SHA}
      - \${steps.fetch.artifacts.source.sha256}
    artifacts: { load: [fetch.source], save: [plan] }
    outputs: { bytes: json }
  - id: ask
    needs: [plan]
    approval: { message: "Apply \${steps.plan.artifacts.plan.sha256}?" }
  - id: apply
    needs: [ask]
    if: steps.plan.artifacts.plan.bytes == ${SECRET.length * 40_000}
    command: [sh, -c, 'sha256sum < $NOVACRON_ARTIFACTS/load/plan.plan']
    artifacts: { load: [plan.plan] }
    outputs: { sum: stdout }
`;

/** Another person: none approves what it has started. */
async function approver() {
  const made = await bench().expectOk('api_key.create', {
    name: 'ann',
    role: 'admin',
    person: 'ann',
  });
  const { id, name, role, tenant_id: tenantId } = made.resource;
  return { principal: { id, name, role, tenantId } };
}

describe('artifacts', () => {
  test('go to later steps, sealed in the store, and an approval shows their digest', async () => {
    await startRunner();
    const { id } = await start(PASSES);
    const [approval] = await waitUntil('the question', async () => {
      const { items } = await bench().expectOk('approval.list', {});
      return items.length === 0 ? undefined : items;
    });
    if (approval === undefined) throw new Error('there is a question');
    expect(approval.message).toBe(`Apply ${SHA}?`);
    await bench().expectOk('approval.approve', { id: approval.id }, await approver());
    await bench().advance(1_000);
    const execution = await ended(id);
    const bytes = SECRET.length * 40_000;
    expect(execution).toMatchObject({
      status: 'succeeded',
      steps: [
        { id: 'fetch', artifacts: [{ name: 'source', bytes, sha256: SHA }] },
        { id: 'plan', artifacts: [{ name: 'plan', bytes, sha256: SHA }], outputs: { bytes } },
        { id: 'ask', artifacts: [] },
        { id: 'apply', artifacts: [], outputs: { sum: `${SHA}  -` } },
      ],
    });
    const stored = await bench().storeOnDisk.read({ from: 'stored_chunks' });
    expect(stored.length).toBe(2 * Math.ceil(bytes / 262_144));
    for (const { text } of stored) expect(text).toMatch(/^ncs1[.]/);
  });

  test('belong to their execution: a run of one step has none of another one', async () => {
    await startRunner();
    const { id } = await start(`name: w
steps:
  - { id: a, command: [sh, -c, 'date +%N >$NOVACRON_ARTIFACTS/save/x'], artifacts: { save: [x] } }
  - { id: b, needs: [a], command: [cat, /tmp/artifacts/load/a.x], artifacts: { load: [a.x] } }
`);
    const { workflow_id } = await ended(id);
    const only = { id: workflow_id, only_step: 'b', outputs_from: id } as const;
    const refused = await bench().expectProblem('workflow.run', only);
    expect(refused.detail).toContain('b loads a.x, which belongs to the execution that saved it');
  });

  test('are those of the last attempt when an execution is retried from a step', async () => {
    await startRunner();
    const { id } = await start(`name: w
steps:
  - id: a
    command: [sh, -c, 'echo "$1" >$NOVACRON_ARTIFACTS/save/x', sh, "\${run.id}"]
    artifacts: { save: [x] }
    on_failure: stop
  - id: b
    needs: [a]
    command: [sh, -c, 'cat $NOVACRON_ARTIFACTS/load/a.x; exit 1']
    artifacts: { load: [a.x] }
    on_failure: stop
`);
    expect(await ended(id)).toMatchObject({ status: 'stopped' });
    const before = await bench().store.read({ from: 'execution_artifacts' });
    await bench().expectOk('operation.retry', { id, from_step: 'a' });
    expect(await ended(id)).toMatchObject({ status: 'stopped' });
    const rows = await bench().store.read({ from: 'execution_artifacts' });
    expect(before.map(({ attempt }) => attempt)).toEqual(['a#1']);
    expect(rows.map(({ attempt }) => attempt)).toEqual(['a#2']);
    const chunks = await bench().store.read({ from: 'stored_chunks' });
    expect(chunks.map(({ content }) => content)).toEqual(rows.map(({ content }) => content));
    const log = await bench().expectOk('execution.logs', { id, step: 'b' });
    expect(log.text).toBe(`${id}\n`);
  });

  test.each([
    ['fails', 'echo no; exit 3', 'the exit code 3'],
    ['saves nothing', 'true', 'has not saved its artifact x: write it to'],
    ['saves a link', 'ln -s /etc/passwd $NOVACRON_ARTIFACTS/save/x', 'x is a symbolic link'],
  ])('of a command that %s are not kept', async (_, command, message) => {
    await startRunner();
    const { id } = await start(`name: w
steps:
  - id: a
    command: [sh, -c, '${command}']
    artifacts: { save: [x] }
`);
    const { status, steps } = await ended(id);
    expect(status).toBe('failed');
    expect(steps).toMatchObject([{ artifacts: [], message: expect.stringContaining(message) }]);
    expect(await bench().store.read({ from: 'stored_chunks' })).toEqual([]);
  });

  test('of an attempt whose outputs are missing are not kept either', async () => {
    await startRunner();
    const { id } = await start(`name: w
steps:
  - id: a
    command: [sh, -c, 'echo 1 >$NOVACRON_ARTIFACTS/save/x']
    artifacts: { save: [x] }
    outputs: { y: json.y }
`);
    expect(await ended(id)).toMatchObject({ status: 'failed', steps: [{ artifacts: [] }] });
    expect(await bench().store.read({ from: 'stored_chunks' })).toEqual([]);
  });

  test('of an execution have a limit', async () => {
    await startRunner();
    const { id } = await start(`name: w
steps:
  - id: a
    command: [sh, -c, 'sleep 0.3; date >$NOVACRON_ARTIFACTS/save/x']
    artifacts: { save: [x] }
`);
    const row = { ...ROW_OF_EACH_TABLE.execution_artifacts, execution_id: id, bytes: 2 ** 28 };
    const otherwise = problem('conflict', { detail: 'It is there.', remedy: 'Wait.' });
    const change = { kind: 'insert', into: 'execution_artifacts', row, otherwise } as const;
    await bench().store.commit([change]);
    expect((await ended(id)).steps).toMatchObject([
      { message: expect.stringContaining('would have 257 MiB, and it may have 256 MiB') },
    ]);
  });

  test('that are lost with their runner fail the step, which is not done twice', async () => {
    const first = await startRunner();
    const { id } = await start(`name: w
steps:
  - { id: a, command: [sh, -c, 'date >$NOVACRON_ARTIFACTS/save/x'], artifacts: { save: [x] } }
`);
    const { request } = bench().bus;
    const requested = jest.spyOn(bench().bus, 'request');
    const asked = new Promise<void>((resolve) => {
      requested.mockImplementation(async (subject, ...more) => {
        if (subject !== runnerArtifactSubject(RUNNER)) return request(subject, ...more);
        resolve();
        return err(problem('deadline-exceeded', { detail: 'It is slow.', remedy: 'Wait.' }));
      });
    });
    await asked;
    await first.stop(0);
    requested.mockRestore();
    await startRunner('start-2');
    await bench().advance(3_000);
    const { status, steps } = await ended(id);
    expect([status, steps[0]?.attempts]).toEqual(['failed', 1]);
    expect(steps[0]?.message).toContain('its artifact x is lost: the runner runner-01');
  });

  test('are deleted with their tenant', async () => {
    const { resource } = await bench().expectOk('tenant.create', { name: 'research' });
    const row = { ...ROW_OF_EACH_TABLE.execution_artifacts, tenant_id: resource.id };
    const otherwise = problem('conflict', { detail: 'It is there.', remedy: 'Wait.' });
    const change = { kind: 'insert', into: 'execution_artifacts', row, otherwise } as const;
    await bench().store.commit([
      change,
      { ...change, row: { ...row, id: 'x', tenant_id: 'tnt_x' } },
    ]);
    await bench().expectOk('tenant.delete', { id: resource.id });
    const left = await bench().store.read({ from: 'execution_artifacts' });
    expect(left.map(({ id }) => id)).toEqual(['x']);
  });

  test('are for runners that know them', async () => {
    const published = jest.spyOn(bench().bus, 'publish');
    published.mockImplementation((subject, message) => {
      Object.assign(message, { capabilities: ['command'] });
      published.mockRestore();
      bench().bus.publish(subject, message);
    });
    await startRunner();
    const { resource } = await bench().expectOk('workflow.create', {
      text: 'name: w\nsteps:\n  - { id: a, command: ls, artifacts: { save: [x] } }\n',
    });
    const refused = await bench().expectProblem('workflow.run', { id: resource.id });
    expect(refused.detail).toContain('step a needs a runner with support for artifacts');
  });
});
