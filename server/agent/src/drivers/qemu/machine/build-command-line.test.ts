import { describe, expect, test } from '@jest/globals';
import { createSampleIds, sampleSpec } from '../../../test-kit/samples.ts';
import { placesIn } from '../files/directories.ts';
import { buildCommandLine, type CommandLineParts } from './build-command-line.ts';
import {
  findFreePort,
  Hardware,
  type HardwareRequest,
  machineUuid,
  planHardware,
} from './hardware.ts';

const ids = createSampleIds();
const vmId = ids('vm');
const volumeId = ids('vol');
const places = placesIn({ runDir: '/run,dir', storageDir: '/storage', node: 'node-01' });

function hardwareFor(request: Partial<HardwareRequest> = {}) {
  return planHardware({
    vmId,
    spec: sampleSpec(),
    volumeIds: [],
    host: {
      accelerator: 'kvm',
      acceleratorReason: 'a probe guest ran under it',
      cpuModel: 'host',
      cpuBaselines: [],
      numaCells: [],
      devices: [],
      cpuFingerprint: 'abc',
      qemuVersion: '7.2.22',
    },
    capacity: { cpu_cores: 16, memory_mib: 8_193 },
    ...request,
  });
}

function commandLine(parts: Partial<CommandLineParts> = {}): readonly string[] {
  return buildCommandLine({
    vmId,
    uuid: machineUuid(vmId),
    hardware: hardwareFor(),
    files: places.files(vmId),
    volumeDisk: (id) => ({ file: `/storage/volumes/${id}.qcow2`, cache: 'none' }),
    boot: undefined,
    guestNetwork: 'isolated',
    tap: undefined,
    cache: 'none',
    origin: 'cold',
    locking: 'on',
    furtherTaps: [],
    ...parts,
  });
}

/** The values of an option. */
function valuesOf(args: readonly string[], option: string): readonly string[] {
  return args.flatMap((word, index) => (args[index - 1] === option ? [word] : []));
}

describe('the hardware of a machine', () => {
  test('can grow up to what its node has, in whole blocks of memory', () => {
    expect(hardwareFor()).toMatchObject({
      machine_type: 'pc-q35-7.2',
      cpu_cores: 2,
      cpu_cores_max: 16,
      memory_mib: 2_048,
      memory_mib_boot: 2_048,
      memory_mib_max: 8_192,
      nic: null,
    });
  });

  test('has a port for each volume, apart from that of the network interface', () => {
    const network = { network_id: 'net_1', cidr: '10.0.0.0/24' };
    const hardware = hardwareFor({ volumeIds: [volumeId], spec: sampleSpec({ network }) });
    expect(hardware.nic).toEqual({ port: 0, mac: '52:54:00:00:00:01' });
    expect(hardware.volumes).toEqual([{ volume_id: volumeId, port: 1 }]);
    expect(findFreePort(hardware)).toBe(2);
    const all = Array.from({ length: 19 }, (_, index) => ({
      volume_id: volumeId,
      port: index + 1,
    }));
    expect(findFreePort({ volumes: all })).toBeUndefined();
  });

  test.each([
    ['another option of QEMU', { machine_type: 'pc-q35-7.2,dumpdtb=/etc/passwd' }],
    ['an option of its interface', { nic: { port: 0, mac: '52:54:00:00:00:01,romfile=/x' } }],
    ['a file that is no volume', { volumes: [{ volume_id: '../disks/vm_x/root', port: 1 }] }],
    ['a port that there is not', { volumes: [{ volume_id: volumeId, port: 20 }] }],
    ['no memory', { memory_mib_boot: 0 }],
  ])('of another node that says %s is not known', (_what, said) => {
    const hardware = hardwareFor({});
    expect(Hardware.safeParse(hardware).success).toBe(true);
    expect(Hardware.safeParse({ ...hardware, ...said }).success).toBe(false);
  });

  test('takes the address that the network gives', () => {
    const mac_address = '52:54:00:aa:bb:cc';
    const network = { network_id: 'net_1', cidr: '10.0.0.0/24', mac_address };
    expect(hardwareFor({ spec: sampleSpec({ network }) }).nic?.mac).toBe(mac_address);
  });

  test('has its further interfaces at the last ports, with addresses of their own', () => {
    const network = { network_id: 'net_1', cidr: '10.0.0.0/24' };
    const mac_address = '52:54:00:aa:bb:cc';
    const further_networks = [
      { network_id: 'net_2', cidr: '10.0.1.0/24', mac_address },
      { network_id: 'net_3', cidr: '10.0.2.0/24' },
      { network_id: 'net_4', cidr: '10.0.3.0/24' },
    ];
    const hardware = hardwareFor({ spec: sampleSpec({ network, further_networks }) });
    const { further_nics = [] } = hardware;
    expect(further_nics.map(({ port }) => port)).toEqual([19, 18, 17]);
    expect(further_nics[0]?.mac).toBe(mac_address);
    expect(new Set([hardware.nic, ...further_nics].map((nic) => nic?.mac)).size).toBe(4);
    const all = Array.from({ length: 16 }, (_, index) => ({
      volume_id: volumeId,
      port: index + 1,
    }));
    expect(findFreePort({ ...hardware, volumes: all })).toBeUndefined();
    const args = commandLine({ hardware, tap: 'nct0', furtherTaps: ['nct1', undefined, 'nct3'] });
    expect(valuesOf(args, '-netdev')).toEqual([
      'tap,id=net0,ifname=nct0,script=no,downscript=no',
      'tap,id=net1,ifname=nct1,script=no,downscript=no',
      'user,id=net2,restrict=on',
      'tap,id=net3,ifname=nct3,script=no,downscript=no',
    ]);
    expect(args).toContain(
      `virtio-net-pci,id=nic1,netdev=net1,mac=${mac_address},bus=port19,romfile=`,
    );
  });

  test('has the UUID of which the id of the VM is made', () => {
    expect(machineUuid(vmId)).toBe('00000000-0000-7000-8000-000000000001');
  });
});

