/**
 * The command line of QEMU: a function of the machine's hardware and of where its files are, so
 * that it can be read and tested without QEMU.
 * Source of the options: QEMU's `qemu-options.hx`; of the choice of devices, libvirt's q35 domains.
 */
import type { ContentId } from '@novacron/contract/agent/content-key';
import { VolumeId } from '@novacron/contract/ids';
import { keyObject } from '../files/content-keys.ts';
import type { BootKernel, MachineFiles } from '../files/directories.ts';
import type { CacheMode } from '../files/find-cache-mode.ts';
import { type Hardware, PORTS_MAX } from './hardware.ts';

/** Everything that the command line follows from. */
export interface CommandLineParts {
  readonly vmId: string;
  readonly uuid: string;
  readonly hardware: Hardware;
  readonly files: MachineFiles;
  /** The disk of a volume. */
  readonly volumeDisk: (volumeId: string) => Omit<BlockNodeParts, 'node'>;
  readonly cache: CacheMode;
  readonly boot: BootKernel | undefined;
  readonly guestNetwork: GuestNetwork;
  /** The host's end of the network interface; undefined for one in user mode. */
  readonly tap: string | undefined;
  /** The same of each further interface. */
  readonly furtherTaps: readonly (string | undefined)[];
  /** File with the code of its UEFI firmware; undefined for BIOS. */
  readonly firmwareCode?: string | undefined;
  /** Number of the NUMA cell that its memory is bound to; undefined: none. */
  readonly cell?: number | undefined;
  /** Addresses of the devices of the host that it has; none when absent. */
  readonly hostDevices?: readonly string[] | undefined;
  /** `incoming`: waits for its memory from another node. */
  readonly origin: 'cold' | 'incoming';
  /** `off`: another machine holds the locks of its disks, and it starts all the same. */
  readonly locking: Locking;
}

/** Whether QEMU opens disks with locks. */
type Locking = 'on' | 'off';

/**
 * Network access of a guest outside its network: `isolated` none, `host` the same as its host. An
 * interface in user mode then also reaches services on the host's loopback interface.
 */
export type GuestNetwork = 'isolated' | 'host';

/** Ids of devices and block nodes, as they appear on the monitor. */
export const DEVICE_IDS = {
  root: 'root',
  rootNode: 'root-node',
  nic: 'nic0',
  netdev: 'net0',
  seed: 'seed',
  seedNode: 'seed-node',
  cdrom: 'cdrom',
  cdromNode: 'cdrom-node',
  drivers: 'drivers',
  driversNode: 'drivers-node',
  firmwareCode: 'firmware-code',
  firmwareVars: 'firmware-vars',
  tpmState: 'tpm-state',
  memory: 'memory0',
  balloon: 'balloon0',
} as const;

/** Ids of a further network interface, by its place from 0, and of its backend. */
export function furtherNicIds(index: number): { readonly nic: string; readonly netdev: string } {
  return { nic: `nic${index + 1}`, netdev: `net${index + 1}` };
}

/** The block node of a volume's device. Ids of devices and of nodes are apart in QEMU. */
export function volumeNode(volumeId: string): string {
  // Node names have at most 31 characters, and ids of volumes end in the characters that differ.
  return `n${volumeId.slice('vol_'.length)}`;
}

/** The disk of a block node, for messages. */
export function diskOfNode(node: string): string {
  if (node === DEVICE_IDS.rootNode) return 'the root disk';
  const volume = VolumeId.safeParse(`vol_${node.slice(1)}`);
  return volume.success ? `the volume ${volume.data}` : `the disk ${node}`;
}

/** The bus that a root port offers. */
export function portBus(port: number): string {
  return `port${port}`;
}

const MIB = 1_048_576;

