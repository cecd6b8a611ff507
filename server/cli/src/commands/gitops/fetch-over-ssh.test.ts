import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Sshd, startSshd } from '../../../../../test/support/services/start-sshd.ts';
import { type GitFixture, makeRepository } from './test-kit/git-fixture.ts';
import { openStepBench, type StepBench } from './test-kit/run-step.ts';

let sshd: Sshd;
let repository: GitFixture;
let bench: StepBench;
beforeAll(async () => {
  sshd = await startSshd();
  repository = makeRepository();
  repository.commit({ 'live/main.tf': '# 1' });
  bench = openStepBench();
});
afterAll(async () => {
  for (const made of [repository, bench]) made.remove();
  await sshd.stop();
});

test('a repository is fetched over SSH only from the host that is known', async () => {
  const fetchFrom = (knownHosts: string | undefined, key = sshd.userKey) => {
    const settings = {
      repository: `ssh://root@127.0.0.1:${sshd.port}${repository.directory}`,
      revision: 'main',
      path: 'live',
      source: 'terraform',
      last_commit: null,
      known_hosts: knownHosts,
    };
    return bench.run('fetch', settings, { secrets: { GIT_CREDENTIAL: key } });
  };
  // Secrets of servers often lack the line break at the end.
  expect(await fetchFrom(sshd.knownHost, sshd.userKey.trimEnd())).toMatchObject({ exitCode: 0 });
  expect((await fetchFrom(undefined)).reason).toContain('SSH needs known_hosts');
  expect((await fetchFrom(sshd.otherHost)).reason).toContain('is not in known_hosts');
  expect((await fetchFrom(sshd.knownHost, '')).reason).toContain('a private key');
});
