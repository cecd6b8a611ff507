/**
 * Syncs while the server or its runner is killed: each sync ends, or fails with a reason and the
 * next one makes up for it. No VM is made twice, and none is left over.
 */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { OperationId } from '@novacron/contract/ids';
import { waitUntil } from '@novacron/testing/wait-until';
import {
  type GitFixture,
  makeRepository,
} from '../../../server/cli/src/commands/gitops/test-kit/git-fixture.ts';
import { findIsolation } from '../../support/services/find-isolation.ts';
import {
  configurationOf,
  createApplication,
  listVms,
  must,
  openSyncWorld,
  type SyncedApplication,
  type SyncWorld,
} from './test-kit/open-sync-world.ts';

findIsolation();

// Starts a server for each kill.
jest.setTimeout(200_000);

/** What a step says whose runner was killed. */
const STOPPED = /^the (command was stopped together with its runner|runner has ended while)/;

let repository: GitFixture;
let world: SyncWorld;
let web: SyncedApplication;
beforeAll(async () => {
  repository = makeRepository();
  world = await openSyncWorld({ paths: [repository.directory] });
  web = await createApplication(world, {
    name: 'web',
    repository: repository.url,
    protected_paths: ['policies/**'],
  });
});
afterAll(async () => {
  await world.close();
  repository.remove();
});

async function restart(): Promise<void> {
  await world.kill();
  await world.start();
}

const commitVms = (vms: Readonly<Record<string, number>>, more = {}) =>
  repository.commit({ 'main.tf': configurationOf(vms), ...more });

/** Waits until a step has printed a text. */
async function printed(id: OperationId, step: string, text: string): Promise<void> {
  await waitUntil(`${step} to print ${text}`, async () => {
    const shown = await world.call('execution.logs', { id, step });
    return (shown.ok && shown.value.text.includes(text)) || undefined;
  });
}

const idsOfVms = async (): Promise<readonly string[]> =>
  must(await world.call('vm.list', {})).items.map(({ id }) => id);

/** Whether the state is locked, or would be until the next run asks for it. */
async function isLocked(): Promise<boolean> {
  const [state] = must(await world.call('terraform_state.list', {})).items;
  return state?.lock != null;
}

test('a sync that was killed while it planned fails, and the next one works', async () => {
  commitVms({ a: 1 });
  const id = await web.begin();
  await printed(id, 'plan', 'Planning');
  await restart();
  const ended = await web.end(id);
  expect(ended).toMatchObject({
    status: 'failed',
    results: { fetch: 'succeeded', plan: 'failed' },
  });
  expect(ended.reason).toMatch(STOPPED);
  expect(await listVms(world)).toEqual([]);
  expect(await web.sync()).toMatchObject({ status: 'succeeded', reason: '' });
  expect(await listVms(world)).toEqual(['a 1']);
});

test('a sync that waits for people goes on after a kill, an ended one stays ended', async () => {
  const commit = commitVms({ a: 1, b: 1 }, { 'policies/own.rego': '# 1' });
  const id = await web.begin();
  const asked = await web.asked(id);
  await restart();
  must(await world.approver('approval.approve', { id: asked }));
  expect(await web.end(id)).toMatchObject({ status: 'succeeded', reason: '' });
  await restart();
  expect(await listVms(world)).toEqual(['a 1', 'b 1']);
  const { sync_status, synced_commit, history } = await web.show();
  expect({ sync_status, synced_commit }).toEqual({ sync_status: 'synced', synced_commit: commit });
  expect(history.map(({ execution_id: execution }) => execution === id)).toEqual([true, false]);
});

test.each([
  ['server', restart],
  ['runner', () => world.killRunner()],
])(
  'an apply during which the %s is killed fails, and the next sync takes over its lock and its VMs',
  async (victim, kill) => {
    const before = await listVms(world);
    const vms = Object.fromEntries(before.map((each) => [each.split(' ')[0] ?? '', 1]));
    commitVms({ ...vms, [`${victim}-1`]: 1, [`${victim}-2`]: 1 });
    const after = [...before, `${victim}-1 1`, `${victim}-2 1`];
    const id = await web.begin();
    await waitUntil(
      'a VM',
      async () => (await listVms(world)).length > before.length || undefined,
      {
        timeoutMs: 60_000,
      },
    );
    await kill();
    const ended = await web.end(id);
    expect(ended).toMatchObject({ status: 'failed', results: { apply: 'failed' } });
    expect(ended.reason).toMatch(STOPPED);
    expect(await isLocked()).toBe(true);
    // Terraform writes its state at the end of an apply: VMs can be missing in it.
    const ids = await idsOfVms();
    expect(await web.sync()).toMatchObject({ status: 'succeeded', reason: '' });
    expect(await idsOfVms()).toEqual(expect.arrayContaining([...ids]));
    expect(await listVms(world)).toEqual(after.toSorted());
    expect((await web.show()).resources_synced).toBe(after.length);
    expect(await isLocked()).toBe(false);
  },
);