/** The arguments of QEMU. Pure. */
export function buildCommandLine(parts: CommandLineParts): readonly string[] {
  const { hardware, boot, origin } = parts;
  return [
    ...identityArguments(parts),
    ...firmwareArguments(parts),
    ...cpuArguments(hardware),
    ...sleepArguments(hardware),
    '-nodefaults',
    '-no-user-config',
    '-display',
    'none',
    // A guest that switches itself off, reboots or panics leaves a process that says so.
    '-no-shutdown',
    '-action',
    'reboot=reset,panic=pause,watchdog=reset',
    // The process is recorded before its guest runs; also what arrives waits to be activated.
    '-S',
    ...originArguments(origin),
    '-sandbox',
    SANDBOX,
    ...monitorArguments(parts),
    ...consoleArguments(parts),
    ...portArguments(),
    ...memoryArguments(parts),
    '-device',
    'pvpanic-pci',
    '-device',
    `virtio-balloon-pci,id=${DEVICE_IDS.balloon},guest-stats-polling-interval=10`,
    '-object',
    'rng-random,id=rng0,filename=/dev/urandom',
    '-device',
    'virtio-rng-pci,rng=rng0',
    ...diskArguments(parts),
    ...nicArguments(parts),
    ...tpmArguments(parts),
    ...hostDeviceArguments(parts),
    ...seedArguments(parts),
    ...cdromArguments(parts),
    ...driversArguments(parts),
    ...bootArguments(boot),
  ];
}

/** QEMU gives up system calls that a running guest does not need. */
export const SANDBOX = 'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny';

function identityArguments(parts: CommandLineParts): readonly string[] {
  const { vmId, uuid, hardware, cell } = parts;
  const memory = cell === undefined ? '' : `,memory-backend=${MAIN_MEMORY}`;
  const { machine_type, accelerator, cpu_model, firmware } = hardware;
  const flash =
    firmware === undefined
      ? ''
      : `,pflash0=${DEVICE_IDS.firmwareCode},pflash1=${DEVICE_IDS.firmwareVars}`;
  return [
    '-name',
    `guest=${vmId},process=${vmId},debug-threads=on`,
    '-uuid',
    uuid,
    '-machine',
    `${machine_type},dump-guest-core=off${memory}${flash}`,
    '-accel',
    accelerator,
    '-cpu',
    cpu_model,
  ];
}

/**
 * UEFI firmware in flash: code that is only read, and the machine's variables. With Secure Boot
 * only code in system management mode writes variables. Suspend to RAM would bypass that.
 */
function firmwareArguments(parts: CommandLineParts): string[] {
  const { hardware, firmwareCode, files, cache, locking } = parts;
  const { firmware } = hardware;
  if (firmware === undefined || firmwareCode === undefined) return [];
  const flash = (node: string, file: string) => ({
    ...blockNode({ node, file, cache, locking }),
    driver: 'raw',
  });
  const code = flash(DEVICE_IDS.firmwareCode, firmwareCode);
  const vars = flash(DEVICE_IDS.firmwareVars, files.firmwareVars);
  const secure =
    firmware.kind === 'uefi-secure-boot'
      ? [
          '-global',
          'driver=cfi.pflash01,property=secure,value=on',
          '-global',
          'ICH9-LPC.disable_s3=1',
        ]
      : [];
  const readOnly = { ...code, 'read-only': true, file: { ...code.file, locking: 'off' } };
  return ['-blockdev', JSON.stringify(readOnly), '-blockdev', JSON.stringify(vars), ...secure];
}

function originArguments(origin: CommandLineParts['origin']): readonly string[] {
  return origin === 'incoming' ? ['-incoming', 'defer'] : [];
}

function sleepArguments({ acpi_sleep }: Hardware): readonly string[] {
  if (acpi_sleep === undefined) return [];
  return ['-global', 'ICH9-LPC.disable_s3=1', '-global', 'ICH9-LPC.disable_s4=1'];
}

