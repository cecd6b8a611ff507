/** The conformance suite of the hypervisor port: every driver passes it. */

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { StopReason } from '@novacron/contract/kinds/vm/stop-reason';
import { createSampleIds } from '../test-kit/samples.ts';
import type { MachineOrder } from './driver.ts';
import { type Bench, bad, type DriverUnderTest, good, startedMachine } from './driver-bench.ts';
import { describeImports } from './import-suite.ts';
import { describeSnapshots } from './snapshot-suite.ts';

/**
 * Opens the driver under test. A test that needs two nodes calls it a second time, with the first
 * node: machines can be sent from one to the other.
 */
export type OpenDriver = (peer?: DriverUnderTest) => Promise<DriverUnderTest>;

/** Opens another node that the node of a test can send machines to. */
type OpenPeer = () => Promise<DriverUnderTest>;

/**
 * Describes what every driver does.
 * @param name - the driver's name
 * @param open - called before each test; the suite disposes of what it returns
 */
export function describeDriver(name: string, open: OpenDriver): void {
  describe(`driver: ${name}`, () => {
    const opened: DriverUnderTest[] = [];
    let bench: Bench;

    async function openAnother(peer?: DriverUnderTest): Promise<DriverUnderTest> {
      const another = await open(peer);
      opened.push(another);
      return another;
    }

    beforeEach(async () => {
      const vm_id = createSampleIds()('vm');
      const order = (generation = 1): MachineOrder => ({
        vm_id,
        generation,
        signal: new AbortController().signal,
      });
      bench = { ...(await openAnother()), order };
    });
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((one) => one.dispose()));
    });

    describeLife(() => bench);
    describeHalting(() => bench);
    describeConsole(() => bench);
    describeConsoleTail(() => bench);
    describeConfiguring(() => bench);
    describeInterfaces(() => bench);
    describeFirewall(() => bench);
    describeShrinking(() => bench);
    describeLimiting(
      () => bench,
      () => openAnother(bench),
    );
    describeVolumes(() => bench);
    describeSnapshots(() => bench);
    describeImports(() => bench);
    describeMigrating(
      () => bench,
      () => openAnother(bench),
    );
    describeMovingStopped(
      () => bench,
      () => openAnother(bench),
    );
    describeRemoving(
      () => bench,
      () => openAnother(bench),
    );
    describeTrouble(() => bench);
  });
}

