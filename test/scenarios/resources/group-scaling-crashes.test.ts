/** Servers that die while they scale a VM group: a decision is carried out once, or not at all. */
import { describe, expect, test } from '@jest/globals';
import type { Store } from '@novacron/server/ports/store';
import { useBench } from '../test-kit/use-bench.ts';

const LOAD = 'queue_length_count';
const HALF_MINUTE_MS = 30_000;

/** What the store does to the next commit of a decision. */
let dies: 'before' | 'after' | undefined;

/** The server gets no answer, as if it had been killed; the commit is made or not. */
function dyingStore(store: Store): Store {
  return {
    ...store,
    commit: async (changes) => {
      const moment = dies;
      const isDecision = changes.some(
        (change) => change.kind === 'put' && change.into === 'scaling_events',
      );
      if (!isDecision || moment === undefined) return store.commit(changes);
      dies = undefined;
      if (moment === 'after') await store.commit(changes);
      throw new Error('the server was killed');
    },
  };
}

describe('a server that dies at the commit of a decision', () => {
  const bench = useBench({ wrapStore: dyingStore });

  test.each(['before', 'after'] as const)('%s it: the group grows once', async (moment) => {
    const made = await bench().expectOk('vm_group.create', {
      name: 'web',
      vm: { cpu_cores: 1, memory_gb: 1, disk_gb: 4 },
      min_size: 2,
      max_size: 5,
      scaling: { rules: [{ kind: 'target', metric: LOAD, value: 10 }], warm_up: '30s' },
    });
    await bench().end(made.operation);
    const { id } = made.resource;
    const write = () =>
      bench().expectOk('metric.write', {
        vm_group_id: id,
        samples: [{ name: LOAD, value: 45 }],
      });
    await write();
    dies = moment;
    await bench().advance(HALF_MINUTE_MS);
    expect(dies).toBeUndefined();
    await bench().restartServer();
    for (let half = 0; half < 6; half += 1) {
      await write();
      await bench().advance(HALF_MINUTE_MS);
    }
    expect(await bench().expectOk('vm_group.get', { id })).toMatchObject({
      size: 5,
      ready_size: 5,
      status: 'ready',
    });
    const { items: vms } = await bench().expectOk('vm.list', {});
    expect(vms.map(({ name }) => name).sort()).toEqual(
      [1, 2, 3, 4, 5].map((ordinal) => `web-${ordinal}`),
    );
    const { items: operations } = await bench().expectOk('operation.list', { limit: 1000 });
    const scaled = operations.filter(({ kind }) => kind === 'vm_group.scale');
    const events = await bench().expectOk('scaling_event.list', { group_id: id });
    expect(events.items).toMatchObject([{ from: 2, to: 5, outcome: 'succeeded' }]);
    expect(scaled.map((operation) => operation.id)).toEqual(
      events.items.map(({ operation_id }) => operation_id),
    );
  });
});
