/** Servers that die while they scale a VM group: a decision is carried out once, or not at all. */
import { describe, expect, test } from '@jest/globals';
import { makeRng } from '@novacron/engine/rng';
import type { Store } from '@novacron/server/ports/store';
import { useBench } from '../test-kit/use-bench.ts';

const LOAD = 'queue_length_count';
const HALF_MINUTE_MS = 30_000;

/** Time of the crash around the next commit of a decision. */
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

describe('a server that dies again and again while it scales a group', () => {
  const KILLS = 10;
  const STEP_MS = 250;
  const HALVES_MAX = 20;
  const SEED = process.env.SEED ?? 'scaling-1';
  const rng = makeRng(SEED).fork('killed-scaling');
  const below = (limit: number) => Math.floor(rng.next() * limit);
  const bench = useBench();

  test(`carries each decision out once, through ${KILLS} deaths (seed ${SEED})`, async () => {
    const made = await bench().expectOk('vm_group.create', {
      name: 'web',
      vm: { cpu_cores: 1, memory_gb: 1, disk_gb: 4 },
      min_size: 1,
      max_size: 6,
      scaling: {
        rules: [{ kind: 'target', metric: LOAD, value: 10 }],
        cooldown: '0s',
        shrink_window: '0s',
        warm_up: '0s',
        reversals_per_hour: 60,
      },
    });
    await bench().end(made.operation);
    const { id } = made.resource;
    const events = async () =>
      (await bench().expectOk('scaling_event.list', { group_id: id, limit: 100 })).items;
    let size = 1;
    const load = async () => {
      const samples = [{ name: LOAD, value: size * 10 }];
      await bench().expectOk('metric.write', { vm_group_id: id, samples });
    };
    /** The load is written every half minute, as agents do, until it is reached. */
    const loadUntil = async (stepMs: number, isReached: () => Promise<boolean>) => {
      for (let half = 0; half < HALVES_MAX; half += 1) {
        await load();
        for (let step = 0; step < HALF_MINUTE_MS / stepMs; step += 1) {
          if (await isReached()) return;
          await bench().advance(stepMs);
        }
      }
      throw new Error(`not reached: ${JSON.stringify(await events())}`);
    };
    let killedAtWork = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      // The position of the event that is awaited: earlier ones may still be under way.
      const position = (await events()).length;
      size = ((size + below(5)) % 6) + 1;
      await loadUntil(STEP_MS, async () => (await events()).length > position);
      await bench().advance(below(8) * STEP_MS);
      if ((await events())[0]?.outcome === 'running') killedAtWork += 1;
      await bench().restartServer();
    }
    expect(killedAtWork).toBeGreaterThanOrEqual(KILLS / 2);
    await loadUntil(HALF_MINUTE_MS, async () => {
      const [newest] = await events();
      return newest?.to === size && newest.outcome === 'succeeded';
    });
    const { items: vms } = await bench().expectOk('vm.list', {});
    expect(vms.map(({ name, status }) => `${name} ${status}`).sort()).toEqual(
      Array.from({ length: size }, (_, at) => `web-${at + 1} running`),
    );
    const changes = (await events()).toReversed();
    expect(changes.length).toBeGreaterThanOrEqual(KILLS);
    expect(changes.map(({ outcome }) => outcome)).toEqual(changes.map(() => 'succeeded'));
    expect(changes.map(({ from }) => from)).toEqual([
      1,
      ...changes.slice(0, -1).map(({ to }) => to),
    ]);
    const { items: operations } = await bench().expectOk('operation.list', { limit: 1000 });
    const scaled = operations.filter(({ kind }) => kind === 'vm_group.scale');
    expect(scaled.map((operation) => operation.id).sort()).toEqual(
      changes.map(({ operation_id }) => operation_id).sort(),
    );
  }, 120_000);
});
