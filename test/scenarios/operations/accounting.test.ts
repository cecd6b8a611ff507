import { describe, expect, test } from '@jest/globals';
import type { Fault } from '@novacron/agent/drivers/simulator/faults';
import fc from 'fast-check';
import { findFaults } from '../test-kit/find-faults.ts';
import { inspectFleet } from '../test-kit/inspect-fleet.ts';
import { type Bench, startBench } from '../test-kit/start-bench.ts';

const NODES = ['node-a', 'node-b', 'node-c'] as const;
const ACTIONS = [
  'any',
  'create',
  'start',
  'stop',
  'delete',
  'configure',
  'attach',
  'detach',
  'prepare-incoming',
  'migrate',
  'activate',
] as const;

/** Each life is a server of its own. */
const RUNS = Math.ceil((fc.readConfigureGlobal().numRuns ?? 25) / 3);

/** A broken life is made shorter for so long; then the shortest one found is reported. */
const SHRINK_MS_MAX = 90_000;

type Step = (bench: Bench) => Promise<unknown>;

/** Something that a person, a hypervisor or a process does; its text is shown when a run fails. */
interface Deed {
  readonly text: string;
  readonly run: Step;
}

const pick = fc.nat(50);
const size = fc.record({
  cpu_cores: fc.integer({ min: 1, max: 6 }),
  memory_gb: fc.integer({ min: 1, max: 12 }),
  disk_gb: fc.integer({ min: 5, max: 150 }),
});

function deed<T>(
  name: string,
  given: fc.Arbitrary<T>,
  run: (bench: Bench, input: T) => Promise<unknown>,
) {
  return given.map(
    (input): Deed => ({
      text: `${name} ${JSON.stringify(input)}`,
      run: (bench) => run(bench, input),
    }),
  );
}

async function oneOf<T>(list: Promise<{ readonly items: readonly T[] }>, index: number) {
  const { items } = await list;
  return items[index % Math.max(1, items.length)];
}

const vmAt = (bench: Bench, index: number) => oneOf(bench.expectOk('vm.list', {}), index);
const volumeAt = (bench: Bench, index: number) => oneOf(bench.expectOk('volume.list', {}), index);
const networkAt = (bench: Bench, index: number) => oneOf(bench.expectOk('network.list', {}), index);

const vmDeeds = [
  deed('vm.create', fc.record({ size, name: pick, network: pick }), async (bench, input) => {
    const network = input.network % 2 === 0 ? await networkAt(bench, input.network) : undefined;
    const name = `vm-${input.name}`;
    const network_id = network?.id ?? null;
    return bench.call('vm.create', {
      ...input.size,
      name,
      network_id,
      idempotency_key: `key/${name}`,
    });
  }),
  deed('vm.update', fc.record({ pick, size, network: pick }), async (bench, input) => {
    const vm = await vmAt(bench, input.pick);
    const network = await networkAt(bench, input.network);
    const disk_gb = Math.max(vm?.disk_gb ?? 0, input.size.disk_gb);
    const network_id = input.network % 3 === 0 ? null : (network?.id ?? null);
    return vm && bench.call('vm.update', { ...input.size, id: vm.id, disk_gb, network_id });
  }),
  deed('vm.delete', pick, async (bench, input) => {
    const vm = await vmAt(bench, input);
    return vm && bench.call('vm.delete', { id: vm.id });
  }),
  deed('vm.migrate', pick, async (bench, input) => {
    const vm = await vmAt(bench, input);
    return vm && bench.call('vm.migrate', { id: vm.id });
  }),
];

const volumeDeeds = [
  deed('volume.create', fc.record({ name: pick, gb: pick, vm: pick }), async (bench, input) => {
    const vm = input.vm % 3 === 0 ? undefined : await vmAt(bench, input.vm);
    const name = `volume-${input.name}`;
    const attached_to = vm?.id ?? null;
    return bench.call('volume.create', { name, size_gb: input.gb + 1, attached_to });
  }),
  deed('volume.update', fc.record({ pick, more: pick, vm: pick }), async (bench, input) => {
    const volume = await volumeAt(bench, input.pick);
    const vm = input.vm % 3 === 0 ? undefined : await vmAt(bench, input.vm);
    const size_gb = (volume?.size_gb ?? 0) + (input.more % 10);
    const attached_to = vm?.id ?? null;
    return volume && bench.call('volume.update', { id: volume.id, size_gb, attached_to });
  }),
  deed('volume.rename', fc.record({ pick, name: pick }), async (bench, input) => {
    const volume = await volumeAt(bench, input.pick);
    const name = `volume-${input.name}`;
    return volume && bench.call('volume.update', { id: volume.id, name });
  }),
  deed('volume.delete', pick, async (bench, input) => {
    const volume = await volumeAt(bench, input);
    return volume && bench.call('volume.delete', { id: volume.id });
  }),
];

