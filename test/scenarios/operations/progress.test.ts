import { describe, expect, test } from '@jest/globals';
import { progressSubject } from '@novacron/contract/agent/agent-subjects';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const MIGRATE_MS = 40_000;

describe('an operation with a step that takes long', () => {
  const bench = useBench({
    fleet: {
      nodes: ['a', 'b'].map((letter) => ({
        name: `node-${letter}`,
        zone: 'zone-a',
        rack: `rack-${letter}`,
        cpu_cores: 8,
        memory_gb: 16,
        disk_gb: 200,
        latency_ms: { migrate: { min: MIGRATE_MS, max: MIGRATE_MS } },
      })),
      storage_pools: { ssd: { size_gb: 0 }, hdd: { size_gb: 0 }, nvme: { size_gb: 0 } },
    },
  });

  async function beginMigration() {
    const vm = await makeVm(bench());
    const { operation } = await bench().expectOk('vm.migrate', { id: vm.id });
    return { vm, operation };
  }

  test('moves within the step, on every server, and events say so now and then', async () => {
    const { vm, operation } = await beginMigration();
    const seen: number[] = [];
    for (let part = 0; part < 8; part += 1) {
      await bench().advance(MIGRATE_MS / 8);
      const { progress_percent } = await bench().expectOk('operation.get', { id: operation.id });
      seen.push(progress_percent);
    }
    expect(seen).toEqual(seen.toSorted((left, right) => left - right));
    expect(new Set(seen).size).toBeGreaterThanOrEqual(7);
    expect(await bench().end(operation)).toMatchObject({
      status: 'succeeded',
      progress_percent: 100,
    });
    await bench().advance(1_000);
    const { items } = await bench().expectOk('event.list', {});
    const reported = items.filter(({ type }) => type === 'vm.migrate.progress');
    expect(reported.map(({ target, priority, data }) => [target, priority, data.step])).toEqual(
      reported.map(() => [vm.id, 'low', 'migrate#1']),
    );
    expect(reported.map(({ data }) => Number(data.percent))).toEqual([25, 50, 75]);
  });

  test('is cancelled in the middle of its migration, which does not come to its end', async () => {
    const { vm, operation } = await beginMigration();
    await bench().advance(MIGRATE_MS / 2);
    await bench().expectOk('operation.cancel', { id: operation.id });
    await bench().advance(MIGRATE_MS / 8);
    expect(await bench().expectOk('operation.get', { id: operation.id })).toMatchObject({
      status: 'failed',
      problem: { detail: expect.stringContaining('it was cancelled by admin') },
    });
    const after = await bench().expectOk('vm.get', { id: vm.id });
    expect(after).toMatchObject({ status: 'running', node: vm.node });
  });

  test('moves with the migration that is a step of it, as in a drain', async () => {
    const vm = await makeVm(bench());
    const { items } = await bench().expectOk('node.list', {});
    const id = items.find(({ name }) => name === vm.node)?.id;
    if (id === undefined) throw new Error('a VM is on a node');
    const { operation } = await bench().expectOk('node.drain', { id, failover: 'ignore' });
    if (operation === undefined) throw new Error('a drain with a move is an operation');
    await bench().advance(MIGRATE_MS / 4);
    const early = await bench().expectOk('operation.get', { id: operation.id });
    await bench().advance(MIGRATE_MS / 2);
    const late = await bench().expectOk('operation.get', { id: operation.id });
    expect(early.steps).toMatchObject([{ name: 'move-1', status: 'running' }]);
    expect(early.progress_percent).toBeGreaterThan(0);
    expect(late.progress_percent).toBeGreaterThan(early.progress_percent);
    const [listed] = (await bench().expectOk('operation.list', { target_id: id })).items;
    expect(listed).toMatchObject({ progress_percent: late.progress_percent });
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
  });

  test('says how far its step is, and is not moved by what another node says of it', async () => {
    const { operation } = await beginMigration();
    await bench().advance(MIGRATE_MS / 2);
    const before = await bench().expectOk('operation.get', { id: operation.id });
    const running = before.steps.find(({ name }) => name === 'migrate');
    expect(running).toMatchObject({ status: 'running' });
    expect(running?.progress_percent).toBeGreaterThan(0);
    const forged = { operation_id: operation.id, step: 'migrate#1', percent: 99 };
    bench().bus.publish(progressSubject('node-x'), forged);
    bench().bus.publish(progressSubject('node-a'), { percent: 'all of it' });
    await bench().advance(1);
    expect(await bench().expectOk('operation.get', { id: operation.id })).toEqual(before);
    await bench().end(operation);
  });
});
