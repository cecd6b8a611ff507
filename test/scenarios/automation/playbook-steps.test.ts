/** Playbooks of executions, run by a real runner with real Ansible. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { BundleFile } from '@novacron/contract/automation/bundle';
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
import { findAnsible } from '../../support/services/find-ansible.ts';
import { useBench } from '../test-kit/use-bench.ts';

jest.setTimeout(120_000);

findAnsible();

const RUNNER = 'runner-01';

const bench = useBench();
let runner: RunnerBench;

beforeEach(async () => {
  registerRunners(bench().deps);
  const { secret: token } = await bench().expectOk('enrollment.create', { runner: RUNNER });
  const { requestPem: request } = await makeRequest(RUNNER);
  const principal = await bench().application.anyone('192.0.2.1');
  await bench().expectOk('enrollment.redeem', { token, runner: RUNNER, request }, { principal });
  runner = openRunnerBench({
    places: 2,
    bus: bench().bus,
    capabilities: ['command', 'ansible'],
  });
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

const site = (tasks: string): BundleFile => ({
  path: 'site.yml',
  text: `- hosts: localhost\n  gather_facts: false\n  tasks:\n${tasks}`,
});

async function start(step: string, files: readonly BundleFile[]) {
  const text = `name: w\nsteps:\n${step}`;
  const { resource } = await bench().expectOk('workflow.create', { text, files: [...files] });
  return (await bench().expectOk('workflow.run', { id: resource.id })).operation;
}

/** Playbooks take real time, so virtual time stands still meanwhile. */
async function ended(id: string): Promise<Execution> {
  return waitUntil('the execution to end', async () => {
    const execution = await bench().expectOk('execution.get', { id: id as never });
    return execution.finished_at === null ? undefined : execution;
  });
}

const eventsOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line).event);

describe('a playbook', () => {
  test('gets its variables, and its counts are outputs of the step', async () => {
    await startRunner();
    const { id } = await start(
      `  - id: a
    ansible: site.yml
    with: { word: hello }
    run_on: { site: a }
    outputs: { changed: changed, lost: failed_hosts }
  - { id: b, needs: [a], command: [test, "\${steps.a.outputs.changed}", =, "1"] }
`,
      [site('    - { name: say, ansible.builtin.command: "echo {{ word }}" }\n')],
    );
    const { status, steps } = await ended(id);
    expect([status, steps[0]?.outputs, steps[0]?.runner]).toEqual([
      'succeeded',
      { changed: 1, lost: [] },
      RUNNER,
    ]);
    const log = await bench().expectOk('execution.logs', { id, step: 'a' });
    expect(eventsOf(log.text)).toEqual(['play', 'task', 'changed', 'end']);
    const [stored] = await bench().storeOnDisk.read({ from: 'workflow_bundles' });
    expect(stored?.files_json).toMatch(/^ncs1[.]/);
  });

  test('shows its events while it runs, and none of it is left when it is cancelled', async () => {
    await startRunner();
    const { id } = await start('  - { id: a, ansible: site.yml }\n', [
      site(`    - { name: first, ansible.builtin.command: "true" }
    - { name: second, ansible.builtin.command: sleep 600 }
`),
    ]);
    const live = await waitUntil('the first task to have ended', async () => {
      const found = await bench().call('execution.logs', { id, step: 'a' });
      return found.ok && found.value.text.includes('changed') ? found.value : undefined;
    });
    expect(live.ended_at).toBeNull();
    await bench().expectOk('operation.cancel', { id });
    expect((await ended(id)).status).toBe('stopped');
    expect([0, 1].filter((place) => hasProcesses(TEST_UID + place))).toEqual([]);
  });

  test('fails at a task, and says on which host', async () => {
    await startRunner();
    const { id } = await start('  - { id: a, ansible: site.yml, retry: { max_attempts: 1 } }\n', [
      site('    - { name: break, ansible.builtin.command: "false" }\n'),
    ]);
    const { status, steps } = await ended(id);
    expect([status, steps[0]?.message]).toEqual([
      'failed',
      'the playbook ended with the exit code 2: 1 failed, 0 unreachable (localhost)',
    ]);
  });

  test('that cannot be read fails, and its log has the reason', async () => {
    await startRunner();
    const { id } = await start('  - { id: a, ansible: site.yml, retry: { max_attempts: 1 } }\n', [
      { path: 'site.yml', text: 'hosts: all' },
    ]);
    expect((await ended(id)).steps[0]?.message).toContain('before its end');
    const log = await bench().expectOk('execution.logs', { id, step: 'a' });
    expect(log.text).toContain('A playbook must be a list of plays');
  });

  test('is refused where no runner can run it, and where the bundle lacks it', async () => {
    const text = 'name: w\nsteps:\n  - { id: a, ansible: site.yml }\n';
    const lacking = await bench().expectProblem('workflow.create', { text });
    expect(lacking.detail).toBe('The bundle lacks site.yml, which steps of w run.');
    const files = [site('    - ansible.builtin.ping:\n')];
    const { resource } = await bench().expectOk('workflow.create', { text, files });
    const refused = await bench().expectProblem('workflow.run', { id: resource.id });
    expect(refused.detail).toBe(
      'A run of w is refused: step a needs a runner with Ansible, and the tenant has none.',
    );
    const inputs = { nmae: 'web-1' };
    const wrong = await bench().expectProblem('workflow.run', { id: resource.id, inputs });
    expect(wrong.detail).toContain('inputs.nmae is not an input');
  });

  test('is a part of the version, and stays where a change names no files', async () => {
    const text = 'name: w\nsteps:\n  - { id: a, ansible: site.yml }\n';
    const files = [site('    - ansible.builtin.ping:\n')];
    const { resource: first } = await bench().expectOk('workflow.create', { text, files });
    const { id } = first;
    const same = await bench().expectOk('workflow.update', { id, text, files });
    const longer = `${text}  - { id: b, wait: 1s }\n`;
    const { resource: second } = await bench().expectOk('workflow.update', { id, text: longer });
    const other = [{ path: 'site.yml', text: '[]' }];
    const input = { id, text: longer, files: other };
    const { resource: third } = await bench().expectOk('workflow.update', input);
    const versions = [first, same.resource, second, third].map(({ version }) => version);
    expect(versions).toEqual([1, 1, 2, 3]);
    expect(new Set([first, second, third].map(({ digest }) => digest)).size).toBe(3);
    const shown = await bench().expectOk('workflow.get', { id, at_version: 2 });
    expect(shown.bundle).toEqual([{ path: 'site.yml', bytes: expect.any(Number) }]);
    await bench().expectOk('workflow.delete', { id });
    expect(await bench().store.read({ from: 'workflow_bundles' })).toEqual([]);
  });
});
