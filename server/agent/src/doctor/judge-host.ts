/** Consequences of findings on a host for its VMs: a line for each subject. Pure. */
import { BYTES_PER_GB } from '../drivers/qemu/files/qemu-img.ts';
import { explainNoScopes, type ScopeFinding } from '../drivers/qemu/host/examine-scopes.ts';
import type {
  ClockFinding,
  DirectoryFinding,
  Found,
  HostFindings,
  NeedFinding,
  VolumeStorageFinding,
} from './host-findings.ts';

/** One thing that was examined. */
export interface Check {
  /** Subject of the examination. */
  readonly name: string;
  /** `missing`: nothing runs without it. `limited`: it runs, at a cost. */
  readonly state: 'ok' | 'limited' | 'missing';
  /** Result of the examination. */
  readonly found: string;
  /** Consequence; null if there is none. */
  readonly cost: string | null;
  /** The command that mends it, or what to do; null where nothing is to be done. */
  readonly remedy: string | null;
}

/** What checks are about, in the words of a sentence and of a document. */
export interface CheckedThing {
  /** Such as `VMs can run here`, and its opposite. */
  readonly able: string;
  readonly unable: string;
  /** Name of the answer in the document. */
  readonly key: string;
}

/** What the doctor of an agent says of all checks. */
export const VMS: CheckedThing = {
  able: 'VMs can run here',
  unable: 'VMs cannot run here',
  key: 'can_run_vms',
};

/** Judges a host; the order is that in which things are mended. */
export function judgeHost(findings: HostFindings): readonly Check[] {
  const { qemu, image, prlimit, dataDir, runDir, storageDir, bus, tunnel } = findings;
  return [
    judgeProgram('QEMU', qemu, { cost: 'no VM runs', package: 'qemu-system-x86' }),
    judgeProgram('qemu-img', image, { cost: 'no disk can be made', package: 'qemu-utils' }),
    judgeProgram('prlimit', prlimit, { cost: 'no image can be checked', package: 'util-linux' }),
    judgeFirmware(findings.firmware),
    judgeTpm(findings.swtpm),
    judgeAccelerator(findings.accelerator),
    judgeVmUser(findings),
    ...judgeNetworks(findings.networks),
    ...(tunnel === undefined ? [] : [judgeTunnel(tunnel)]),
    judgeDirectory('data directory', dataDir, ROOM_BYTES_MIN),
    judgeDirectory('run directory', runDir, ROOM_BYTES_MIN),
    ...judgePassage('way to the run directory', runDir, findings),
    judgeDirectory('storage directory', storageDir, findings.reserve.disk_gb * BYTES_PER_GB),
    ...judgePassage('way to the storage directory', storageDir, findings),
    ...(storageDir.trouble === undefined ? [judgeDirectAccess('storage', findings)] : []),
    ...findings.volumeStorage.flatMap((each) => judgeVolumeStorage(each, findings)),
    judgeRoom(findings),
    judgeLock(findings.lock),
    judgeScopes(findings.scopes),
    judgeClock(findings.clock),
    ...(bus === undefined ? [] : [judgeBus(bus)]),
  ];
}

/** Whether nothing is missing, even if there are limits. */
export function isAble(checks: readonly Check[]): 'yes' | 'no' {
  return checks.some(({ state }) => state === 'missing') ? 'no' : 'yes';
}

/** Journal, records and logs of some machines. Unit: bytes. */
const ROOM_BYTES_MIN = BYTES_PER_GB;

/** The smallest node: a core, a step of memory and a disk. */
function judgeRoom({ room, reserve }: Pick<HostFindings, 'room' | 'reserve'>): Check {
  const name = 'room for VMs';
  const { cpu_cores, memory_gb, disk_gb } = room;
  const found = `${cpu_cores} cores, ${memory_gb} GB memory and ${disk_gb} GB disk`;
  if (cpu_cores >= 1 && memory_gb > 0 && disk_gb >= 1) return fine(name, found);
  return {
    name,
    state: 'missing',
    found:
      `${found}, as the host keeps ${reserve.cpu_cores} cores, ${reserve.memory_gb} GB memory ` +
      `and ${reserve.disk_gb} GB disk`,
    cost: 'the agent does not start',
    remedy: 'keep less, such as --host-reserve memory=0.5,disk=1',
  };
}

