import { describe, expect, test } from '@jest/globals';
import type { Fault } from '@novacron/agent/drivers/simulator/faults';
import type { Fleet } from '@novacron/agent/fleet/fleet';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { machineOf, makeVm, useBench } from '../test-kit/use-bench.ts';

type Capabilities = NonNullable<Fleet['nodes'][number]['capabilities']>;

function fleetWith(capabilities: Capabilities): Fleet {
  const node = { zone: 'zone-a', rack: 'rack-a', cpu_cores: 8, memory_gb: 16, disk_gb: 200 };
  return {
    nodes: [{ name: 'node-a', ...node, capabilities }],
    storage_pools: { ssd: { size_gb: 100 }, hdd: { size_gb: 100 }, nvme: { size_gb: 100 } },
  };
}

function useSteps(fleet: Fleet) {
  const bench = useBench({ fleet });
  const addFault = (fault: Fault) => {
    for (const driver of bench().fleet.drivers.values()) driver.faults.add(fault);
  };
  const change = async (input: InputOf<'vm.update'>) =>
    bench().end((await bench().expectOk('vm.update', input)).operation);
  const stepsOf = async (input: InputOf<'vm.update'>) => {
    const { status, steps } = await change(input);
    return [status, ...steps.map(({ name }) => name)];
  };
  return { bench, addFault, change, stepsOf };
}

describe('a change of size where the hypervisor makes it live', () => {
  const { bench, stepsOf } = useSteps(fleetWith({}));

  test.each([
    { cpu_cores: 4 },
    { memory_gb: 8 },
    { disk_gb: 40 },
    { metadata: { tier: 'web' } },
    { name: 'web-02' },
  ])('%j is one step, and the guest runs on', async (more) => {
    const vm = await makeVm(bench());
    expect(await stepsOf({ id: vm.id, ...more, restart: 'forbidden' })).toEqual([
      'succeeded',
      'configure',
    ]);
    expect(await machineOf(bench(), vm)).toMatchObject({ status: 'running', restarts: 0 });
  });

  test.each([{ cpu_cores: 1 }, { memory_gb: 2 }])(
    '%j is less, which needs a restart everywhere',
    async (more) => {
      const vm = await makeVm(bench());
      expect(await stepsOf({ id: vm.id, ...more })).toEqual([
        'succeeded',
        'stop',
        'configure',
        'start',
      ]);
      expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({
        ...more,
        status: 'running',
      });
    },
  );
});

describe('a change of size where the hypervisor cannot make it live', () => {
  const { bench, addFault, change, stepsOf } = useSteps(
    fleetWith({ hotplug_cpu: 'no', hotplug_memory: 'no', hotplug_disk: 'no' }),
  );

  test.each([{ cpu_cores: 4 }, { memory_gb: 8 }, { disk_gb: 40 }])(
    '%j stops the VM, changes it and starts it again',
    async (more) => {
      const vm = await makeVm(bench());
      expect(await stepsOf({ id: vm.id, ...more })).toEqual([
        'succeeded',
        'stop',
        'configure',
        'start',
      ]);
      const after = await bench().expectOk('vm.get', { id: vm.id });
      expect(after).toMatchObject({ ...more, status: 'running' });
      expect(await machineOf(bench(), vm)).toMatchObject({ status: 'running' });
    },
  );

  test('names and labels stay live', async () => {
    const vm = await makeVm(bench());
    expect(await stepsOf({ id: vm.id, name: 'web-02', metadata: { tier: 'db' } })).toEqual([
      'succeeded',
      'configure',
    ]);
  });

  test('is refused where a restart is forbidden, field by field', async () => {
    const vm = await makeVm(bench());
    const asked = { id: vm.id, cpu_cores: 4, memory_gb: 8, name: 'web-02' };
    expect(await bench().expectProblem('vm.update', { ...asked, restart: 'forbidden' })).toEqual({
      code: 'validation-failed',
      detail:
        'The change of cpu_cores, memory_gb restarts the VM web-01: node-a cannot apply it live.',
      remedy:
        'Allow the restart (restart: allowed), stop the VM first, or leave the value as it is.',
      fields: [
        { path: ['cpu_cores'], message: 'restarts the VM on node-a' },
        { path: ['memory_gb'], message: 'restarts the VM on node-a' },
      ],
    });
  });

  test('is no restart of a VM that is stopped', async () => {
    const vm = await makeVm(bench());
    await bench().end((await bench().expectOk('vm.stop', { id: vm.id })).operation);
    expect(await stepsOf({ id: vm.id, cpu_cores: 4, restart: 'forbidden' })).toEqual([
      'succeeded',
      'configure',
    ]);
    expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({ status: 'stopped' });
  });

  test.each([
    ['stop', 'The simulated stop failed on demand.'],
    ['configure', 'The simulated configure failed on demand.'],
    ['start', 'The simulated start failed on demand.'],
  ] as const)('is taken back in reverse where its %s fails', async (action, words) => {
    const vm = await makeVm(bench());
    addFault({ action, kind: 'fail-final' });
    const ended = await change({ id: vm.id, cpu_cores: 4 });
    expect(ended).toMatchObject({
      status: 'failed',
      problem: {
        detail: `vm.update of web-01 failed: step ${action} failed: ${words}`,
      },
    });
    const after = await bench().expectOk('vm.get', { id: vm.id });
    expect(after).toMatchObject({ cpu_cores: 2, status: 'running' });
    expect(await machineOf(bench(), vm)).toMatchObject({
      status: 'running',
      spec: { cpu_cores: 2 },
    });
  });

  test('is taken back where the guest does not shut down', async () => {
    const vm = await makeVm(bench());
    addFault({ action: 'stop', kind: 'ignore-stop' });
    const ended = await change({ id: vm.id, cpu_cores: 4 });
    expect(ended.problem?.detail).toContain('only force stops it');
    expect(await machineOf(bench(), vm)).toMatchObject({ status: 'running' });
  });

  test('goes on where a server was killed between stop and start', async () => {
    const vm = await makeVm(bench());
    addFault({ action: 'configure', kind: 'fail-retry', times: 3 });
    const { operation } = await bench().expectOk('vm.update', { id: vm.id, cpu_cores: 4 });
    await bench().advance(300);
    await bench().restartServer();
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    expect(await machineOf(bench(), vm)).toMatchObject({ status: 'running' });
  });
});
