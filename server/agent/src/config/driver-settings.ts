/** The hypervisor that the command line asks for, and what QEMU is run with. */
import { join, resolve } from 'node:path';
import { parseIp } from '@novacron/contract/formats/cidr';
import { VolumeType } from '@novacron/contract/kinds/volume/volume';
import type { FieldProblem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { HOST_RESERVE_DEFAULT, type HostReserve } from '../fleet/host-capacity.ts';
import type { AgentFlagName } from './agent-flags.ts';
import { placeOf, type SaidValues, textOf, wrong } from './read-agent-flags.ts';

/** Settings for running QEMU. */
export interface QemuSettings {
  readonly runDir: string;
  readonly storageDir: string;
  /** Whether other nodes use the storage directory too. */
  readonly storage: 'local' | 'shared';
  /** Directories of volumes by storage class; volumes of other classes are in `storageDir`. */
  readonly volumeStorage: ReadonlyMap<string, VolumeDirectory>;
  /** SCSI devices of shared storage, at which the node registers its key. */
  readonly reservationDevices?: readonly string[] | undefined;
  readonly accel: 'auto' | 'kvm' | 'tcg';
  /** QEMU's name of the CPU model; undefined: that of the host. */
  readonly cpuModel: string | undefined;
  readonly migrationAddress: string | undefined;
  readonly guestNetwork: 'isolated' | 'host';
  /** `auto`: bridges where the host can have them. */
  readonly networks: 'auto' | 'user';
  /** Address of this host at which other nodes send packets of networks. */
  readonly tunnelAddress: string | undefined;
  /** Name of the user that QEMU runs as; undefined: the usual one where it exists. */
  readonly vmUser: string | undefined;
  /** Owner of links and rules on the host; undefined: the node, whose name is its own there. */
  readonly linkOwner: string | undefined;
  /** Hosts from which images are downloaded, with a port unless it is 443. */
  readonly imageHosts: readonly string[];
  /** Address of the server, for images that were uploaded to it; https. */
  readonly imageServer: string | undefined;
  /** Names or addresses of the hosts of the control plane; no network has an address of them. */
  readonly neededHosts: readonly string[];
  /** Directory of uploaded images, where the server shares this disk. */
  readonly uploads?: string | undefined;
}

/** The directory of the volumes of a storage class. */
export interface VolumeDirectory {
  readonly directory: string;
  /** Whether other nodes use it too. */
  readonly sharing: 'local' | 'shared';
}

/** A hypervisor with its settings. */
export type DriverChoice =
  | { readonly kind: 'simulator' }
  | { readonly kind: 'qemu'; readonly settings: QemuSettings; readonly reserve: HostReserve };

type Read<T> = Result<T, readonly FieldProblem[]>;

/** Flags that only QEMU has a use for. */
const QEMU_FLAGS = [
  'run-dir',
  'storage-dir',
  'storage',
  'volume-storage',
  'reservation-devices',
  'accel',
  'cpu-model',
  'migration-address',
  'guest-network',
  'networks',
  'tunnel-address',
  'image-hosts',
  'image-server',
  'vm-user',
  'host-reserve',
] as const satisfies readonly AgentFlagName[];

/** Reads it. @param dataDir - where the directories of QEMU are unless said */
export function readDriver(said: SaidValues, dataDir: string): Read<DriverChoice> {
  const text = textOf(said, 'driver') ?? 'simulator';
  if (text === 'qemu') return readQemu(said, dataDir);
  if (text !== 'simulator') {
    const message = `must be simulator or qemu, not ${JSON.stringify(text)}`;
    return err([wrong(placeOf(said, 'driver'), message)]);
  }
  const needless = QEMU_FLAGS.filter((name) => said.values.has(name));
  if (needless.length === 0) return ok({ kind: 'simulator' });
  return err(needless.map((name) => wrong(placeOf(said, name), 'needs --driver qemu beside it')));
}

function readQemu(said: SaidValues, dataDir: string): Read<DriverChoice> {
  const accel = readWord(said, 'accel', ['auto', 'kvm', 'tcg']);
  const guestNetwork = readWord(said, 'guest-network', ['isolated', 'host']);
  const cpuModel = readPattern(said, 'cpu-model', CPU_MODEL);
  const migrationAddress = readPattern(said, 'migration-address', ADDRESS);
  const reserve = readReserve(said);
  const storage = readWord(said, 'storage', ['local', 'shared']);
  const volumeStorage = readVolumeStorage(said, dataDir);
  const devices = readPattern(said, 'reservation-devices', DEVICES);
  const networks = readWord(said, 'networks', ['auto', 'user']);
  const tunnelAddress = readIp(said, 'tunnel-address');
  const hosts = readPattern(said, 'image-hosts', HOSTS);
  const imageServer = readPattern(said, 'image-server', SERVER);
  const vmUser = readPattern(said, 'vm-user', USER);
  const read = [
    vmUser,
    accel,
    guestNetwork,
    cpuModel,
    migrationAddress,
    reserve,
    networks,
    tunnelAddress,
    hosts,
    imageServer,
    storage,
    volumeStorage,
    devices,
  ];
  const troubles = read.flatMap((each) => (each.ok ? [] : each.error));
  troubles.push(...findSharedDirectories(said, dataDir));
  if (said.values.has('fleet')) {
    const message = 'runs one node, that of its host; leave --fleet out';
    troubles.push(wrong(placeOf(said, 'driver'), message));
  }
  if (!accel.ok || !guestNetwork.ok || !cpuModel.ok || !migrationAddress.ok || !reserve.ok) {
    return err(troubles);
  }
  if (!networks.ok || !tunnelAddress.ok || !hosts.ok || !storage.ok) return err(troubles);
  if (!vmUser.ok || !imageServer.ok || !volumeStorage.ok || !devices.ok) {
    return err(troubles);
  }
  if (troubles.length > 0) return err(troubles);
  const settings = {
    // QEMU does not run in the directory of the agent.
    runDir: runDirOf(said, dataDir),
    storageDir: storageDirOf(said, dataDir),
    storage: storage.value,
    volumeStorage: volumeStorage.value,
    reservationDevices: devices.value?.split(','),
    accel: accel.value,
    cpuModel: cpuModel.value,
    migrationAddress: migrationAddress.value,
    guestNetwork: guestNetwork.value,
    networks: networks.value,
    tunnelAddress: tunnelAddress.value,
    vmUser: vmUser.value,
    linkOwner: undefined,
    imageHosts: hosts.value?.split(',') ?? [],
    imageServer: imageServer.value,
    neededHosts: neededHostsOf(said),
  };
  return ok({ kind: 'qemu', settings, reserve: reserve.value });
}

/** Hosts of the bus and of servers. Values that are wrong are reported where they are read. */
function neededHostsOf(said: SaidValues): readonly string[] {
  const named = (['bus', 'server', 'image-server'] as const).flatMap(
    (name) => textOf(said, name)?.split(',') ?? [],
  );
  const hosts = named.flatMap((text) => {
    const url = text.trim();
    return URL.canParse(url) ? [new URL(url).hostname.replace(/^\[(.*)\]$/, '$1')] : [];
  });
  return [...new Set(hosts)];
}

function runDirOf(said: SaidValues, dataDir: string): string {
  return resolve(textOf(said, 'run-dir') ?? join(dataDir, 'machines'));
}

/** Each has files that the other one has by the same name: a lock, the id of a storage. */
function findSharedDirectories(said: SaidValues, dataDir: string): readonly FieldProblem[] {
  const runDir = runDirOf(said, dataDir);
  const others = [
    ['--data-dir', resolve(dataDir)],
    ['--storage-dir', storageDirOf(said, dataDir)],
  ] as const;
  return others
    .filter(([, directory]) => directory === runDir)
    .map(([name]) =>
      wrong(placeOf(said, 'run-dir'), `is the directory of ${name} too (${runDir}): name another`),
    );
}

function storageDirOf(said: SaidValues, dataDir: string): string {
  return resolve(textOf(said, 'storage-dir') ?? join(dataDir, 'storage'));
}

const VOLUME_STORAGE_FORM =
  'must name a storage class (ssd, hdd, nvme) and an absolute directory each, such as ' +
  'hdd=/srv/hdd,nvme=shared:/srv/nvme';

/** Each class has a storage of its own, so that a full or lost one is that of its class alone. */
function readVolumeStorage(
  said: SaidValues,
  dataDir: string,
): Read<ReadonlyMap<string, VolumeDirectory>> {
  const text = textOf(said, 'volume-storage');
  const directories = new Map<string, VolumeDirectory>();
  if (text === undefined) return ok(directories);
  const refuse = (message: string) => err([wrong(placeOf(said, 'volume-storage'), message)]);
  const taken = [storageDirOf(said, dataDir)];
  for (const part of text.split(',')) {
    const found = /^\s*([a-z]+)=(?:(local|shared):)?(\/.*?)\s*$/.exec(part);
    const storageClass = VolumeType.safeParse(found?.[1]).data;
    if (found === null || storageClass === undefined) {
      return refuse(`${VOLUME_STORAGE_FORM}, not ${JSON.stringify(part)}`);
    }
    const directory = resolve(found[3] ?? '');
    if (directories.has(storageClass)) return refuse(`names the class ${storageClass} twice`);
    const other = taken.find((each) => isWithin(each, directory) || isWithin(directory, each));
    if (other !== undefined) {
      return refuse(`has the directory ${directory}, which overlaps ${other}: name another one`);
    }
    taken.push(directory);
    directories.set(storageClass, {
      directory,
      sharing: found[2] === 'shared' ? 'shared' : 'local',
    });
  }
  return ok(directories);
}

function isWithin(outer: string, inner: string): boolean {
  return inner === outer || inner.startsWith(`${outer}/`);
}

/** One of some words, the first of them unless said. */
function readWord<T extends string>(
  said: SaidValues,
  name: AgentFlagName,
  words: readonly [T, ...T[]],
): Read<T> {
  const text = textOf(said, name);
  const word = text === undefined ? words[0] : words.find((each) => each === text);
  if (word !== undefined) return ok(word);
  const message = `must be one of ${words.join(', ')}, not ${JSON.stringify(text)}`;
  return err([wrong(placeOf(said, name), message)]);
}

/** An address and no name: VXLAN devices have addresses. */
function readIp(said: SaidValues, name: AgentFlagName): Read<string | undefined> {
  const text = textOf(said, name);
  if (text === undefined || parseIp(text) !== undefined) return ok(text);
  return err([wrong(placeOf(said, name), `must be an IP address, not ${JSON.stringify(text)}`)]);
}

interface Form {
  readonly pattern: RegExp;
  readonly words: string;
}

/** Options of QEMU are separated by commas: a value with one would be another option. */
const CPU_MODEL: Form = {
  pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
  words: 'must be the name of a CPU model, as qemu-system-x86_64 -cpu help lists them',
};

const ADDRESS: Form = {
  pattern: /^(?!0\.0\.0\.0$)[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/,
  words: 'must be an IPv4 address of this host or its name, without a port',
};

const USER: Form = {
  pattern: /^[a-z_][a-z0-9_-]{0,31}$/,
  words: 'must be the name of a user of this host',
};

const DEVICES: Form = {
  pattern: /^\/dev\/[A-Za-z0-9_./:-]+(?:,\/dev\/[A-Za-z0-9_./:-]+)*$/,
  words: 'must be paths of devices, separated by commas, such as /dev/mapper/vms',
};

const SERVER: Form = {
  pattern: /^https:\/\/[A-Za-z0-9][A-Za-z0-9.-]{0,252}(?::\d{1,5})?$/,
  words: 'must be the https address of the server, without a path',
};

const HOSTS: Form = {
  pattern: /^[a-z0-9][a-z0-9.-]{0,252}(?::\d{1,5})?(?:,[a-z0-9][a-z0-9.-]{0,252}(?::\d{1,5})?)*$/,
  words:
    'must be names of hosts in small letters, separated by commas, with a port unless it is 443',
};

function readPattern(
  said: SaidValues,
  name: AgentFlagName,
  { pattern, words }: Form,
): Read<string | undefined> {
  const text = textOf(said, name);
  if (text === undefined || pattern.test(text)) return ok(text);
  return err([wrong(placeOf(said, name), `${words}, not ${JSON.stringify(text)}`)]);
}

const RESERVE_FIELDS = { cpu: 'cpu_cores', memory: 'memory_gb', disk: 'disk_gb' } as const;
const RESERVE_FORM = 'must be such as cpu=1,memory=4,disk=20: cores and GB';

function readReserve(said: SaidValues): Read<HostReserve> {
  const text = textOf(said, 'host-reserve');
  if (text === undefined) return ok(HOST_RESERVE_DEFAULT);
  const parts = text.split(',').map((part) => /^(cpu|memory|disk)=(\d{1,6})$/.exec(part.trim()));
  const isWhole = parts.every((part) => part !== null);
  if (!isWhole) {
    const message = `${RESERVE_FORM}, not ${JSON.stringify(text)}`;
    return err([wrong(placeOf(said, 'host-reserve'), message)]);
  }
  const given = parts.map((part) => {
    const name = part?.[1] === 'cpu' || part?.[1] === 'memory' ? part[1] : 'disk';
    return [RESERVE_FIELDS[name], Number(part?.[2])];
  });
  return ok({ ...HOST_RESERVE_DEFAULT, ...Object.fromEntries(given) });
}