function fine(name: string, found: string): Check {
  return { name, state: 'ok', found, cost: null, remedy: null };
}

function judgeProgram(
  name: string,
  found: Found,
  lack: { readonly cost: string; readonly package: string },
): Check {
  if (found.ok) return fine(name, found.value);
  const remedy = `apt-get install ${lack.package}`;
  return { name, state: 'missing', found: found.error, cost: lack.cost, remedy };
}

function judgeFirmware(found: Found): Check {
  const name = 'UEFI firmware';
  if (found.ok) return fine(name, found.value);
  const cost = 'no VM with firmware = "uefi", or none with secure_boot, is placed here';
  const remedy = 'apt-get install ovmf, and restart the agent';
  return { name, state: 'limited', found: found.error, cost, remedy };
}

function judgeTpm(found: Found): Check {
  const name = 'virtual TPM';
  if (found.ok) return fine(name, found.value);
  const remedy = 'apt-get install swtpm, and restart the agent';
  const cost = 'no VM with a TPM is placed here';
  return { name, state: 'limited', found: found.error, cost, remedy };
}

const KVM_REMEDY =
  'enable virtualization in the firmware (in a VM: nested), modprobe kvm_intel or kvm_amd, and ' +
  'add the user of the agent to the group kvm';

function judgeAccelerator(found: HostFindings['accelerator']): Check {
  const name = 'KVM';
  if (!found.ok) {
    const cost = 'no VM runs with --accel kvm';
    return { name, state: 'missing', found: found.error, cost, remedy: KVM_REMEDY };
  }
  const { accelerator, reason } = found.value;
  if (accelerator === 'kvm') return fine(name, reason);
  const cost = 'guests run in software (TCG), many times slower';
  const remedy = reason === 'it was asked for' ? 'use --accel auto' : KVM_REMEDY;
  return { name, state: 'limited', found: reason, cost, remedy };
}

function judgeVmUser({ vmUser, vmUserName }: HostFindings): Check {
  const name = 'user of VMs';
  const remedy = 'useradd --system --groups kvm --shell /usr/sbin/nologin novacron-vm';
  if (!vmUser.ok) {
    const cost = 'the agent does not start';
    return { name, state: 'missing', found: vmUser.error, cost, remedy };
  }
  if (vmUser.value !== 'root') return fine(name, `QEMU runs as ${vmUserName}`);
  const cost = 'who breaks out of a guest into its QEMU is root on this host';
  return { name, state: 'limited', found: 'QEMU runs as root', cost, remedy };
}

const NETWORKS_COST = 'guests have an interface in user mode, without networks and firewalls';

function judgeNetworks(found: HostFindings['networks']): readonly Check[] {
  if (found !== 'not wanted') return found.map(judgeNeed);
  const remedy = 'use --networks auto';
  const said = '--networks user was said';
  return [{ name: 'networks', state: 'limited', found: said, cost: NETWORKS_COST, remedy }];
}

function judgeNeed({ name, trouble, remedy }: NeedFinding): Check {
  if (trouble === undefined) return fine(name, 'can be used');
  return { name, state: 'limited', found: trouble, cost: NETWORKS_COST, remedy };
}

function judgeTunnel({ address, link }: NonNullable<HostFindings['tunnel']>): Check {
  const name = 'tunnel address';
  if (link === 'there') return fine(name, `a link has ${address}`);
  const found = `no link has ${address}`;
  const remedy = 'name an address that ip address shows, with --tunnel-address';
  return { name, state: 'limited', found, cost: NETWORKS_COST, remedy };
}

function judgeDirectory(name: string, finding: DirectoryFinding, bytesMin: number): Check {
  const { path, state, trouble, readOnlyMount, freeBytes, fileSystem } = finding;
  const quoted = JSON.stringify(path);
  if (trouble !== undefined) {
    const remedy =
      readOnlyMount === undefined
        ? `as root: install -d -m 0700 -o USER ${quoted}`
        : `as root: mount -o remount,rw ${JSON.stringify(readOnlyMount)}`;
    const cost = 'the agent does not start';
    return { name, state: 'missing', found: `${path}: ${trouble}`, cost, remedy };
  }
  if (fileSystem === 'memory') {
    const found = `${path} is in memory`;
    const cost = 'its content is lost when the host restarts';
    return { name, state: 'limited', found, cost, remedy: 'name a directory on a disk' };
  }
  const free = `${Math.floor(freeBytes / BYTES_PER_GB)} GB are free`;
  if (freeBytes < bytesMin) {
    const cost = 'a full disk pauses guests, and commands fail';
    return {
      name,
      state: 'limited',
      found: `${path}: ${free}`,
      cost,
      remedy: `df -h ${quoted}, and make room`,
    };
  }
  return fine(name, `${path}${state === 'there' ? '' : ' will be made'}, ${free}`);
}

