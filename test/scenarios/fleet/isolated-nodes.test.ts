/** VMs that their nodes stop when they are isolated start elsewhere without a fence device. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { awaitSound } from '../test-kit/await-sound.ts';
import { SHARED_STORAGE_FLEET } from '../test-kit/shared-storage-fleet.ts';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
/** Lease of simulated nodes. Unit: ms. */
const LEASE_MS = MINUTE_MS;
/** The drift of clocks, and what a server takes to look and to start a guest. Unit: ms. */
const ELSEWHERE_MS = LEASE_MS * 1.01 + 10 * SECOND_MS;
/** A server names guarded VMs, and the node confirms them. Unit: ms. */
const CONFIRMED_MS = 10 * SECOND_MS;

describe('a VM of a node that hears no server', () => {
  // All are back then, so that the bench finds all machines.
  afterEach(async () => {
    for (const { name } of SHARED_STORAGE_FLEET.nodes) bench().fleet.restartAgent(name);
    await awaitSound(bench());
  });
  const bench = useBench({ fleet: SHARED_STORAGE_FLEET });

  async function makeOn(node: string, stop_when_isolated: boolean) {
    const healing = { on_node_loss: 'restart', stop_when_isolated } as const;
    const { id } = await makeVm(bench(), {
      name: stop_when_isolated ? 'guarded' : 'neighbour',
      placement: { node },
      healing,
    });
    await bench().end((await bench().expectOk('vm.update', { id, placement: null })).operation);
    await bench().advance(CONFIRMED_MS);
    return id;
  }

  async function nodeCalled(name: string) {
    const { items } = await bench().expectOk('node.list', { name });
    const [found] = items;
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found;
  }

  const show = (id: Awaited<ReturnType<typeof makeOn>>) => bench().expectOk('vm.get', { id });

  async function eventsOf(wanted: string) {
    const { items } = await bench().expectOk('event.list', { limit: 1000 });
    return items.filter(({ type }) => type === wanted);
  }

  test('starts elsewhere when the time is over, and its neighbour stays unknown', async () => {
    const guarded = await makeOn('node-a', true);
    const neighbour = await makeOn('node-a', false);
    expect(await nodeCalled('node-a')).toMatchObject({
      isolation: { kind: 'guards', lease_seconds: 60, vms: [guarded], at: null },
    });
    const explained = await bench().expectOk('vm.explain', { id: guarded, if_node_lost: true });
    expect(explained).toMatchObject({
      fence: 'lease',
      explanation: expect.arrayContaining([
        'node-a stops it when it loses contact with the servers for 60 s; servers wait for ' +
          'that, so no fence device is needed.',
      ]),
    });
    await bench().fleet.powerOff('node-a');
    await bench().advance(LEASE_MS - 15 * SECOND_MS);
    expect(await show(guarded)).toMatchObject({ node: 'node-a', status: 'unknown' });
    await bench().advance(ELSEWHERE_MS - LEASE_MS + 15 * SECOND_MS);
    await bench().endAll();
    const moved = await show(guarded);
    expect(moved).toMatchObject({ status: 'running' });
    expect(moved.node).not.toBe('node-a');
    expect(await show(neighbour)).toMatchObject({ node: 'node-a', status: 'unknown' });
    expect(await nodeCalled('node-a')).toMatchObject({
      status: 'lost',
      fenced: null,
      isolation: { kind: 'lease-expired', vms: [guarded], at: expect.any(String) },
    });
    expect(await eventsOf('node.lease_expired')).toMatchObject([
      {
        data: {
          node: 'node-a',
          vms: [guarded],
          detail: expect.stringMatching(
            /^node-a has stopped 1 VMs by itself: no heartbeat of it was stored for 6[0-9] s, and/,
          ),
        },
      },
    ]);
    const refused = await bench().expectProblem('vm.recover', { id: neighbour });
    expect(refused.data).toMatchObject({ node: 'node-a', reason: 'not-fenced' });
    const { items } = await bench().expectOk('incident.list', { state: ['open'] });
    expect(items).toMatchObject([{ cause: 'node_lost', target: 'node-a' }]);
    const incident = await bench().expectOk('incident.explain', { id: items[0]?.id ?? '' });
    expect(incident.explanation.join('\n')).toContain(
      'node-a stopped 1 VM, so that they can run elsewhere.',
    );
    // Its node is back: the record is gone, and so is the copy.
    bench().fleet.restartAgent('node-a');
    await awaitSound(bench());
    expect(await nodeCalled('node-a')).toMatchObject({ status: 'ready', isolation: null });
    expect((await show(guarded)).node).toBe(moved.node);
  });

  test('may run where the node has not confirmed it, as it died before', async () => {
    const id = await makeOn('node-a', false);
    const healing = { on_node_loss: 'restart', stop_when_isolated: true } as const;
    const { operation } = await bench().expectOk('vm.update', { id, healing });
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    await bench().fleet.powerOff('node-a');
    await bench().advance(10 * MINUTE_MS);
    expect(await show(id)).toMatchObject({ node: 'node-a', status: 'unknown' });
    expect(await eventsOf('node.lease_expired')).toEqual([]);
  });

  test('runs on through a planned stop of its agent', async () => {
    const id = await makeOn('node-a', true);
    await bench().fleet.stopAgent('node-a', { plannedStopMs: 2 * MINUTE_MS });
    await bench().advance(5 * MINUTE_MS);
    expect(await show(id)).toMatchObject({ node: 'node-a' });
    expect(await eventsOf('node.lease_expired')).toEqual([]);
    bench().fleet.restartAgent('node-a');
    await awaitSound(bench());
    expect(await show(id)).toMatchObject({ node: 'node-a', status: 'running' });
  });

  test('stays where it is while many nodes are silent at once', async () => {
    const id = await makeOn('node-a', true);
    await bench().fleet.powerOff('node-a');
    await bench().fleet.powerOff('node-b');
    await bench().advance(5 * MINUTE_MS);
    expect(await show(id)).toMatchObject({ node: 'node-a', status: 'unknown' });
    expect(await eventsOf('node.lease_expired')).toEqual([]);
  });

  test('is not started while people hold healing', async () => {
    const id = await makeOn('node-a', true);
    await bench().expectOk('healing.hold', { all: true, reason: 'work on the network' });
    await bench().fleet.powerOff('node-a');
    await bench().advance(5 * MINUTE_MS);
    expect(await show(id)).toMatchObject({ node: 'node-a' });
    await bench().expectOk('healing.release', { all: true });
    await bench().advance(MINUTE_MS);
    await bench().endAll();
    expect((await show(id)).node).not.toBe('node-a');
  });
});

