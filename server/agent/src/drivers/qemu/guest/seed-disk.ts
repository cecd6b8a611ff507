/**
 * The seed disk of a machine: what cloud-init configures its guest with; a CD-ROM for Windows. It
 * lies beside the root disk, and is the only file with the guest's secrets; records have
 * fingerprints of them. So what a later start does not know, it takes from the seed disk that is
 * there.
 */
import { readFileSync } from 'node:fs';
import type { MachineSpec } from '@novacron/contract/agent/machine';
import type { VmId } from '@novacron/contract/ids';
import { isFile, remove } from '../files/directories.ts';
import { readStored, writeWhole } from '../files/stored-json.ts';
import { finalTrouble, passingTrouble, reasonOf } from '../files/trouble.ts';
import { furtherMacs, Hardware, macOf } from '../machine/hardware.ts';
import type { QemuNode } from '../machine/qemu-node.ts';
import {
  type GuestIdentity,
  type GuestSettings,
  holdSettings,
  instanceIdOf,
  isForWindows,
  NO_SETTINGS,
  nextInstanceId,
  planFiles,
  withIdentity,
} from './cloud-init-files.ts';
import { type FatFiles, readFatImage, writeFatImage } from './fat-image.ts';
import { readIsoImage, writeIsoImage } from './iso-image.ts';

/** The label by which cloud-init finds the file system. */
const LABEL = 'CIDATA';
/** The same in the spelling that cloudbase-init compares with. */
const WINDOWS_LABEL = 'cidata';

/** The specification of a machine as it was sent: with its secrets, unless they do not change. */
type GivenSpec = Pick<MachineSpec, 'name' | 'network' | 'further_networks' | 'guest' | 'guest_os'>;

/** Makes the seed disk of a machine that is created: nothing of an earlier one is taken over. */
export function makeSeed(node: QemuNode, vmId: VmId, spec: GivenSpec): void {
  write(node, vmId, planFiles(vmId, settingsOf(spec), identityOf(vmId, spec)));
}

/**
 * Gives a machine the settings of a change. Settings that differ are those of another instance, so
 * that cloud-init applies them at the next start; the same ones are not applied twice.
 */
export function renewSeed(node: QemuNode, vmId: VmId, spec: GivenSpec): void {
  if (spec.guest === undefined) return;
  const before = readSeed(node, vmId);
  const settings = settingsOf(spec);
  if (before !== undefined && holdSettings(before, settings)) return;
  const last = before === undefined ? lastInstanceId(node, vmId) : instanceIdOf(before);
  const instanceId = last === undefined ? vmId : nextInstanceId(last);
  write(node, vmId, planFiles(instanceId, settings, identityOf(vmId, spec)));
}

/** The seed disk before a change that may fail. */
export function keepSeed(node: QemuNode, vmId: VmId): { readonly putBack: () => void } {
  const before = readSeed(node, vmId);
  const { seedDisk } = node.places.files(vmId);
  return {
    putBack: () => {
      if (before === undefined) remove(seedDisk);
      else write(node, vmId, before);
    },
  };
}

/**
 * Brings name and network up to date before a start.
 * @returns what the hardware has of the seed disk; undefined without one, as on machines that were
 *   created before there were seed disks
 */
export function refreshSeed(node: QemuNode, vmId: VmId, spec: MachineSpec): Hardware['seed'] {
  const before = readSeed(node, vmId);
  if (before === undefined) return undefined;
  const after = withIdentity(before, identityOf(vmId, spec));
  const isSame = [...after].every(([name, content]) => before.get(name)?.equals(content) === true);
  if (!isSame) write(node, vmId, after);
  return describeSeed(after);
}

/** Returns the seed disk of a machine that is switched off; undefined if it has none. */
export function findSeed(node: QemuNode, vmId: VmId): Hardware['seed'] {
  const files = readSeed(node, vmId);
  return files === undefined ? undefined : describeSeed(files);
}

/** Makes the seed disk of a machine that arrives without it: for the instance that its guest is. */
export function remakeSeed(
  node: QemuNode,
  vmId: VmId,
  given: GivenSpec,
  hardware: Pick<Hardware, 'seed'>,
): void {
  if (hardware.seed === undefined || isFile(node.places.files(vmId).seedDisk)) return;
  const { instance_id } = hardware.seed;
  write(node, vmId, planFiles(instance_id, settingsOf(given), identityOf(vmId, given)));
}

function settingsOf({ guest, guest_os }: GivenSpec): GuestSettings {
  return { ...(guest ?? NO_SETTINGS), os: guest_os };
}

function describeSeed(files: FatFiles): NonNullable<Hardware['seed']> {
  const medium = isForWindows(files) ? { medium: 'cdrom' as const } : {};
  return { instance_id: instanceIdOf(files), ...medium };
}

function identityOf(vmId: VmId, spec: GivenSpec): GuestIdentity {
  const { name, network, further_networks = [] } = spec;
  const macs = furtherMacs(vmId, spec);
  const further = further_networks.map((each, index) => ({
    mac: macs[index] ?? '',
    network: each,
  }));
  const nic = network === null ? null : { mac: macOf(vmId, spec), network };
  return { name, nic, further };
}

/** Returns the instance id for a lost seed disk: the guest is already configured. */
function lastInstanceId({ places }: QemuNode, vmId: VmId): string | undefined {
  return readStored(places.hardware(vmId), Hardware)?.seed?.instance_id;
}

function readSeed({ places }: QemuNode, vmId: VmId): FatFiles | undefined {
  const { seedDisk } = places.files(vmId);
  if (!isFile(seedDisk)) return undefined;
  const image = readBytes(seedDisk);
  const files = readFatImage(image) ?? readIsoImage(image);
  if (files !== undefined) return files;
  throw finalTrouble(`The seed disk ${seedDisk} is damaged: remove it and change the guest again.`);
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw passingTrouble(`The agent cannot read ${file} (${reasonOf(cause)}).`, cause);
  }
}

function write({ places }: QemuNode, vmId: VmId, files: FatFiles): void {
  const image = isForWindows(files)
    ? writeIsoImage(WINDOWS_LABEL, files)
    : writeFatImage(LABEL, files);
  if (image === undefined) {
    throw finalTrouble('User data and SSH keys of the guest are too large together.');
  }
  writeWhole(places.files(vmId).seedDisk, image);
}