/** A line only where something is in the way. */
function judgePassage(
  name: string,
  { barrier }: DirectoryFinding,
  { vmUserName }: HostFindings,
): readonly Check[] {
  if (barrier === undefined) return [];
  const found = `${vmUserName} cannot pass through ${barrier}`;
  const remedy = `install -d -m 0710 -g ${vmUserName} ${JSON.stringify(barrier)}`;
  return [{ name, state: 'missing', found, cost: 'the agent does not start', remedy }];
}

function judgeVolumeStorage(
  { storageClass, sharing, directory }: VolumeStorageFinding,
  findings: HostFindings,
): readonly Check[] {
  const what = `directory of ${storageClass} volumes`;
  const used = { storage: sharing, storageDir: directory };
  return [
    judgeDirectory(what, directory, ROOM_BYTES_MIN),
    ...judgePassage(`way to the ${what}`, directory, findings),
    ...(directory.trouble === undefined
      ? [judgeDirectAccess(`${storageClass} volumes`, used)]
      : []),
  ];
}

function judgeDirectAccess(
  what: string,
  { storage, storageDir }: Pick<HostFindings, 'storage' | 'storageDir'>,
): Check {
  const { fileSystem, direct } = storageDir;
  const name = what === 'storage' ? 'direct access' : `direct access of ${what}`;
  if (direct === 'yes') return fine(name, 'the storage is read and written past the page cache');
  const where = what === 'storage' ? 'storage directory' : what;
  const found = `the file system of the ${where} has none`;
  const isShared = storage === 'shared' || fileSystem === 'shared';
  if (!isShared) return fine(name, `${found}, which only shared storage needs`);
  const cost = 'a VM that migrates here may read data that another node has changed since';
  const remedy = 'mount it with direct access, or give each node a storage of its own';
  return { name, state: 'limited', found, cost, remedy };
}

function judgeLock(lock: HostFindings['lock']): Check {
  return fine('lock', lock === 'free' ? 'no agent runs on the data directory' : 'an agent runs');
}

const CONTROLLERS = ['cpu', 'memory'];

function judgeScopes(finding: ScopeFinding): Check {
  const name = 'limits of VMs';
  const trouble = explainNoScopes(finding);
  if (trouble !== undefined) {
    const cost = 'QEMU runs without limits, and ends where the service of the agent is killed';
    return { name, state: 'limited', found: trouble.why, cost, remedy: trouble.remedy };
  }
  const missing = CONTROLLERS.filter((each) => !finding.controllers.includes(each));
  if (missing.length === 0) return fine(name, 'each VM gets a scope of systemd');
  return {
    name,
    state: 'limited',
    found: `cgroups have no controller ${missing.join(' and ')}`,
    cost: 'scopes of VMs have no such limit',
    remedy: 'boot without cgroup_disable=, with cgroup_enable=memory',
  };
}

const CLOCK_COST = 'certificates may seem not yet valid or expired, and logs have wrong times';

function judgeClock({ state }: ClockFinding): Check {
  const name = 'clock';
  if (state === 'synchronized') return fine(name, 'it is synchronized');
  if (state === 'not known') return fine(name, 'later than this release; systemd says no more');
  const found =
    state === 'behind'
      ? 'it is earlier than the time at which this release was installed'
      : 'it is not synchronized';
  const remedy = 'timedatectl set-ntp true';
  return { name, state: 'limited', found, cost: CLOCK_COST, remedy };
}

function judgeBus(bus: Found): Check {
  const name = 'message bus';
  if (bus.ok) return fine(name, bus.value);
  const cost = 'no command reaches the agent';
  const remedy = 'start it, or correct --bus and the certificate of the agent';
  return { name, state: 'missing', found: bus.error, cost, remedy };
}
