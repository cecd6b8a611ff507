/** Life cycle of machines with every driver: a part of the conformance suite. */
import { expect, test } from '@jest/globals';
import { createSampleIds } from '../test-kit/samples.ts';
import { type Bench, bad, good, type OpenPeer, startedMachine } from './driver-bench.ts';

/** Making, starting and stopping machines. */
export function describeLife(bench: () => Bench): void {
  test('a node without machines has none', async () => {
    expect(await good(bench().driver.inspect())).toEqual([]);
  });

  test('a new machine is stopped and is what it was asked to be', async () => {
    const { driver, spec, order } = bench();
    const made = await good(driver.create(order(3), spec));
    expect(made).toMatchObject({ vm_id: order().vm_id, generation: 3, status: 'stopped', spec });
    expect(await good(driver.inspect())).toEqual([made]);
  });

  test('every action may be repeated and changes nothing the second time', async () => {
    const { driver, guestSpec: spec, order } = bench();
    const volume = { volume_id: createSampleIds()('vol'), size_gb: 1 };
    const labelled = { ...spec, labels: { tier: 'web' } };
    const change = { spec: labelled, restart: 'allowed' } as const;
    for (const action of [
      () => driver.create(order(1), spec),
      () => driver.start(order(2)),
      () => driver.configure(order(3), change),
      () => driver.attach(order(4), volume),
      () => driver.detach(order(5), volume.volume_id),
      () => driver.applyFirewall(order(5), { group_ids: [], rules: [] }),
      () => driver.stop(order(6)),
      () => driver.forget(order(7)),
      () => driver.deleteDisk(order(8)),
    ]) {
      await good<unknown>(action());
      const before = await good(driver.inspect());
      await good<unknown>(action());
      expect(await good(driver.inspect())).toEqual(before);
    }
  });

  test('a machine starts and stops, and each is known afterwards', async () => {
    const { driver, spec, order } = bench();
    await good(driver.create(order(1), spec));
    expect(await good(driver.start(order(2)))).toMatchObject({ status: 'running', generation: 2 });
    expect(await good(driver.inspect())).toMatchObject([{ status: 'running', generation: 2 }]);
    expect(await good(driver.stop(order(3)))).toMatchObject({ status: 'stopped', generation: 3 });
    expect(await good(driver.inspect())).toMatchObject([{ status: 'stopped', generation: 3 }]);
  });

  test.each(['delete', 'deleteDisk', 'forget'] as const)(
    'a running machine is removed: %s',
    async (removal) => {
      const { driver, order } = await startedMachine(bench());
      expect(await good(driver[removal](order(3)))).toBeNull();
      expect(await good(driver.inspect())).toEqual([]);
    },
  );

  test('machines run on without their driver and are found again', async () => {
    const { driver, order, spec, reopen } = await startedMachine(bench());
    const before = await good(driver.inspect());
    const after = await reopen();
    expect(await good(after.inspect())).toEqual(before);
    expect(await good(after.inspect())).toMatchObject([{ status: 'running', spec }]);
    expect(await good(after.stop(order(3)))).toMatchObject({ status: 'stopped' });
  });
}

