/** VMs that are restarted only in their restart windows: what waits, shows it and ends it. */
import { describe, expect, test } from '@jest/globals';
import type { Fleet } from '@novacron/agent/fleet/fleet';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { machineOf, makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const NODE = { zone: 'zone-a', rack: 'rack-a', cpu_cores: 8, memory_gb: 16, disk_gb: 200 };
const FLEET: Fleet = {
  nodes: ['node-a', 'node-b'].map((name) => ({ ...NODE, name })),
  storage_pools: { ssd: { size_gb: 100 }, hdd: { size_gb: 100 }, nvme: { size_gb: 100 } },
};

const TERRAFORM = { client: 'terraform', deployment: 'shop' } as const;

const MINUTE_MS = 60_000;

/** Until a window of the tests opens. Unit: minutes. */
const CLOSED_MINUTES = 10;

/** A round of the reconciler, and the operation that it starts. */
const ROUND_MS = 40_000;

describe('a VM with a restart window', () => {
  const bench = useBench({ fleet: FLEET });

  /** A window that opens in ten minutes, each day. */
  function window(duration = '5m') {
    const opens = new Date(bench().deps.clock.nowMs() + CLOSED_MINUTES * MINUTE_MS);
    const schedule = `${opens.getUTCMinutes()} ${opens.getUTCHours()} * * *`;
    return { schedule, duration, timezone: null };
  }

  const show = async (vm: Vm) => bench().expectOk('vm.get', { id: vm.id });
  const machine = async (vm: Vm) => (await machineOf(bench(), vm))?.spec;

  async function change(vm: Vm, fields: Omit<InputOf<'vm.update'>, 'id'>, context = {}) {
    const done = await bench().expectOk('vm.update', { id: vm.id, ...fields }, context);
    return { ...done, ended: await bench().end(done.operation) };
  }

  async function open() {
    for (let minute = 0; minute <= CLOSED_MINUTES; minute += 1) await bench().advance(MINUTE_MS);
  }

  /** Returns the number of operations of a VM with steps that stopped it. */
  async function restartsOf(vm: Vm): Promise<number> {
    const rows = await bench().store.read({ from: 'operations', where: { target_id: vm.id } });
    return rows.filter(({ definition_json }) => definition_json.includes('"name":"stop"')).length;
  }

  test('keeps a change that needs a restart until the window opens, and shows it', async () => {
    const vm = await makeVm(bench(), { restart_window: window() });
    const { ended, resource, notices } = await change(vm, { cpu_cores: 1, description: 'smaller' });
    expect(ended).toMatchObject({ steps: [{ name: 'configure' }] });
    expect(notices).toEqual([
      expect.stringMatching(
        /^The change of cpu_cores restarts the VM web-01, .*, which opens at 20.*Z, or until the/,
      ),
    ]);
    const shown = { cpu_cores: 1, description: 'smaller', pending_restart: ['cpu_cores'] };
    expect(resource).toMatchObject(shown);
    expect(await show(vm)).toMatchObject({ ...shown, status: 'running' });
    expect(await machine(vm)).toMatchObject({ cpu_cores: 2 });
    await open();
    await bench().advance(ROUND_MS);
    expect(await machine(vm)).toMatchObject({ cpu_cores: 1 });
    expect(await show(vm)).toMatchObject({ cpu_cores: 1, pending_restart: [], status: 'running' });
    expect(await restartsOf(vm)).toBe(1);
    expect(await bench().store.read({ from: 'pending_restarts' })).toEqual([]);
  });

  test('is restarted at once while the window is open, and when that is allowed', async () => {
    const vm = await makeVm(bench(), { restart_window: window() });
    await change(vm, { cpu_cores: 1 });
    const now = await change(vm, { user_data: '#cloud-config', restart: 'allowed' });
    expect(now.ended).toMatchObject({ status: 'succeeded' });
    expect(await machine(vm)).toMatchObject({ cpu_cores: 1, guest: expect.anything() });
    expect(await show(vm)).toMatchObject({ pending_restart: [], user_data: '#cloud-config' });
    await open();
    const opened = await change(vm, { user_data: '#cloud-config\nopen: yes' });
    expect(opened.ended.steps.map(({ name }) => name)).toContain('stop');
    expect(await show(vm)).toMatchObject({ pending_restart: [] });
  });

  test('collects changes, and gives one up that is taken back', async () => {
    const vm = await makeVm(bench(), { restart_window: window() });
    await change(vm, { cpu_cores: 1 });
    await change(vm, { user_data: '#cloud-config', password_wo: 'hidden', password_wo_version: 1 });
    const names = ['cpu_cores', 'password_wo', 'password_wo_version', 'user_data'];
    expect(await show(vm)).toMatchObject({ pending_restart: names, user_data: '#cloud-config' });
    const same = await change(vm, { cpu_cores: 1 });
    expect(same.resource.revision).toBe((await show(vm)).revision);
    await change(vm, { cpu_cores: 2 });
    expect(await show(vm)).toMatchObject({ cpu_cores: 2, pending_restart: names.slice(1) });
    await change(vm, { user_data: null });
    await open();
    await bench().advance(ROUND_MS);
    expect(await show(vm)).toMatchObject({ pending_restart: [], user_data: null, cpu_cores: 2 });
    expect((await machine(vm))?.guest).toMatchObject({ password: expect.stringContaining('sha') });
    expect(await restartsOf(vm)).toBe(1);
  });

  test('that is stopped is changed without its window', async () => {
    const vm = await makeVm(bench(), { restart_window: window() });
    await change(vm, { memory_gb: 2 });
    await bench().end((await bench().expectOk('vm.stop', { id: vm.id })).operation);
    await bench().advance(ROUND_MS);
    expect(await machine(vm)).toMatchObject({ memory_mib: 2_048 });
    expect(await show(vm)).toMatchObject({ status: 'stopped', memory_gb: 2, pending_restart: [] });
    expect(await restartsOf(vm)).toBe(1);
  });

  test('keeps what waits where the change fails, and tries it once in a window', async () => {
    const vm = await makeVm(bench(), { restart_window: window('20m') });
    await change(vm, { cpu_cores: 1 });
    const driver = bench().fleet.drivers.get(String(vm.node));
    driver?.faults.add({ action: 'configure', kind: 'fail-final' });
    await open();
    await bench().advance(ROUND_MS);
    const failed = { cpu_cores: 1, pending_restart: ['cpu_cores'], status: 'running' };
    expect(await show(vm)).toMatchObject(failed);
    expect(await machine(vm)).toMatchObject({ cpu_cores: 2 });
    await bench().advance(ROUND_MS * 2);
    expect(await show(vm)).toMatchObject(failed);
    expect(await restartsOf(vm)).toBe(1);
  });

  test('is no drift while a change waits, nor afterwards', async () => {
    const asked = { ...SMALL_VM, restart_window: window() };
    const made = await bench().expectOk('vm.create', asked, TERRAFORM);
    await bench().end(made.operation);
    const vm = await show(made.resource);
    await change(vm, { cpu_cores: 1 }, TERRAFORM);
    const drifted = async () => (await bench().expectOk('drift.report', {})).items;
    expect(await drifted()).toEqual([]);
    await open();
    await bench().advance(ROUND_MS);
    expect(await machine(vm)).toMatchObject({ cpu_cores: 1 });
    expect(await drifted()).toEqual([]);
  });

  test('is deleted with what waits for it', async () => {
    const vm = await makeVm(bench(), { restart_window: window() });
    await change(vm, { cpu_cores: 1 });
    await bench().end((await bench().expectOk('vm.delete', { id: vm.id })).operation);
    expect(await bench().store.read({ from: 'pending_restarts' })).toEqual([]);
  });

  test('is refused where its schedule or time zone is none', async () => {
    const refuse = async (restart_window: InputOf<'vm.create'>['restart_window']) =>
      bench().expectProblem('vm.create', { ...SMALL_VM, restart_window });
    expect(await refuse({ schedule: 'Sunday', duration: '2h', timezone: null })).toMatchObject({
      code: 'validation-failed',
      fields: [{ path: ['restart_window', 'schedule'] }],
    });
    expect(await refuse({ schedule: '0 3 * * *', duration: '2h', timezone: 'X/Y' })).toMatchObject({
      fields: [{ path: ['restart_window', 'timezone'] }],
    });
  });
});
