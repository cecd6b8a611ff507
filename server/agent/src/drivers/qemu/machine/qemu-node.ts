/** Context of the driver's actions: the machines of a node, its disks and its limits. */
import { dirname } from 'node:path';
import type { MachineSpec } from '@novacron/contract/agent/machine';
import type { VmId } from '@novacron/contract/ids';
import type { Clock } from '@novacron/runtime/clock';
import type { Timers } from '@novacron/runtime/timers';
import { z } from 'zod';
import {
  type Amounts,
  capacityWhileStopped,
  explainMissingCapacity,
  type Room,
  sumOf,
} from '../../capacity.ts';
import { explainInterfaces } from '../../check-interfaces.ts';
import type { KeySource, MachineOrder } from '../../driver.ts';
import type { Content } from '../files/content-keys.ts';
import type { Places } from '../files/directories.ts';
import type { CacheMode } from '../files/find-cache-mode.ts';
import { type DiskImages, openDiskImages } from '../files/qemu-img.ts';
import { readStored, writeStored } from '../files/stored-json.ts';
import { finalTrouble, QemuTrouble } from '../files/trouble.ts';
import { giveFile, letThrough, type VmUser } from '../files/vm-user.ts';
import type { VolumeStorages } from '../files/volume-storages.ts';
import type { Launcher } from '../launch/launcher.ts';
import { planLimits } from '../launch/plan-limits.ts';
import type { HostNetworks } from '../network/open-host-networks.ts';
import { hasAddress } from '../network/plan-networks.ts';
import { QmpError } from '../qmp/open-qmp-client.ts';
import type { Releases } from '../transfer/releases.ts';
import type { GuestNetwork } from './build-command-line.ts';
import { limitDisks } from './disk-limits.ts';
import { describeForeign, foreignAmong } from './foreign-devices.ts';
import { furtherMacs, Hardware, macOf } from './hardware.ts';
import type { HostFacts } from './host-facts.ts';
import type { HostFirmware } from './host-firmware.ts';
import type { MachineRecord, QemuMachine } from './machine-record.ts';
import type { Machines } from './machines.ts';
import { describeMachine, observeHardware } from './observe-machine.ts';
import { type Silence, silenceOf } from './unresponsive.ts';

/** Settings and state of an open node. */
export interface QemuNode {
  readonly name: string;
  readonly places: Places;
  readonly machines: Machines;
  /** Storages of volumes. */
  readonly volumes: VolumeStorages;
  readonly host: HostFacts;
  readonly capacity: Amounts;
  /** Whether the host can give machines virtual TPMs. */
  readonly hasTpm: boolean;
  /** UEFI firmware of the host. */
  readonly firmware: HostFirmware;
  readonly programs: { readonly qemu: string; readonly image: string };
  readonly timers: Timers;
  readonly clock: Clock;
  /** Starts the processes of machines. */
  readonly launcher: Launcher;
  /** The user that QEMU runs as; undefined: the agent's. */
  readonly vmUser: VmUser | undefined;
  /** The user that opens images of templates; undefined: the agent's. */
  readonly imageUser: VmUser | undefined;
  readonly guestNetwork: GuestNetwork;
  /** Undefined where the host has none: guests then have an interface in user mode. */
  readonly networks: HostNetworks | undefined;
  readonly cache: CacheMode;
  /** Longest wait for a guest to shut down or to release a device. Unit: ms. */
  readonly guestMs: number;
  /** Address at which machines from other nodes arrive; undefined: none can. */
  readonly migrationAddress: string | undefined;
  readonly releases: Releases;
  /** Allowed sources of template images. */
  readonly imageSources: ImageSources;
  /** Images that are prepared at the moment, by their directories. */
  readonly imports: Map<string, Promise<unknown>>;
  /** Machines that a restart asked to shut down, which they had not done when it gave up. */
  readonly stopsLate: Map<VmId, KeySource | undefined>;
  /** Processes that answered nothing when they were asked last. */
  readonly silences: Map<VmId, Silence>;
  /** Guests that are frozen while a copy of one of their disks begins. */
  readonly freezing: Set<VmId>;
  /** Process ids of `cloud-init status` in guests that it has not ended in. */
  readonly statusRuns: Map<VmId, number>;
  /** Resources reserved for actions under way, by machine. */
  readonly reserved: Map<VmId, Reserved>;
}

