import { describe, expect, test } from '@jest/globals';
import type { Fleet } from '@novacron/agent/fleet/fleet';
import type { Operation } from '@novacron/contract/operation/operation';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const BOOT_MS = 30_000;

const NEVER_MS = 86_400_000;

const node = (name: string, guest_boot_ms: number, more = {}): Fleet['nodes'][number] => ({
  name,
  zone: 'zone-a',
  rack: `rack-${name}`,
  cpu_cores: 8,
  memory_gb: 16,
  disk_gb: 200,
  guest_boot_ms,
  ...more,
});

/** Nodes whose guests boot in half a minute, never, and without a look at them. */
const FLEET: Fleet = {
  nodes: [
    node('booting', BOOT_MS),
    node('hanging', NEVER_MS),
    node('blind', 0, { capabilities: { guest_check: 'no' } }),
  ],
  storage_pools: { ssd: { size_gb: 0 }, hdd: { size_gb: 0 }, nvme: { size_gb: 0 } },
};

type NewVm = InputOf<'vm.create'>;

describe('a VM whose guest is waited for', () => {
  const bench = useBench({ fleet: FLEET });

  const vmOn = (name: string, wait_for: NewVm['wait_for']): NewVm => ({
    ...SMALL_VM,
    placement: { node: name },
    wait_for,
  });
  const begin = (name: string, wait_for: NewVm['wait_for']) =>
    bench().expectOk('vm.create', vmOn(name, wait_for));
  const show = ({ id }: Pick<Operation, 'id'>) => bench().expectOk('operation.get', { id });
  const see = (id: Operation['target_id']) => bench().expectOk('vm.get', { id } as never);
  const driverOf = (name: string) => bench().fleet.drivers.get(name);

  test('is created when its guest is ready, and says meanwhile what it waits for', async () => {
    const { operation, resource } = await begin('booting', { cloud_init: true });
    const at = { started_at: expect.any(String), ended_at: expect.any(String) };
    const none = { started_at: null, ended_at: null };
    expect((await show(operation)).steps).toEqual([
      { name: 'create', status: 'running', attempts: 1, ...at, ended_at: null },
      { name: 'start', status: 'waiting', attempts: 0, ...none, waits_for: ['create'] },
      { name: 'wait-for-guest', status: 'waiting', attempts: 0, ...none, waits_for: ['start'] },
    ]);
    await bench().advance(BOOT_MS / 2);
    expect((await show(operation)).steps).toEqual([
      { name: 'create', status: 'succeeded', attempts: 1, ...at },
      { name: 'start', status: 'succeeded', attempts: 1, ...at },
      {
        name: 'wait-for-guest',
        status: 'running',
        attempts: expect.any(Number),
        ...at,
        ended_at: null,
        detail: 'waits for the guest: cloud-init (the simulated guest boots)',
      },
    ]);
    expect(await see(resource.id)).toMatchObject({ status: 'creating' });
    await bench().advance(BOOT_MS);
    const ended = await show(operation);
    expect(ended).toMatchObject({ status: 'succeeded', progress_percent: 100 });
    expect(ended.steps.at(-1)).not.toHaveProperty('detail');
    const wait_for = { agent: null, ip: null, port: null, cloud_init: true, timeout: null };
    expect(await see(resource.id)).toMatchObject({ status: 'running', wait_for });
  });

  test('stays after the time is up, and the operation says what was seen last', async () => {
    const { operation, resource } = await begin('hanging', { agent: true, timeout: '1m30s' });
    expect(await bench().end(operation)).toMatchObject({
      status: 'failed',
      steps: [{ status: 'succeeded' }, { status: 'succeeded' }, { status: 'failed' }],
      problem: {
        code: 'guest-not-ready',
        detail:
          'vm.create of web-01 failed: gave up after 1m30s: waits for the guest: its guest agent ' +
          '(the simulated guest boots)',
        remedy:
          'The VM was created as requested. Check its guest (novacron vm console web-01); give ' +
          'it more time with wait_for.timeout, or wait for less.',
        data: { kept: true },
      },
    });
    expect(await see(resource.id)).toMatchObject({ status: 'running', node: 'hanging' });
    const removed = await bench().expectOk('vm.delete', { id: resource.id });
    expect(await bench().end(removed.operation)).toMatchObject({ status: 'succeeded' });
  });

  test('is waited for by the server that starts again, for the rest of the time', async () => {
    const late = await begin('hanging', { agent: true, timeout: '1m' });
    await bench().advance(40_000);
    await bench().restartServer();
    await bench().advance(10_000);
    expect(await show(late.operation)).toMatchObject({ status: 'running' });
    await bench().advance(20_000);
    expect(await show(late.operation)).toMatchObject({ status: 'failed' });
    const soon = await bench().expectOk('vm.create', {
      ...vmOn('booting', { agent: true, timeout: '1m' }),
      name: 'web-02',
    });
    await bench().advance(BOOT_MS / 2);
    await bench().restartServer();
    expect(await bench().end(soon.operation)).toMatchObject({ status: 'succeeded' });
  });

  test('that stops ends the wait with its reason', async () => {
    const { operation, resource } = await bench().expectOk('vm.create', {
      ...vmOn('hanging', { agent: true, timeout: '1h' }),
      healing: { restart: 'never' },
    });
    await bench().advance(5_000);
    driverOf('hanging')?.disturb(resource.id, { kind: 'power-off', reason: 'panic' });
    await bench().advance(2_000);
    expect(await show(operation)).toMatchObject({
      status: 'failed',
      problem: {
        detail:
          'vm.create of web-01 failed: the VM stopped while its guest was waited for: the kernel ' +
          'of the guest panicked',
      },
    });
    await bench().advance(60_000);
    expect(await see(resource.id)).toMatchObject({ status: 'stopped', stop_reason: 'panic' });
    const start = await bench().expectOk('vm.start', { id: resource.id });
    await bench().end(start.operation);
  });

  test('whose cloud-init fails is not waited for any longer', async () => {
    const { operation } = await begin('hanging', { cloud_init: true });
    await bench().advance(2_000);
    driverOf('hanging')?.faults.add({ action: 'check-guest', kind: 'fail-final' });
    await bench().advance(2_000);
    expect(await show(operation)).toMatchObject({
      status: 'failed',
      problem: { detail: expect.stringContaining('cloud-init has failed: failed on demand') },
    });
  });

  test('is taken back when its create is cancelled', async () => {
    const { operation, resource } = await begin('hanging', { agent: true });
    await bench().advance(5_000);
    await bench().expectOk('operation.cancel', { id: operation.id });
    expect(await bench().end(operation)).toMatchObject({
      status: 'failed',
      problem: { detail: expect.stringContaining('it was cancelled by admin') },
    });
    expect(await bench().expectProblem('vm.get', { id: resource.id })).toMatchObject({
      code: 'not-found',
    });
  });

  test('is waited for after a restart for a change, which stays whatever comes of it', async () => {
    const wait_for = { agent: true, timeout: '1m' };
    const vm = await makeVm(bench(), { placement: { node: 'hanging' } });
    const alone = await bench().expectOk('vm.update', { id: vm.id, wait_for });
    expect(await bench().end(alone.operation)).toMatchObject({
      status: 'succeeded',
      steps: [{ name: 'configure' }],
    });
    const smaller = await bench().expectOk('vm.update', { id: vm.id, memory_gb: 2 });
    expect(await bench().end(smaller.operation)).toMatchObject({
      status: 'failed',
      steps: [
        { name: 'stop', status: 'succeeded' },
        { name: 'configure', status: 'succeeded' },
        { name: 'start', status: 'succeeded' },
        { name: 'wait-for-guest', status: 'failed' },
      ],
    });
    expect(await see(vm.id)).toMatchObject({ status: 'running', memory_gb: 2 });
  });

  test('that is created stopped is not waited for', async () => {
    const vm = await bench().expectOk('vm.create', {
      ...vmOn('blind', { agent: true }),
      power_state: 'stopped',
    });
    expect(await bench().end(vm.operation)).toMatchObject({
      status: 'succeeded',
      steps: [{ name: 'create' }],
    });
    const { id } = vm.resource;
    expect(await bench().expectProblem('vm.update', { id, power_state: 'running' })).toMatchObject({
      code: 'validation-failed',
      fields: [{ path: ['wait_for'], message: 'is not supported by blind' }],
    });
  });

  test('is refused on a node that cannot see its guest, and without a network', async () => {
    expect(await bench().expectProblem('vm.create', vmOn('blind', { agent: true }))).toMatchObject({
      code: 'validation-failed',
      detail:
        'The VM web-01 cannot be waited for on node blind: its agent (driver simulator) does not ' +
        'say whether a guest is ready.',
      remedy: 'Upgrade the agent of blind, or remove wait_for.',
    });
    expect(
      await bench().expectProblem('vm.create', vmOn('booting', { ip: true, port: 22 })),
    ).toMatchObject({
      code: 'validation-failed',
      fields: [
        { path: ['wait_for', 'ip'], message: 'needs network_id' },
        { path: ['wait_for', 'port'], message: 'needs network_id' },
      ],
    });
  });

  test.each([
    [{ port: 0 }, 'must be at least 1'],
    [{ agent: true, timeout: '2h' }, 'must be a duration from 1s to 1h, such as 5m or 90s'],
    [{ agent: true, timeout: 'soon' }, 'must be a duration from 1s to 1h, such as 5m or 90s'],
  ])('%j is refused', async (wait_for, message) => {
    const refused = await bench().expectProblem('vm.create', { ...SMALL_VM, wait_for });
    expect(refused.fields).toMatchObject([{ message }]);
  });
});