const networkDeeds = [
  deed('network.create', pick, (bench, input) =>
    bench.call('network.create', { name: `net-${input}`, cidr: `10.${input}.0.0/16` }),
  ),
  deed('network.delete', pick, async (bench, input) => {
    const network = await networkAt(bench, input);
    return network && bench.call('network.delete', { id: network.id });
  }),
];

const faults: fc.Arbitrary<Fault> = fc.record({
  action: fc.constantFrom(...ACTIONS),
  kind: fc.constantFrom(
    'fail-retry',
    'fail-retry',
    'fail-final',
    'fail-final',
    'crash-before-answer',
  ),
  times: fc.constantFrom(1, 1, 2, 7),
});

const troubles = [
  deed('fault', fc.record({ node: fc.constantFrom(...NODES), fault: faults }), async (bench, at) =>
    bench.fleet.drivers.get(at.node)?.faults.add(at.fault),
  ),
  deed('fault everywhere', faults, async (bench, fault) => {
    for (const driver of bench.fleet.drivers.values()) driver.faults.add(fault);
  }),
  deed('agent dies and returns', fc.constantFrom(...NODES), async (bench, node) => {
    await bench.fleet.stopAgent(node);
    await bench.advance(700);
    bench.fleet.restartAgent(node);
  }),
  deed('server dies and returns', fc.constant(null), (bench) => bench.restartServer()),
];

const pauses = fc.oneof(
  deed('time passes', fc.integer({ min: 1, max: 3_000 }), (bench, ms) => bench.advance(ms)),
  deed('all ends', fc.constant(null), (bench) => bench.endAll()),
);

async function settleBench(bench: Bench): Promise<string[]> {
  for (const driver of bench.fleet.drivers.values()) driver.faults.clear();
  await bench.endAll();
  const found = await findFaults({
    store: bench.store,
    machines: await inspectFleet(bench.fleet),
  });
  return [...found, ...bench.errors];
}

describe('the books', () => {
  test('agree with resources and machines after whatever people and faults do', async () => {
    const deeds = fc.oneof(
      { weight: 6, arbitrary: fc.oneof(...vmDeeds) },
      { weight: 4, arbitrary: fc.oneof(...volumeDeeds) },
      { weight: 1, arbitrary: fc.oneof(...networkDeeds) },
      { weight: 4, arbitrary: fc.oneof(...troubles) },
      { weight: 5, arbitrary: pauses },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(deeds, { minLength: 40, maxLength: 80, size: 'max' }),
        async (life) => {
          const bench = await startBench();
          try {
            for (const { run } of life) await run(bench);
            expect(await settleBench(bench)).toEqual([]);
          } finally {
            await bench.stop();
          }
        },
      ),
      { numRuns: RUNS, interruptAfterTimeLimit: SHRINK_MS_MAX, reporter: reportLife },
    );
  }, 240_000);

  test('are empty again when everything has been deleted, however it got there', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(...vmDeeds, ...volumeDeeds, ...networkDeeds, ...troubles, pauses), {
          minLength: 20,
          maxLength: 40,
          size: 'max',
        }),
        async (life) => {
          const bench = await startBench();
          try {
            for (const { run } of life) await run(bench);
            await settleBench(bench);
            await deleteAll(bench);
            expect(await settleBench(bench)).toEqual([]);
            expect(await bench.store.read({ from: 'allocations' })).toEqual([]);
            const { items } = await bench.expectOk('node.list', {});
            const nothing = { cpu_cores: 0, memory_gb: 0, disk_gb: 0 };
            for (const node of items) expect(node.allocated).toEqual(nothing);
          } finally {
            await bench.stop();
          }
        },
      ),
      {
        numRuns: Math.ceil(RUNS / 2),
        interruptAfterTimeLimit: SHRINK_MS_MAX,
        reporter: reportLife,
      },
    );
  }, 240_000);
});

async function deleteAll(bench: Bench): Promise<void> {
  for (const { id } of (await bench.expectOk('vm.list', {})).items) {
    await bench.end((await bench.expectOk('vm.delete', { id })).operation);
  }
  for (const { id } of (await bench.expectOk('volume.list', {})).items) {
    await bench.end((await bench.expectOk('volume.delete', { id })).operation);
  }
  for (const { id } of (await bench.expectOk('network.list', {})).items) {
    await bench.expectOk('network.delete', { id });
  }
}

/** Lists the actions of the run that broke the accounts, with the seed that repeats it. */
function reportLife(details: fc.RunDetails<[Deed[]]>): void {
  if (!details.failed) return;
  const [life] = details.counterexample ?? [[]];
  const story = life.map(({ text }) => text).join('\n');
  throw new Error(`seed ${details.seed}, path ${details.counterexamplePath}:\n${story}`, {
    cause: details.errorInstance,
  });
}