function cpuArguments(hardware: Hardware): readonly string[] {
  const { cpu_cores, cpu_cores_max, memory_mib_boot, memory_mib_max } = hardware;
  // One core a socket: sockets are what can be plugged in, in any number.
  const topology = `sockets=${cpu_cores_max},cores=1,threads=1`;
  const growth = memory_mib_max > memory_mib_boot ? `,slots=1,maxmem=${memory_mib_max}M` : '';
  return [
    '-smp',
    `cpus=${cpu_cores},maxcpus=${cpu_cores_max},${topology}`,
    '-m',
    `size=${memory_mib_boot}M${growth}`,
  ];
}

/** Both monitors. Pure. */
export function monitorArguments({ files }: Pick<CommandLineParts, 'files'>): readonly string[] {
  return [files.monitor, files.operatorMonitor].flatMap((path, index) => [
    '-chardev',
    `socket,id=monitor${index},path=${escaped(path)},server=on,wait=off`,
    '-mon',
    `chardev=monitor${index},mode=control`,
  ]);
}

function consoleArguments({ files }: CommandLineParts): readonly string[] {
  const { consoleSocket, consoleLog, guestAgentSocket } = files;
  return [
    '-chardev',
    `socket,id=console0,path=${escaped(consoleSocket)},server=on,wait=off,` +
      `logfile=${escaped(consoleLog)},logappend=on`,
    '-serial',
    'chardev:console0',
    '-device',
    'virtio-serial-pci,id=serial0',
    '-chardev',
    `socket,id=agent0,path=${escaped(guestAgentSocket)},server=on,wait=off`,
    '-device',
    'virtserialport,bus=serial0.0,chardev=agent0,name=org.qemu.guest_agent.0',
  ];
}

const PORTS_PER_SLOT = 8;
/** Slots below hold devices that are always there. */
const FIRST_SLOT = 0x10;

/** Ports have to exist before anything is plugged into them; eight share a slot. */
function portArguments(): readonly string[] {
  return Array.from({ length: PORTS_MAX }, (_, port) => {
    const slot = (FIRST_SLOT + Math.floor(port / PORTS_PER_SLOT)).toString(16);
    const part = port % PORTS_PER_SLOT;
    const multifunction = part === 0 ? ',multifunction=on' : '';
    const address = `addr=0x${slot}.${part}${multifunction}`;
    return [
      '-device',
      // No legacy device is plugged in, so no port needs the scarce I/O space.
      `pcie-root-port,id=${portBus(port)},chassis=${port + 1},io-reserve=0,${address}`,
    ];
  }).flat();
}

/** The slot behind those of the ports for plugging; each slot has eight ports. */
const FIRST_HOST_SLOT = 0x13;
/** Chassis of ports are different numbers. */
const FIRST_HOST_CHASSIS = 101;

/** Devices of the host, each at a port of its own, as drivers in guests expect it. */
function hostDeviceArguments({ hostDevices = [] }: CommandLineParts): readonly string[] {
  return hostDevices.flatMap((address, index) => {
    const slot = (FIRST_HOST_SLOT + Math.floor(index / PORTS_PER_SLOT)).toString(16);
    const part = index % PORTS_PER_SLOT;
    const multifunction = part === 0 ? ',multifunction=on' : '';
    const place = `chassis=${FIRST_HOST_CHASSIS + index},addr=0x${slot}.${part}${multifunction}`;
    return [
      '-device',
      `pcie-root-port,id=hostport${index},${place}`,
      '-device',
      `vfio-pci,host=${address},id=hostdev${index},bus=hostport${index}`,
    ];
  });
}

/**
 * Main memory id that QEMU itself uses, so that a bound machine can move to a host without binding.
 */
const MAIN_MEMORY = 'pc.ram';

