/** Playbooks that sign in to a real SSH server, whose key is known, another one, or not known. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { registerRunners } from '@novacron/server/app/automation/runners/register-runners';
import { waitUntil } from '@novacron/testing/wait-until';
import { makeRequest } from '../../../server/agent/src/identity/make-request.ts';
import {
  openRunnerBench,
  type RunnerBench,
} from '../../../server/runner/src/test-kit/open-runner-bench.ts';
import { findAnsible } from '../../support/services/find-ansible.ts';
import { findSshd, type Sshd, startSshd } from '../../support/services/start-sshd.ts';
import { useBench } from '../test-kit/use-bench.ts';

jest.setTimeout(120_000);

findAnsible();
findSshd();

const RUNNER = 'runner-01';

const bench = useBench();
let runner: RunnerBench;
let sshd: Sshd;

beforeEach(async () => {
  sshd = await startSshd();
  registerRunners(bench().deps);
  const { secret: token } = await bench().expectOk('enrollment.create', { runner: RUNNER });
  const { requestPem: request } = await makeRequest(RUNNER);
  const principal = await bench().application.anyone('192.0.2.1');
  await bench().expectOk('enrollment.redeem', { token, runner: RUNNER, request }, { principal });
  runner = openRunnerBench({
    bus: bench().bus,
    capabilities: ['command', 'ansible'],
    hosts: [{ kind: 'network', address: 0x7f000001, bits: 32, port: sshd.port }],
  });
  runner.start('start-1');
  await waitUntil('the runner to be registered', async () => {
    const rows = await bench().store.read({ from: 'runners', where: { start: 'start-1' } });
    return rows[0];
  });
});

afterEach(async () => {
  await runner.close();
  await sshd.stop();
});

/** Runs a playbook that makes a file there. @param knownHosts - of its bundle; undefined: none */
async function run(knownHosts: string | undefined) {
  const marker = join(sshd.directory, 'made-by-playbook');
  const { port, userKey } = sshd;
  const allowed = { workflows: ['w'], runner_labels: ['site=a'] };
  await bench().expectOk('secret.create', { name: 'key', value: userKey, allowed });
  const text = `name: w
steps:
  - id: a
    ansible: site.yml
    inventory: hosts.ini
    hosts: ["127.0.0.1:${port}"]
    secrets: { SSH_KEY: key }
    run_on: { site: a }
    retry: { max_attempts: 1 }
`;
  const files = [
    {
      path: 'site.yml',
      text: `- hosts: box
  gather_facts: false
  tasks: [{ name: make, ansible.builtin.raw: "touch ${marker}" }]
`,
    },
    {
      path: 'hosts.ini',
      text: `box ansible_host=127.0.0.1 ansible_port=${port} ansible_user=root\n`,
    },
    ...(knownHosts === undefined ? [] : [{ path: 'known_hosts', text: knownHosts }]),
  ];
  const { resource } = await bench().expectOk('workflow.create', { text, files });
  const { operation } = await bench().expectOk('workflow.run', { id: resource.id });
  const { id } = operation;
  const execution = await waitUntil('the execution to end', async () => {
    const found = await bench().expectOk('execution.get', { id });
    return found.finished_at === null ? undefined : found;
  });
  const { text: log } = await bench().expectOk('execution.logs', { id, step: 'a' });
  const { bundle } = await bench().expectOk('workflow.get', { id: resource.id });
  return { execution, log, bundle, isMade: existsSync(marker) };
}

describe('a playbook that signs in over SSH', () => {
  test('runs on a host whose key is known', async () => {
    const { execution, isMade } = await run(sshd.knownHost);
    expect([execution.status, isMade]).toEqual(['succeeded', true]);
    expect(sshd.log()).toContain('Accepted publickey for root');
  });

  test.each(['another key', 'no key'])(
    'runs nothing on a host of which %s is known',
    async (what) => {
      const known = what === 'no key' ? undefined : sshd.otherHost;
      const { execution, log, bundle, isMade } = await run(known);
      expect([execution.status, isMade]).toEqual(['failed', false]);
      expect(execution.steps[0]?.message).toBe(
        'the playbook ended with the exit code 4: 0 failed, 1 unreachable (box)',
      );
      expect(log).toContain('Host key verification failed');
      expect(log).not.toContain('Permanently added');
      expect(sshd.log()).not.toContain('Accepted');
      // Nothing is remembered: the version has the files that it was pushed with.
      expect(JSON.stringify(bundle).includes('known_hosts')).toBe(known !== undefined);
    },
  );
});
