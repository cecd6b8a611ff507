/** Creates, starts and stops machines. */
import { renameSync } from 'node:fs';
import { dirname } from 'node:path';
import type { MachineSpec, MachineVolume } from '@novacron/contract/agent/machine';
import type { VmId } from '@novacron/contract/ids';
import { equalJson } from '@novacron/contract/json';
import { makePrivateDir } from '../../../secrets/private-files.ts';
import type { StartOptions } from '../../driver.ts';
import { hashGuestSecrets } from '../../hash-guest-secrets.ts';
import { keptVolume } from '../../kept-volume.ts';
import { keyFor, keyOption } from '../files/content-keys.ts';
import { hasFiles, isFile, type MachineFiles, remove } from '../files/directories.ts';
import { BYTES_PER_GB } from '../files/qemu-img.ts';
import { requireRoom } from '../files/require-room.ts';
import { readStored, writeStored } from '../files/stored-json.ts';
import { finalTrouble } from '../files/trouble.ts';
import { giveFile, letRead, letThrough, makeFile } from '../files/vm-user.ts';
import { makeSeed, refreshSeed } from '../guest/seed-disk.ts';
import { insertDrivers } from '../images/insert-drivers.ts';
import { boundTo } from '../launch/bound-to.ts';
import { type ProcessLimits, planLimits } from '../launch/plan-limits.ts';
import { bindToCell } from '../machine/bind-to-cell.ts';
import { buildCommandLine, type CommandLineParts } from '../machine/build-command-line.ts';
import { continueGuest, repeatWrites } from '../machine/continue-guest.ts';
import { makeVars, requireFirmware } from '../machine/firmware-vars.ts';
import { giveDevices } from '../machine/give-devices.ts';
import { Hardware, machineUuid, planHardware } from '../machine/hardware.ts';
import type { UefiFiles } from '../machine/host-firmware.ts';
import { FIRST_KEY_DESCRIPTOR, type Launched, launchQemu } from '../machine/launch-qemu.ts';
import type { MachineRecord, QemuMachine } from '../machine/machine-record.ts';
import { needsNewProcess, observeHardware } from '../machine/observe-machine.ts';
import {
  connectFurther,
  connectNetwork,
  contentOf,
  giveDisk,
  hardwareOf,
  keepGeneration,
  limitNewProcess,
  machineHere,
  observe,
  own,
  ownerOf,
  type QemuAction,
  type QemuNode,
  requireInterfaces,
  requireLimits,
  reserve,
  volumeDiskOf,
} from '../machine/qemu-node.ts';
import { endTpm, requireTpm, startTpm } from '../machine/tpm.ts';
import { runAnnounced } from '../network/announce-guest.ts';
import { lockingOf } from './disk-locks.ts';
import { makeRootDisk } from './root-disk.ts';

/** Makes a stopped machine with a root disk from its template. */
export async function createMachine(action: QemuAction, given: MachineSpec): Promise<QemuMachine> {
  const { node, order } = action;
  const { vm_id } = order;
  const spec = hashGuestSecrets(vm_id, given);
  const known = node.machines.find(vm_id);
  if (known !== undefined) {
    if (known.phase !== 'here' || !equalJson(known.spec, spec)) {
      throw alreadyHere(await observe(node, vm_id));
    }
    // The record is written when the disk is whole: the agent died before it said so.
    if (ownerOf(node, vm_id)?.state === 'making') own(action, 'made');
    return keepGeneration(action);
  }
  requireInterfaces(spec);
  requireLimits(node, spec);
  requireFirmware(node, spec);
  requireTpm(node, spec);
  const { release } = reserve(node, vm_id, { status: 'stopped', spec });
  try {
    checkOwner(action);
    await requireRoom(node.places, `The root disk of ${vm_id}`, spec.disk_gb * BYTES_PER_GB);
    await makeRootDisk(action, spec);
    makeVars(node, vm_id, spec);
    makeSeed(node, vm_id, given);
    node.machines.save(newRecord(action, { spec, volumes: [] }, 'here'));
    own(action, 'made');
    return await observe(node, vm_id);
  } catch (cause) {
    if (ownerOf(node, vm_id)?.state === 'making') {
      // First the record: there is no machine without its disk.
      node.machines.forget(vm_id);
      remove(node.places.diskDirectory(vm_id));
    }
    throw cause;
  } finally {
    release();
  }
}

