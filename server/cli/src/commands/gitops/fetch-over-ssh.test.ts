import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { GitopsFetchResult } from '@novacron/contract/automation/gitops-step';
import { type Sshd, startSshd } from '../../../../../test/support/services/start-sshd.ts';
import { type GitFixture, makeRepository } from './test-kit/git-fixture.ts';
import { openStepBench, resultOf, type StepBench } from './test-kit/run-step.ts';

let sshd: Sshd;
let repository: GitFixture;
let bench: StepBench;
let first: string;
beforeAll(async () => {
  sshd = await startSshd();
  repository = makeRepository();
  first = repository.commit({ 'live/main.tf': '# 1' });
  repository.commit({ 'live/main.tf': '# 2' });
  bench = openStepBench();
});
afterAll(async () => {
  for (const made of [repository, bench]) made.remove();
  await sshd.stop();
});

const fetchFrom = (
  knownHosts: string | undefined,
  {
    key = sshd.userKey,
    revision = 'main',
  }: { readonly key?: string; readonly revision?: string } = {},
) => {
  const settings = {
    repository: `ssh://root@127.0.0.1:${sshd.port}${repository.directory}`,
    revision,
    path: 'live',
    source: 'terraform',
    last_commit: null,
    known_hosts: knownHosts,
  };
  return bench.run('fetch', settings, { secrets: { GIT_CREDENTIAL: key } });
};

test('a repository is fetched over SSH only from the host that is known', async () => {
  // Secrets of servers often lack the line break at the end.
  expect(await fetchFrom(sshd.knownHost, { key: sshd.userKey.trimEnd() })).toMatchObject({
    exitCode: 0,
  });
  expect((await fetchFrom(undefined)).reason).toContain('SSH needs known_hosts');
  expect((await fetchFrom(sshd.otherHost)).reason).toContain('is not in known_hosts');
  expect((await fetchFrom(sshd.knownHost, { key: '' })).reason).toContain('a private key');
});

test('an earlier commit is fetched from a server that does not accept GIT_PROTOCOL', async () => {
  const found = await fetchFrom(sshd.knownHost, { revision: first });
  expect(resultOf(GitopsFetchResult, found).commit).toBe(first);
  const absent = await fetchFrom(sshd.knownHost, { revision: 'a'.repeat(40) });
  expect(absent.reason).toContain('has no branch or tag with the commit aaaa');
});
