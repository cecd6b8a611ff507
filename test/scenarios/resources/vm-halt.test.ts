import { describe, expect, test } from '@jest/globals';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import type { InputOf, OperationName } from '@novacron/contract/operations-table/operations';
import { machineOf, makeVm, useBench } from '../test-kit/use-bench.ts';

type Halt = Extract<
  OperationName,
  `vm.${'pause' | 'resume' | 'reset' | 'reboot' | 'stop' | 'start' | 'update' | 'delete'}`
>;

/** Duration of a round of the health check's default interval. Unit: ms. */
const ROUND_MS = 31_000;

describe('a VM is paused, resumed, reset and rebooted', () => {
  const bench = useBench();

  async function run<Name extends Halt>(name: Name, input: InputOf<Name>) {
    return bench().end((await bench().expectOk(name, input)).operation);
  }
  const see = ({ id }: Vm) => bench().expectOk('vm.get', { id });
  const driverOf = ({ node }: Vm) => bench().fleet.drivers.get(String(node));

  async function makePaused(): Promise<Vm> {
    const vm = await makeVm(bench());
    expect(await run('vm.pause', { id: vm.id })).toMatchObject({ status: 'succeeded' });
    return vm;
  }

  test('a paused VM is running and paused, wherever it is shown, until it is resumed', async () => {
    const vm = await makePaused();
    expect(await see(vm)).toMatchObject({
      status: 'running',
      power_state: 'running',
      paused: true,
    });
    expect(await machineOf(bench(), vm)).toMatchObject({ status: 'running', paused: true });
    expect(await run('vm.pause', { id: vm.id })).toMatchObject({ status: 'succeeded' });
    await run('vm.resume', { id: vm.id });
    await run('vm.resume', { id: vm.id });
    expect(await see(vm)).toMatchObject({ status: 'running', paused: false });
    expect(await machineOf(bench(), vm)).not.toHaveProperty('paused');
  });

  test.each([
    ['vm.start', 'running'],
    ['vm.stop', 'stopped'],
    ['vm.reboot', 'running'],
  ] as const)('%s ends a pause', async (name, status) => {
    const vm = await makePaused();
    expect(await run(name, { id: vm.id })).toMatchObject({ status: 'succeeded' });
    expect(await see(vm)).toMatchObject({ status, paused: false });
    await bench().advance(ROUND_MS);
    const { items } = await bench().expectOk('event.list', {});
    expect(items.map(({ type }) => type)).not.toContain('vm.resumed');
  });

  test('a restart for a change ends a pause, and a deletion needs no resume', async () => {
    const vm = await makePaused();
    expect(await run('vm.update', { id: vm.id, memory_gb: 2 })).toMatchObject({
      steps: [{ name: 'stop' }, { name: 'configure' }, { name: 'start' }],
    });
    expect(await see(vm)).toMatchObject({ memory_gb: 2, paused: false });
    await run('vm.pause', { id: vm.id });
    expect(await run('vm.delete', { id: vm.id })).toMatchObject({ status: 'succeeded' });
  });

  test('a paused VM stays on its node, and its other fields can be changed', async () => {
    const vm = await makePaused();
    expect(await bench().expectProblem('vm.migrate', { id: vm.id })).toMatchObject({
      code: 'conflict',
      detail: `The VM ${vm.name} is paused, and a paused VM stays on its node.`,
      remedy: `Resume it first (novacron vm resume ${vm.id}), then move it.`,
    });
    await run('vm.update', { id: vm.id, metadata: { tier: 'web' } });
    expect(await see(vm)).toMatchObject({ paused: true, metadata: { tier: 'web' } });
  });

  test('a reset boots the machine again and leaves a paused one paused', async () => {
    const vm = await makePaused();
    expect(await run('vm.reset', { id: vm.id })).toMatchObject({ steps: [{ name: 'reset' }] });
    expect(await machineOf(bench(), vm)).toMatchObject({ restarts: 1, paused: true });
    expect(await see(vm)).toMatchObject({ status: 'running', paused: true });
  });

  test('a reboot asks the guest, and one that does not heed goes on running', async () => {
    const vm = await makeVm(bench());
    expect(await run('vm.reboot', { id: vm.id })).toMatchObject({
      kind: 'vm.reboot',
      steps: [{ name: 'stop' }, { name: 'start' }],
    });
    driverOf(vm)?.faults.add({ action: 'stop', kind: 'ignore-stop' });
    expect(await run('vm.reboot', { id: vm.id })).toMatchObject({
      status: 'failed',
      problem: { detail: expect.stringContaining('only force stops it') },
    });
    expect(await see(vm)).toMatchObject({ status: 'running', power_state: 'running' });
  });

  test.each([
    ['vm.pause', 'be paused'],
    ['vm.resume', 'be resumed'],
    ['vm.reset', 'be reset'],
    ['vm.reboot', 'be rebooted'],
  ] as const)('%s is refused for a stopped VM', async (name, words) => {
    const vm = await makeVm(bench());
    await run('vm.stop', { id: vm.id });
    expect(await bench().expectProblem(name, { id: vm.id })).toMatchObject({
      code: 'conflict',
      detail: `The VM ${vm.name} is stopped, and only a running VM can ${words}.`,
      remedy: `Start it first: novacron vm start ${vm.id}`,
    });
  });

  test('an agent is sent no command that it does not offer', async () => {
    const vm = await makeVm(bench());
    const [row] = await bench().store.read({ from: 'nodes', where: { name: String(vm.node) } });
    const { pause: _pause, reset: _reset, ...older } = JSON.parse(row?.capabilities_json ?? '{}');
    const capabilities_json = JSON.stringify(older);
    if (row === undefined) throw new Error('the node is there');
    await bench().store.commit([
      { kind: 'put', into: 'nodes', row: { ...row, capabilities_json } },
    ]);
    for (const [name, words] of [
      ['vm.pause', 'be paused'],
      ['vm.reset', 'be reset'],
    ] as const) {
      expect(await bench().expectProblem(name, { id: vm.id })).toMatchObject({
        code: 'conflict',
        detail:
          `The VM ${vm.name} cannot ${words}: the agent of node ${vm.node} (driver simulator) ` +
          'does not support it.',
        remedy: `Upgrade the agent of ${vm.node}, or stop and start the VM instead.`,
      });
    }
  });

  test('a VM paused at its hypervisor is neither stopped nor broken', async () => {
    const vm = await makeVm(bench());
    driverOf(vm)?.disturb(vm.id, { kind: 'pause' });
    await bench().advance(ROUND_MS);
    expect(await see(vm)).toMatchObject({
      status: 'running',
      power_state: 'running',
      paused: true,
    });
    driverOf(vm)?.disturb(vm.id, { kind: 'resume' });
    await bench().advance(ROUND_MS);
    expect(await see(vm)).toMatchObject({ paused: false });
    const { items } = await bench().expectOk('event.list', {});
    expect(items.filter(({ target, source }) => target === vm.id && source === 'healing')).toEqual([
      expect.objectContaining({ type: 'vm.paused', priority: 'high' }),
      expect.objectContaining({ type: 'vm.resumed', priority: 'normal' }),
    ]);
  });
});
