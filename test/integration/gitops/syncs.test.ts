/**
 * The life of GitOps applications with all that they meet: Git over HTTP and SSH, a server with its
 * own runner, Terraform, policies, and people.
 */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { WorkflowId } from '@novacron/contract/ids';
import { waitUntil } from '@novacron/testing/wait-until';
import {
  type GitFixture,
  type GitServer,
  makeRepository,
  startGitServer,
} from '../../../server/cli/src/commands/gitops/test-kit/git-fixture.ts';
import { findIsolation } from '../../support/services/find-isolation.ts';
import { type Sshd, startSshd } from '../../support/services/start-sshd.ts';
import {
  configurationOf,
  createApplication,
  listVms,
  must,
  openSyncWorld,
  type SyncWorld,
} from './test-kit/open-sync-world.ts';

findIsolation();

// Each sync starts Terraform three times.
jest.setTimeout(200_000);

const TOKEN = 'token-of-git';

let repository: GitFixture;
let git: GitServer;
let sshd: Sshd;
let world: SyncWorld;
beforeAll(async () => {
  repository = makeRepository();
  git = await startGitServer(repository.directory, TOKEN);
  sshd = await startSshd();
  world = await openSyncWorld({ hosts: [new URL(git.url).host, `127.0.0.1:${sshd.port}`] });
});
afterAll(async () => {
  await world.close();
  await sshd.stop();
  git.stop();
  repository.remove();
});

/** A secret that the syncs of one application may use. */
async function storeSecret(name: string, value: string, application: string): Promise<void> {
  const allowed = { workflows: [`gitops.${application}`], runner_labels: ['purpose=gitops'] };
  must(await world.call('secret.create', { name, value, allowed }));
}

