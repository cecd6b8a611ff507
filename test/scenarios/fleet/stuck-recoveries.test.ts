/** Recoveries whose VM does not start on its new node: another node, a limit, and people. */
import { describe, expect, test } from '@jest/globals';
import type { Fleet } from '@novacron/agent/fleet/fleet';
import type { NodeId } from '@novacron/contract/ids';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import { awaitSound } from '../test-kit/await-sound.ts';
import { inspectFleet } from '../test-kit/inspect-fleet.ts';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const node = (name: string) => ({
  name,
  zone: 'zone-a',
  rack: 'rack-a',
  cpu_cores: 8,
  memory_gb: 16,
  disk_gb: 200,
  storage: { pool: 'rack', sharing: 'shared' as const, size_gb: 900, free_gb: 500 },
});
const fleetOf = (...names: readonly string[]): Fleet => ({
  nodes: names.map(node),
  storage_pools: { ssd: { size_gb: 100 }, hdd: { size_gb: 100 }, nvme: { size_gb: 100 } },
});

/** Time after which a silent node is lost. Unit: ms. */
const LOST_MS = 120_000;

const SMALL = {
  name: 'web',
  cpu_cores: 1,
  memory_gb: 1,
  disk_gb: 5,
  healing: { on_node_loss: 'restart' },
} as const;

type BenchOf = ReturnType<typeof useBench>;

function toolsOf(bench: BenchOf) {
  const show = (id: Vm['id']) => bench().expectOk('vm.get', { id });
  const failStarts = (name: string, times: number) =>
    bench().fleet.drivers.get(name)?.faults.add({ action: 'start', kind: 'fail-final', times });
  return {
    show,
    failStarts,
    mend: (name: string) => bench().fleet.drivers.get(name)?.faults.clear(),
    make: async (): Promise<Vm['id']> => {
      const { id } = await makeVm(bench(), { ...SMALL, placement: { node: 'node-a' } });
      await bench().end((await bench().expectOk('vm.update', { id, placement: null })).operation);
      return id;
    },
    die: async (): Promise<void> => {
      await bench().fleet.stopAgent('node-a');
      await bench().advance(LOST_MS);
      const { items } = await bench().expectOk('node.list', { name: 'node-a' });
      const id = String(items[0]?.id) as NodeId;
      await bench().end((await bench().expectOk('node.confirm_dead', { id })).operation);
    },
    comeBack: async (): Promise<void> => {
      bench().fleet.restartAgent('node-a');
      await awaitSound(bench());
    },
    /** Recoveries, the oldest first. */
    recoveries: async () => {
      const { items } = await bench().expectOk('operation.list', { kind: ['vm.recover'] });
      return [...items].sort((one, other) => (one.id < other.id ? -1 : 1));
    },
    pass: async (minutes: number): Promise<void> => {
      for (let minute = 0; minute < minutes; minute += 1) {
        await bench().advance(60_000);
        await bench().endAll();
      }
    },
  };
}

describe('a VM that does not start where it is recovered', () => {
  const bench = useBench({ fleet: fleetOf('node-a', 'node-b', 'node-c') });
  const { make, die, comeBack, failStarts, mend, recoveries, pass, show } = toolsOf(bench);

  test('starts on another node, and is removed from the first one', async () => {
    const id = await make();
    for (const name of ['node-b', 'node-c']) failStarts(name, 1_000);
    await die();
    await bench().advance(6_000);
    await bench().endAll();
    const made = (await inspectFleet(bench().fleet)).get('node-b') ?? [];
    const [failing, other] = made.length > 0 ? ['node-b', 'node-c'] : ['node-c', 'node-b'];
    mend(other);
    await pass(3);
    expect(await show(id)).toMatchObject({ node: other, status: 'running' });
    const [first, second] = await recoveries();
    expect(first).toMatchObject({
      status: 'failed',
      problem: { detail: expect.stringContaining('; another node is tried') },
    });
    expect(second).toMatchObject({
      status: 'succeeded',
      steps: [{ name: 'remove-arrived' }, { name: 'define' }, { name: 'start' }],
    });
    const machines = await inspectFleet(bench().fleet);
    expect(machines.get(failing)).toEqual([]);
    expect(machines.get(other)).toMatchObject([{ vm_id: id, status: 'running' }]);
    const { items } = await bench().expectOk('node.list', { name: failing });
    expect(items).toMatchObject([{ vm_count: 0 }]);
    expect((await bench().expectOk('incident.list', {})).items).toMatchObject([
      { cause: 'node_lost' },
    ]);
    await comeBack();
  });
});