/** Allowed sources of image downloads. */
export interface ImageSources {
  /** Hosts, with a port unless it is 443. */
  readonly hosts: readonly string[];
  /** Certificates of the authorities that are trusted; those of Node when undefined. */
  readonly authorities?: string | undefined;
  /** Address of the server, for images that were uploaded to it; https. */
  readonly server?: string | undefined;
  /** Directory of uploaded images, where the server shares this disk. */
  readonly uploads?: string | undefined;
}

interface Reserved {
  readonly status: 'stopped' | 'running';
  readonly spec: MachineSpec;
}

/** One action on a machine. */
export interface QemuAction {
  readonly node: QemuNode;
  readonly order: MachineOrder;
  readonly images: DiskImages;
}

/** Makes the action of an order. */
export function actionOf(node: QemuNode, order: MachineOrder): QemuAction {
  return { node, order, images: disksOf(node, order.signal) };
}

/** Returns the disk operations of a node: as its QEMU user, unless specified. */
export function disksOf(
  { programs, vmUser }: QemuNode,
  signal: AbortSignal,
  user: VmUser | undefined = vmUser,
): DiskImages {
  return openDiskImages({ program: programs.image, signal, user });
}

/** The record of the machine of an order; throws a final trouble where it is not on this node. */
export function machineOf({ node, order }: QemuAction): MachineRecord {
  const record = node.machines.find(order.vm_id);
  if (record === undefined) throw finalTrouble(`${order.vm_id} is not on this node.`);
  return record;
}

/** A machine whose memory is here; throws a final trouble for one that is on its way. */
export function machineHere(action: QemuAction, what: string): MachineRecord {
  const record = machineOf(action);
  if (record.phase === 'here') return record;
  throw finalTrouble(`${record.vm_id} is ${record.phase}: ${what}.`);
}

/** Throws a final trouble for a paused machine, where its guest has a part in the change. */
export async function requireRunningGuest({ node, order: { vm_id } }: QemuAction): Promise<void> {
  const { paused } = await observe(node, vm_id);
  if (paused === true) {
    const name = node.machines.find(vm_id)?.spec.name ?? vm_id;
    throw finalTrouble(
      `The VM ${name} is paused, and its guest takes part in this change: resume it first ` +
        `(novacron vm resume ${vm_id}).`,
    );
  }
}

/** Throws a final trouble for interfaces that no machine can have. */
export function requireInterfaces(spec: MachineSpec): void {
  const why = explainInterfaces(spec);
  if (why !== undefined) throw finalTrouble(why);
}

/** Throws a final trouble for limits of the network, where this host has no networks. */
export function requireLimits({ networks }: QemuNode, { name, io_limits }: MachineSpec): void {
  const { network_in_mbps, network_out_mbps } = io_limits ?? {};
  if (networks !== undefined || (network_in_mbps ?? network_out_mbps) === undefined) return;
  throw finalTrouble(
    `The network limits of ${name} cannot be enforced: this host has no networks for VMs ` +
      '(novacron agent doctor says what is missing).',
  );
}

/** Gives all disks of a machine with a process their I/O limits. */
export async function applyDiskLimits(
  { machines }: QemuNode,
  vmId: VmId,
  { io_limits }: Pick<MachineSpec, 'io_limits'>,
): Promise<void> {
  const monitor = await machines.monitorOf(vmId);
  const { diskLimits } = await observeHardware(monitor);
  await limitDisks(monitor, [...diskLimits.keys()], io_limits ?? {});
}

/** Gives the disks of a new process the limits of its machine; without any it has none. */
export async function limitNewProcess(
  node: QemuNode,
  vmId: VmId,
  spec: Pick<MachineSpec, 'io_limits'>,
): Promise<void> {
  if (spec.io_limits !== undefined) await applyDiskLimits(node, vmId, spec);
}