/** Memory for growth is reserved in the address space only; QEMU takes it when it is plugged in. */
function memoryArguments({ hardware, cell }: CommandLineParts) {
  const { memory_mib, memory_mib_boot, memory_mib_max } = hardware;
  const binding = cell === undefined ? '' : `,host-nodes=${cell},policy=bind`;
  const main = `memory-backend-ram,id=${MAIN_MEMORY},size=${memory_mib_boot}M${binding}`;
  const bound = cell === undefined ? [] : ['-object', main];
  const growthMib = memory_mib_max - memory_mib_boot;
  if (growthMib === 0) return bound;
  const requested = (memory_mib - memory_mib_boot) * MIB;
  return [
    ...bound,
    '-object',
    `memory-backend-ram,id=growth0,size=${growthMib}M,reserve=off${binding}`,
    '-device',
    `virtio-mem-pci,id=${DEVICE_IDS.memory},memdev=growth0,requested-size=${requested}`,
  ];
}

function diskArguments({ files, hardware, volumeDisk, cache, locking }: CommandLineParts) {
  const { root: rootId, rootNode } = DEVICE_IDS;
  const root = [
    '-blockdev',
    JSON.stringify(blockNode({ node: rootNode, file: files.rootDisk, cache, locking })),
    '-device',
    `${diskDevice(hardware, { id: rootId, node: rootNode })},bootindex=1`,
  ];
  const volumes = hardware.volumes.flatMap(({ volume_id, port }) => {
    const node = volumeNode(volume_id);
    return [
      '-blockdev',
      JSON.stringify(blockNode({ node, ...volumeDisk(volume_id), locking })),
      '-device',
      `${diskDevice(hardware, { id: volume_id, node })},bus=${portBus(port)}`,
    ];
  });
  return [...root, ...volumes];
}

/**
 * A disk file as QEMU opens it. The format is never probed: a guest could write the header of
 * another format into a raw disk.
 */
export function blockNode(parts: BlockNodeParts) {
  const { node, file, cache, format = 'qcow2', locking = 'on', encrypted } = parts;
  const direct = cache === 'none';
  return {
    driver: format,
    'node-name': node,
    ...(encrypted && { encrypt: { format: 'luks', 'key-secret': keyObject(encrypted) } }),
    discard: 'unmap',
    cache: { direct, 'no-flush': false },
    file: {
      driver: 'file',
      filename: file,
      discard: 'unmap',
      // Locks stop a second process, on this host or on another, from opening the file.
      locking,
      cache: { direct, 'no-flush': false },
    },
  };
}

/** A disk file, and whether the page cache of the host is used for it. */
export interface BlockNodeParts {
  readonly node: string;
  readonly file: string;
  readonly cache: CacheMode;
  /** qcow2 when absent. */
  readonly format?: 'qcow2' | 'raw';
  /** `on` when absent. */
  readonly locking?: Locking;
  /** Whose key opens it; absent: it is not encrypted. */
  readonly encrypted?: ContentId | undefined;
}

const SERIAL_LENGTH_MAX = 20;

/** A full or broken disk pauses the guest: file systems would remember a reported error. */
function diskDevice(
  { disk_queues }: Hardware,
  { id, node }: { readonly id: string; readonly node: string },
): string {
  return (
    `virtio-blk-pci,id=${id},drive=${node},serial=${diskSerial(id)},` +
    `num-queues=${disk_queues},werror=stop,rerror=stop`
  );
}

/** Returns the serial number of a disk in the guest: the end of its id. */
export function diskSerial(id: string): string {
  return id.slice(-SERIAL_LENGTH_MAX);
}

/**
 * The seed disk: on a SCSI bus of its own, so that the names of the other disks in the guest, such
 * as `vdb`, are those without it. Kernels of cloud images have this driver, and often none for
 * SATA.
 */
