/**
 * Syncs while the server or its runner is killed, in one step after another: the sync ends, or fails
 * with a reason and is made up for by the next one. No VM is made twice, and none is left over.
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

// The next sync waits a minute for a lock that was left behind.
jest.setTimeout(200_000);

/** What a step says whose runner was killed. */
const STOPPED = /^the command (was stopped together with its runner|may have run)/;

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

async function lockedState() {
  const [state] = must(await world.call('terraform_state.list', {})).items;
  return state?.lock == null ? undefined : { id: state.id, lock_id: state.lock.id };
}

test('a sync that was killed while it planned fails, locks nothing, and the next one works', async () => {
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
  expect([await lockedState(), await listVms(world)]).toEqual([undefined, []]);
  expect(await web.sync()).toMatchObject({ status: 'succeeded', reason: '' });
  expect(await listVms(world)).toEqual(['a 1']);
});

test('a sync that waits for people goes on after a kill, and one that has ended stays so', async () => {
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
  'an apply during which the %s is killed leaves a lock, and an admin removes it',
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
    const lock = await lockedState();
    if (lock === undefined) throw new Error('the state is not locked');
    if (victim === 'server') {
      const refused = await web.sync();
      expect(refused).toMatchObject({ status: 'failed', results: { apply: 'failed' } });
      expect(refused.reason).toContain(
        'If that run has ended, remove its lock: ' +
          `novacron terraform-state unlock web --lock-id ${lock.lock_id}`,
      );
    }
    must(await world.call('terraform_state.unlock', lock));
    expect(await web.sync()).toMatchObject({ status: 'succeeded', reason: '' });
    expect(await listVms(world)).toEqual(after);
    expect((await web.show()).resources_synced).toBe(after.length);
    expect(await lockedState()).toBeUndefined();
  },
);