/** Content that may be the only copy is never replaced by a new disk. */
function checkOwner({ node, order: { vm_id } }: QemuAction): void {
  const owner = ownerOf(node, vm_id);
  if (owner !== undefined && owner.node !== node.name) {
    throw finalTrouble(
      `The root disk of ${vm_id} belongs to ${owner.node}: only a live migration moves it.`,
    );
  }
  const directory = node.places.diskDirectory(vm_id);
  if (owner?.state === 'made' || (owner === undefined && hasFiles(directory))) {
    throw finalTrouble(
      `There is a root disk of ${vm_id} already, without a machine: move ${directory} away first.`,
    );
  }
  // What an interrupted creation or deletion left.
  remove(directory);
}

/** Returns the error for a conflicting machine. */
export function alreadyHere({ vm_id, status }: QemuMachine) {
  return finalTrouble(`${vm_id} is on this node already, ${status} and not as asked for.`);
}

/** The record of a machine that was not here before. */
export function newRecord(
  { order }: QemuAction,
  given: { readonly spec: MachineSpec; readonly volumes: readonly MachineVolume[] },
  phase: 'here' | 'incoming',
): MachineRecord {
  const { vm_id, generation } = order;
  return {
    vm_id,
    generation,
    spec: given.spec,
    volumes: given.volumes.map(keptVolume),
    phase,
    migrated_to: null,
    stop_reason: null,
  };
}

/** A pause or a sleep has stopped the guest, and it goes on where it was. */
const WAITING_STATES = new Set(['paused', 'suspended']);

/** Switches a machine on. @param options - how; as it was before when absent */
export async function startMachine(
  action: QemuAction,
  options?: StartOptions,
): Promise<QemuMachine> {
  const { node, order } = action;
  const { vm_id } = order;
  const record = machineHere(action, 'it cannot start');
  checkOwnership(node, vm_id);
  if (node.machines.processOf(vm_id) !== undefined) {
    const monitor = await node.machines.monitorOf(vm_id);
    const { runState } = await observeHardware(monitor);
    if (!needsNewProcess(runState)) {
      if (runState === 'io-error' && !(await repeatWrites(monitor, { ...node, ...order }))) {
        throw finalTrouble(
          `The guest of ${vm_id} stopped again at once, because it still cannot write to its ` +
            'disk. Free or repair the storage of this node, and start the VM again.',
        );
      }
      if (WAITING_STATES.has(runState)) await continueGuest(monitor);
      return withBaseline(node, await keepGeneration(action, { stop_reason: null }));
    }
    await node.machines.end(vm_id, record.stop_reason ?? 'unknown');
  }
  const { release } = reserve(node, vm_id, { status: 'running', spec: record.spec });
  try {
    await switchOn(action, record, options ?? optionsBefore(node, vm_id));
    return withBaseline(node, await keepGeneration(action, { stop_reason: null }));
  } finally {
    release();
  }
}

/** A run directory that was restored may have a machine whose disk another node has by now. */
function checkOwnership(node: QemuNode, vmId: VmId): void {
  const owner = ownerOf(node, vmId)?.node;
  if (owner === undefined || owner === node.name) return;
  throw finalTrouble(`The root disk of ${vmId} belongs to ${owner}: only that node starts it.`);
}

/** With the CPU baseline of a machine that has been switched on. */
function withBaseline(node: QemuNode, machine: QemuMachine): QemuMachine {
  const { cpu_baseline } = hardwareOf(node, machine.vm_id);
  return cpu_baseline === undefined ? machine : { ...machine, cpu_baseline };
}

