/** Limits of what the resources of a tenant cost. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { NodeId } from '@novacron/contract/ids';
import type { Operation } from '@novacron/contract/operation/operation';
import { awaitSound } from '../test-kit/await-sound.ts';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const MINUTE_MS = 60_000;

describe('a budget', () => {
  const bench = useBench();

  beforeEach(async () => {
    // A small VM costs 1 EUR per hour.
    const parts = { name: 'default', cpu_core: 0.25, memory_gb: 0.125 };
    const list = { name: 'standard', currency: 'EUR', node_classes: [parts], snapshot_gb: 0.01 };
    await bench().expectOk('price_list.create', list);
  });

  const limitTo = async (hourly_limit: number) => {
    const asked = { name: 'research', hourly_limit, enforcement: 'refuse' } as const;
    return (await bench().expectOk('budget.create', asked)).resource;
  };

  test('refuses requests that exceed it, and counts stopped VMs in full', async () => {
    const { id } = await limitTo(2.5);
    const first = await makeVm(bench(), { name: 'a' });
    await makeVm(bench(), { name: 'b' });
    const stopped = await bench().expectOk('vm.stop', { id: first.id });
    await bench().end(stopped.operation);
    const refused = await bench().expectProblem('vm.create', { ...SMALL_VM, name: 'c' });
    expect(refused).toMatchObject({
      code: 'budget-exceeded',
      detail:
        'The request exceeds the budget research: it allows 2.5 EUR per hour. ' +
        '2 are committed, and 1 more are requested.',
      remedy: expect.stringContaining('novacron budget update research --hourly-limit'),
    });
    const { items } = await bench().expectOk('audit.list', { outcome: ['budget-exceeded'] });
    expect(items).toMatchObject([{ operation: 'vm.create' }]);
    const grown = { id: first.id, cpu_cores: 8 };
    expect((await bench().expectProblem('vm.update', grown)).code).toBe('budget-exceeded');
    await bench().expectOk('budget.update', { id, hourly_limit: 3 });
    await makeVm(bench(), { name: 'c' });
    const shown = await bench().expectOk('budget.get', { id });
    expect(shown).toMatchObject({ committed_per_hour: 3, currency: 'EUR', level: 'alert' });
  });

  test('admits only one of two requests at once that exceed it together', async () => {
    await limitTo(1.5);
    const answers = await Promise.all(
      ['a', 'b'].map((name) => bench().call('vm.create', { ...SMALL_VM, name })),
    );
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    const [refused] = answers.flatMap((answer) => (answer.ok ? [] : [answer.error.code]));
    expect(refused).toBe('budget-exceeded');
  });

  test('that is exceeded refuses nothing but growth', async () => {
    const vm = await makeVm(bench());
    const { id } = await limitTo(0.1);
    const run = async (started: Promise<{ readonly operation: Operation }>) =>
      expect(await bench().end((await started).operation)).toMatchObject({ status: 'succeeded' });
    await run(bench().expectOk('vm.stop', { id: vm.id }));
    await run(bench().expectOk('vm.start', { id: vm.id }));
    await run(bench().expectOk('vm.migrate', { id: vm.id }));
    await run(bench().expectOk('vm.update', { id: vm.id, metadata: { team: 'web' } }));
    await run(bench().expectOk('vm.update', { id: vm.id, cpu_cores: 1 }));
    const shown = await bench().expectOk('budget.get', { id });
    expect(shown).toMatchObject({ committed_per_hour: 0.75, level: 'exceeded' });
    await run(bench().expectOk('vm.delete', { id: vm.id }));
    expect((await bench().expectOk('budget.get', { id })).committed_per_hour).toBe(0);
  });

  test('that is exceeded lets a failed change be taken back', async () => {
    const vm = { cpu_cores: 2, memory_gb: 1, disk_gb: 4 };
    const asked = { name: 'web', vm, min_size: 2, max_size: 2 };
    const made = await bench().expectOk('vm_group.create', asked);
    await bench().end(made.operation);
    await limitTo(0.1);
    const sizes = async () => (await bench().expectOk('vm.list', {})).items;
    const last = (await sizes()).find(({ name }) => name === 'web-2');
    for (const { faults } of bench().fleet.drivers.values()) {
      faults.add({ action: 'configure', kind: 'fail-final', vm_id: String(last?.id) });
    }
    const less = { id: made.resource.id, vm: { ...vm, cpu_cores: 1 } };
    const changed = await bench().expectOk('vm_group.update', less);
    expect(await bench().end(changed.operation)).toMatchObject({ status: 'failed' });
    expect((await sizes()).map(({ cpu_cores }) => cpu_cores)).toEqual([2, 2]);
  });

  test('is compared in a plan with what all its writes add together', async () => {
    const { id } = await limitTo(2.5);
    const preview = (name: string) =>
      bench().expectOk('admission.preview', {
        operation: 'vm.create',
        input: { ...SMALL_VM, name },
        moment: 'plan',
        session: 'run-of-budgets-1',
      });
    expect(await preview('a')).toMatchObject({
      problems: [],
      cost: {
        per_hour_after: 1,
        run_per_hour: 1,
        budget: { name: 'research', limit_per_hour: 2.5, left_per_hour: 2.5 },
      },
      notices: expect.arrayContaining([
        'It adds 1 EUR per hour to the costs of the tenant. ' +
          'This plan adds 1 so far, of 2.5 that the budget research leaves.',
      ]),
    });
    await preview('b');
    // The same write again adds nothing.
    expect(await preview('b')).toMatchObject({ problems: [], cost: { run_per_hour: 2 } });
    const [refusal] = (await preview('c')).problems;
    expect(refusal).toMatchObject({
      code: 'budget-exceeded',
      detail: expect.stringContaining('0 are committed, and 3 more are requested.'),
    });
    await bench().expectOk('budget.delete', { id });
    expect(await preview('c')).toMatchObject({ problems: [], cost: { budget: null } });
  });

  test('reports each change of its level once, with an alert until it is over', async () => {
    const { id } = await limitTo(2);
    const vm = await makeVm(bench(), { cpu_cores: 6 });
    const levels = async () =>
      (await bench().store.read({ from: 'events', where: { target: id } })).map(({ type }) => type);
    await bench().advance(3 * MINUTE_MS);
    expect(await levels()).toEqual(['budget.alert']);
    const [alert] = (await bench().expectOk('alert.list', { source: ['budget'] })).items;
    expect(alert).toMatchObject({
      state: 'open',
      severity: 'warning',
      message: 'The level of the budget research is alert.',
      target: 'research',
      target_id: id,
    });
    await bench().end((await bench().expectOk('vm.delete', { id: vm.id })).operation);
    await bench().advance(3 * MINUTE_MS);
    expect(await levels()).toEqual(['budget.alert', 'budget.ok']);
    expect((await bench().expectOk('alert.list', {})).items).toMatchObject([{ state: 'resolved' }]);
  });

  test('of a tenant is shown to the tenant, and changed by the platform alone', async () => {
    const { resource: tenant, secret = '' } = await bench().expectOk('tenant.create', {
      name: 'blue',
    });
    const found = await bench().application.authenticate(secret);
    if (!found.ok) throw new Error(found.error.detail);
    const as = { principal: found.value };
    await limitTo(5);
    const asked = { name: 'blue', tenant_id: tenant.id, monthly_limit: 0.5 };
    await bench().expectOk('budget.create', { ...asked, enforcement: 'refuse' });
    const { items } = await bench().expectOk('budget.list', {}, as);
    expect(items.map(({ name }) => name)).toEqual(['blue']);
    const more = { name: 'more', monthly_limit: 900 };
    expect((await bench().expectProblem('budget.create', more, as)).code).toBe('forbidden');
    const refused = await bench().expectProblem('vm.create', SMALL_VM, as);
    expect(refused.detail).toMatch(
      /exceeds the budget blue: it allows 0\.\d+ EUR per hour until the end of the month/,
    );
    await bench().expectOk('tenant.delete', { id: tenant.id });
    expect(await bench().store.read({ from: 'budgets', where: { name: 'blue' } })).toEqual([]);
  });
});

describe('a budget that is exceeded already', () => {
  const storage = { pool: 'rack', sharing: 'shared', size_gb: 900, free_gb: 500 } as const;
  const node = { zone: 'zone-a', rack: 'rack-a', cpu_cores: 8, memory_gb: 16, disk_gb: 200 };
  const bench = useBench({
    fleet: {
      nodes: [
        { ...node, storage, name: 'node-a' },
        { ...node, storage, name: 'node-b', class: 'dear' },
      ],
      storage_pools: { ssd: { size_gb: 10 }, hdd: { size_gb: 10 }, nvme: { size_gb: 10 } },
    },
  });

  beforeEach(async () => {
    const cheap = { name: 'default', cpu_core: 0.25, memory_gb: 0.125 };
    const dear = { name: 'dear', cpu_core: 25, memory_gb: 12.5 };
    const list = { name: 'standard', currency: 'EUR', node_classes: [cheap, dear] };
    await bench().expectOk('price_list.create', list);
  });

  const exceed = () =>
    bench().expectOk('budget.create', {
      name: 'research',
      hourly_limit: 0.1,
      monthly_limit: 0.1,
      enforcement: 'refuse',
    });
  const addFault = (fault: { action: 'start' | 'activate'; kind: 'fail-retry' | 'fail-final' }) => {
    for (const { faults } of bench().fleet.drivers.values()) faults.add({ ...fault, times: 2 });
  };
  const show = ({ id }: Awaited<ReturnType<typeof makeVm>>) => bench().expectOk('vm.get', { id });

  async function makeOnA(more: Parameters<typeof makeVm>[1] = {}) {
    const { id } = await makeVm(bench(), { ...more, placement: { node: 'node-a' } });
    await bench().end((await bench().expectOk('vm.update', { id, placement: null })).operation);
    return bench().expectOk('vm.get', { id });
  }

  test('refuses no recovery of VMs of a lost node, asked for or automatic', async () => {
    const asked = await makeOnA({ name: 'asked' });
    const own = await makeOnA({ name: 'own', healing: { on_node_loss: 'restart' } });
    await exceed();
    await bench().fleet.stopAgent('node-a');
    await bench().advance(2 * MINUTE_MS);
    const { items } = await bench().expectOk('node.list', { name: 'node-a' });
    const id = String(items[0]?.id) as NodeId;
    await bench().end((await bench().expectOk('node.confirm_dead', { id })).operation);
    const { operation } = await bench().expectOk('vm.recover', { id: asked.id });
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    await bench().advance(2 * MINUTE_MS);
    await bench().endAll();
    for (const vm of [asked, own]) {
      expect(await show(vm)).toMatchObject({ status: 'running', node: 'node-b' });
    }
    const [budget] = (await bench().expectOk('budget.list', {})).items;
    expect(budget).toMatchObject({ committed_per_hour: 2, level: 'exceeded' });
    bench().fleet.restartAgent('node-a');
    await awaitSound(bench());
  });

  test('refuses no retry: neither by the operation itself nor by a person', async () => {
    const vm = await makeOnA();
    addFault({ action: 'start', kind: 'fail-retry' });
    const made = await bench().expectOk('vm.create', { ...SMALL_VM, name: 'late' });
    await exceed();
    expect(await bench().end(made.operation)).toMatchObject({ status: 'succeeded' });
    addFault({ action: 'activate', kind: 'fail-final' });
    const { operation } = await bench().expectOk('vm.migrate', { id: vm.id });
    expect(await bench().end(operation)).toMatchObject({ status: 'stuck' });
    for (const { faults } of bench().fleet.drivers.values()) faults.clear();
    const retried = await bench().expectOk('operation.retry', { id: operation.id });
    expect(await bench().end(retried.resource)).toMatchObject({ status: 'succeeded' });
    expect(await show(vm)).toMatchObject({ status: 'running', node: 'node-b' });
  });

  test('refuses no restart of a preempted VM', async () => {
    const pinned = { placement: { node: 'node-a' }, cpu_cores: 8 } as const;
    const spot = await makeVm(bench(), { ...pinned, name: 'batch', spot: true });
    const web = await makeVm(bench(), { ...pinned, name: 'web' });
    expect(await show(spot)).toMatchObject({ status: 'preempted' });
    await exceed();
    await bench().end((await bench().expectOk('vm.delete', { id: web.id })).operation);
    await bench().advance(MINUTE_MS);
    await bench().endAll();
    expect(await show(spot)).toMatchObject({ status: 'running' });
  });
});