/** A volume of a machine as a content; undefined where the machine has no such volume. */
export function contentOf(
  { machines }: Pick<QemuNode, 'machines'>,
  vmId: VmId,
  volumeId: string,
): Content | undefined {
  const volume = machines.find(vmId)?.volumes.find(({ volume_id }) => volume_id === volumeId);
  return volume && { id: volume.volume_id, encrypted: volume.encrypted };
}

/** The disk of a volume of a machine, as its process opens it. */
export function volumeDiskOf(node: QemuNode, vmId: VmId, volumeId: string) {
  const content = contentOf(node, vmId, volumeId);
  const isEncrypted = content?.encrypted !== undefined;
  return { ...node.volumes.disk(volumeId), ...(isEncrypted ? { encrypted: content.id } : {}) };
}

/** The machine as it is now. */
export async function observe(node: QemuNode, vmId: VmId): Promise<QemuMachine> {
  const { machines } = node;
  // Asked first: it records the end of a process that was not noticed.
  const isOn = machines.processOf(vmId) !== undefined;
  const record = machines.find(vmId);
  if (record === undefined) throw finalTrouble(`${vmId} is not on this node.`);
  // The process of one that arrives switched off only takes its disks.
  if (!isOn || record.arrives !== undefined) return describeMachine(record, undefined);
  try {
    const monitor = await machines.monitorOf(vmId);
    const found = await observeHardware(monitor);
    node.silences.delete(vmId);
    const foreign = await describeForeign(monitor, foreignAmong(record, found.plugged));
    // It may have changed while QEMU was asked.
    return describeMachine(machines.find(vmId) ?? record, found, foreign);
  } catch (cause) {
    if (!(cause instanceof QmpError || cause instanceof QemuTrouble)) throw cause;
    const hasEnded = machines.processOf(vmId) === undefined;
    const after = machines.find(vmId) ?? record;
    if (hasEnded) return describeMachine(after, undefined);
    // A monitor that hangs does not hide the other machines: the process runs, as was recorded.
    const described = { ...describeMachine(after, undefined), stop_reason: null };
    if (after.phase !== 'here') return { ...described, status: after.phase };
    const unresponsive_ms = await silenceOf(node, vmId);
    const silence = unresponsive_ms === undefined ? {} : { unresponsive_ms };
    return { ...described, ...silence, status: 'running' };
  }
}

/** Keeps the generation of an order that has been carried out, and returns the machine. */
export function keepGeneration(
  { node, order }: QemuAction,
  change: Partial<MachineRecord> = {},
): Promise<QemuMachine> {
  const { vm_id, generation } = order;
  node.machines.update(vm_id, { ...change, generation });
  return observe(node, vm_id);
}

/** The hardware of a machine that is switched on. */
export function hardwareOf({ places }: QemuNode, vmId: VmId): Hardware {
  const hardware = readStored(places.hardware(vmId), Hardware);
  if (hardware !== undefined) return hardware;
  throw finalTrouble(
    `The hardware of ${vmId} is not recorded in ${places.diskDirectory(vmId)}: restart the VM.`,
  );
}

/** Changes the record of the hardware. */
export function keepHardware(node: QemuNode, vmId: VmId, change: Partial<Hardware>): void {
  writeStored(node.places.hardware(vmId), { ...hardwareOf(node, vmId), ...change });
}

/** Lets QEMU open a disk file in the storage. */
export function giveDisk({ volumes, vmUser }: QemuNode, file: string): void {
  const { storageDir } = volumes.storageOf(file);
  let directory = dirname(file);
  while (directory.startsWith(`${storageDir}/`)) {
    letThrough(vmUser, directory);
    directory = dirname(directory);
  }
  giveFile(vmUser, file);
}

/** Limits the process of a machine to what its hardware needs; nothing where it has none. */
export async function limitProcess(
  { machines, launcher }: QemuNode,
  vmId: VmId,
  hardware: Hardware,
): Promise<void> {
  const process = machines.processOf(vmId);
  if (process !== undefined) await launcher.setLimits(process.pid, planLimits(hardware));
}