/** Returns a machine's previous start options. */
function optionsBefore({ places }: QemuNode, vmId: VmId): StartOptions {
  const before = readStored(places.hardware(vmId), Hardware);
  return { cpuBaseline: before?.cpu_baseline, numa: before?.numa, devices: before?.devices };
}

/** Throws a final trouble for a baseline that this host cannot offer. */
function requireBaseline({ host }: QemuNode, vmId: VmId, { cpuBaseline }: StartOptions): void {
  if (cpuBaseline === undefined || host.cpuBaselines.includes(cpuBaseline)) return;
  throw finalTrouble(`This host cannot offer ${vmId} the CPU baseline ${cpuBaseline}.`);
}

/**
 * Switches a machine on that should run and has stopped.
 * @param record - as it was then; a machine that a command has changed since stays as it is
 * @param reason - why it stopped
 */
export async function startAgain(
  action: QemuAction,
  record: MachineRecord,
  reason: 'host' | 'guest',
): Promise<void> {
  const now = action.node.machines.find(record.vm_id);
  if (now?.generation === record.generation && now.stop_reason === reason) {
    await startMachine(action);
  }
}

async function switchOn(
  action: QemuAction,
  record: MachineRecord,
  options: StartOptions,
): Promise<void> {
  const { node, order } = action;
  const { spec, vm_id } = record;
  const volumeIds = record.volumes.map(({ volume_id }) => volume_id);
  const { host, capacity, machines } = node;
  const seed = refreshSeed(node, vm_id, spec);
  requireBaseline(node, vm_id, options);
  const planned = planHardware({ vmId: vm_id, spec, volumeIds, host, capacity, options });
  const firmware = requireFirmware(node, spec);
  // An operator may have removed them, for a machine that does not boot any more.
  makeVars(node, vm_id, spec);
  const drivers = await insertDrivers(action, spec);
  const hardware: Hardware = {
    ...planned,
    ...drivers,
    ...(seed === undefined ? {} : { seed }),
    ...(isFile(node.places.files(vm_id).cdrom) ? { cdrom: 'yes' as const } : {}),
    ...hardwareOfFirmware(spec, firmware),
  };
  writeStored(node.places.hardware(vm_id), hardware);
  await launchMachine(action, hardware, {
    origin: 'cold',
    locking: await lockingOf(action, record, hardware),
  });
  try {
    await limitNewProcess(node, vm_id, spec);
    const monitor = await machines.monitorOf(vm_id);
    await runAnnounced(monitor, order.signal);
  } catch (cause) {
    // It is as stopped as before, for the same reason.
    await machines.end(vm_id, record.stop_reason ?? 'unknown');
    throw cause;
  }
}

function hardwareOfFirmware(
  { firmware: kind }: MachineSpec,
  files: UefiFiles | undefined,
): Pick<Hardware, 'firmware'> {
  if (kind === undefined || files === undefined) return {};
  return { firmware: { kind, code_bytes: files.codeBytes, vars_bytes: files.varsBytes } };
}

/** Starts the process of a machine and records it; its guest does not run yet. */
export async function launchMachine(
  action: QemuAction,
  hardware: Hardware,
  { origin, locking }: Pick<CommandLineParts, 'origin' | 'locking'>,
): Promise<void> {
  const { node, order } = action;
  const { places, guestNetwork, cache, machines } = node;
  const { vm_id } = order;
  const files = prepareFiles(node, vm_id, {
    template: hardware.template,
    disks: [
      ...(hardware.firmware === undefined ? [] : [places.files(vm_id).firmwareVars]),
      ...hardware.volumes.map(({ volume_id }) => node.volumes.file(volume_id)),
    ],
  });
  const cell = bindToCell(node, vm_id, hardware);
  const hostDevices = giveDevices(node, vm_id, hardware);
  const tap = hardware.nic === null ? undefined : await connectNetwork(node, vm_id);
  const furtherTaps = await connectFurther(node, vm_id);
  const args = buildCommandLine({
    vmId: vm_id,
    uuid: machineUuid(vm_id),
    hardware,
    files,
    volumeDisk: (volumeId) => volumeDiskOf(node, vm_id, volumeId),
    boot: places.templateKernel(hardware.template),
    guestNetwork,
    tap,
    furtherTaps,
    cache,
    origin,
    locking,
    cell: cell?.id,
    hostDevices,
    firmwareCode: hardware.firmware && node.firmware[hardware.firmware.kind]?.code,
  });
  if (hardware.tpm !== undefined) await startTpm(node, vm_id, { origin, signal: order.signal });
  const launched = await launchProcess(action, {
    files,
    args,
    disks: hardware.volumes.map(({ volume_id }) => volume_id),
    limits: planLimits(hardware),
    cpus: cell?.cpus,
  }).catch(async (cause: unknown) => {
    if (hardware.tpm !== undefined) await endTpm(node, vm_id);
    throw cause;
  });
  machines.adopt(vm_id, launched);
}