function seedArguments(parts: CommandLineParts): readonly string[] {
  const { files, hardware, cache, locking } = parts;
  if (hardware.seed === undefined) return [];
  const { seed, seedNode } = DEVICE_IDS;
  const node = blockNode({ node: seedNode, file: files.seedDisk, cache, locking });
  const backend = ['-blockdev', JSON.stringify({ ...node, driver: 'raw', 'read-only': true })];
  // Windows has the driver of this CD-ROM without more, also while it is installed.
  if (hardware.seed.medium === 'cdrom') {
    return [...backend, '-device', `ide-cd,id=${seed},bus=ide.1,drive=${seedNode},serial=${seed}`];
  }
  return [
    ...backend,
    '-device',
    // By itself it would have a queue a core, and the target of a migration has more of them.
    'virtio-scsi-pci,id=seed-bus,num_queues=1',
    '-device',
    `scsi-hd,id=${seed},bus=seed-bus.0,drive=${seedNode},serial=${seed}`,
  ];
}

/** The firmware tries it after the root disk: what was installed there boots from then on. */
function cdromArguments({ files, hardware, cache }: CommandLineParts): readonly string[] {
  if (hardware.cdrom === undefined) return [];
  const { cdrom, cdromNode } = DEVICE_IDS;
  return [
    ...isoArguments({ node: cdromNode, file: files.cdrom, cache }),
    '-device',
    `ide-cd,id=${cdrom},bus=ide.0,drive=${cdromNode},bootindex=2`,
  ];
}

/** The firmware never boots it: it has no place in its order. */
function driversArguments({ files, hardware, cache }: CommandLineParts): readonly string[] {
  if (hardware.drivers === undefined) return [];
  const { drivers, driversNode } = DEVICE_IDS;
  return [
    ...isoArguments({ node: driversNode, file: files.drivers, cache }),
    '-device',
    `ide-cd,id=${drivers},bus=ide.2,drive=${driversNode},serial=${drivers}`,
  ];
}

/** An image that other machines may use as well. */
function isoArguments(image: Parameters<typeof blockNode>[0]): readonly string[] {
  const { file, ...node } = blockNode(image);
  const readOnly = { ...node, driver: 'raw', 'read-only': true, file: { ...file, locking: 'off' } };
  return ['-blockdev', JSON.stringify(readOnly)];
}

function tpmArguments({ hardware, files }: CommandLineParts): string[] {
  if (hardware.tpm === undefined) return [];
  return [
    '-chardev',
    `socket,id=tpm-control,path=${escaped(files.tpmSocket)}`,
    '-tpmdev',
    'emulator,id=tpm0,chardev=tpm-control',
    '-device',
    'tpm-crb,tpmdev=tpm0',
  ];
}

function nicArguments(parts: CommandLineParts): readonly string[] {
  const { hardware, tap, furtherTaps } = parts;
  const { netdev, nic } = DEVICE_IDS;
  const first = hardware.nic === null ? [] : nicDevice(parts, hardware.nic, { nic, netdev, tap });
  const further = (hardware.further_nics ?? []).flatMap((each, index) =>
    nicDevice(parts, each, { ...furtherNicIds(index), tap: furtherTaps[index] }),
  );
  return [...first, ...further];
}

interface NicNames {
  readonly nic: string;
  readonly netdev: string;
  readonly tap: string | undefined;
}

function nicDevice(
  { guestNetwork }: CommandLineParts,
  { mac, port }: NonNullable<Hardware['nic']>,
  { nic, netdev, tap }: NicNames,
): readonly string[] {
  const restrict = guestNetwork === 'isolated' ? 'on' : 'off';
  return [
    '-netdev',
    tap === undefined
      ? `user,id=${netdev},restrict=${restrict}`
      : `tap,id=${netdev},ifname=${tap},script=no,downscript=no`,
    '-device',
    `virtio-net-pci,id=${nic},netdev=${netdev},mac=${mac},bus=${portBus(port)},romfile=`,
  ];
}

function bootArguments(boot: BootKernel | undefined): readonly string[] {
  if (boot === undefined) return [];
  const initrd = boot.initrd === undefined ? [] : ['-initrd', boot.initrd];
  return ['-kernel', boot.kernel, ...initrd, '-append', boot.commandLine];
}

/** A comma ends a value in QEMU's options, unless there are two. */
function escaped(value: string): string {
  return value.replaceAll(',', ',,');
}
