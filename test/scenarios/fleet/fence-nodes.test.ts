/** Silent nodes are powered off through their fence devices, and their VMs start elsewhere. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { NodeId } from '@novacron/contract/ids';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import { err, ok } from '@novacron/contract/result';
import type { FenceDevice, FenceDevices } from '@novacron/server/ports/fence-devices';
import { awaitSound } from '../test-kit/await-sound.ts';
import { SHARED_STORAGE_FLEET } from '../test-kit/shared-storage-fleet.ts';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const AFTER_MS = 60_000;
/** Time after which a silent node is lost. Unit: ms. */
const LOST_MS = 30_000;

/** A controller as the tests have it. */
interface Controller {
  power: 'on' | 'off';
  uuid: string | null;
  identity: FenceDevice['identity'];
  fault: string | undefined;
  /** Reason why the device could not switch, reported when its state is read. */
  obstacle?: string;
  /** Number of reads until the device has switched off. */
  slowness: number;
  asked: number;
  /** It takes an order, and answers no more. */
  diesOfOrder?: true;
}

const NEW: Controller = {
  power: 'on',
  uuid: null,
  identity: 'unchecked',
  fault: undefined,
  slowness: 2,
  asked: 0,
};
const controllers = new Map<string, Controller>();
let automaticAfterMs: number | undefined;

function controllerOf(name: string): Controller {
  const found = controllers.get(name);
  if (found === undefined) throw new Error(`${name} has no controller`);
  return found;
}

const DEVICES: FenceDevices = {
  get automaticAfterMs() {
    return automaticAfterMs;
  },
  list: () =>
    [...controllers].map(([name, { identity }]) => ({
      node: name,
      kind: 'redfish',
      address: `https://bmc-of-${name}`,
      identity,
    })),
  read: async (name) => {
    const found = controllerOf(name);
    if (found.fault !== undefined) return err(found.fault);
    if (found.asked > 0 && found.power === 'on') {
      found.slowness -= 1;
      if (found.slowness <= 0) found.power = 'off';
    }
    const { power, uuid, obstacle } = found;
    return ok({ power, uuid, ...(obstacle === undefined ? {} : { obstacle }) });
  },
  powerOff: async (name) => {
    const found = controllerOf(name);
    found.asked += 1;
    if (found.diesOfOrder) found.fault = 'does not answer: timeout';
    return ok(undefined);
  },
};

