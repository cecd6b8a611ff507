/** VMs whose hypervisor process hangs while their node answers, without a health check. */
import { describe, expect, test } from '@jest/globals';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import type { Store } from '@novacron/server/ports/store';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const MINUTE_MS = 60_000;

describe('a VM whose hypervisor process hangs', () => {
  const bench = useBench();

  const show = ({ id }: Pick<Vm, 'id'>) => bench().expectOk('vm.get', { id });
  function hang(vm: Pick<Vm, 'id' | 'node'>): void {
    bench().fleet.drivers.get(String(vm.node))?.disturb(vm.id, { kind: 'process-hang' });
  }
  async function eventsOf({ id }: Pick<Vm, 'id'>): Promise<readonly string[]> {
    const { items } = await bench().expectOk('event.list', { target: [id] });
    return items.map(({ type }) => type).filter((type) => !type.startsWith('vm.create.'));
  }
  const make = (healing: InputOf<'vm.create'>['healing']) => makeVm(bench(), { healing });
  const openIncidents = async () =>
    (await bench().expectOk('incident.list', { state: ['open'] })).items;

  test('is unhealthy, an incident, and reset, which ends both', async () => {
    const vm = await make({ restart: 'on-failure' });
    expect((await show(vm)).health).toBeNull();
    hang(vm);
    await bench().advance(MINUTE_MS / 2);
    expect(await eventsOf(vm)).toEqual([]);
    await bench().advance(2 * MINUTE_MS);
    expect(await eventsOf(vm)).toEqual([
      'vm.unhealthy',
      'vm.reset.accepted',
      'vm.reset.succeeded',
      'vm.healthy',
    ]);
    expect(await show(vm)).toMatchObject({ status: 'running', health: null });
    expect(await openIncidents()).toEqual([]);
    const { items } = await bench().expectOk('event.list', { type: ['vm.unhealthy'] });
    expect(items).toMatchObject([
      {
        data: { seen: expect.stringMatching(/^its hypervisor process has not responded for /) },
      },
    ]);
    const { items: ended } = await bench().expectOk('incident.list', { state: ['resolved'] });
    expect(ended).toMatchObject([
      {
        cause: 'unhealthy',
        vms_affected: 1,
        summary: `The hypervisor process of ${vm.name} answered nothing.`,
      },
    ]);
  });

  test('is left alone and shown where it is never restarted', async () => {
    const vm = await make({ restart: 'never' });
    hang(vm);
    await bench().advance(3 * MINUTE_MS);
    expect(await eventsOf(vm)).toEqual(['vm.unhealthy']);
    expect(await show(vm)).toMatchObject({ status: 'running', health: 'unhealthy' });
    const [incident] = await openIncidents();
    expect(incident).toMatchObject({
      cause: 'unhealthy',
      vms_down: 1,
      summary: `The hypervisor process of ${vm.name} answers nothing.`,
    });
    const { causes, advice } = await bench().expectOk('incident.explain', {
      id: String(incident?.id),
    });
    expect(causes[0]).toMatchObject({
      cause: 'hypervisor_process',
      evidence: [{ text: expect.stringMatching(/: its hypervisor process has not responded/) }],
    });
    expect(advice.join()).toContain('novacron vm reset VM');
    expect(advice.join()).not.toContain('See why the check fails');
  });

  test('is reset again only while the new process hangs, too, and then given up', async () => {
    const vm = await make({ restart: 'on-failure', attempts: 2 });
    for (let at = 0; at < 60; at += 1) {
      const shown = await show(vm);
      if (shown.status === 'running' && at % 3 === 0) hang(vm);
      await bench().advance(MINUTE_MS / 2);
    }
    const seen = await eventsOf(vm);
    const attempts = seen.filter((type) => /^vm[.](?:reset|reboot)[.]accepted$/.test(type));
    expect(attempts).toHaveLength(2);
    expect(seen).toContain('vm.stays_unhealthy');
  });

  test('is not asked to shut down: a stop is refused at once, and force stops it', async () => {
    const vm = await make({ restart: 'never' });
    hang(vm);
    await bench().advance(MINUTE_MS / 4);
    const asked = await bench().expectOk('vm.stop', { id: vm.id });
    expect(await bench().end(asked.operation)).toMatchObject({
      status: 'failed',
      problem: { detail: expect.stringContaining('Its hypervisor process answers nothing') },
    });
    const forced = await bench().expectOk('vm.stop', { id: vm.id, force: 'yes' });
    expect(await bench().end(forced.operation)).toMatchObject({ status: 'succeeded' });
    expect(await show(vm)).toMatchObject({ status: 'stopped' });
  });

  test('is not reset while healing is held', async () => {
    const vm = await make({ restart: 'on-failure' });
    await bench().expectOk('healing.hold', { reason: 'work on the storage' });
    hang(vm);
    await bench().advance(3 * MINUTE_MS);
    expect(await eventsOf(vm)).toEqual(['vm.unhealthy']);
    await bench().expectOk('healing.release', {});
    await bench().advance(MINUTE_MS);
    expect(await eventsOf(vm)).toContain('vm.reset.succeeded');
  });

  test('is judged by its health check where it has one', async () => {
    const vm = await make({
      restart: 'never',
      health_check: { kind: 'http', port: 8080, path: '/healthz' },
    });
    await bench().advance(3 * MINUTE_MS);
    hang(vm);
    await bench().advance(3 * MINUTE_MS);
    expect(await show(vm)).toMatchObject({ health: 'healthy' });
  });
});

/** Changes a VM as an operation would, between its inspection and the commit that records it. */
function raceOnce(inner: Store, raced: { id: string; refused: number }): Store {
  return {
    ...inner,
    commit: async (changes) => {
      const hangs = changes.some(
        (change) =>
          change.kind === 'update' && change.table === 'vms' && change.set.health === 'unhealthy',
      );
      if (!hangs || raced.refused > 0) return inner.commit(changes);
      const [row] = await inner.read({ from: 'vms', where: { id: raced.id } });
      if (row === undefined) throw new Error('the VM exists');
      const { generation } = row;
      const set = (to: number) =>
        inner.commit([{ kind: 'patch', table: 'vms', id: raced.id, set: { generation: to } }]);
      await set(generation + 1);
      const done = await inner.commit(changes);
      if (!done.ok) raced.refused += 1;
      await set(generation);
      return done;
    },
  };
}

describe('a VM that is changed while its hung process is recorded', () => {
  const raced = { id: '', refused: 0 };
  const bench = useBench({ wrapStore: (store) => raceOnce(store, raced) });

  test('is looked at again, and recorded once', async () => {
    const vm = await makeVm(bench(), { healing: { restart: 'never' } });
    raced.id = vm.id;
    bench().fleet.drivers.get(String(vm.node))?.disturb(vm.id, { kind: 'process-hang' });
    await bench().advance(4 * MINUTE_MS);
    expect(raced.refused).toBe(1);
    expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({ health: 'unhealthy' });
    const { items } = await bench().expectOk('event.list', { type: ['vm.unhealthy'] });
    expect(items).toHaveLength(1);
  });
});
