import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { inspectSubject } from '@novacron/contract/agent/agent-subjects';
import { type AgentBench, openAgentBench } from './test-kit/agent-bench.ts';

const NODE = 'node-01';

let bench: AgentBench;
beforeEach(() => {
  bench = openAgentBench();
});
afterEach(() => bench.dispose());

describe('snapshots at an agent', () => {
  test('are taken, inspected and deleted like machines, each in a lane of its own', async () => {
    const [snapshot, volume_id] = [bench.ids('snap'), bench.ids('vol')];
    const volume = { volume_id, size_gb: 3 };
    const take = bench.command(snapshot, 1, { kind: 'take-snapshot', volume });
    expect(await bench.send(take)).toEqual({ kind: 'accepted' });
    await bench.time.settle();
    expect(await bench.outcomeOf(take)).toMatchObject({ outcome: { kind: 'succeeded' } });
    expect(await bench.sendRaw(inspectSubject(NODE), {})).toMatchObject({
      snapshots: [{ snapshot_id: snapshot, ...volume }],
    });
    const remove = bench.command(snapshot, 2, { kind: 'delete-snapshot' });
    await bench.send(remove);
    await bench.time.settle();
    expect(await bench.sendRaw(inspectSubject(NODE), {})).toMatchObject({ snapshots: [] });
    expect(await bench.send(bench.command(snapshot, 1, take.action))).toEqual({
      kind: 'stale-generation',
      current: 2,
    });
  });

  test('an action on a machine is not done to a snapshot, nor the other way round', async () => {
    for (const [target, action] of [
      [bench.ids('snap'), { kind: 'start' }],
      [bench.ids('vm'), { kind: 'delete-snapshot' }],
    ] as const) {
      const command = bench.command(target, 1, action);
      await bench.send(command);
      await bench.time.settle();
      expect(await bench.outcomeOf(command)).toMatchObject({
        outcome: { message: `${action.kind} cannot be done to ${target}.`, next: 'final' },
      });
    }
  });
});
