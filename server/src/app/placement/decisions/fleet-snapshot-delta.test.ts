import { describe, expect, test } from '@jest/globals';
import { problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import { ROW_OF_EACH_TABLE } from '../../../adapters/store/suite/rows.ts';
import type { ChangeSet, Store } from '../../../ports/store.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { createPlacementMemory } from '../placement-memory.ts';
import { columnsOf } from './fleet-basis.ts';
import { referToFleet, SNAPSHOT_USED_MS } from './fleet-snapshot-delta.ts';

function fleetOf(count: number): NodeRow[] {
  return Array.from({ length: count }, (_, at) => ({
    ...ROW_OF_EACH_TABLE.nodes,
    id: `node-${at}` as NodeRow['id'],
    name: `node-${at}`,
    cpu_cores_used: 0,
  }));
}

/** Accepts commits and stores none of them. */
function startWorld() {
  const commits: ChangeSet[] = [];
  let refuses = false;
  let nowMs = 0;
  const store = {
    commit: async (changes: ChangeSet) => {
      commits.push(changes);
      return refuses ? err(problem('storage-full', { detail: '', remedy: '' })) : ok(undefined);
    },
  };
  return {
    commits,
    deps: {
      // Only commits are made.
      store: store as unknown as Store,
      clock: { nowMs: () => nowMs },
      placementMemory: createPlacementMemory(),
    },
    refuse: (answer: 'yes' | 'no') => {
      refuses = answer === 'yes';
    },
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe('referring to a fleet', () => {
  test('decisions share a snapshot, and say which nodes differ from it', async () => {
    const { deps, commits } = startWorld();
    const nodes = fleetOf(3);
    const first = await referToFleet(deps, nodes);
    expect(first).toMatchObject({ changed: [], added: [], gone: [] });
    const beat = nodes.map((node) => ({ ...node, last_seen_at_ms: 99 }));
    const used = beat.map((node, at) => (at === 1 ? { ...node, cpu_cores_used: 4 } : node));
    const second = await referToFleet(deps, used);
    expect(second).toMatchObject({ snapshotId: first?.snapshotId, gone: [] });
    const cores = columnsOf(ROW_OF_EACH_TABLE.nodes).indexOf('cpu_cores_used');
    expect(second?.changed).toEqual([[1, cores, 4]]);
    const others = [...fleetOf(4).slice(1)];
    const third = await referToFleet(deps, others);
    expect(third).toMatchObject({ snapshotId: first?.snapshotId, changed: [], gone: [0] });
    expect(third?.added.map(([id]) => id)).toEqual(['node-3']);
    expect(commits).toHaveLength(1);
  });

  test('a new one is taken where too many differ, and after an hour', async () => {
    const { deps, commits, pass } = startWorld();
    const nodes = fleetOf(200);
    const busy = (count: number) =>
      nodes.map((node, at) => (at < count ? { ...node, vm_count: 9 } : node));
    const first = await referToFleet(deps, nodes);
    expect((await referToFleet(deps, busy(64)))?.changed).toHaveLength(64);
    const next = await referToFleet(deps, busy(65));
    expect(next?.changed).toEqual([]);
    expect(next?.snapshotId).not.toBe(first?.snapshotId);
    pass(SNAPSHOT_USED_MS + 1);
    expect((await referToFleet(deps, busy(65)))?.snapshotId).toBe(next?.snapshotId);
    expect(commits).toHaveLength(3);
  });

  test('decisions that begin together wait for one snapshot', async () => {
    const { deps, commits } = startWorld();
    const nodes = fleetOf(3);
    await Promise.all([1, 2, 3].map(() => referToFleet(deps, nodes)));
    expect(commits).toHaveLength(1);
  });

  test('a snapshot that cannot be committed is not referred to, and is taken again', async () => {
    const { deps, commits, refuse } = startWorld();
    refuse('yes');
    expect(await referToFleet(deps, fleetOf(3))).toBeUndefined();
    refuse('no');
    expect(await referToFleet(deps, fleetOf(3))).toBeDefined();
    expect(commits).toHaveLength(2);
  });
});
