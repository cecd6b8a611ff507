/** VMs that stop by themselves are started again, as their restart policies say. */
import { describe, expect, test } from '@jest/globals';
import type { StopReason } from '@novacron/contract/kinds/vm/stop-reason';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { machineOf, makeVm, useBench } from '../test-kit/use-bench.ts';

/** Time after which a stopped machine is inspected and its first start has ended. Unit: ms. */
const NOTICED_MS = 5_000;
const MINUTE_MS = 60_000;

type Healing = InputOf<'vm.create'>['healing'];

describe('a VM that stops by itself', () => {
  const bench = useBench();

  const show = ({ id }: Pick<Vm, 'id'>) => bench().expectOk('vm.get', { id });
  const make = (healing: Healing, more: Partial<InputOf<'vm.create'>> = {}) =>
    makeVm(bench(), { healing, ...more });

  /** It ends, and some time passes. */
  async function end(vm: Vm, reason: StopReason, thenMs = NOTICED_MS): Promise<Vm> {
    bench().fleet.drivers.get(String(vm.node))?.disturb(vm.id, { kind: 'power-off', reason });
    await bench().advance(thenMs);
    return show(vm);
  }

  async function eventsOf({ id }: Vm, type: string) {
    const { items } = await bench().expectOk('event.list', { target: [id] });
    return items.filter((event) => event.type === type);
  }

  test.each([
    ['crash', undefined, 'running'],
    ['panic', undefined, 'running'],
    ['io_error', undefined, 'running'],
    ['guest', undefined, 'stopped'],
    ['crash', 'never', 'stopped'],
    ['guest', 'always', 'running'],
    ['host', undefined, 'running'],
  ] as const)('by %s with the policy %s is %s', async (reason, restart, status) => {
    const vm = await make(restart === undefined ? null : { restart });
    expect(vm.restart_policy).toBe(restart ?? 'on-failure');
    expect(await end(vm, reason)).toMatchObject({
      status,
      power_state: status,
      revision: vm.revision,
    });
    expect(await machineOf(bench(), vm)).toMatchObject({ status });
    const asked = { kind: ['vm.start'], principal: ['platform'] };
    const { items } = await bench().expectOk('operation.list', asked);
    const started = { target_id: vm.id, status: 'succeeded' };
    expect(items).toMatchObject(status === 'running' ? [started] : []);
  });

  test('is no drift while it waits for its next start', async () => {
    const vm = await make({});
    await bench().expectOk('drift_baseline.set', { id: vm.id });
    await end(vm, 'panic');
    expect(await end(vm, 'panic', 2_000)).toMatchObject({
      status: 'stopped',
      power_state: 'running',
    });
    expect(await bench().expectOk('drift.report', {})).toMatchObject({ items: [] });
    await bench().advance(10_000);
    expect(await show(vm)).toMatchObject({ status: 'running' });
    expect(await eventsOf(vm, 'drift.detected')).toEqual([]);
  });

  test('again and again is given up, until a user starts it', async () => {
    const vm = await make({ attempts: 2 });
    expect(await end(vm, 'panic')).toMatchObject({ status: 'running' });
    // The second start waits for ten seconds after the first.
    expect(await end(vm, 'panic', 2_000)).toMatchObject({ status: 'stopped' });
    await bench().advance(15_000);
    expect(await show(vm)).toMatchObject({ status: 'running' });
    const failed = await end(vm, 'panic', MINUTE_MS);
    expect(failed).toMatchObject({
      status: 'failed',
      stop_reason: 'panic',
      power_state: 'stopped',
    });
    expect(failed).not.toHaveProperty('restarts_failed');
    await bench().advance(20 * MINUTE_MS);
    expect(await eventsOf(vm, 'vm.crash_loop')).toMatchObject([
      {
        priority: 'high',
        data: {
          attempts: 2,
          detail:
            'The VM web-01 was started 2 times in a row, and stopped again: the kernel of the ' +
            'guest panicked. NovaCron does not start it again.',
        },
      },
    ]);
    const listed = async (status: 'failed' | 'stopped') =>
      (await bench().expectOk('vm.list', { status: [status] })).items.map(({ id }) => id);
    expect(await listed('failed')).toEqual([vm.id]);
    expect(await listed('stopped')).toEqual([]);
    const { operation } = await bench().expectOk('vm.start', { id: vm.id });
    await bench().end(operation);
    expect(await show(vm)).toMatchObject({ status: 'running', stop_reason: null });
    expect(await listed('failed')).toEqual([]);
    // A user has started it, so its attempts begin again.
    expect(await end(vm, 'panic')).toMatchObject({ status: 'running' });
  });

  test('together with others of its template pages people once, with all of them', async () => {
    const { resource: template } = await bench().expectOk('template.create', {
      name: 'base',
      image: 'builtin:default',
    });
    await bench().endAll();
    const made: Vm[] = [];
    const small = { cpu_cores: 1, memory_gb: 1, disk_gb: 4 };
    for (let at = 0; at < 13; at += 1) {
      const more = { ...small, name: `web-${at}`, template_id: template.id };
      made.push(await make({ attempts: 1 }, more));
    }
    for (let round = 0; round < 2; round += 1) {
      for (const { id, node } of made) {
        const driver = bench().fleet.drivers.get(String(node));
        driver?.disturb(id, { kind: 'power-off', reason: 'panic' });
      }
      await bench().advance(MINUTE_MS);
    }
    const { items } = await bench().expectOk('event.list', { type: ['incident.opened'] });
    expect(items.filter(({ priority }) => priority === 'critical')).toHaveLength(1);
    const { items: open } = await bench().expectOk('incident.list', { state: ['open'] });
    const summary =
      '13 VMs made from the template base stopped again and again, and are not started any more.';
    expect(open).toMatchObject([{ target_kind: 'template', target: 'base', summary }]);
    const [{ id } = { id: '' }] = open;
    const { members } = await bench().expectOk('incident.get', { id });
    expect(members.map(({ vm }) => vm).sort()).toEqual(made.map(({ name }) => name).sort());
    for (const { id: vmId } of made) {
      await bench().end((await bench().expectOk('vm.start', { id: vmId })).operation);
    }
    await bench().advance(MINUTE_MS);
    expect(await bench().expectOk('incident.get', { id })).toMatchObject({
      state: 'resolved',
      summary: '13 VMs made from the template base stopped again and again, and were given up.',
    });
  });

  test('after a stable run begins a new row', async () => {
    const vm = await make({ attempts: 1 });
    expect(await end(vm, 'crash')).toMatchObject({ status: 'running' });
    await bench().advance(11 * MINUTE_MS);
    expect(await end(vm, 'crash')).toMatchObject({ status: 'running' });
    expect(await end(vm, 'crash', MINUTE_MS)).toMatchObject({ status: 'failed' });
  });

  test('has the VMs that it starts after in the record of its machine', async () => {
    const db = await make(null, { name: 'db' });
    const web = await make(null, { name: 'web' });
    const change = async (start_after: Vm['id'][] | null) => {
      const healing = { start_after };
      await bench().end((await bench().expectOk('vm.update', { id: web.id, healing })).operation);
      return (await machineOf(bench(), web))?.spec.start_after;
    };
    expect(await change([db.id])).toEqual([db.id]);
    expect(await change(null)).toBeUndefined();
  });

  test('starts after a VM that it names, and ended with it', async () => {
    const db = await make(null, { name: 'db', priority: 1 });
    const placement = { node: String(db.node) };
    const web = await make({ start_after: [db.id] }, { name: 'web', priority: 99, placement });
    for (const { id } of [db, web]) {
      const driver = bench().fleet.drivers.get(placement.node);
      driver?.disturb(id, { kind: 'power-off', reason: 'host' });
    }
    await bench().advance(MINUTE_MS);
    for (const vm of [web, db]) expect(await show(vm)).toMatchObject({ status: 'running' });
    const asked = { kind: ['vm.start'], principal: ['platform'] };
    const { items } = await bench().expectOk('operation.list', asked);
    const [first, second] = items.sort((one, other) => (one.id < other.id ? -1 : 1));
    expect([first?.target_name, second?.target_name]).toEqual(['db', 'web']);
    expect(String(first?.finished_at) <= String(second?.created_at)).toBe(true);
  });

  test('starts after a VM that it names, also while that waits for its next attempt', async () => {
    const db = await make(null, { name: 'db' });
    const placement = { node: String(db.node) };
    const web = await make({ start_after: [db.id] }, { name: 'web', placement });
    expect(await end(db, 'crash')).toMatchObject({ status: 'running' });
    expect(await end(db, 'crash', 1_000)).toMatchObject({ status: 'stopped' });
    expect(await end(web, 'crash', 3_000)).toMatchObject({ status: 'stopped' });
    await bench().advance(MINUTE_MS);
    for (const vm of [web, db]) expect(await show(vm)).toMatchObject({ status: 'running' });
    const asked = { kind: ['vm.start'], principal: ['platform'] };
    const { items } = await bench().expectOk('operation.list', asked);
    const names = items.sort((one, other) => (one.id < other.id ? -1 : 1));
    expect(names.map(({ target_name }) => target_name)).toEqual(['db', 'db', 'web']);
  });

  test('and was stopped by a user stays stopped', async () => {
    const vm = await make({ restart: 'always' });
    const { operation } = await bench().expectOk('vm.stop', { id: vm.id });
    await bench().end(operation);
    await bench().advance(MINUTE_MS);
    expect(await show(vm)).toMatchObject({ status: 'stopped', power_state: 'stopped' });
  });

  test('of an earlier release stays stopped, unless it is asked for', async () => {
    const vm = await make(null);
    await bench().store.commit([
      { kind: 'patch', table: 'vms', id: vm.id, set: { restart_default: null } },
    ]);
    expect(await show(vm)).toMatchObject({ restart_policy: 'never' });
    expect(await end(vm, 'crash')).toMatchObject({ status: 'stopped' });
    const asked = await bench().expectOk('vm.update', {
      id: vm.id,
      healing: { restart: 'on-failure' },
    });
    await bench().end(asked.operation);
    await bench().advance(MINUTE_MS);
    expect(await show(vm)).toMatchObject({ status: 'running', restart_policy: 'on-failure' });
  });

  test('whose start a policy denies waits, and says so once', async () => {
    const vm = await make(null);
    await bench().expectOk('policy.create', {
      name: 'No starts',
      type: 'resource',
      platform_writes: true,
      rule: 'package starts\n\ndeny contains "no starts" if input.operation == "vm.start"\n',
    });
    expect(await end(vm, 'crash', 5 * MINUTE_MS)).toMatchObject({ status: 'stopped' });
    expect(await eventsOf(vm, 'vm.not_restarted')).toHaveLength(1);
  });
});
