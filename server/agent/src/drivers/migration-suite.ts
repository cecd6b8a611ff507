/** Migration of machines between nodes with every driver: a part of the conformance suite. */
import { expect, test } from '@jest/globals';
import type { StopReason } from '@novacron/contract/kinds/vm/stop-reason';
import { type Bench, bad, good, type OpenPeer, startedMachine } from './driver-bench.ts';

/** Machines that run. */
export function describeMigrating(bench: () => Bench, openPeer: OpenPeer): void {
  /** Another node that awaits the machine of the test. */
  async function preparedPeer({ order, spec }: Bench, generation: number, size = spec) {
    const peer = await openPeer();
    const incoming = { spec: size, volumes: [] };
    await good(peer.driver.prepareIncoming(order(generation), incoming));
    return peer;
  }

  /** Prepares a target like a server of this release: passes each side's report to the other. */
  async function openTarget({ driver, order, spec }: Bench) {
    const { driver: there, node: toNode } = await openPeer();
    const { vm_id } = order();
    const offer = await (driver.offerMachine === undefined
      ? undefined
      : good(driver.offerMachine(vm_id)));
    await good(there.prepareIncoming(order(3), { spec, volumes: [], offer }));
    const target = await (there.findTarget === undefined
      ? undefined
      : good(there.findTarget(vm_id)));
    return { there, outgoing: { toNode, size: spec, release: 'yes', target } as const };
  }

  test('a released machine runs on its target, and never again where it was', async () => {
    const { driver, order, spec } = await startedMachine(bench());
    if (driver.capabilities.migrationRelease !== 'yes') return;
    const { there, outgoing } = await openTarget(bench());
    await good(driver.migrate(order(3), outgoing));
    await good(driver.migrate(order(3), outgoing));
    expect(await bad(driver.activate(order(3)))).toMatchObject({
      message: expect.stringMatching(/ was released to \S+: only that node runs it[.] /),
      next: 'final',
    });
    expect(await good(driver.inspect())).toMatchObject([{ status: 'migrated' }]);
    const arrived = { status: 'running', spec };
    expect(await good(there.activate(order(3), 'released'))).toMatchObject(arrived);
    await good(driver.delete(order(3)));
    expect(await good(driver.inspect())).toEqual([]);
    expect(await good(there.inspect())).toMatchObject([arrived]);
  });

  test('a machine that is not released goes on running where it is', async () => {
    const { driver, order } = await startedMachine(bench());
    if (driver.capabilities.migrationRelease !== 'yes') return;
    const { there } = await openTarget(bench());
    expect(await good(driver.activate(order(3)))).toMatchObject({ status: 'running' });
    await good(there.delete(order(3)));
    expect(await good(there.inspect())).toEqual([]);
    expect(await good(driver.inspect())).toMatchObject([{ status: 'running' }]);
  });

  test('a running machine moves to the node that has prepared for it', async () => {
    const { driver, order, spec } = await startedMachine(bench());
    if (driver.capabilities.liveMigration === 'no') {
      expect(await bad(driver.migrate(order(3), { toNode: 'node-02' }))).toMatchObject({
        next: 'final',
      });
      return;
    }
    const { driver: there, node } = await openPeer();
    expect(await good(there.prepareIncoming(order(3), { spec, volumes: [] }))).toMatchObject({
      status: 'incoming',
      spec,
    });
    await good(there.prepareIncoming(order(3), { spec, volumes: [] }));
    await good(driver.migrate(order(3), { toNode: node }));
    await good(driver.migrate(order(3), { toNode: node }));
    expect(await good(driver.inspect())).toMatchObject([{ status: 'migrated' }]);
    await good(there.activate(order(3)));
    expect(await good(there.activate(order(3)))).toMatchObject({ status: 'running', spec });
    await good(driver.delete(order(3)));
    expect(await good(driver.inspect())).toEqual([]);
    expect(await good(there.inspect())).toMatchObject([{ status: 'running', spec }]);
  });

  test('a machine that is not the size that was prepared for stays where it is', async () => {
    const { driver, order, spec } = await startedMachine(bench());
    if (driver.capabilities.liveMigration === 'no') return;
    const larger = { ...spec, disk_gb: spec.disk_gb * 2 };
    await good(driver.configure(order(3), { spec: larger, restart: 'allowed' }));
    const { node } = await preparedPeer(bench(), 3, larger);
    expect(await bad(driver.migrate(order(4), { toNode: node, size: spec }))).toMatchObject({
      next: 'final',
    });
    expect(await good(driver.inspect())).toMatchObject([{ status: 'running', spec: larger }]);
    await good(driver.migrate(order(4), { toNode: node, size: larger }));
  });

  test('a migration without a release, as older servers want it, can be taken back', async () => {
    const { driver, order } = await startedMachine(bench());
    if (driver.capabilities.liveMigration === 'no') return;
    const { node } = await preparedPeer(bench(), 3);
    await good(driver.migrate(order(3), { toNode: node }));
    expect(await good(driver.activate(order(4)))).toMatchObject({ status: 'running' });
  });

  test('a migration of a machine that stopped before it was sent leaves it stopped', async () => {
    const { driver, order } = await startedMachine(bench());
    await good(driver.stop(order(3)));
    expect(await bad(driver.migrate(order(4), { toNode: 'node-02' }))).toMatchObject({
      next: 'final',
    });
    expect(await good(driver.activate(order(4)))).toMatchObject({ status: 'stopped' });
  });

  test('a machine that was sent away can come back', async () => {
    const { driver, order, spec } = await startedMachine(bench());
    if (driver.capabilities.liveMigration === 'no') return;
    const { driver: there, node } = await preparedPeer(bench(), 3);
    await good(driver.migrate(order(3), { toNode: node }));
    await good(there.activate(order(3)));
    const back = driver.prepareIncoming(order(4), { spec, volumes: [] });
    expect(await good(back)).toMatchObject({ status: 'incoming', generation: 4 });
  });

  test('only a running machine can be sent', async () => {
    const { driver, order, spec } = bench();
    await good(driver.create(order(1), spec));
    expect(await bad(driver.migrate(order(2), { toNode: 'node-02' }))).toMatchObject({
      next: 'final',
    });
  });
}