describe('a node that does not answer', () => {
  // All are back then, so that the bench finds all machines.
  afterEach(async () => {
    automaticAfterMs = undefined;
    for (const { name } of SHARED_STORAGE_FLEET.nodes) bench().fleet.restartAgent(name);
    await awaitSound(bench());
  });
  const bench = useBench({ fleet: SHARED_STORAGE_FLEET, fenceDevices: DEVICES });
  beforeEach(() => {
    automaticAfterMs = AFTER_MS;
    controllers.clear();
    for (const { name } of SHARED_STORAGE_FLEET.nodes) controllers.set(name, { ...NEW });
  });

  async function makeOn(name: string, more: Partial<Parameters<typeof makeVm>[1]> = {}) {
    const { id } = await makeVm(bench(), { placement: { node: name }, ...more });
    await bench().end((await bench().expectOk('vm.update', { id, placement: null })).operation);
    return bench().expectOk('vm.get', { id });
  }
  const RESTART = { healing: { on_node_loss: 'restart' } } as const;

  const show = ({ id }: Pick<Vm, 'id'>) => bench().expectOk('vm.get', { id });

  async function nodeCalled(name: string) {
    const { items } = await bench().expectOk('node.list', { name });
    const [found] = items;
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found;
  }
  const idOf = async (name: string): Promise<NodeId> => (await nodeCalled(name)).id;

  async function eventsOf(type: string) {
    const { items } = await bench().expectOk('event.list', { limit: 1000 });
    return items.filter((event) => event.type === type);
  }

  test('is powered off, and its VMs start elsewhere without a person', async () => {
    const vm = await makeOn('node-a', RESTART);
    const waiting = await makeOn('node-a', { name: 'waits' });
    await bench().fleet.stopAgent('node-a');
    await bench().advance(AFTER_MS / 2);
    expect(controllerOf('node-a').asked).toBe(0);
    await bench().advance(AFTER_MS);
    await bench().endAll();
    expect(controllerOf('node-a')).toMatchObject({ power: 'off', asked: 1 });
    expect(await nodeCalled('node-a')).toMatchObject({
      status: 'lost',
      power: 'off',
      fenced: {
        kind: 'power',
        by: 'platform',
        reason: expect.stringMatching(/^no heartbeat for 6\d s/),
      },
    });
    const moved = await show(vm);
    expect(moved).toMatchObject({ status: 'running', revision: vm.revision });
    expect(moved.node).not.toBe('node-a');
    expect(await show(waiting)).toMatchObject({ status: 'unknown', node: 'node-a' });
    expect(await eventsOf('node.fence.succeeded')).toHaveLength(1);
    expect((await bench().expectOk('drift.report', {})).items).toEqual([]);
  });

  test('is left alone where no VM asks for it, or automatic fencing is off', async () => {
    await makeOn('node-a');
    await bench().fleet.stopAgent('node-a');
    await bench().advance(5 * AFTER_MS);
    expect(controllerOf('node-a').asked).toBe(0);
    automaticAfterMs = undefined;
    await makeOn('node-b', { name: 'asks', ...RESTART });
    await bench().fleet.stopAgent('node-b');
    await bench().advance(5 * AFTER_MS);
    expect(controllerOf('node-b').asked).toBe(0);
  });

  test('is left alone while people hold healing, and a person may fence it', async () => {
    const vm = await makeOn('node-a', RESTART);
    await makeOn('node-d', { name: 'other', ...RESTART });
    await bench().expectOk('healing.hold', { all: true, reason: 'work on the network' });
    await bench().fleet.stopAgent('node-a');
    await bench().fleet.stopAgent('node-d');
    await bench().advance(5 * AFTER_MS);
    expect(controllerOf('node-a').asked + controllerOf('node-d').asked).toBe(0);
    const { operation } = await bench().expectOk('node.fence', { id: await idOf('node-a') });
    await bench().end(operation);
    expect(controllerOf('node-a').power).toBe('off');
    await bench().advance(AFTER_MS);
    expect(await show(vm)).toMatchObject({ status: 'unknown', node: 'node-a' });
    await bench().expectOk('healing.release', { all: true });
    await bench().advance(AFTER_MS);
    await bench().endAll();
    expect(await show(vm)).toMatchObject({ status: 'running' });
    expect(controllerOf('node-d').power).toBe('off');
  });

  test('and comes back in time is left alone', async () => {
    const vm = await makeOn('node-a', RESTART);
    await bench().fleet.stopAgent('node-a');
    await bench().advance(AFTER_MS - 10_000);
    bench().fleet.restartAgent('node-a');
    await bench().advance(5 * AFTER_MS);
    expect(controllerOf('node-a').asked).toBe(0);
    expect(await show(vm)).toMatchObject({ node: 'node-a', status: 'running' });
  });

  test('is left alone with others of its zone, with one alarm', async () => {
    await makeOn('node-a', RESTART);
    await bench().fleet.stopAgent('node-a');
    await bench().fleet.stopAgent('node-b');
    await bench().advance(5 * AFTER_MS);
    expect([...controllers.values()].map(({ asked }) => asked)).toEqual([0, 0, 0, 0]);
    expect(await eventsOf('node.fencing_held')).toMatchObject([
      {
        priority: 'high',
        target: 'zone-a',
        data: { nodes: ['node-a', 'node-b'], detail: expect.stringContaining('2 of 3 nodes') },
      },
    ]);
    // What is known to be off is not silent any more.
    await bench().end(
      (await bench().expectOk('node.confirm_dead', { id: await idOf('node-b') })).operation,
    );
    await bench().advance(AFTER_MS);
    expect(controllerOf('node-a')).toMatchObject({ power: 'off' });
  });

  test('whose controller does not answer stays unknown, and is tried again', async () => {
    const vm = await makeOn('node-a', RESTART);
    controllerOf('node-a').fault = 'does not answer: timeout';
    await bench().fleet.stopAgent('node-a');
    await bench().advance(10 * AFTER_MS);
    const failures = await eventsOf('node.fence.failed');
    expect(failures.length).toBeGreaterThan(1);
    expect(failures.length).toBeLessThan(5);
    expect(await show(vm)).toMatchObject({ status: 'unknown', node: 'node-a' });
    expect(await nodeCalled('node-a')).toMatchObject({ fenced: null });
    controllerOf('node-a').fault = undefined;
    await bench().advance(15 * AFTER_MS);
    await bench().endAll();
    expect(await show(vm)).toMatchObject({ status: 'running' });
  });

  test('that cannot be powered off says so in its incident and its event', async () => {
    automaticAfterMs = 1_000;
    await makeOn('node-a', RESTART);
    controllerOf('node-a').fault = 'does not answer: timeout';
    await bench().fleet.stopAgent('node-a');
    await bench().advance(5 * AFTER_MS);
    const detail = expect.stringContaining('https://bmc-of-node-a does not answer: timeout');
    const [failure] = await eventsOf('node.fence.failed');
    expect(failure).toMatchObject({ data: { detail, remedy: expect.any(String) } });
    const [accepted] = await eventsOf('node.fence.accepted');
    expect(accepted).toMatchObject({ source: 'healing' });
    const { items } = await bench().expectOk('incident.list', { state: ['open'] });
    const id = String(items[0]?.id);
    const { opened_at, steps } = await bench().expectOk('incident.get', { id });
    const what = expect.stringMatching(/^node.fence of node-a failed: .*does not answer: timeout/);
    expect(steps).toContainEqual(expect.objectContaining({ what }));
    const began = steps.find((step) => step.what.startsWith('node.fence of node-a began'));
    expect(Date.parse(String(began?.at))).toBeLessThan(Date.parse(opened_at));
  });

  test('whose controller dies when it is ordered to switch waits for a person', async () => {
    const vm = await makeOn('node-a', RESTART);
    controllerOf('node-a').diesOfOrder = true;
    await bench().fleet.stopAgent('node-a');
    await bench().advance(5 * AFTER_MS);
    expect(controllerOf('node-a').asked).toBe(1);
    expect(await show(vm)).toMatchObject({ status: 'unknown', node: 'node-a' });
    expect(await nodeCalled('node-a')).toMatchObject({ status: 'lost', fenced: null });
    const { items } = await bench().expectOk('incident.list', { state: ['open'] });
    expect(items).toMatchObject([{ cause: 'node_lost', severity: 'critical', vms_down: 1 }]);
    const dead = await bench().expectOk('node.confirm_dead', { id: await idOf('node-a') });
    await bench().end(dead.operation);
    await bench().advance(AFTER_MS);
    const moved = await show(vm);
    expect(moved).toMatchObject({ status: 'running' });
    expect(moved.node).not.toBe('node-a');
  });

  test('that never goes off keeps its VMs', async () => {
    const vm = await makeOn('node-a', RESTART);
    controllerOf('node-a').slowness = 1_000_000;
    await bench().fleet.stopAgent('node-a');
    await bench().advance(10 * AFTER_MS);
    expect(await show(vm)).toMatchObject({ status: 'unknown', node: 'node-a' });
    const { items } = await bench().expectOk('operation.list', { kind: ['node.fence'] });
    expect(items[0]).toMatchObject({
      status: 'failed',
      problem: { detail: expect.stringContaining('still says that the power is on') },
    });
  });

  test.each([
    ['11111111-2222-3333-4444-555555555555', 'different', 'switches another machine'],
    [null, 'unknown', 'it is not known whether'],
  ])('whose controller says the UUID %s is not powered off', async (uuid, identity, fault) => {
    const vm = await makeOn('node-a', RESTART);
    const row = (await bench().store.read({ from: 'nodes', where: { name: 'node-a' } }))[0];
    const host_uuid = '99999999-2222-3333-4444-555555555555';
    const facts_json = JSON.stringify({ ...JSON.parse(row?.facts_json ?? '{}'), host_uuid });
    const id = await idOf('node-a');
    await bench().fleet.stopAgent('node-a');
    await bench().store.commit([{ kind: 'patch', table: 'nodes', id, set: { facts_json } }]);
    Object.assign(controllerOf('node-a'), { uuid, identity: 'compare' });
    expect(await bench().expectOk('node.test_fence', { id })).toMatchObject({
      power: 'on',
      identity,
      ready: false,
      fault: expect.stringContaining(fault),
    });
    await bench().advance(5 * AFTER_MS);
    expect(controllerOf('node-a').asked).toBe(0);
    expect(await show(vm)).toMatchObject({ status: 'unknown' });
    controllerOf('node-a').uuid = host_uuid.toUpperCase();
    expect(await bench().expectOk('node.test_fence', { id })).toMatchObject({
      identity: 'same',
      ready: true,
      fault: null,
    });
  });

  test('is not ready to be fenced where its controller offers no power switch', async () => {
    const id = await idOf('node-a');
    controllerOf('node-a').obstacle = 'does not offer to force the power off';
    expect(await bench().expectOk('node.test_fence', { id })).toMatchObject({
      power: 'on',
      ready: false,
      fault: 'https://bmc-of-node-a does not offer to force the power off',
    });
    expect(controllerOf('node-a').asked).toBe(0);
  });

  test('is fenced by a person, whatever its VMs ask for', async () => {
    const vm = await makeOn('node-a');
    const id = await idOf('node-a');
    expect(await bench().expectProblem('node.fence', { id })).toMatchObject({
      code: 'conflict',
      remedy: expect.stringContaining('Only a node that is lost can be fenced'),
    });
    await bench().fleet.stopAgent('node-a');
    await bench().advance(LOST_MS);
    const { operation } = await bench().expectOk('node.fence', { id, reason: 'smoke' });
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    expect(await nodeCalled('node-a')).toMatchObject({
      fenced: { kind: 'power', by: 'admin', reason: 'smoke' },
    });
    expect(await show(vm)).toMatchObject({ node: 'node-a' });
    const recovered = await bench().expectOk('vm.recover', { id: vm.id });
    await bench().end(recovered.operation);
    expect(await show(vm)).toMatchObject({ status: 'running' });
  });

  test('without a device is refused, and says how to go on', async () => {
    controllers.delete('node-a');
    await makeOn('node-a', RESTART);
    const id = await idOf('node-a');
    await bench().fleet.stopAgent('node-a');
    await bench().advance(5 * AFTER_MS);
    for (const name of ['node.fence', 'node.test_fence'] as const) {
      expect(await bench().expectProblem(name, { id })).toMatchObject({
        code: 'conflict',
        detail: 'Node node-a has no fence device.',
        remedy: expect.stringContaining('novacron node confirm-dead node-a'),
      });
    }
  });
});