/** Pausing, resuming and resetting machines. */
export function describeHalting(bench: () => Bench): void {
  test('a paused machine runs and is paused until a resume, start or stop', async () => {
    const { driver, order, reopen } = await startedMachine(bench());
    const halted = { status: 'running', paused: true };
    expect(await good(driver.pause(order(3)))).toMatchObject({ ...halted, generation: 3 });
    expect(await good(driver.pause(order(3)))).toMatchObject(halted);
    const after = await reopen();
    expect(await good(after.inspect())).toMatchObject([halted]);
    expect(await good(after.resume(order(4)))).not.toHaveProperty('paused');
    expect(await good(after.resume(order(4)))).toMatchObject({ status: 'running', generation: 4 });
    await good(after.pause(order(5)));
    expect(await good(after.start(order(6)))).not.toHaveProperty('paused');
    await good(after.pause(order(7)));
    if (after.capabilities.liveMigration === 'yes') {
      expect(await bad(after.migrate(order(8), { toNode: 'node-02' }))).toMatchObject({
        message: expect.stringContaining('is paused'),
        next: 'final',
      });
    }
    const stopped = await good(after.stop(order(8)));
    expect(stopped).toMatchObject({ status: 'stopped' });
    expect(stopped).not.toHaveProperty('paused');
  });

  test('a reset leaves a machine running, and a repeated one changes nothing', async () => {
    const { driver, order } = await startedMachine(bench());
    expect(await good(driver.reset(order(3)))).toMatchObject({ status: 'running', generation: 3 });
    const before = await good(driver.inspect());
    expect(await good(driver.reset(order(3)))).toMatchObject({ status: 'running' });
    expect(await good(driver.inspect())).toEqual(before);
  });

  test('a new root disk is made for a stopped machine only, which keeps its volumes', async () => {
    const { driver, order, spec } = await startedMachine(bench());
    if (driver.capabilities.reimage !== 'yes') return;
    expect(await bad(driver.reimage(order(3), spec))).toMatchObject({
      message: expect.stringContaining('only a stopped machine gets a new root disk'),
      next: 'final',
    });
    await good(driver.stop(order(3), 'forced'));
    const [before] = await good(driver.inspect());
    const made = await good(driver.reimage(order(4), spec));
    expect(made).toMatchObject({ status: 'stopped', generation: 4, volumes: before?.volumes });
    expect(await good(driver.reimage(order(4), spec))).toEqual(made);
    expect(await good(driver.start(order(5)))).toMatchObject({ status: 'running' });
  });

  test('a machine that is missing is made again around its root disk', async () => {
    const { driver, order, spec } = await startedMachine(bench());
    const volumes = [{ volume_id: createSampleIds()('vol'), size_gb: 1 }];
    expect(
      await bad(driver.define(order(3), { spec: { ...spec, name: 'other' }, volumes })),
    ).toEqual({
      message: expect.stringContaining('is on this node already'),
      next: 'final',
    });
    await good(driver.forget(order(3)));
    expect(await good(driver.inspect())).toEqual([]);
    const made = await good(driver.define(order(4), { spec, volumes }));
    expect(made).toMatchObject({ status: 'stopped', generation: 4, spec, volumes });
    expect(await good(driver.define(order(4), { spec, volumes }))).toEqual(made);
  });

  test('only a running machine is paused, resumed or reset', async () => {
    const { driver, order, spec } = bench();
    await good(driver.create(order(1), spec));
    for (const answer of [
      driver.pause(order(2)),
      driver.resume(order(2)),
      driver.reset(order(2)),
    ]) {
      expect(await bad(answer)).toMatchObject({
        message: expect.stringContaining('only a running machine can'),
        next: 'final',
      });
    }
    expect(await good(driver.inspect())).toMatchObject([{ status: 'stopped', generation: 1 }]);
  });
}

/** Consoles that people use. */
export function describeConsole(bench: () => Bench): void {
  test('a console opens while its machine runs, and ends when that stops', async () => {
    const { driver, order } = await startedMachine(bench());
    const { vm_id } = order();
    if (driver.capabilities.console !== 'yes') return;
    if (driver.openConsole === undefined) throw new Error('the driver announces consoles');
    const ended = new Promise<void>((onEnd) => {
      void driver.openConsole?.(vm_id, { onOutput: () => undefined, onEnd });
    });
    await good(driver.stop(order(3), 'forced'));
    await ended;
    const refused = driver.openConsole(vm_id, {
      onOutput: () => undefined,
      onEnd: () => undefined,
    });
    expect(await bad(refused)).toMatchObject({
      message: expect.stringContaining('only a running machine has a console'),
      next: 'final',
    });
  });
}

/** The last lines of consoles. */
export function describeConsoleTail(bench: () => Bench): void {
  test('what a machine has written last is read also once it has stopped', async () => {
    const { driver, order } = await startedMachine(bench());
    const { vm_id } = order();
    if (driver.capabilities.consoleTail !== 'yes') return;
    if (driver.readConsoleTail === undefined) throw new Error('the driver announces the tail');
    expect(await good(driver.readConsoleTail(vm_id))).toEqual(expect.any(String));
    await good(driver.stop(order(3), 'forced'));
    expect(await good(driver.readConsoleTail(vm_id))).toEqual(expect.any(String));
    await good(driver.forget(order(4)));
    expect(await bad(driver.readConsoleTail(vm_id))).toMatchObject({
      message: `${vm_id} is not on this node.`,
      next: 'final',
    });
  });
}