function describeLife(bench: () => Bench): void {
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
    const { driver, spec, order } = bench();
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

function describeHalting(bench: () => Bench): void {
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

function describeConsole(bench: () => Bench): void {
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

function describeConsoleTail(bench: () => Bench): void {
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

function describeFirewall(bench: () => Bench): void {
  const firewall = {
    group_ids: ['sg_web'],
    rules: [
      {
        direction: 'ingress' as const,
        protocol: 'tcp' as const,
        ports: '443' as const,
        cidr: '0.0.0.0/0',
        group_id: null,
      },
    ],
  };

  test('a firewall comes and goes while a machine runs, and an inspection reports it', async () => {
    const { driver, order, spec } = await startedMachine(bench());
    const guarded = { status: 'running', generation: 3, spec: { ...spec, firewall } };
    expect(await good(driver.applyFirewall(order(3), firewall))).toMatchObject(guarded);
    expect(await good(driver.inspect())).toMatchObject([guarded]);
    await good(driver.applyFirewall(order(4), null));
    expect((await good(driver.inspect()))[0]?.spec).toEqual(spec);
  });

  test('a machine that is not there gets no firewall', async () => {
    const { driver, order } = bench();
    expect(await driver.applyFirewall(order(1), firewall)).toEqual({
      ok: false,
      error: { message: `${order().vm_id} is not on this node.`, next: 'final' },
    });
  });
}

function describeInterfaces(bench: () => Bench): void {
  const networkOf = (number: number) => ({
    network_id: `net_${number}`,
    cidr: `10.0.${number}.0/24`,
    ip_address: `10.0.${number}.7`,
    mac_address: `52:54:00:00:00:0${number}`,
  });
  const network = networkOf(1);
  const further_networks = [networkOf(2), networkOf(3)];

  test('further interfaces stay whatever changes, and others are for a new machine', async () => {
    const { driver, spec, order } = bench();
    if (driver.capabilities.severalInterfaces !== 'yes') return;
    const connected = { ...spec, network, further_networks };
    await good(driver.create(order(1), connected));
    expect(await good(driver.start(order(2)))).toMatchObject({ spec: connected });
    const renamed = { ...spec, name: 'renamed', network };
    expect(
      await good(driver.configure(order(3), { spec: renamed, restart: 'forbidden' })),
    ).toMatchObject({ effect: 'live', machine: { spec: { ...renamed, further_networks } } });
    for (const others of [[], further_networks.slice(0, 1), [networkOf(3), networkOf(2)]]) {
      const change = {
        spec: { ...renamed, further_networks: others },
        restart: 'allowed',
      } as const;
      expect(await bad(driver.configure(order(4), change))).toEqual({
        message: 'The further network interfaces of renamed stay: only a new VM has others.',
        next: 'final',
      });
    }
    expect(await good(driver.inspect())).toMatchObject([{ spec: { network, further_networks } }]);
  });

  test.each([
    [null, 'The VM web-01 has further network interfaces, and no first one.'],
    [networkOf(3), 'The VM web-01 has two network interfaces in net_3: one is enough.'],
  ])('a machine cannot have further interfaces beside %j', async (first, message) => {
    const { driver, spec, order } = bench();
    if (driver.capabilities.severalInterfaces !== 'yes') return;
    const wrong = { ...spec, name: 'web-01', network: first, further_networks };
    expect(await bad(driver.create(order(1), wrong))).toEqual({ message, next: 'final' });
    expect(await good(driver.inspect())).toEqual([]);
  });
}

function describeConfiguring(bench: () => Bench): void {
  test('name, labels and network change while a machine runs', async () => {
    const { driver, order, spec } = await startedMachine(bench());
    const network = { network_id: createSampleIds()('net'), cidr: '10.0.0.0/24' };
    const changed = { ...spec, name: 'renamed', labels: { tier: 'web' }, network };
    expect(
      await good(driver.configure(order(3), { spec: changed, restart: 'forbidden' })),
    ).toMatchObject({ effect: 'live', machine: { status: 'running', spec: changed } });
  });

  test.each([
    ['cpu_cores', 'hotplugCpu'],
    ['memory_mib', 'hotplugMemory'],
    ['disk_gb', 'hotplugDisk'],
  ] as const)('more %s is live exactly where %s says so', async (key, capability) => {
    const { driver, order, spec } = await startedMachine(bench());
    const grown = { ...spec, [key]: spec[key] * 2 };
    const forbidden = await driver.configure(order(3), { spec: grown, restart: 'forbidden' });
    expect(forbidden.ok).toBe(driver.capabilities[capability] === 'yes');
    expect(await good(driver.inspect())).toMatchObject([
      { spec: forbidden.ok ? grown : spec, status: 'running' },
    ]);
    await good(driver.configure(order(4), { spec: grown, restart: 'allowed' }));
    expect(await good(driver.inspect())).toMatchObject([{ spec: grown, status: 'running' }]);
  });

  test('a change that is so already has no effect', async () => {
    const { driver, order, spec } = await startedMachine(bench());
    expect(await good(driver.configure(order(3), { spec, restart: 'allowed' }))).toMatchObject({
      effect: 'none',
      machine: { generation: 3 },
    });
  });
}

function describeLimiting(bench: () => Bench, openPeer: OpenPeer): void {
  const limits = { disk_iops: 500, disk_mb_per_second: 20 };

  test('limits of disks change while a machine runs, and stay until they are removed', async () => {
    const { driver, order, spec, reopen } = bench();
    if (driver.capabilities.diskLimits !== 'yes') return;
    await startedMachine(bench(), { ...spec, io_limits: limits });
    expect(await good(driver.inspect())).toMatchObject([{ spec: { io_limits: limits } }]);
    const fewer = { ...spec, io_limits: { disk_iops: 100 } };
    expect(
      await good(driver.configure(order(3), { spec: fewer, restart: 'forbidden' })),
    ).toMatchObject({ effect: 'live', machine: { spec: fewer } });
    const volume = { volume_id: createSampleIds()('vol'), size_gb: 1 };
    expect(await good(driver.attach(order(4), volume))).toMatchObject({ spec: fewer });
    const again = await reopen();
    expect((await good(again.inspect())).map((machine) => machine.spec)).toEqual([fewer]);
    await good(again.stop(order(5), 'forced'));
    expect((await good(again.start(order(6)))).spec).toEqual(fewer);
    expect(await good(again.configure(order(7), { spec, restart: 'forbidden' }))).toMatchObject({
      effect: 'live',
    });
    expect((await good(again.inspect())).map((machine) => machine.spec)).toEqual([spec]);
    await again.close();
  });

  test('a machine takes its limits along', async () => {
    const { driver, order, spec } = bench();
    if (driver.capabilities.diskLimits !== 'yes') return;
    if (driver.capabilities.liveMigration === 'no') return;
    const limited = { ...spec, io_limits: limits };
    await startedMachine(bench(), limited);
    const { driver: there, node: toNode } = await openPeer();
    await good(there.prepareIncoming(order(3), { spec: limited, volumes: [] }));
    await good(driver.migrate(order(3), { toNode }));
    await good(there.activate(order(3)));
    expect((await good(there.inspect())).map((machine) => machine.spec)).toEqual([limited]);
  });
}

function describeShrinking(bench: () => Bench): void {
  test('less memory needs a restart, which is refused where it is forbidden', async () => {
    const { driver, order, spec } = bench();
    const big = { ...spec, memory_mib: spec.memory_mib * 2 };
    await startedMachine(bench(), big);
    const forbidden = driver.configure(order(3), { spec, restart: 'forbidden' });
    expect(await bad(forbidden)).toMatchObject({ next: 'final' });
    expect(await good(driver.inspect())).toMatchObject([{ spec: big, generation: 2 }]);
    expect(await good(driver.configure(order(3), { spec, restart: 'allowed' }))).toMatchObject({
      effect: 'restart',
      machine: { status: 'running', spec },
    });
  });

  test('a stopped machine changes without a restart', async () => {
    const { driver, order, spec } = bench();
    await good(driver.create(order(1), { ...spec, memory_mib: spec.memory_mib * 2 }));
    expect(await good(driver.configure(order(2), { spec, restart: 'forbidden' }))).toMatchObject({
      effect: 'live',
      machine: { status: 'stopped', spec },
    });
  });

  test('a disk never shrinks and a template never changes', async () => {
    const { driver, order, spec } = bench();
    const big = { ...spec, disk_gb: spec.disk_gb * 2 };
    await good(driver.create(order(1), big));
    for (const changed of [spec, { ...big, template: 'another' }]) {
      const answer = driver.configure(order(2), { spec: changed, restart: 'allowed' });
      expect(await bad(answer)).toMatchObject({ next: 'final' });
    }
    expect(await good(driver.inspect())).toMatchObject([{ spec: big }]);
  });
}

function describeVolumes(bench: () => Bench): void {
  test('a volume is plugged in, grows and is unplugged while its machine runs', async () => {
    const { driver, order } = await startedMachine(bench());
    const volume = { volume_id: createSampleIds()('vol'), size_gb: 1 };
    expect(await good(driver.attach(order(3), volume))).toMatchObject({ volumes: [volume] });
    const grown = { ...volume, size_gb: 2 };
    expect(await good(driver.attach(order(4), grown))).toMatchObject({ volumes: [grown] });
    expect(await good(driver.detach(order(5), volume.volume_id))).toMatchObject({ volumes: [] });
  });
}

function describeMigrating(bench: () => Bench, openPeer: OpenPeer): void {
  /** Another node that awaits the machine of the test. */
  async function preparedPeer({ order, spec }: Bench, generation: number, size = spec) {
    const peer = await openPeer();
    const incoming = { spec: size, volumes: [] };
    await good(peer.driver.prepareIncoming(order(generation), incoming));
    return peer;
  }

  /** As servers of this release do it: what one side reports is passed on to the other. */
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
function describeMovingStopped(bench: () => Bench, openPeer: OpenPeer): void {
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

function describeRemoving(bench: () => Bench, openPeer: OpenPeer): void {
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

function describeTrouble(bench: () => Bench): void {
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
