/** Changes of machines with every driver: a part of the conformance suite. */
import { expect, test } from '@jest/globals';
import { createSampleIds } from '../test-kit/samples.ts';
import { type Bench, bad, good, type OpenPeer, startedMachine } from './driver-bench.ts';

/** Changes while machines run. */
export function describeConfiguring(bench: () => Bench): void {
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
    const { spec: idle, guestSpec } = bench();
    // Memory is the guest's to take.
    const machine = key === 'memory_mib' ? guestSpec : idle;
    const { driver, order, spec } = await startedMachine(bench(), machine);
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

/** Network interfaces beside the first one. */
export function describeInterfaces(bench: () => Bench): void {
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

/** Devices that no command has plugged in. */
export function describeForeign(bench: () => Bench): void {
  const device = { name: 'spy0', mac_address: '52:54:00:00:00:99' };
  const reported = { kind: 'network-interface', ...device };

  async function withForeign(machine = bench().spec) {
    const { driver, spec, order, plugInterface } = await startedMachine(bench(), machine);
    await plugInterface(order().vm_id, device);
    return { driver, spec, order };
  }

  test('a device that no command has plugged in is reported, until a change', async () => {
    const { driver, spec, order } = await withForeign(bench().guestSpec);
    expect(await good(driver.inspect())).toMatchObject([{ foreign_devices: [reported], spec }]);
    const change = { spec, restart: 'forbidden' } as const;
    const { machine } = await good(driver.configure(order(3), change));
    expect(machine).toMatchObject({ generation: 3, spec });
    expect(machine).not.toHaveProperty('foreign_devices');
    expect((await good(driver.inspect()))[0]).not.toHaveProperty('foreign_devices');
  });

  test('a machine that is switched off has no such device any more', async () => {
    const { driver, order } = await withForeign();
    await good(driver.stop(order(3), 'forced'));
    expect((await good(driver.inspect()))[0]).not.toHaveProperty('foreign_devices');
    await good(driver.start(order(4)));
    expect((await good(driver.inspect()))[0]).not.toHaveProperty('foreign_devices');
  });

  test('a machine that runs with such a device does not migrate, and says which', async () => {
    const { driver, spec, order } = await withForeign();
    if (driver.capabilities.liveMigration !== 'yes') return;
    const outgoing = { toNode: 'node-02', size: spec } as const;
    expect(await bad(driver.migrate(order(3), outgoing))).toEqual({
      message: expect.stringContaining(
        'has devices that NovaCron did not plug in ' +
          `(network interface ${device.name} (${device.mac_address})), and cannot migrate`,
      ),
      next: 'final',
    });
    expect(await good(driver.inspect())).toMatchObject([{ status: 'running' }]);
  });
}

/** Firewalls. */
export function describeFirewall(bench: () => Bench): void {
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

/** Changes that need a restart, or cannot be made. */
export function describeShrinking(bench: () => Bench): void {
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

/** I/O limits. */
export function describeLimiting(bench: () => Bench, openPeer: OpenPeer): void {
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

/** Volumes that are plugged in and out. */
export function describeVolumes(bench: () => Bench): void {
  test('a volume is plugged in, grows and is unplugged while its machine runs', async () => {
    const { driver, order } = await startedMachine(bench(), bench().guestSpec);
    const volume = { volume_id: createSampleIds()('vol'), size_gb: 1 };
    expect(await good(driver.attach(order(3), volume))).toMatchObject({ volumes: [volume] });
    const grown = { ...volume, size_gb: 2 };
    expect(await good(driver.attach(order(4), grown))).toMatchObject({ volumes: [grown] });
    expect(await good(driver.detach(order(5), volume.volume_id))).toMatchObject({ volumes: [] });
  });
}
