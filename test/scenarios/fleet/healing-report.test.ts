/** Availability and recovery times, as they are reported and measured. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { NO_TELEMETRY, type Telemetry } from '@novacron/server/ports/telemetry';
import { awaitSound } from '../test-kit/await-sound.ts';
import { SHARED_STORAGE_FLEET } from '../test-kit/shared-storage-fleet.ts';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

/** Time after which a silent node is lost and its incident is open. Unit: ms. */
const LOST_MS = 40_000;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

describe('a report of healing', () => {
  const measured: [name: string, labels: object, value: number][] = [];
  const telemetry: Telemetry = {
    ...NO_TELEMETRY,
    count: (name, labels, by = 1) => measured.push([name, { ...labels }, by]),
    observe: (name, labels, value) => measured.push([name, { ...labels }, value]),
  };
  const of = (name: string) => measured.filter(([each]) => each === name);
  const lost = new Set<string>();
  beforeEach(() => {
    measured.length = 0;
  });
  afterEach(async () => {
    for (const name of lost) bench().fleet.restartAgent(name);
    if (lost.size > 0) await awaitSound(bench());
    lost.clear();
  });
  const bench = useBench({ fleet: SHARED_STORAGE_FLEET, telemetry });
  const report = (days?: number) =>
    bench().expectOk('healing.report', days === undefined ? {} : { days });

  /** Its node is away for some minutes. */
  async function interrupt(node: unknown, minutes: number): Promise<void> {
    const name = String(node);
    await bench().fleet.stopAgent(name);
    lost.add(name);
    await bench().advance(LOST_MS + minutes * MINUTE_MS);
    bench().fleet.restartAgent(name);
    lost.delete(name);
    await bench().advance(MINUTE_MS);
  }

  test('has nothing to say of a fleet without VMs', async () => {
    expect(await report(7)).toMatchObject({
      incidents: 0,
      healed_without_people: null,
      vm_recoveries: 0,
      mttr_seconds: null,
      availability: null,
      causes: [],
      vms: [],
    });
    for (const days of [0, 366, 1.5]) {
      expect((await bench().expectProblem('healing.report', { days })).code).toBe(
        'validation-failed',
      );
    }
  });

  test('shows each week with its own incidents and availability', async () => {
    const vm = await makeVm(bench());
    await interrupt(vm.node, 5);
    const first = await report();
    await bench().skip(8 * DAY_MS);
    await bench().advance(5 * MINUTE_MS);
    const { periods = [] } = await bench().expectOk('healing.report', { days: 30, by: 'week' });
    const isMonday = (time: string) =>
      new Date(time).getUTCDay() === 1 && time.includes('T00:00:00');
    expect(periods.slice(1).every(({ since }) => isMonday(since))).toBe(true);
    expect(periods.slice(1).map(({ since }) => since)).toEqual(
      periods.slice(0, -1).map(({ until }) => until),
    );
    const at = periods.findIndex(({ until }) => until >= first.until);
    expect(periods[at]).toMatchObject({ vm_recoveries: 1, mttr_seconds: first.mttr_seconds });
    expect(periods[at]?.availability).toBeLessThan(1);
    expect(periods.slice(0, at).map(({ availability }) => availability)).toEqual(
      periods.slice(0, at).map(() => null),
    );
    expect(periods.reduce((sum, { incidents }) => sum + incidents, 0)).toBe(
      (await report(30)).incidents,
    );
    const months = await bench().expectOk('healing.report', { days: 365, by: 'month' });
    // Incidents are kept for 90 days.
    const [oldest] = months.periods ?? [];
    const keptMs = Date.parse(months.until) - Date.parse(oldest?.since ?? '');
    expect(keptMs).toBe(90 * DAY_MS);
    expect((await report(30)).periods).toBeUndefined();
  });

  test('shows each cause, and the VMs that were down longest', async () => {
    const vm = await makeVm(bench());
    await interrupt(vm.node, 5);
    const found = await report();
    expect(found).toMatchObject({
      incidents: 1,
      healed_without_people: 1,
      vm_recoveries: 1,
      causes: [{ cause: 'node_lost', incidents: 1, healed_without_people: 1, vm_recoveries: 1 }],
      vms: [{ vm_id: vm.id, vm: vm.name, times_down: 1, is_down: false }],
    });
    const [{ down_seconds: down = 0 } = {}] = found.vms;
    expect(down).toBeGreaterThan(290);
    expect(down).toBeLessThan(400);
    expect(found.mttr_seconds).toBe(down);
    expect(found.causes[0]?.mttr_p95_seconds).toBe(down);
    const aliveMs = Date.parse(found.until) - Date.parse(vm.created_at);
    expect(found.availability).toBeCloseTo(1 - (1_000 * down) / aliveMs, 6);
    expect((await bench().expectOk('healing.status', {})).last_30_days).toMatchObject({
      availability: found.availability,
      mttr_seconds: down,
    });
    const [[, labels, seconds] = ['', {}, 0], ...others] = of('novacron_vm_recovery_seconds');
    expect([labels, others]).toEqual([{ cause: 'node_lost' }, []]);
    expect(seconds).toBeCloseTo(down, 0);
    expect(of('novacron_incidents_resolved_total')).toEqual([
      ['novacron_incidents_resolved_total', { cause: 'node_lost', resolution: 'system' }, 1],
    ]);
    // What was before the period does not count.
    await bench().skip(DAY_MS);
    expect(await report(1)).toMatchObject({ incidents: 0, availability: 1, vms: [] });
    expect(await report(2)).toMatchObject({ incidents: 1 });
  });

  test('measures availability of the VMs that are there, while they are down, too', async () => {
    const gone = await makeVm(bench());
    await interrupt(gone.node, 5);
    await bench().end((await bench().expectOk('vm.delete', { id: gone.id })).operation);
    const kept = await makeVm(bench(), { name: 'kept' });
    await bench().advance(MINUTE_MS);
    expect(await report()).toMatchObject({ availability: 1, vms: [{ vm: gone.name }] });
    await bench().fleet.stopAgent(String(kept.node));
    lost.add(String(kept.node));
    await bench().advance(LOST_MS + 5 * MINUTE_MS);
    const found = await report();
    expect(found.vms.map(({ vm, is_down }) => [vm, is_down])).toContainEqual(['kept', true]);
    expect(found.availability).toBeGreaterThan(0);
    expect(found.availability).toBeLessThan(0.5);
  });

  test('counts what is open, and no VM that was deleted as recovered', async () => {
    const vm = await makeVm(bench(), { healing: { attempts: 1 } });
    const driver = bench().fleet.drivers.get(String(vm.node));
    for (const _time of [1, 2]) {
      driver?.disturb(vm.id, { kind: 'power-off', reason: 'panic' });
      await bench().advance(MINUTE_MS);
    }
    expect(await report()).toMatchObject({
      incidents: 1,
      healed_without_people: 0,
      vm_recoveries: 0,
      causes: [{ cause: 'crash_loop', incidents: 1, healed_without_people: 0 }],
    });
    await bench().end((await bench().expectOk('vm.delete', { id: vm.id })).operation);
    await bench().advance(MINUTE_MS);
    expect(await report()).toMatchObject({ incidents: 1, vm_recoveries: 0, mttr_seconds: null });
    const { items } = await bench().expectOk('incident.list', {});
    const { steps } = await bench().expectOk('incident.get', { id: String(items[0]?.id) as never });
    expect(steps.map(({ what }) => what)).toContain(`VM ${vm.name} was deleted`);
  });

  test('counts a VM that stopped and was started again', async () => {
    const vm = await makeVm(bench(), { healing: { attempts: 3 } });
    const driver = bench().fleet.drivers.get(String(vm.node));
    driver?.disturb(vm.id, { kind: 'power-off', reason: 'crash' });
    await bench().advance(MINUTE_MS);
    const found = await report();
    expect(found).toMatchObject({
      incidents: 1,
      healed_without_people: 1,
      vm_recoveries: 1,
      causes: [{ cause: 'stopped', incidents: 1, healed_without_people: 1, vm_recoveries: 1 }],
      vms: [{ vm_id: vm.id, times_down: 1, is_down: false }],
    });
    expect(found.availability).toBeLessThan(1);
  });

  test('counts an outage once from its begin, also where its incident is merged', async () => {
    const more = { healing: { attempts: 1 } };
    const first = await makeVm(bench(), { name: 'first', ...more });
    const second = await makeVm(bench(), { name: 'second', ...more });
    for (const { id, node } of [first, second]) {
      for (const _time of [1, 2]) {
        const panic = { kind: 'power-off', reason: 'panic' } as const;
        bench().fleet.drivers.get(String(node))?.disturb(id, panic);
        await bench().advance(MINUTE_MS);
      }
    }
    const { items } = await bench().expectOk('incident.list', {});
    const [own, shared] = [...items].sort((one, other) => (one.id < other.id ? -1 : 1));
    expect([own, shared]).toMatchObject([{ resolution: 'merged' }, { target_kind: 'storage' }]);
    const membersOf = async (id = '') =>
      (await bench().expectOk('incident.get', { id: id as never })).members;
    const downAt = (await membersOf(own?.id))[0]?.down_at ?? '';
    const members = await membersOf(shared?.id);
    expect(members.find(({ vm }) => vm === 'first')?.down_at).toBe(downAt);
    for (const { id } of [first, second]) {
      await bench().end((await bench().expectOk('vm.start', { id })).operation);
    }
    await bench().advance(MINUTE_MS);
    const found = await report();
    expect(found).toMatchObject({ incidents: 1, vm_recoveries: 2 });
    expect(found.vms).toMatchObject([
      { vm: 'first', times_down: 1, is_down: false },
      { vm: 'second', times_down: 1, is_down: false },
    ]);
    const seconds = found.vms.map(({ down_seconds }) => down_seconds);
    expect(found.mttr_seconds).toBeCloseTo(seconds.reduce((sum, each) => sum + each, 0) / 2, 3);
    const measuredSeconds = of('novacron_vm_recovery_seconds').map(([, , value]) => value);
    expect(measuredSeconds.map(Math.round).sort()).toEqual(seconds.map(Math.round).sort());
  });

  test('counts no VM as recovered that leaves one incident and is down by another', async () => {
    const vm = { cpu_cores: 1, memory_gb: 1, disk_gb: 1, healing: { restart: 'never' } } as const;
    const sizes = { min_size: 2, max_size: 2 };
    await bench().end(
      (await bench().expectOk('vm_group.create', { name: 'web', vm, ...sizes })).operation,
    );
    const { items } = await bench().expectOk('vm.list', {});
    for (const { id, node } of items) {
      bench().fleet.drivers.get(String(node))?.disturb(id, { kind: 'process-hang' });
    }
    await bench().advance(3 * MINUTE_MS);
    const node = String(items[0]?.node);
    expect(items[1]?.node).not.toBe(node);
    await bench().fleet.stopAgent(node);
    lost.add(node);
    await bench().advance(LOST_MS + MINUTE_MS);
    const { items: open } = await bench().expectOk('incident.list', { state: ['open'] });
    expect(open.map(({ cause }) => cause).sort()).toEqual(['node_lost', 'unhealthy']);
    expect(await report()).toMatchObject({ vm_recoveries: 0, mttr_seconds: null });
    expect(of('novacron_vm_recovery_seconds')).toEqual([]);
    const [{ id = '' } = {}] = open.filter(({ cause }) => cause === 'unhealthy');
    const { steps } = await bench().expectOk('incident.get', { id: id as never });
    expect(steps.map(({ what }) => what)).toContain(
      `VM ${items[0]?.name} is still down, as part of another incident`,
    );
  });
});
