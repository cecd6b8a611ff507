/** The commands of `argocd`, against a server with the habits of Argo CD. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { runInProcess } from '../../test-kit/run-in-process.ts';
import { type FakeArgocd, startArgocd } from '../../test-kit/start-argocd.ts';

const [OLD, NEW] = ['1'.repeat(40), '2'.repeat(40)];

let argocd: FakeArgocd;
beforeEach(async () => {
  argocd = await startArgocd();
  argocd.git.set('v1', { commit: OLD, resources: ['a', 'b'], health: 'Healthy' });
  argocd.git.set('main', { commit: NEW, resources: ['a', 'c'], health: 'Healthy' });
});
afterEach(() => argocd.close());

async function run(words: string, env: Readonly<Record<string, string>> = {}) {
  const own = { ARGOCD_SERVER: argocd.url, ARGOCD_AUTH_TOKEN: argocd.token };
  const argv = ['argocd', ...words.split(' '), '--output', 'json'];
  // The clock goes on, so that a wait that would not end is over.
  return runInProcess(argv, { env: { ...own, ...env }, tickMs: 1_000 });
}

async function runFor(words: string) {
  const { exitCode, stdout, stderr } = await run(words);
  return { exitCode, stderr, value: JSON.parse(stdout === '' ? 'null' : stdout) };
}

const CREATE =
  'create prod --repo https://github.com/org/infra-configs --path k8s/production ' +
  '--revision main --namespace novacron';

test('an application is created, synced, and rolled back to a revision of before', async () => {
  const created = await runFor(CREATE);
  expect(created.value).toMatchObject({
    argocd_server: argocd.url,
    git_repo_url: 'https://github.com/org/infra-configs',
    path: 'k8s/production',
    target_revision: 'main',
    destination_namespace: 'novacron',
    sync_status: 'out-of-sync',
    health_status: 'missing',
    settled: true,
  });
  await runFor('sync prod --revision v1 --wait');
  const synced = await runFor('sync prod --prune --wait');
  expect([synced.exitCode, synced.value]).toMatchObject([
    0,
    {
      phase: 'succeeded',
      sync_status: 'synced',
      health_status: 'healthy',
      resources_synced: 2,
      revision: NEW,
      settled: true,
    },
  ]);
  expect((await runFor('tree prod')).value).toMatchObject([{ name: 'a' }, { name: 'c' }]);
  const back = await runFor(`rollback prod --revision ${OLD.slice(0, 8)} --wait`);
  expect(back.value).toMatchObject({ sync_status: 'out-of-sync', health_status: 'healthy' });
  expect(argocd.seen.findLast(({ path }) => path.endsWith('/rollback'))?.body).toMatchObject({
    id: 0,
  });
  const history = await runFor('history prod');
  expect(history.value.map((each: { revision: string }) => each.revision)).toEqual([OLD, NEW, OLD]);
});

test('a create of what exists is no error, and of something else is refused', async () => {
  await run(CREATE);
  expect((await run(CREATE)).exitCode).toBe(0);
  const other = await run(CREATE.replace('main', 'v1'));
  expect([other.exitCode, other.stderr]).toEqual([
    1,
    expect.stringContaining('existing application spec is different'),
  ]);
});

describe('a sync', () => {
  beforeEach(() => run(CREATE));

  test('that is not waited for answers before it has done anything', async () => {
    const { value } = await runFor('sync prod');
    expect(value).toMatchObject({ phase: null, sync_status: 'out-of-sync', settled: false });
  });

  test('is not healthy because the application was healthy before', async () => {
    await run('sync prod --revision v1 --wait');
    argocd.git.set('main', { commit: NEW, resources: ['a'], health: 'Degraded' });
    const { exitCode, value, stderr } = await runFor('sync prod --wait');
    expect([exitCode, value.health_status]).toEqual([1, 'degraded']);
    expect(stderr).toContain('prod is synced, and degraded');
  });

  test('keeps what Git has no longer unless it prunes', async () => {
    await run('sync prod --revision v1 --wait');
    const kept = await runFor('sync prod --wait');
    expect(kept.value).toMatchObject({ sync_status: 'out-of-sync' });
    expect((await runFor('tree prod')).value).toHaveLength(3);
  });

  test('that is only tried deploys nothing, and its end is no health', async () => {
    const { exitCode, value } = await runFor('sync prod --dry-run --wait');
    expect([exitCode, value]).toMatchObject([0, { phase: 'succeeded', health_status: 'missing' }]);
    expect((await runFor('history prod')).value).toEqual([]);
  });

  test('that fails says why', async () => {
    const fault = 'one or more objects failed to apply';
    argocd.git.set('main', { commit: NEW, resources: ['a'], health: 'Healthy', fault });
    const { exitCode, stderr } = await run('sync prod --wait');
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining(`The sync of prod has ended as Failed: ${fault}.`),
    ]);
  });

  test('is refused while another one is under way, which can be ended', async () => {
    await run('sync prod');
    const second = await run('sync prod');
    expect(second.stderr).toContain('another operation is already in progress');
    expect(second.stderr).toContain('argocd terminate');
    const ended = await runFor('terminate prod');
    expect([ended.exitCode, ended.value.phase]).toEqual([0, 'failed']);
    expect((await run('terminate prod')).stderr).toContain('No operation is in progress');
  });

  test('stops waiting when its time is over, and says that it goes on', async () => {
    const { exitCode, stderr } = await run('sync prod --wait --wait-timeout 1');
    expect(exitCode).toBe(3);
    expect(stderr).toContain('Argo CD is still working on its sync.');
  });
});

test('a rollback is refused while Argo CD would deploy the newer revision again', async () => {
  await run(CREATE);
  await run('sync prod --revision v1 --wait');
  argocd.change('prod', { automated: true });
  const { exitCode, stderr } = await run(`rollback prod --revision ${OLD}`);
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('Revert the commit in Git')]);
  argocd.change('prod', { automated: false });
  const unknown = await run('rollback prod --revision v9');
  expect(unknown.stderr).toContain('prod has not deployed v9');
});

test('a refusal says what to do about it', async () => {
  const missing = await run('status nothing');
  expect([missing.exitCode, missing.stderr]).toEqual([
    4,
    expect.stringContaining('applications that do not exist, too, unless --project'),
  ]);
  const project = await run('status nothing --project default');
  expect([project.exitCode, project.stderr]).toEqual([1, expect.stringContaining('not found')]);
  const stranger = await run('status prod', { ARGOCD_AUTH_TOKEN: 'other' });
  expect([stranger.exitCode, stranger.stderr]).toEqual([
    4,
    expect.stringContaining('ARGOCD_AUTH_TOKEN'),
  ]);
  await run(CREATE);
  argocd.change('prod', { closed: true });
  expect((await run('sync prod')).stderr).toContain('blocked by sync window');
  const nowhere = await run('status prod', { ARGOCD_SERVER: '' });
  expect([nowhere.exitCode, nowhere.stderr]).toEqual([2, expect.stringContaining('ARGOCD_SERVER')]);
});