describe('a VM that no other node can run', () => {
  const bench = useBench({ fleet: fleetOf('node-a', 'node-b') });
  const { make, die, comeBack, failStarts, mend, recoveries, pass, show } = toolsOf(bench);

  test('is tried again where it is, at growing intervals', async () => {
    const id = await make();
    failStarts('node-b', 2);
    await die();
    await pass(3);
    expect(await show(id)).toMatchObject({ node: 'node-b', status: 'running' });
    expect(await recoveries()).toMatchObject([{ status: 'succeeded' }]);
    await comeBack();
  });

  test('is given up in the end, and its incident says why and what to do', async () => {
    const id = await make();
    failStarts('node-b', 1_000);
    await die();
    await pass(10);
    const [stuck, more] = await recoveries();
    expect(more).toBeUndefined();
    expect(stuck).toMatchObject({ status: 'stuck' });
    const started = stuck?.steps.find(({ name }) => name === 'start');
    expect(started).toMatchObject({ attempts: 3 });
    const events = await bench().expectOk('event.list', { type: ['vm.not_recovered'] });
    const published = events.items.filter(({ data }) =>
      String(data.detail).includes('stopped: it failed to start 3 times'),
    );
    expect(published).toMatchObject([{ target: id, priority: 'high' }]);
    expect(await show(id)).toMatchObject({
      status: 'unknown',
      status_reason: expect.stringMatching(/^node-a is known to be off since 20\d\d-/),
    });
    const [incident] = (await bench().expectOk('incident.list', {})).items;
    expect(incident).toMatchObject({ state: 'open', severity: 'critical', cause: 'node_lost' });
    const shown = await bench().expectOk('incident.get', { id: String(incident?.id) as never });
    const advice = shown.advice.join('\n');
    expect(advice).toContain(
      `The recovery of web is stuck (see novacron operation show ${stuck?.id}`,
    );
    expect(JSON.stringify(shown.steps)).toContain('it failed to start 3 times');
    mend('node-b');
    const again = await bench().expectOk('operation.retry', { id: String(stuck?.id) });
    expect(await bench().end(again.resource)).toMatchObject({ status: 'succeeded' });
    expect(await show(id)).toMatchObject({ node: 'node-b', status: 'running' });
    await comeBack();
  });

  test('may run on its silent new node, and its incident says what helps', async () => {
    await make();
    failStarts('node-b', 1_000);
    await die();
    await pass(10);
    await bench().fleet.stopAgent('node-b');
    await pass(3);
    const { items } = await bench().expectOk('incident.list', { state: ['open'] });
    const shown = await Promise.all(
      items.map((each) => bench().expectOk('incident.get', { id: each.id })),
    );
    const advice = shown.flatMap((each) => each.advice).join('\n');
    expect(advice).toContain(
      'web may run on node-b, which does not answer. If it is off, confirm it: novacron ' +
        'node confirm-dead node-b. Then web is started on another node.',
    );
    expect(advice).not.toContain('Fix what keeps');
    const { waiting } = await bench().expectOk('healing.status', {});
    expect(waiting).toMatchObject([
      { target: 'web', reason: expect.stringContaining('The VM web may run on node-b') },
    ]);
    mend('node-b');
    // Its recovery is left to people, so the VM stays down.
    for (const name of ['node-a', 'node-b']) bench().fleet.restartAgent(name);
    await pass(2);
  });

  test('stays on its node if people hold healing after its recovery has begun', async () => {
    const id = await make();
    const faults = bench().fleet.drivers.get('node-b')?.faults;
    faults?.add({ action: 'define', kind: 'fail-retry', times: 1_000 });
    await die();
    await waitForRecovery();
    await bench().expectOk('healing.hold', { all: true, reason: 'work on the storage' });
    mend('node-b');
    await pass(3);
    expect(await recoveries()).toMatchObject([
      { status: 'failed', problem: { detail: expect.stringContaining('healing is held') } },
    ]);
    expect((await inspectFleet(bench().fleet)).get('node-b')).toEqual([]);
    expect(await show(id)).toMatchObject({ node: 'node-a', status: 'unknown' });
    await bench().expectOk('healing.release', { all: true });
    await pass(2);
    expect(await show(id)).toMatchObject({ node: 'node-b', status: 'running' });
    await comeBack();
  });

  /** Until a recovery is under way. */
  async function waitForRecovery(): Promise<void> {
    for (let turn = 0; turn < 1_000 && (await recoveries()).length === 0; turn += 1) {
      await bench().advance(10);
    }
    expect(await recoveries()).toMatchObject([{ status: 'running' }]);
  }

  test('is not tried while healing is held', async () => {
    const id = await make();
    failStarts('node-b', 1);
    await die();
    await bench().advance(6_000);
    await bench().endAll();
    await bench().expectOk('healing.hold', { reason: 'storage work' });
    await pass(5);
    expect(await recoveries()).toMatchObject([{ status: 'stuck' }]);
    await bench().expectOk('healing.release', {});
    await pass(2);
    expect(await show(id)).toMatchObject({ node: 'node-b', status: 'running' });
    await comeBack();
  });
});