/**
 * Reserves what a machine needs while an action uses it, so that actions side by side do not take
 * the same twice. Throws where it does not fit.
 * @returns a function that gives the reservation back; the machine itself counts from then on
 */
export function reserve(
  node: QemuNode,
  vmId: VmId,
  { status, spec }: Reserved,
): { readonly release: () => void } {
  const room = roomFor(node, vmId);
  const counted = status === 'stopped' ? capacityWhileStopped(room) : room;
  const missing = explainMissingCapacity(counted, spec);
  if (missing !== undefined) throw new QemuTrouble(missing.message, missing.next);
  node.reserved.set(vmId, { status, spec });
  return { release: () => void node.reserved.delete(vmId) };
}

function roomFor({ machines, capacity, reserved }: QemuNode, vmId: VmId): Room {
  const others = machines.list().filter(({ vm_id }) => vm_id !== vmId && !reserved.has(vm_id));
  const held = others.map(({ vm_id, spec, phase, arrives }) => {
    const isOff = machines.processOf(vm_id) === undefined && phase === 'here';
    return { status: isOff || arrives !== undefined ? 'stopped' : 'running', spec } as const;
  });
  const promised = [...reserved].filter(([id]) => id !== vmId).map(([, each]) => each);
  return { capacity, held: sumOf([...held, ...promised]) };
}

/** The machines of a node as its networks need them, as the actions under way leave them. */
export function networkedMachines({ machines, reserved }: Pick<QemuNode, 'machines' | 'reserved'>) {
  return machines.list().map(({ vm_id, spec: recorded, arrives }) => {
    const expected = reserved.get(vm_id);
    const spec = expected?.spec ?? recorded;
    const isOn = arrives === undefined && machines.processOf(vm_id) !== undefined;
    const isConnected = expected?.status === 'running' || isOn;
    const macs = furtherMacs(vm_id, spec);
    const further = (spec.further_networks ?? []).map((network, index) => ({
      network,
      mac: macs[index] ?? '',
    }));
    return { vm_id, spec, mac: macOf(vm_id, spec), further, isConnected };
  });
}

/**
 * Connects the host's end of a machine's interface. The machine is reserved as it will be.
 * @returns the name of the interface on the host; undefined for one in user mode
 */
export async function connectNetwork(
  { networks, reserved, machines }: QemuNode,
  vmId: VmId,
): Promise<string | undefined> {
  const spec = reserved.get(vmId)?.spec ?? machines.find(vmId)?.spec;
  if (networks === undefined || spec === undefined || spec.network === null) return undefined;
  if (!hasAddress(spec)) return undefined;
  await networks.connect(spec.network.network_id);
  return networks.tapOf(vmId);
}

/** The same of each further interface of a machine. */
export async function connectFurther(
  { networks, reserved, machines }: QemuNode,
  vmId: VmId,
): Promise<readonly (string | undefined)[]> {
  const spec = reserved.get(vmId)?.spec ?? machines.find(vmId)?.spec;
  const taps: (string | undefined)[] = [];
  for (const network of spec?.further_networks ?? []) {
    const isHere = networks !== undefined && hasAddress({ network });
    if (isHere) await networks.connect(network.network_id);
    taps.push(isHere ? networks.tapOf(vmId, network.network_id) : undefined);
  }
  return taps;
}

const RootDiskOwner = z.looseObject({
  node: z.string().describe('The node that may remove the disk'),
  state: z
    .enum(['making', 'made', 'removing'])
    .describe('Only a disk that is `made` has content that must not be lost'),
  generation: z
    .int()
    .optional()
    .describe('Of the command that made the disk or took it over; absent in older records'),
});
type RootDiskOwner = z.infer<typeof RootDiskOwner>;

/** The owner of a root disk; undefined without a disk. */
export function ownerOf({ places }: QemuNode, vmId: VmId): RootDiskOwner | undefined {
  return readStored(places.owner(vmId), RootDiskOwner);
}

/** Makes this node the owner of a root disk, from the generation of the order on. */
export function own({ node, order }: QemuAction, state: RootDiskOwner['state']): void {
  const { vm_id, generation } = order;
  writeStored(node.places.owner(vm_id), { node: node.name, state, generation });
}