describe('the command line', () => {
  test('waits for the agent, survives what the guest does and confines QEMU', () => {
    const args = commandLine();
    expect(args).toEqual(expect.arrayContaining(['-S', '-no-shutdown', '-nodefaults']));
    expect(valuesOf(args, '-action')).toEqual(['reboot=reset,panic=pause,watchdog=reset']);
    expect(valuesOf(args, '-sandbox')).toEqual([
      'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny',
    ]);
    expect(valuesOf(args, '-accel')).toEqual(['kvm']);
    expect(valuesOf(args, '-smp')).toEqual(['cpus=2,maxcpus=16,sockets=16,cores=1,threads=1']);
    expect(valuesOf(args, '-m')).toEqual(['size=2048M,slots=1,maxmem=8192M']);
    expect(args).not.toContain('-incoming');
  });

  test('has two monitors, and commas of paths do not end an option', () => {
    const chardevs = valuesOf(commandLine(), '-chardev');
    const monitor = `path=/run,,dir/${vmId}/qmp.sock,server=on,wait=off`;
    expect(chardevs).toContain(`socket,id=monitor0,${monitor}`);
    expect(valuesOf(commandLine(), '-mon')).toEqual([
      'chardev=monitor0,mode=control',
      'chardev=monitor1,mode=control',
    ]);
  });

  test('opens disks as qcow2 with locks, and pauses the guest when one is full', () => {
    const args = commandLine({ hardware: hardwareFor({ volumeIds: [volumeId] }) });
    const nodes = valuesOf(args, '-blockdev').map((text) => JSON.parse(text));
    expect(nodes).toMatchObject([
      {
        driver: 'qcow2',
        cache: { direct: true },
        file: { filename: `/storage/disks/${vmId}/root.qcow2`, locking: 'on' },
      },
      { driver: 'qcow2', file: { filename: `/storage/volumes/${volumeId}.qcow2` } },
    ]);
    const disks = valuesOf(args, '-device').filter((each) => each.startsWith('virtio-blk-pci'));
    expect(disks).toEqual([
      expect.stringMatching(/id=root,.*werror=stop,rerror=stop,bootindex=1$/),
      expect.stringMatching(new RegExp(`id=${volumeId},.*werror=stop,rerror=stop,bus=port1$`)),
    ]);
  });

  test('opens all that it writes to without locks where those of another host are ignored', () => {
    const args = commandLine({
      hardware: hardwareFor({ volumeIds: [volumeId] }),
      locking: 'off',
    });
    const nodes = valuesOf(args, '-blockdev').map((text) => JSON.parse(text));
    expect(nodes).toMatchObject([{ file: { locking: 'off' } }, { file: { locking: 'off' } }]);
  });

  test('has a port for everything that can be plugged in', () => {
    const ports = valuesOf(commandLine(), '-device').filter((each) => /root-port/.test(each));
    expect(ports).toHaveLength(20);
    expect(ports[0]).toBe(
      'pcie-root-port,id=port0,chassis=1,io-reserve=0,addr=0x10.0,multifunction=on',
    );
    expect(ports[9]).toBe('pcie-root-port,id=port9,chassis=10,io-reserve=0,addr=0x11.1');
  });

  test.each([
    ['isolated', 'user,id=net0,restrict=on'],
    ['host', 'user,id=net0,restrict=off'],
  ] as const)('connects a guest that is %s', (guestNetwork, netdev) => {
    const network = { network_id: 'net_1', cidr: '10.0.0.0/24' };
    const hardware = hardwareFor({ spec: sampleSpec({ network }) });
    expect(valuesOf(commandLine({ hardware, guestNetwork }), '-netdev')).toEqual([netdev]);
    expect(valuesOf(commandLine({ guestNetwork }), '-netdev')).toEqual([]);
  });

  test('connects a guest to the interface of its network', () => {
    const network = { network_id: 'net_1', cidr: '10.0.0.0/24' };
    const hardware = hardwareFor({ spec: sampleSpec({ network }) });
    expect(valuesOf(commandLine({ hardware, tap: 'nct0' }), '-netdev')).toEqual([
      'tap,id=net0,ifname=nct0,script=no,downscript=no',
    ]);
  });

  test('of a machine that has grown and arrives plugs in what it had', () => {
    const hardware = { ...hardwareFor(), cpu_cores: 3, memory_mib: 2_560 };
    const args = commandLine({ hardware, origin: 'incoming' });
    expect(valuesOf(args, '-incoming')).toEqual(['defer']);
    expect(valuesOf(args, '-smp')[0]).toMatch(/^cpus=3,/);
    expect(valuesOf(args, '-m')[0]).toMatch(/^size=2048M,/);
    expect(valuesOf(args, '-device')).toContainEqual(
      expect.stringMatching(/^virtio-mem-pci,.*requested-size=536870912$/),
    );
  });

  test('of a machine that cannot grow has no room for more memory', () => {
    const hardware = hardwareFor({ capacity: { cpu_cores: 2, memory_mib: 2_048 } });
    const args = commandLine({ hardware });
    expect(valuesOf(args, '-m')).toEqual(['size=2048M']);
    expect(valuesOf(args, '-device').join('\n')).not.toMatch(/virtio-mem/);
  });

  test('boots the kernel of a template that has one', () => {
    const boot = { kernel: '/k', initrd: '/i', commandLine: 'console=ttyS0' };
    expect(commandLine({ boot }).slice(-6)).toEqual([
      '-kernel',
      '/k',
      '-initrd',
      '/i',
      '-append',
      'console=ttyS0',
    ]);
  });
});

