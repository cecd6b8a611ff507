/** GitOps applications: what is stored, who may let them sync, what a sync accepts. */
import { describe, expect, test } from '@jest/globals';
import { ARTIFACTS, CALLS_SERVER } from '@novacron/contract/automation/runner';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { problem } from '@novacron/contract/problem/problem';
import { RUNNER_ROW } from '../../../server/src/adapters/store/suite/workflow-rows.ts';
import { useBench } from '../test-kit/use-bench.ts';

const bench = useBench();

const COMMITS = ['1', '2', '3'].map((digit) => digit.repeat(40));

async function keyOf(name: string, role = 'operator') {
  const { resource } = await bench().expectOk('api_key.create', { name, role, person: name });
  const { id, tenant_id: tenantId } = resource;
  return { principal: { id, name, role, tenantId } };
}

const WEB = { name: 'web', repository: 'file:///srv/infra.git', run_as: 'deployer' };

const create = async (more: Partial<InputOf<'gitops_application.create'>> = {}) =>
  (await bench().expectOk('gitops_application.create', { ...WEB, ...more })).resource;

/** Stores which commits were synced, the newest first, as the last steps of syncs do. */
async function synced(id: string, commits: readonly string[]) {
  const history = commits.map((commit) => ({
    execution_id: bench().deps.ids.next('op'),
    commit,
    subject: 's',
    author: 'Ann',
    changes: { create: 0, update: 0, replace: 0, delete: 0 },
    by: 'admin',
    at: '2026-01-01T00:00:00.000Z',
  }));
  const state = { in_sync: true, resource_ids: [], resources: 1, history };
  const set = { synced_json: JSON.stringify(state) };
  const otherwise = problem('conflict', { detail: 'It has changed.', remedy: 'Try again.' });
  await bench().store.commit([
    { kind: 'update', table: 'gitops_applications', id, set, otherwise },
  ]);
}

/** Registers a runner that is silent: syncs start, and wait for it. */
async function registerRunner(tenant_id: string) {
  const capabilities_json = JSON.stringify(['command', ARTIFACTS, CALLS_SERVER]);
  const row = { ...RUNNER_ROW, id: bench().deps.ids.next('rnr'), tenant_id, capabilities_json };
  await bench().store.commit([{ kind: 'put', into: 'runners', row }]);
}

describe('an application', () => {
  test('has a workflow that nothing else writes, and that goes with it', async () => {
    await keyOf('deployer');
    const { id, workflow_id, workflow, authorized, sync_status } = await create();
    expect([workflow, authorized, sync_status]).toEqual(['gitops.web', true, 'never_synced']);
    const stored = await bench().expectOk('workflow.get', { id: workflow_id });
    expect(stored.run_as).toMatchObject({ principal: 'deployer', authorized: true });
    const text = stored.text.replace('gitops-step', 'version');
    for (const refused of [
      await bench().expectProblem('workflow.update', { id: workflow_id, text }),
      await bench().expectProblem('workflow.delete', { id: workflow_id }),
      await bench().expectProblem('workflow.create', {
        text: stored.text.replace('gitops.web', 'gitops.other'),
      }),
    ]) {
      expect(refused.detail).toBe('Workflows named gitops.… are composed for GitOps applications.');
    }
    await bench().expectOk('gitops_application.delete', { id });
    expect((await bench().expectOk('workflow.list', {})).items).toEqual([]);
  });

  test('of an operator syncs once an admin has authorized it, and each change', async () => {
    await keyOf('deployer');
    const sam = await keyOf('sam');
    const made = await bench().expectOk('gitops_application.create', WEB, sam);
    const { id, workflow_id, digest, authorized } = made.resource;
    expect(authorized).toBe(false);
    expect(made.notices?.join()).toContain(`novacron workflow authorize gitops.web --digest`);
    const refused = await bench().expectProblem('gitops_application.sync', { id }, sam);
    expect(refused).toMatchObject({ code: 'forbidden', data: { reason: 'run-as' } });
    await bench().expectOk('workflow.authorize', { id: workflow_id, digest });
    expect(await bench().expectOk('gitops_application.get', { id })).toMatchObject({
      authorized: true,
    });
    const change = { id, path: 'other' };
    const changed = await bench().expectOk('gitops_application.update', change, sam);
    expect(changed.resource).toMatchObject({ authorized: false, path: 'other' });
    const again = await bench().expectOk('gitops_application.update', { id, path: 'third' });
    expect(again.resource.authorized).toBe(true);
    // Another key of the same name was never authorized.
    const { items } = await bench().expectOk('api_key.list', { search: 'deployer' });
    await bench().expectOk('api_key.delete', { id: items[0]?.id ?? '' });
    await keyOf('deployer');
    expect(await bench().expectOk('gitops_application.get', { id })).toMatchObject({
      authorized: false,
    });
  });

  test('is refused where its fields contradict each other', async () => {
    const refused = await bench().expectProblem('gitops_application.create', {
      ...WEB,
      repository: 'git@git.example.com:infra.git',
      require_signatures: true,
      webhook: 'github',
      self_heal: true,
      promote_from: 'web',
    });
    expect(refused.fields?.map(({ path }) => path.join('.'))).toEqual([
      'known_hosts',
      'credential',
      'require_signatures',
      'webhook_secrets',
      'self_heal',
      'promote_from',
    ]);
  });
});