/** Machines that are switched off, as servers move them to nodes that say `coldMigration`. */
export function describeMovingStopped(bench: () => Bench, openPeer: OpenPeer): void {
  async function openTarget({ driver, order, spec }: Bench, stop_reason: StopReason | null) {
    const { driver: there, node: toNode } = await openPeer();
    const { vm_id } = order();
    const offer = await (driver.offerMachine === undefined
      ? undefined
      : good(driver.offerMachine(vm_id)));
    const arrives = { power: 'off', stop_reason } as const;
    const incoming = { spec, volumes: [], offer, arrives };
    expect(await good(there.prepareIncoming(order(4), incoming))).toMatchObject({
      status: 'incoming',
      spec,
    });
    await good(there.prepareIncoming(order(4), incoming));
    const target = await (there.findTarget === undefined
      ? undefined
      : good(there.findTarget(vm_id)));
    const outgoing = { toNode, size: spec, release: 'yes', power: 'off', target } as const;
    return { there, outgoing };
  }

  test('a stopped machine moves, stays stopped for its reason and starts there', async () => {
    const { driver, order, spec } = await startedMachine(bench());
    if (driver.capabilities.coldMigration !== 'yes') return;
    await good(driver.stop(order(3), 'forced'));
    const { there, outgoing } = await openTarget(bench(), 'command');
    await good(driver.migrate(order(4), outgoing));
    await good(driver.migrate(order(4), outgoing));
    expect(await good(driver.inspect())).toMatchObject([{ status: 'migrated' }]);
    expect(await bad(driver.start(order(4)))).toMatchObject({ next: 'final' });
    expect(await bad(driver.activate(order(4)))).toMatchObject({
      message: expect.stringMatching(/ was released to \S+: only that node runs it[.] /),
      next: 'final',
    });
    const arrived = { status: 'stopped', stop_reason: 'command', spec, generation: 4 };
    expect(await good(there.activate(order(4), 'released'))).toMatchObject(arrived);
    expect(await good(there.activate(order(4), 'released'))).toMatchObject(arrived);
    await good(driver.forget(order(4)));
    expect(await good(driver.inspect())).toEqual([]);
    expect(await good(there.start(order(5)))).toMatchObject({ status: 'running', spec });
  });

  test('a machine that has never run moves', async () => {
    const { driver, order, spec } = bench();
    if (driver.capabilities.coldMigration !== 'yes') return;
    await good(driver.create(order(1), spec));
    const { there, outgoing } = await openTarget(bench(), null);
    await good(driver.migrate(order(4), outgoing));
    expect(await good(there.activate(order(4), 'released'))).toMatchObject({
      status: 'stopped',
      stop_reason: null,
    });
    await good(driver.forget(order(4)));
    expect(await good(there.start(order(5)))).toMatchObject({ status: 'running', spec });
  });

  test('a stopped machine that is not released stays where it is', async () => {
    const { driver, order, spec } = bench();
    if (driver.capabilities.coldMigration !== 'yes') return;
    await good(driver.create(order(1), spec));
    const { there } = await openTarget(bench(), null);
    expect(await bad(there.activate(order(4)))).toMatchObject({
      message: expect.stringContaining('its source has not released it'),
      next: 'final',
    });
    expect(await bad(there.start(order(4)))).toMatchObject({ next: 'final' });
    await good(there.forget(order(4)));
    expect(await good(there.inspect())).toEqual([]);
    expect(await good(driver.activate(order(4)))).toMatchObject({ status: 'stopped' });
    expect(await good(driver.start(order(5)))).toMatchObject({ status: 'running', spec });
  });

  test('a machine that runs by now, or is paused, does not move as a stopped one', async () => {
    const { driver, order, spec } = bench();
    if (driver.capabilities.coldMigration !== 'yes') return;
    await good(driver.create(order(1), spec));
    const { outgoing } = await openTarget(bench(), null);
    await good(driver.start(order(4)));
    const refused = { message: expect.stringContaining('only a machine that is switched off') };
    expect(await bad(driver.migrate(order(5), outgoing))).toMatchObject(refused);
    await good(driver.pause(order(5)));
    expect(await bad(driver.migrate(order(6), outgoing))).toMatchObject(refused);
    expect(await good(driver.inspect())).toMatchObject([{ status: 'running', paused: true }]);
  });
}