/** Settings of a machine's process. */
export interface ProcessParts {
  readonly files: MachineFiles;
  readonly args: readonly string[];
  /** Ids of the volumes that it opens. */
  readonly disks: readonly string[];
  readonly limits: ProcessLimits;
  /** Processors of the host that it runs on; all when absent. */
  readonly cpus?: string | undefined;
}

/** Starts QEMU for a machine, in place of an earlier process that has ended. */
export async function launchProcess(
  { node, order }: QemuAction,
  { files, args, disks, limits, cpus }: ProcessParts,
): Promise<Launched> {
  const { launcher, programs, vmUser: user, places, timers } = node;
  const contents = disks.flatMap((id) => contentOf(node, order.vm_id, id) ?? []);
  const found = await Promise.all(contents.map((content) => keyFor(order, content)));
  const keys = found.flatMap((key) => key ?? []);
  const objects = keys.flatMap((key, at) => ['-object', keyOption(key, FIRST_KEY_DESCRIPTOR + at)]);
  const { monitor, operatorMonitor, consoleSocket, guestAgentSocket } = files;
  // Sockets of an earlier process: QEMU does not listen on a path that is taken.
  for (const path of [monitor, operatorMonitor, consoleSocket, guestAgentSocket]) remove(path);
  return launchQemu({
    launcher,
    request: {
      name: order.vm_id,
      ...boundTo(cpus, { program: programs.qemu, args: [...args, ...objects] }),
      limits,
      user,
    },
    keys,
    monitor,
    log: places.qemuLog(order.vm_id),
    timers,
    signal: order.signal,
  });
}

/** Files that a machine's process opens besides its root disk and its seed disk. */
export interface UsedFiles {
  readonly template: string;
  /** Files of its volumes and of its firmware's variables. */
  readonly disks: readonly string[];
}

/** Makes the directories of a process, and lets its user use what it needs. */
export function prepareFiles(
  node: QemuNode,
  vmId: VmId,
  { template, disks }: UsedFiles,
): MachineFiles {
  const { places, vmUser } = node;
  const own = places.userDirectory(vmId);
  makePrivateDir(places.machineDirectory(vmId));
  if (vmUser === undefined) {
    remove(own);
    makeFile(vmUser, places.files(vmId).consoleLog);
    return places.files(vmId);
  }
  const { consoleLog: before } = places.files(vmId);
  letThrough(vmUser, places.machineDirectory(vmId));
  makePrivateDir(own);
  giveFile(vmUser, own);
  const files = places.files(vmId);
  if (before !== files.consoleLog && isFile(before)) {
    renameSync(before, files.consoleLog);
    giveFile(vmUser, files.consoleLog);
  }
  makeFile(vmUser, files.consoleLog);
  for (const file of [files.rootDisk, files.seedDisk, ...disks]) giveDisk(node, file);
  letRead(vmUser, files.cdrom);
  letRead(vmUser, files.drivers);
  letThrough(vmUser, dirname(places.templateDirectory('any')));
  letThrough(vmUser, places.templateDirectory(template));
  const { kernel, initrd } = places.templateKernel(template) ?? {};
  for (const file of [kernel, initrd]) if (file !== undefined) letRead(vmUser, file);
  return files;
}