describe('a plan', () => {
  const unable = SHARED_STORAGE_FLEET.nodes.map((node) => ({
    ...node,
    capabilities: { isolation_guard: node.name === 'node-d' ? ('yes' as const) : ('no' as const) },
  }));
  const bench = useBench({ fleet: { ...SHARED_STORAGE_FLEET, nodes: unable } });

  const ASKED = { on_node_loss: 'restart', stop_when_isolated: true } as const;
  const risksOf = async (input: object) =>
    (await bench().expectOk('admission.preview', { operation: 'vm.update', input: { ...input } }))
      .risks;
  const risk = (message: string) => ({
    summary: 'Not moved when isolated',
    message: expect.stringContaining(message),
    path: ['healing', 'stop_when_isolated'],
  });

  test('places a VM that is to be stopped when isolated on a node with a watchdog', async () => {
    const { id } = await makeVm(bench(), { healing: ASKED });
    expect(await bench().expectOk('vm.get', { id })).toMatchObject({ node: 'node-d' });
    expect(await risksOf({ id, healing: ASKED })).toEqual([]);
    expect(await risksOf({ id, healing: { ...ASKED, on_node_loss: 'wait' } })).toEqual([
      risk('would not be started elsewhere: set on_node_loss to "restart"'),
    ]);
    const refused = await bench().expectProblem('vm.create', {
      ...SMALL_VM,
      name: 'elsewhere',
      placement: { node: 'node-a' },
      healing: ASKED,
    });
    expect(refused.detail).toContain('a watchdog that guards isolated VMs (--watchdog)');
  });

  test('refuses a change that asks for it on a node without a watchdog', async () => {
    const { id } = await makeVm(bench(), { placement: { node: 'node-a' } });
    const refused = await bench().expectProblem('vm.update', { id, healing: ASKED });
    expect(refused.detail).toContain('a watchdog that guards isolated VMs (--watchdog)');
    expect(refused.remedy).toContain('novacron vm migrate');
  });
});
