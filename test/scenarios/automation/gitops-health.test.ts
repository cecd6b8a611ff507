/** GitOps applications between their syncs: health, the end of syncs, and what is said of both. */
import { expect, test } from '@jest/globals';
import type { GitopsApplication } from '@novacron/contract/gitops/application';
import type { VmId } from '@novacron/contract/ids';
import { problem } from '@novacron/contract/problem/problem';
import { operationRow } from '../../../server/src/adapters/store/suite/rows.ts';
import { EXECUTION_STEP_ROW } from '../../../server/src/adapters/store/suite/workflow-rows.ts';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const bench = useBench();

/** Time in which a change is noticed. Unit: ms. */
const NOTICED_MS = 20_000;

const COMMIT = '1'.repeat(40);

async function create(): Promise<GitopsApplication> {
  const robot = { name: 'deployer', role: 'operator', person: 'robot' };
  await bench().expectOk('api_key.create', robot);
  const fields = { name: 'web', repository: 'file:///srv/infra.git', run_as: 'deployer' };
  return (await bench().expectOk('gitops_application.create', fields)).resource;
}

/** Stores what was synced, as the last step of a sync does. */
async function synced({ id }: GitopsApplication, resourceIds: readonly VmId[]): Promise<void> {
  const record = {
    execution_id: bench().deps.ids.next('op'),
    commit: COMMIT,
    subject: 'A change',
    author: 'Ann',
    changes: { create: 1, update: 0, replace: 0, delete: 0 },
    by: 'admin',
    at: '2026-01-01T00:00:00.000Z',
  };
  const resources = resourceIds.length;
  const state = { in_sync: true, resource_ids: resourceIds, resources, history: [record] };
  const set = { synced_json: JSON.stringify(state) };
  const otherwise = problem('conflict', { detail: 'It has changed.', remedy: 'Try again.' });
  await bench().store.commit([
    { kind: 'update', table: 'gitops_applications', id, set, otherwise },
  ]);
}

/** Stores a sync that has ended, as executions do, and what it has read. */
async function ended(
  { tenant_id, workflow_id, workflow }: GitopsApplication,
  of: { readonly status: 'succeeded' | 'failed'; readonly dryRun?: boolean },
): Promise<string> {
  const id = bench().deps.ids.next('op');
  const nowMs = bench().deps.clock.nowMs();
  const execution = { inputs: { dry_run: of.dryRun ?? false } };
  const detail = 'step plan failed: At most 4 GB.';
  await bench().store.commit([
    {
      kind: 'put',
      into: 'operations',
      row: {
        ...operationRow(id),
        tenant_id,
        kind: 'workflow.run',
        target_kind: 'workflow',
        target_id: workflow_id,
        target_name: workflow,
        status: of.status,
        definition_json: JSON.stringify({ steps: [], execution }),
        problem_json: of.status === 'failed' ? JSON.stringify({ detail }) : null,
        created_at_ms: nowMs,
        finished_at_ms: nowMs,
      },
    },
    {
      kind: 'put',
      into: 'execution_steps',
      row: {
        ...EXECUTION_STEP_ROW,
        id: `${id}/fetch#1`,
        tenant_id,
        execution_id: id,
        step: 'fetch',
        outputs_json: JSON.stringify({ commit: '2'.repeat(40), changed: true }),
      },
    },
  ]);
  return id;
}

const show = ({ id }: GitopsApplication) => bench().expectOk('gitops_application.get', { id });

/** Events of the application since the last call, oldest first. */
function announced({ id }: GitopsApplication) {
  let seen = 0;
  return async () => {
    await bench().advance(NOTICED_MS);
    const { items } = await bench().expectOk('event.list', { target: [id], limit: 500 });
    const news = items.filter(({ source }) => source === 'gitops').slice(seen);
    seen += news.length;
    return news.map(({ type, data }) => [type.replace('gitops_application.', ''), data.detail]);
  };
}

test('the health of an application follows its VMs, with a reason, a time and events', async () => {
  const vm = await makeVm(bench(), { healing: { attempts: 1 } });
  const application = await create();
  const news = announced(application);
  expect(await news()).toEqual([]);
  expect(await show(application)).toMatchObject({ health_status: 'unknown' });
  await synced(application, [vm.id]);
  expect(await news()).toEqual([['healthy', undefined]]);
  const healthy = await show(application);
  expect(healthy).toMatchObject({ health_status: 'healthy', unhealthy: [] });
  expect(await news()).toEqual([]);

  // Its guest crashes until NovaCron gives it up: an incident is open.
  for (let at = 0; at < 2; at += 1) {
    const driver = bench().fleet.drivers.get(String(vm.node));
    driver?.disturb(vm.id, { kind: 'power-off', reason: 'panic' });
    await bench().advance(60_000);
  }
  const [[type, detail] = []] = await news();
  expect(type).toBe('degraded');
  const degraded = await show(application);
  const reasons = degraded.unhealthy.map(({ resource, reason }) => `${resource}: ${reason}`);
  expect(reasons[0]).toBe(detail);
  expect(reasons.join()).toContain('incident: ');
  for (const [health, count] of [
    ['degraded', 1],
    ['healthy', 0],
  ] as const) {
    const input = { health_status: [health] };
    const { items } = await bench().expectOk('gitops_application.list', input);
    expect(items).toHaveLength(count);
  }
  expect(Date.parse(degraded.health_since ?? '')).toBeGreaterThan(
    Date.parse(healthy.health_since ?? ''),
  );

  const gone = await bench().expectOk('vm.delete', { id: vm.id });
  await bench().end(gone.operation);
  await bench().advance(NOTICED_MS);
  const reason = 'does not exist any more';
  expect((await show(application)).unhealthy).toEqual([{ resource: vm.id, reason }]);
});

test('the end of each sync is announced once, and triggers start what it should', async () => {
  const application = await create();
  const news = announced(application);
  await synced(application, []);
  await bench().expectOk('workflow.create', {
    text: `name: page
inputs: { name: string, detail: string }
triggers:
  - event: { type: gitops_application.sync_failed }
    inputs: { name: data.name, detail: data.detail }
steps: [{ id: settle, wait: 1s }]
`,
  });
  await ended(application, { status: 'failed' });
  const failure = ['sync_failed', 'step plan failed: At most 4 GB.'];
  expect((await news()).filter(([type]) => type !== 'healthy')).toEqual([failure]);
  expect(await news()).toEqual([]);
  const [page] = (await bench().expectOk('execution.list', {})).items.filter(
    ({ workflow }) => workflow === 'page',
  );
  expect(page?.status).toBe('succeeded');
  await ended(application, { status: 'failed' });
  expect(await news()).toEqual([failure]);
  await ended(application, { status: 'succeeded' });
  expect(await news()).toEqual([['out_of_sync', undefined]]);
});

test('a dry run is no sync: the application stays as it was', async () => {
  const application = await create();
  await synced(application, []);
  for (const status of ['failed', 'succeeded'] as const) {
    await ended(application, { status, dryRun: true });
    const { sync_status, last_sync } = await show(application);
    expect({ sync_status, last_sync }).toEqual({ sync_status: 'synced', last_sync: null });
  }
  const failed = await ended(application, { status: 'failed' });
  await bench().advance(NOTICED_MS);
  for (let at = 0; at < 25; at += 1)
    await ended(application, { status: 'succeeded', dryRun: true });
  const { sync_status, last_sync } = await show(application);
  expect([sync_status, last_sync?.execution_id]).toEqual(['failed', failed]);
});
