/** Whether a machine that is offered can arrive at this node, and with which of its disks. */
import type { MachineSpec } from '@novacron/contract/agent/machine';
import type { MigrationOffer } from '@novacron/contract/agent/migration';
import { type VmId, VolumeId } from '@novacron/contract/ids';
import { equalJson } from '@novacron/contract/json';
import type { IncomingMachine } from '../../driver.ts';
import { isFile, isThere, remove } from '../files/directories.ts';
import { requireContent } from '../files/storage-pool.ts';
import { readStored } from '../files/stored-json.ts';
import { finalTrouble } from '../files/trouble.ts';
import { volumeIn } from '../files/volume-storages.ts';
import { modelOfBaseline } from '../machine/cpu-baselines.ts';
import { Hardware } from '../machine/hardware.ts';
import {
  ownerOf,
  type QemuAction,
  type QemuNode,
  requireInterfaces,
  requireLimits,
} from '../machine/qemu-node.ts';
import { requireTpm } from '../machine/tpm.ts';
import { isOwnDisk } from './incoming-files.ts';

/** Throws a final trouble for a machine that this host cannot have. */
export function requireMeans(node: QemuNode, spec: MachineSpec): void {
  requireInterfaces(spec);
  requireLimits(node, spec);
  requireTpm(node, spec);
}

/** Its guest may have stopped since the migration was planned, or the machine was started. */
export function checkPower(
  { order: { vm_id } }: QemuAction,
  { arrives, offer }: IncomingMachine,
): void {
  if (arrives !== undefined && offer === undefined) {
    throw finalTrouble(`The source of ${vm_id} says nothing of it: it cannot move switched off.`);
  }
  if (offer === undefined || offer.power === arrives?.power) return;
  const said = offer.power === 'off' ? 'is switched off' : 'runs';
  throw finalTrouble(`${vm_id} ${said} at ${offer.node} by now: migrate it again.`);
}

/**
 * Names of the disks of an offered machine that are not in a storage of this node: they are copied.
 * Another disk is never overwritten.
 */
export function findMissingDisks(
  node: QemuNode,
  vmId: VmId,
  offer: MigrationOffer | undefined,
): readonly string[] {
  if (offer === undefined) return [];
  const other = offer.disks.find(({ name }) => !isOwnDisk(name) && !isVolume(name));
  if (other !== undefined) {
    throw finalTrouble(
      `The source ${offer.node} offers ${JSON.stringify(other.name)}, which is no disk.`,
    );
  }
  const isHere = findRoot(node, vmId, offer) === 'shared';
  const pools = node.volumes.pools();
  const missing = offer.disks.filter(({ name, pool }) => {
    if (isOwnDisk(name) || pool === undefined) return !isHere;
    if (!pools.includes(pool)) return true;
    requireContent(name, volumeIn(node.volumes.withPool(pool, name), name));
    return false;
  });
  return missing.map(({ name }) => name);
}

/** A name becomes the name of a file: only ids of volumes do. */
function isVolume(name: string): boolean {
  return VolumeId.safeParse(name).success;
}

function findRoot(node: QemuNode, vmId: VmId, offer: MigrationOffer): 'shared' | 'copied' {
  const { places } = node;
  const owner = ownerOf(node, vmId);
  const directory = places.diskDirectory(vmId);
  const isOfSource = owner?.node === offer.node && owner.state === 'made';
  const hardware = readStored(places.hardware(vmId), Hardware);
  const isEqual = equalJson(hardware ?? {}, offer.hardware);
  if (isOfSource && isFile(places.files(vmId).rootDisk) && isEqual) {
    return 'shared';
  }
  // What an interrupted preparation left is made again.
  if (owner?.node === node.name && owner.state === 'making') remove(directory);
  if (!isThere(directory)) return 'copied';
  throw finalTrouble(
    `There is another root disk of ${vmId} in ${directory}: move it away before the VM arrives.`,
  );
}

/** The hardware that the source has, where this host can offer the same. */
export function checkHardware({ node, order }: QemuAction, wanted: IncomingMachine): Hardware {
  const { vm_id } = order;
  const { places, host } = node;
  const hardware = readOffered(wanted.offer) ?? readStored(places.hardware(vm_id), Hardware);
  if (hardware === undefined || !(wanted.offer || isFile(places.files(vm_id).rootDisk))) {
    throw finalTrouble(
      `The root disk of ${vm_id} is not in ${places.storageDir}: the source of this migration ` +
        'cannot copy disks, so the nodes have to share their storage directory.',
    );
  }
  if (hardware.accelerator !== host.accelerator) {
    throw finalTrouble(`${vm_id} runs under ${hardware.accelerator}, not ${host.accelerator}.`);
  }
  checkCpu(vm_id, hardware, host);
  if ((hardware.devices ?? []).length > 0) {
    throw finalTrouble(`${vm_id} has devices of its host: it does not migrate.`);
  }
  const { cpu_cores, memory_mib } = wanted.spec;
  if (hardware.cpu_cores !== cpu_cores || hardware.memory_mib !== memory_mib) {
    throw finalTrouble(
      `${vm_id} runs with ${hardware.cpu_cores} cores and ${hardware.memory_mib} MiB, and ` +
        `${cpu_cores} cores and ${memory_mib} MiB were to be prepared.`,
    );
  }
  return hardware;
}

/** With a baseline the model is that of this release for it, and this host offers it. */
function checkCpu(vmId: VmId, hardware: Hardware, host: QemuNode['host']): void {
  const { cpu_baseline: baseline, cpu_model, cpu_host } = hardware;
  if (baseline === undefined) {
    if (cpu_model === host.cpuModel && cpu_host === host.cpuFingerprint) return;
    throw finalTrouble(
      `${vmId} has a CPU that this host does not offer: ${cpu_model} of another host.`,
    );
  }
  if (!host.cpuBaselines.includes(baseline)) {
    throw finalTrouble(`${vmId} has the CPU baseline ${baseline}, which this host cannot offer.`);
  }
  if (cpu_model === modelOfBaseline(baseline)) return;
  throw finalTrouble(
    `${vmId} has the CPU baseline ${baseline} of another release: ${cpu_model}. Restart the VM.`,
  );
}

function readOffered(offer: MigrationOffer | undefined): Hardware | undefined {
  if (offer === undefined) return undefined;
  const hardware = Hardware.safeParse(offer.hardware);
  if (hardware.success) return hardware.data;
  throw finalTrouble(`The hardware that ${offer.node} has offered is not known to this agent.`);
}