test('an application with a webhook takes pushes at its address', async () => {
  await keyOf('deployer');
  const { webhook_address, workflow_id } = await create({
    webhook: 'gitlab',
    webhook_secrets: ['hook'],
  });
  expect(webhook_address).toBe(`/webhooks/${workflow_id}/push`);
  const [start] = (await bench().expectOk('workflow.get', { id: workflow_id })).starts;
  expect(start).toMatchObject({ kind: 'webhook', address: webhook_address });
});

describe('a sync', () => {
  test('is of the revision that an admin has read; another one is only planned', async () => {
    await keyOf('deployer');
    const { id } = await create({ target_revision: 'main' });
    const other = { id, revision: 'feature' };
    const refused = await bench().expectProblem('gitops_application.sync', other);
    expect(refused.detail).toBe(
      'web syncs main; another revision, such as feature, can only be planned.',
    );
    // Nothing but the missing runner refuses it.
    const dry = { ...other, dry_run: true };
    const planned = await bench().expectProblem('gitops_application.sync', dry);
    expect(planned.detail).toContain('step fetch needs a runner');
  });

  test('of an environment is of a commit that the one before it has synced', async () => {
    await keyOf('deployer');
    const staging = await create({ name: 'staging' });
    const { id } = await create({ name: 'production', promote_from: 'staging' });
    const none = await bench().expectProblem('gitops_application.sync', { id });
    expect(none.detail).toBe('Nothing was synced in staging, so production does not accept it.');
    await synced(staging.id, COMMITS.slice(0, 2));
    const foreign = { id, revision: COMMITS[2] };
    expect((await bench().expectProblem('gitops_application.sync', foreign)).detail).toContain(
      'was not synced in staging',
    );
    const known = await bench().expectProblem('gitops_application.sync', { id });
    expect(known.detail).toContain('step fetch needs a runner');
  });

  test('waits for its windows, unless a person wants it now', async () => {
    await keyOf('deployer');
    const window = { kind: 'allow', schedule: '0 0 1 6 *', duration: '5m' } as const;
    const { id, waits_for } = await create({ sync_windows: [window] });
    expect(waits_for).toMatch(/^its sync windows are closed until \d{4}-06-01T00:00:00.000Z$/);
    await synced(id, COMMITS.slice(0, 2));
    const noRunner = expect.stringContaining('step fetch needs a runner');
    for (const name of ['gitops_application.sync', 'gitops_application.rollback'] as const) {
      const refused = await bench().expectProblem(name, { id });
      expect(refused.detail).toBe(`No sync of web starts now: ${waits_for}.`);
      expect(refused.remedy).toContain('--outside-windows');
      for (const allowed of [{ dry_run: true }, { outside_windows: true }]) {
        const started = await bench().expectProblem(name, { id, ...allowed });
        expect(started.detail).toEqual(noRunner);
      }
    }
    const wrong = { ...WEB, name: 'b', sync_windows: [{ ...window, schedule: '0 25 * * *' }] };
    const fault = await bench().expectProblem('gitops_application.create', wrong);
    expect(fault.fields?.[0]?.message).toMatch(/^1: schedule /);
  });

  test('waits for the applications that it needs, which never need it', async () => {
    await keyOf('deployer');
    const network = await create({ name: 'network' });
    const db = await create({ name: 'db', needs: ['network', 'later'] });
    const { id } = await create({ needs: ['db'] });
    const circle = { id: network.id, needs: ['web'] };
    const refused = await bench().expectProblem('gitops_application.update', circle);
    expect(refused.fields?.[0]?.message).toBe('leads back to it: network, web, db, network');
    const later = await create({ name: 'later' });
    const [one, other] = await Promise.all(
      [
        { id: network.id, needs: ['later'] },
        { id: later.id, needs: ['network'] },
      ].map((needs) => bench().call('gitops_application.update', needs)),
    );
    expect([one?.ok, other?.ok].toSorted()).toEqual([false, true]);
    for (const { id: needing } of [network, later]) {
      await bench().expectOk('gitops_application.update', { id: needing, needs: null });
    }
    await bench().expectOk('gitops_application.delete', { id: later.id });
    const early = await bench().expectProblem('gitops_application.sync', { id: db.id });
    expect(early.detail).toBe(
      'No sync of db starts now: it needs network, which was never synced; later, which does not ' +
        'exist.',
    );
    await synced(db.id, COMMITS.slice(0, 1));
    const unknown = await bench().expectProblem('gitops_application.sync', { id });
    expect(unknown.detail).toContain('it needs db, which has an unknown health');
    // NovaCron looks at the health of applications every few seconds.
    await bench().advance(16_000);
    const known = await bench().expectProblem('gitops_application.sync', { id });
    expect(known.detail).toContain('step fetch needs a runner');
  });

  test('is never retried, but started again: what admitted it may have changed', async () => {
    await keyOf('deployer');
    const { id, tenant_id } = await create();
    await registerRunner(tenant_id);
    const { operation } = await bench().expectOk('gitops_application.sync', { id });
    await bench().expectOk('operation.cancel', { id: operation.id });
    const ended = await bench().end(operation);
    expect(ended.problem?.remedy).toContain('sync again: novacron gitops app sync web');
    const retry = { id: operation.id, from_step: 'fetch' };
    expect((await bench().expectProblem('operation.retry', retry)).detail).toContain(
      'cannot be retried',
    );
  });

  test('accepts another history once a person has set repository or revision', async () => {
    await keyOf('deployer');
    const { id, tenant_id } = await create({ target_revision: 'main' });
    await registerRunner(tenant_id);
    await synced(id, COMMITS.slice(0, 1));
    const lastCommit = async () => {
      const { operation } = await bench().expectOk('gitops_application.sync', { id });
      const { inputs } = await bench().expectOk('execution.get', { id: operation.id });
      await bench().expectOk('operation.cancel', { id: operation.id });
      await bench().end(operation);
      return inputs.last_commit;
    };
    await bench().expectOk('gitops_application.update', { id, prune: true });
    expect(await lastCommit()).toBe(COMMITS[0]);
    await bench().expectOk('gitops_application.update', { id, target_revision: 'main' });
    expect(await lastCommit()).toBe('');
    const { history } = await bench().expectOk('gitops_application.get', { id });
    expect(history.map(({ commit }) => commit)).toEqual(COMMITS.slice(0, 1));
    await synced(id, COMMITS.slice(0, 2));
    expect(await lastCommit()).toBe(COMMITS[0]);
  });

  test('back to a commit needs one of the history', async () => {
    await keyOf('deployer');
    const { id } = await create();
    const none = await bench().expectProblem('gitops_application.rollback', { id });
    expect(none.detail).toBe('web has no earlier commit to roll back to.');
    await synced(id, COMMITS.slice(0, 2));
    const to = { id, to_commit: COMMITS[2] };
    expect((await bench().expectProblem('gitops_application.rollback', to)).detail).toContain(
      'was not synced before',
    );
    const known = await bench().expectProblem('gitops_application.rollback', { id });
    expect(known.detail).toContain('step fetch needs a runner');
  });

  test('is recorded by itself alone', async () => {
    const { id } = await create();
    const record = {
      id,
      commit: COMMITS[0] ?? '',
      subject: 's',
      author: 'a',
      create: 1,
      update: 0,
      replace: 0,
      delete: 0,
      managed: 0,
      rewind: false,
      in_sync: true,
      resource_ids: [],
    };
    const refused = await bench().expectProblem('gitops_application.record', record);
    expect([refused.code, refused.detail]).toEqual([
      'forbidden',
      'Only a sync of web records what it has done.',
    ]);
  });
});