test('commits become VMs as policies and people allow, and drift is undone', async () => {
  const rule =
    'package novacron\n\ndeny contains "At most 4 GB." if input.resource.memory_gb > 4\n';
  must(await world.call('policy.create', { name: 'small', type: 'resource', rule }));
  await storeSecret('git-token', TOKEN, 'web');
  const web = await createApplication(world, {
    name: 'web',
    repository: git.url,
    path: 'live',
    credential: 'git-token',
    protected_paths: ['policies/**'],
    prune: true,
    prune_ratio_max: 1,
  });

  repository.commit({ 'live/main.tf': configurationOf({ a: 8 }), 'policies/own.rego': '# 1' });
  const denied = await web.sync();
  expect(denied).toMatchObject({ status: 'failed', results: { plan: 'failed' } });
  expect(denied.reason).toContain('At most 4 GB.');
  expect(await listVms(world)).toEqual([]);

  const first = repository.commit({ 'live/main.tf': configurationOf({ a: 1 }) });
  const tried = await web.sync({ dry_run: true });
  expect(tried).toMatchObject({ status: 'succeeded', outputs: { plan: { create: 1 } } });
  expect([await listVms(world), (await web.show()).history]).toEqual([[], []]);

  // The policies of the repository are new, so a person is asked; meanwhile another sync waits.
  const asking = await web.begin();
  const asked = await web.asked(asking);
  expect(await world.call('approval.approve', { id: asked })).toMatchObject({ ok: false });
  const second = await web.begin();
  const { queued_for: queuedFor } = must(await world.call('execution.get', { id: second }));
  expect(queuedFor).toBe('gitops-web');
  must(await world.approver('approval.approve', { id: asked }));
  expect(await web.end(asking)).toMatchObject({ status: 'succeeded' });
  expect(await listVms(world)).toEqual(['a 1']);
  const again = await web.end(second);
  expect(again).toMatchObject({ status: 'succeeded', outputs: { plan: { changes: 0 } } });
  expect(again.results).toMatchObject({ approve: 'skipped', apply: 'skipped' });
  expect(await web.show()).toMatchObject({
    sync_status: 'synced',
    health_status: 'healthy',
    synced_commit: first,
    resources_synced: 1,
  });

  // As a schedule does: without a change of its files, an application is as it should be.
  const current = repository.commit({ 'README.md': '# Infrastructure' });
  const polled = must(await world.call('workflow.run', { id: (await web.show()).workflow_id }));
  expect((await web.end(polled.operation.id)).results.plan).toBe('skipped');
  expect(await web.show()).toMatchObject({ sync_status: 'synced', synced_commit: first });

  const [vm] = must(await world.call('vm.list', {})).items;
  if (vm === undefined) throw new Error('there is no VM');
  must(await world.call('vm.update', { id: vm.id, memory_gb: 2 }));
  await waitUntil('the change', async () => (await listVms(world))[0] === 'a 2' || undefined);
  expect((await web.sync()).outputs.plan).toMatchObject({ changes: 1, update: 1 });
  expect(await listVms(world)).toEqual(['a 1']);

  // What is promoted was synced before, and only that.
  await storeSecret('git-key', sshd.userKey, 'live');
  const live = await createApplication(world, {
    name: 'live',
    repository: `ssh://root@127.0.0.1:${sshd.port}${repository.directory}`,
    path: 'live',
    credential: 'git-key',
    known_hosts: sshd.knownHost,
    promote_from: 'web',
    variables: { prefix: 'live-' },
  });
  const next = repository.commit({ 'live/main.tf': configurationOf({ a: 1, b: 1 }) });
  const early = await world.call('gitops_application.sync', { id: live.id, revision: next });
  expect(early).toMatchObject({ ok: false, error: { code: 'validation-failed' } });
  expect(await live.sync()).toMatchObject({ reason: '', outputs: { fetch: { commit: current } } });
  expect(await listVms(world)).toEqual(['a 1', 'live-a 1']);

  expect(await web.sync()).toMatchObject({ status: 'succeeded' });
  expect(await listVms(world)).toEqual(['a 1', 'b 1', 'live-a 1']);
  const back = must(await world.call('gitops_application.rollback', { id: web.id }));
  expect(await web.end(back.operation.id)).toMatchObject({ status: 'succeeded' });
  expect(await listVms(world)).toEqual(['a 1', 'live-a 1']);
  expect((await web.show()).synced_commit).toBe(current);

  // Workflows of the tenant run around a sync, and can stop it before anything has changed.
  const authorize = async ({ id, digest }: { readonly id: WorkflowId; readonly digest: string }) =>
    must(await world.call('workflow.authorize', { id, digest }));
  const textOf = (name: string, step: string) =>
    `name: ${name}\nrun_as: deployer\ninputs: { sync: object }\nsteps: [${step}]\n`;
  const store = async (name: string, step: string) => {
    const { resource } = must(await world.call('workflow.create', { text: textOf(name, step) }));
    await authorize(resource);
    return resource.id;
  };
  const look = '{ id: look, task: vm.list }';
  const check = await store(
    'check',
    '{ id: no, if: "inputs.sync.create > 0", command: ["false"] }',
  );
  await store('smoke', look);
  await store('help', look);
  const hooks = { before_workflow: 'check', after_workflow: 'smoke', failed_workflow: 'help' };
  must(await world.call('gitops_application.update', { id: live.id, ...hooks }));
  const started = async () => {
    const { items } = must(await world.call('execution.list', {}));
    return items.flatMap(({ workflow }) => (workflow.startsWith('gitops.') ? [] : [workflow]));
  };
  const stopped = await live.sync({ revision: next });
  expect(stopped).toMatchObject({
    status: 'failed',
    results: { before: 'taken_back', apply: 'waiting' },
  });
  expect(await listVms(world)).toEqual(['a 1', 'live-a 1']);
  expect(await started()).toEqual(['help', 'check']);
  const text = textOf('check', look);
  await authorize(must(await world.call('workflow.update', { id: check, text })).resource);
  const passed = await live.sync({ revision: next });
  expect(passed).toMatchObject({
    reason: '',
    results: { before: 'succeeded', after: 'succeeded' },
  });
  expect(await listVms(world)).toEqual(['a 1', 'live-a 1', 'live-b 1']);
});
