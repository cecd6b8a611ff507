/** Locations of the files of machines, disks and snapshots: a table in the README of the driver. */
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type SnapshotId, VmId } from '@novacron/contract/ids';
import { passingTrouble, reasonOf } from './trouble.ts';
import type { VmUser } from './vm-user.ts';

/** The two directories of a node. */
export interface Directories {
  /** This node's own: machines and their processes. Kept across restarts of the host. */
  readonly runDir: string;
  /** Disks; the same on all nodes where machines migrate. */
  readonly storageDir: string;
  readonly node: string;
}

/** Locations of a machine's files. */
export interface MachineFiles {
  /** Directory of its process's files: sockets and the log of the console. */
  readonly processDirectory: string;
  /** Two monitors: the agent uses the first, the second is for people. */
  readonly monitor: string;
  readonly operatorMonitor: string;
  readonly consoleSocket: string;
  readonly consoleLog: string;
  readonly guestAgentSocket: string;
  readonly rootDisk: string;
  readonly seedDisk: string;
  /** The ISO image that the machine boots while its root disk is empty. */
  readonly cdrom: string;
  /** The ISO image with drivers; there only for a machine that has it. */
  readonly drivers: string;
  /** Variables of UEFI firmware; there only for a machine that has it. */
  readonly firmwareVars: string;
  /** Socket of the virtual TPM, if the machine has a TPM. */
  readonly tpmSocket: string;
}

/** Kernel that a template boots instead of its disk, as firecracker and libvirt allow. */
export interface BootKernel {
  readonly kernel: string;
  readonly initrd: string | undefined;
  readonly commandLine: string;
}

/** Paths below the directories. */
export type Places = ReturnType<typeof placesIn>;

const USER_DIRECTORY = 'vm';
const MONITOR = 'qmp.sock';
const OPERATOR_MONITOR = 'qmp-operator.sock';

/** The longest path below the run directory: that of the operator's monitor. */
export function longestName(user: VmUser | undefined): string {
  const directory = user === undefined ? '' : USER_DIRECTORY;
  return join('vm_00000000000000000000000000', directory, OPERATOR_MONITOR);
}

/** Names of templates that are file names too; a path has other characters. */
const TEMPLATE_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;

/** All places of a node. */
export function placesIn({ runDir, storageDir, node }: Directories) {
  const machine = (vmId: VmId, name: string): string => join(runDir, vmId, name);
  const disk = (vmId: VmId, name: string): string => join(storageDir, 'disks', vmId, name);
  const template = (name: string, file: string): string =>
    join(storageDir, 'templates', TEMPLATE_NAME.test(name) ? name : '.none', file);
  return {
    runDir,
    storageDir,
    /** Identity of the storage, and which one this node uses. */
    pool: join(storageDir, 'pool.json'),
    usedPool: join(runDir, 'pool.json'),
    boot: join(runDir, 'boot.json'),
    disks: join(storageDir, 'disks'),
    machineDirectory: (vmId: VmId) => join(runDir, vmId),
    record: (vmId: VmId) => machine(vmId, 'machine.json'),
    process: (vmId: VmId) => machine(vmId, 'process.json'),
    frozen: (vmId: VmId) => machine(vmId, 'frozen.json'),
    tpmLog: (vmId: VmId) => machine(vmId, 'swtpm.log'),
    tpmState: (vmId: VmId) => disk(vmId, 'tpm'),
    /** State of a TPM that arrives at this node. */
    tpmArriving: (vmId: VmId) => disk(vmId, `tpm.arriving.${node}`),
    /** Temporary file for copying the state of a TPM. */
    tpmDisk: (vmId: VmId) => disk(vmId, 'tpm-state.raw'),
    qemuLog: (vmId: VmId) => machine(vmId, 'qemu.log'),
    diskDirectory: (vmId: VmId) => join(storageDir, 'disks', vmId),
    nextRootDisk: (vmId: VmId) => disk(vmId, 'root.next.qcow2'),
    owner: (vmId: VmId) => disk(vmId, 'owner.json'),
    hardware: (vmId: VmId) => disk(vmId, 'hardware.json'),
    incoming: (vmId: VmId) => disk(vmId, 'incoming.json'),
    target: (vmId: VmId) => machine(vmId, 'target.json'),
    releaseReport: (vmId: VmId) => machine(vmId, 'release.json'),
    /** The machine that a monitor belongs to; undefined for a monitor of others. */
    vmOfMonitor: (path: string): VmId | undefined => {
      const [name, ...rest] = relative(runDir, path).split('/');
      const isMonitor = [MONITOR, `${USER_DIRECTORY}/${MONITOR}`].includes(rest.join('/'));
      return isMonitor ? VmId.safeParse(name).data : undefined;
    },
    keyDirectory: (vmId: VmId) => machine(vmId, 'key'),
    /** A directory of the user that QEMU runs as, where that is not the agent's. */
    userDirectory: (vmId: VmId) => machine(vmId, USER_DIRECTORY),
    files: (vmId: VmId): MachineFiles => {
      const own = machine(vmId, USER_DIRECTORY);
      const processDirectory = isThere(own) ? own : join(runDir, vmId);
      return {
        processDirectory,
        monitor: join(processDirectory, MONITOR),
        operatorMonitor: join(processDirectory, OPERATOR_MONITOR),
        consoleSocket: join(processDirectory, 'console.sock'),
        consoleLog: join(processDirectory, 'console.log'),
        guestAgentSocket: join(processDirectory, 'guest-agent.sock'),
        rootDisk: disk(vmId, 'root.qcow2'),
        seedDisk: disk(vmId, 'seed.img'),
        cdrom: disk(vmId, 'cdrom.iso'),
        drivers: disk(vmId, 'drivers.iso'),
        firmwareVars: disk(vmId, 'firmware-vars.fd'),
        tpmSocket: join(processDirectory, 'tpm.sock'),
      };
    },
    snapshots: join(storageDir, 'snapshots', node),
    snapshotDisk: (id: SnapshotId) => join(storageDir, 'snapshots', node, `${id}.qcow2`),
    snapshotRecord: (id: SnapshotId) => join(storageDir, 'snapshots', node, `${id}.json`),
    /** A snapshot on its way to the server. */
    snapshotExport: (id: SnapshotId) => join(storageDir, 'exports', node, `${id}.qcow2`),
    templateDirectory: (name: string) => template(name, ''),
    imageDirectory: (key: string) => join(storageDir, 'images', key),
    templateKernel: (name: string) => readTemplateKernel((file) => template(name, file)),
  };
}

/** The kernel of a template that boots one; undefined where its disk boots. */
function readTemplateKernel(place: (file: string) => string): BootKernel | undefined {
  if (!isFile(place('kernel'))) return undefined;
  const commandLine = isFile(place('cmdline')) ? readFileSync(place('cmdline'), 'utf8').trim() : '';
  const initrd = isFile(place('initrd')) ? place('initrd') : undefined;
  return { kernel: place('kernel'), initrd, commandLine };
}

/** Whether a file is there. */
export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** Whether a file or a directory is there. */
export function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Ending of a file that is being written; what is left of one has no content. */
const PART = '.part';

/** Whether anything is in a directory: full storage takes a directory, and not its first file. */
export function hasFiles(path: string): boolean {
  return isThere(path) && readdirSync(path).some((name) => !name.endsWith(PART));
}

/**
 * Removes a file or a directory with everything in it; nothing where there is none. Throws a
 * `retry` trouble where it cannot, such as on storage that is read-only.
 */
export function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (cause) {
    throw passingTrouble(`The agent cannot remove ${path} (${reasonOf(cause)}).`, cause);
  }
}