describe('what a killed sync has created', () => {
  const KEY = 'tf-0123456789abcdef-web';
  const VM = { name: 'web-1', cpu_cores: 1, memory_gb: 1, disk_gb: 5, idempotency_key: KEY };

  /** Starts an execution of a workflow, as far as the store knows. */
  async function execute(workflow: { readonly id: string; readonly name: string }, like: string) {
    const id = bench().deps.ids.next('op');
    const [row] = await bench().store.read({ from: 'operations', where: { id: like } });
    if (row === undefined) throw new Error('no such operation');
    const { id: target_id, name: target_name } = workflow;
    const target = { kind: 'workflow.run', target_kind: 'workflow', target_id, target_name };
    const own = { ...row, ...target, id, status: 'running' as const, finished_at_ms: null };
    const otherwise = problem('conflict', { detail: 'It is there.', remedy: 'Try again.' });
    await bench().store.commit([{ kind: 'insert', into: 'operations', row: own, otherwise }]);
    const end = () =>
      bench().store.commit([
        {
          kind: 'update',
          table: 'operations',
          id,
          set: { status: 'failed', finished_at_ms: 1 },
          otherwise,
        },
      ]);
    return { id, end };
  }

  test('belongs to the next sync with the same key, and to nothing else', async () => {
    const deployer = await keyOf('deployer');
    const other = await keyOf('other');
    const { workflow_id: id, workflow: name } = await create();
    const copy = await create({ name: 'copy' });
    const { operation } = await bench().expectOk('vm.create', {
      ...VM,
      name: 'like',
      idempotency_key: `${KEY}-like`,
    });
    const first = await execute({ id, name }, operation.id);
    const next = await execute({ id, name }, operation.id);
    const copied = await execute({ id: copy.workflow_id, name: copy.workflow }, operation.id);
    const send = (of: { readonly id: string }, claim: string, { principal } = deployer) => {
      const as = { principal: { ...principal, executionId: of.id } };
      return bench().call('vm.create', { ...VM, claim: `claim-of-the-run-${claim}` }, as);
    };
    const made = await send(first, 'first');
    if (!made.ok) throw new Error(made.error.detail);
    await bench().expectOk('idempotency.deliver', { claim: 'claim-of-the-run-first', keys: [KEY] });
    const taken = { ok: false, error: { code: 'name-taken', data: { unconfirmed: 'delivered' } } };
    expect(await send(next, 'next')).toMatchObject(taken);
    await first.end();
    expect(await send(copied, 'copy')).toMatchObject(taken);
    expect(await send(next, 'other', other)).toMatchObject(taken);
    const claimed = { ...VM, claim: 'claim-of-the-run-laptop' };
    expect(await bench().call('vm.create', claimed, deployer)).toMatchObject(taken);
    const { id: vm } = made.value.resource;
    expect(await send(next, 'next')).toMatchObject({ ok: true, value: { resource: { id: vm } } });
    for (const { end } of [next, copied]) await end();
  });
});