/** Machines and disks that are removed. */
export function describeRemoving(bench: () => Bench, openPeer: OpenPeer): void {
  test('a disk that was removed with its machine makes way for a new one', async () => {
    const { driver, order, spec } = bench();
    await good(driver.create(order(1), spec));
    await good(driver.deleteDisk(order(2)));
    expect(await good(driver.create(order(3), spec))).toMatchObject({ status: 'stopped' });
  });

  test('a removal of an earlier generation takes neither machine nor disk', async () => {
    const { driver, order, spec } = bench();
    await good(driver.create(order(5), spec));
    expect(await bad(driver.deleteDisk(order(4)))).toMatchObject({
      message: expect.stringContaining('belongs to a later command (generation 5)'),
      next: 'final',
    });
    expect(await good(driver.start(order(6)))).toMatchObject({ status: 'running' });
  });

  test('a machine that moved away keeps its disk, whatever its source is asked for', async () => {
    const { driver, order, spec } = await startedMachine(bench());
    if (driver.capabilities.liveMigration === 'no') return;
    const { driver: there, node } = await openPeer();
    await good(there.prepareIncoming(order(3), { spec, volumes: [] }));
    await good(driver.migrate(order(3), { toNode: node }));
    await good(there.activate(order(3)));
    await good(driver.forget(order(3)));
    await good(driver.deleteDisk(order(3)));
    expect(await good(driver.inspect())).toEqual([]);
    // It reads its disk again when it starts.
    await good(there.stop(order(4), 'forced'));
    expect(await good(there.start(order(5)))).toMatchObject({ status: 'running', spec });
  });

  test('a node that prepared for a machine forgets it, and the machine runs on', async () => {
    const { driver, order, spec } = await startedMachine(bench());
    if (driver.capabilities.liveMigration === 'no') return;
    const { driver: there } = await openPeer();
    await good(there.prepareIncoming(order(3), { spec, volumes: [] }));
    await good(there.forget(order(3)));
    expect(await good(there.inspect())).toEqual([]);
    await good(driver.stop(order(4), 'forced'));
    expect(await good(driver.start(order(5)))).toMatchObject({ status: 'running', spec });
  });
}

/** Commands that cannot be carried out. */
export function describeTrouble(bench: () => Bench): void {
  test('taking away what is not there succeeds', async () => {
    const { driver, order } = bench();
    const volumeId = createSampleIds()('vol');
    for (const answer of [
      driver.stop(order()),
      driver.detach(order(), volumeId),
      driver.delete(order()),
      driver.deleteDisk(order()),
      driver.forget(order()),
    ]) {
      expect(await good(answer)).toBeNull();
    }
  });

  test('everything else needs the machine', async () => {
    const { driver, order, spec } = bench();
    const volume = { volume_id: createSampleIds()('vol'), size_gb: 1 };
    for (const answer of [
      driver.start(order()),
      driver.configure(order(), { spec, restart: 'allowed' }),
      driver.attach(order(), volume),
      driver.migrate(order(), { toNode: 'node-02' }),
      driver.activate(order()),
      driver.pause(order()),
      driver.resume(order()),
      driver.reset(order()),
    ]) {
      expect(await bad<unknown>(answer)).toMatchObject({ next: 'final' });
    }
    expect(await good(driver.inspect())).toEqual([]);
  });

  test('a machine that is there cannot be made otherwise', async () => {
    const { driver, order, spec } = bench();
    const made = await good(driver.create(order(1), spec));
    const other = { ...spec, cpu_cores: spec.cpu_cores * 2 };
    expect(await bad(driver.create(order(2), other))).toMatchObject({ next: 'final' });
    const incoming = driver.prepareIncoming(order(2), { spec, volumes: [] });
    expect(await bad(incoming)).toMatchObject({ next: 'final' });
    expect(await good(driver.inspect())).toEqual([made]);
  });

  test('a machine that the node can never hold is refused for good', async () => {
    const { driver, order, specTooBig } = bench();
    expect(await bad(driver.create(order(), specTooBig))).toMatchObject({ next: 'final' });
    expect(await good(driver.inspect())).toEqual([]);
  });

  test('an aborted order is not begun', async () => {
    const { driver, order, spec } = bench();
    const answer = driver.create({ ...order(), signal: AbortSignal.abort() }, spec);
    expect(await bad(answer)).toMatchObject({ next: 'retry' });
    expect(await good(driver.inspect())).toEqual([]);
  });
}