describe('a machine that is bound to a NUMA cell', () => {
  test('has all its memory there, under the name that it has elsewhere', () => {
    const args = commandLine({ cell: 1, hardware: hardwareFor({ options: { numa: 'single' } }) });
    expect(valuesOf(args, '-machine')).toEqual([
      'pc-q35-7.2,dump-guest-core=off,memory-backend=pc.ram',
    ]);
    expect(valuesOf(args, '-object').filter((each) => each.startsWith('memory'))).toEqual([
      'memory-backend-ram,id=pc.ram,size=2048M,host-nodes=1,policy=bind',
      'memory-backend-ram,id=growth0,size=6144M,reserve=off,host-nodes=1,policy=bind',
    ]);
  });

  test('that is not bound has the memory of QEMU', () => {
    const args = commandLine({ hardware: hardwareFor({ options: { numa: 'prefer-single' } }) });
    expect(args.join(' ')).not.toMatch(/host-nodes|pc[.]ram/);
  });
});

test('devices of the host have a port each, eight in a slot', () => {
  const hostDevices = Array.from({ length: 9 }, (_, index) => `0000:0${index}:00.0`);
  const added = valuesOf(commandLine({ hostDevices }), '-device').filter((each) =>
    /hostport/.test(each),
  );
  expect(added.slice(0, 2)).toEqual([
    'pcie-root-port,id=hostport0,chassis=101,addr=0x13.0,multifunction=on',
    'vfio-pci,host=0000:00:00.0,id=hostdev0,bus=hostport0',
  ]);
  expect(added.slice(-2)).toEqual([
    'pcie-root-port,id=hostport8,chassis=109,addr=0x14.0,multifunction=on',
    'vfio-pci,host=0000:08:00.0,id=hostdev8,bus=hostport8',
  ]);
  expect(commandLine().join(' ')).not.toContain('vfio');
});
