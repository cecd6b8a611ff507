/**
 * The target of a migration: a process waits for the memory of a machine, and for copies of its
 * disks where the nodes share none; of a machine that is switched off, for the copies only. It runs
 * its guest when the source has released it, and not before. Decision record 0037 has the states of
 * both sides.
 */
import type { MachineSpec } from '@novacron/contract/agent/machine';
import { type MigrationOffer, MigrationTarget } from '@novacron/contract/agent/migration';
import { type VmId, VolumeId } from '@novacron/contract/ids';
import { equalJson } from '@novacron/contract/json';
import type { ArrivingOff, IncomingMachine } from '../../driver.ts';
import { hashGuestSecrets } from '../../hash-guest-secrets.ts';
import { keyFor } from '../files/content-keys.ts';
import { isFile, remove } from '../files/directories.ts';
import { BYTES_PER_GB } from '../files/qemu-img.ts';
import { readStored, writeStored } from '../files/stored-json.ts';
import { finalTrouble, type QemuTrouble } from '../files/trouble.ts';
import { arrivingMark } from '../files/volume-storages.ts';
import { remakeSeed } from '../guest/seed-disk.ts';
import { awaitCondition } from '../hotplug/devices.ts';
import { insertCdrom } from '../images/insert-cdrom.ts';
import { insertDrivers } from '../images/insert-drivers.ts';
import { prepareTemplateDisk } from '../images/prepare-template-disk.ts';
import { DEVICE_IDS } from '../machine/build-command-line.ts';
import { checkFirmware, makeVars } from '../machine/firmware-vars.ts';
import { Hardware } from '../machine/hardware.ts';
import type { MachineRecord, QemuMachine } from '../machine/machine-record.ts';
import { observeHardware } from '../machine/observe-machine.ts';
import {
  keepGeneration,
  limitNewProcess,
  observe,
  own,
  type QemuAction,
  type QemuNode,
  reserve,
} from '../machine/qemu-node.ts';
import { makeTpmDisk, takeTpmState, unpackTpmState } from '../machine/tpm-state.ts';
import { announceGuest } from '../network/announce-guest.ts';
import { type QmpClient, QmpError } from '../qmp/open-qmp-client.ts';
import { listenForMemory } from '../transfer/listen-for-memory.ts';
import { giveKey, makeKey, removeKey, TLS_OBJECT, takeKey } from '../transfer/one-time-key.ts';
import { readProgress, setCapabilities } from '../transfer/progress.ts';
import { checkHardware, checkPower, findMissingDisks, requireMeans } from './check-incoming.ts';
import { exportDisks, listenForDisks } from './export-disks.ts';
import { diskFile, giveUpIncoming, removeCopiedDisks } from './incoming-files.ts';
import { alreadyHere, launchMachine, newRecord } from './life.ts';

/** Starts a process that waits for a machine from another node, where anything is to arrive. */
export async function prepareIncoming(
  action: QemuAction,
  given: IncomingMachine,
): Promise<QemuMachine> {
  const { node, order } = action;
  const { vm_id } = order;
  const wanted = { ...given, spec: hashGuestSecrets(vm_id, given.spec) };
  const address = migrationAddress(node);
  const known = node.machines.find(vm_id);
  if (known !== undefined && known.phase !== 'migrated') {
    if (isReady(node, known, wanted)) return keepGeneration(action);
    if (!isSame(known, wanted)) throw alreadyHere(await observe(node, vm_id));
  }
  requireMeans(node, wanted.spec);
  const { arrives, offer } = wanted;
  checkPower(action, wanted);
  const status = arrives === undefined ? 'running' : 'stopped';
  const { release } = reserve(node, vm_id, { status, spec: wanted.spec });
  try {
    if (known !== undefined) await removeLeftovers(action);
    const names = findMissingDisks(node, vm_id, offer);
    const disks = names.includes(DEVICE_IDS.root) ? 'copied' : 'shared';
    // What is switched off takes its hardware from the host that starts it.
    const hardware = arrives === undefined ? checkHardware(action, wanted) : undefined;
    checkFirmware(node, wanted.spec, { hardware, disks, varsBytes: varsBytesOf(offer) });
    await makeDisks(action, wanted, names);
    // What the source has in them arrives with its memory.
    if (hardware !== undefined) makeVars(node, vm_id, wanted.spec);
    remakeSeed(node, vm_id, given.spec, hardware ?? seedOf(offer));
    const record = newRecord(action, wanted, 'incoming');
    node.machines.save(arrives === undefined ? record : { ...record, arrives: reasonIn(arrives) });
    if (hardware === undefined) {
      await listenForDisks(action, { address, names });
    } else {
      await listen(action, { hardware, address, names, offer });
      await limitNewProcess(node, vm_id, wanted.spec);
    }
    return await observe(node, vm_id);
  } catch (cause) {
    if (node.machines.find(vm_id)?.phase === 'incoming') {
      await node.machines.end(vm_id, 'command');
      await giveUpIncoming(node, vm_id);
      node.machines.forget(vm_id);
    }
    throw cause;
  } finally {
    release();
  }
}

/** Removes the remains of an earlier migration, with the disks that were copied away. */
async function removeLeftovers(action: QemuAction): Promise<void> {
  const { node, order } = action;
  await node.machines.end(order.vm_id, 'command');
  removeCopiedDisks(action);
  remove(node.places.releaseReport(order.vm_id));
}

function isSame(known: MachineRecord, { spec, arrives }: IncomingMachine): boolean {
  const isSamePower = (known.arrives === undefined) === (arrives === undefined);
  return known.phase === 'incoming' && isSamePower && equalJson(known.spec, spec);
}

/** Whether the machine is awaited already. */
function isReady(node: QemuNode, known: MachineRecord, wanted: IncomingMachine): boolean {
  const { places, machines } = node;
  const { vm_id } = known;
  if (!isSame(known, wanted) || !isAwaited(node, vm_id)) return false;
  if (machines.processOf(vm_id) !== undefined) return true;
  // Where the nodes share the disks of a machine that is switched off, only its release arrives.
  const target = readStored(places.target(vm_id), MigrationTarget);
  return known.arrives !== undefined && target?.disk_port === null;
}

function seedOf(offer: MigrationOffer | undefined): Pick<Hardware, 'seed'> {
  return offer?.seed === undefined ? {} : { seed: offer.seed };
}

function reasonIn({ stop_reason }: ArrivingOff): MachineRecord['arrives'] {
  return { stop_reason };
}

function varsBytesOf(offer: MigrationOffer | undefined): number | undefined {
  return offer?.disks.find(({ name }) => name === DEVICE_IDS.firmwareVars)?.size_bytes;
}

/** Address at which machines arrive; throws a final trouble where none can. */
export function migrationAddress(node: QemuNode): string {
  if (node.migrationAddress !== undefined) return node.migrationAddress;
  throw finalTrouble('This hypervisor cannot move a running machine: it has no migration address.');
}

function isAwaited({ places }: QemuNode, vmId: VmId): boolean {
  return isFile(places.incoming(vmId)) || isFile(places.target(vmId));
}

/** Makes empty disks, as large as those of the source, and finds the CD-ROM. */
async function makeDisks(
  action: QemuAction,
  { offer, spec, volumes }: IncomingMachine,
  names: readonly string[],
): Promise<void> {
  const { node, order, images } = action;
  const { places } = node;
  const { vm_id } = order;
  const copiesRoot = names.includes(DEVICE_IDS.root);
  if (copiesRoot) own(action, 'making');
  for (const { name, size_bytes } of offer?.disks ?? []) {
    if (!names.includes(name)) continue;
    if (name === DEVICE_IDS.firmwareVars) makeVars(node, vm_id, spec);
    else if (name === DEVICE_IDS.tpmState) makeTpmDisk(node, vm_id, size_bytes);
    else if (name === DEVICE_IDS.root) {
      await images.create(diskFile(node, vm_id, name), size_bytes);
    } else {
      const volume = volumes.find(({ volume_id }) => volume_id === name);
      const { storage_class, encrypted } = volume ?? {};
      const key = volume && (await keyFor(order, { id: volume.volume_id, encrypted }));
      await images.create(makeWay(action, { volume_id: name, storage_class }), size_bytes, key);
    }
  }
  if (!copiesRoot) return;
  // One that was never switched on has none yet.
  const hardware = Hardware.safeParse(offer?.hardware);
  if (!hardware.success) return;
  // Before its hardware says that it has them.
  const { drivers: drivers_image } = hardware.data;
  if (drivers_image !== undefined) await insertDrivers(action, { ...spec, drivers_image });
  writeStored(places.hardware(vm_id), hardware.data);
  if (hardware.data.cdrom !== undefined) await findCdrom(action, spec);
}

/**
 * Marks the file of a volume as one that arrives, and removes what an interrupted preparation left.
 * Another file is never overwritten.
 */
function makeWay(
  { node, order: { vm_id } }: QemuAction,
  volume: { readonly volume_id: string; readonly storage_class: string | undefined },
): string {
  const { volume_id } = volume;
  const file = node.volumes.fileFor({ ...volume, volume_id: VolumeId.parse(volume_id) });
  const mark = arrivingMark(file);
  if (isFile(file) && !isFile(mark)) {
    const { storageDir } = node.volumes.storageOf(file);
    throw finalTrouble(`There is another file of ${volume_id} in ${storageDir}.`);
  }
  writeStored(mark, { vm_id });
  remove(file);
  return file;
}

/** Its content does not arrive: it is that of the template, which this node has or gets, too. */
async function findCdrom(action: QemuAction, spec: MachineSpec): Promise<void> {
  const { node, order } = action;
  const image = await prepareTemplateDisk(action, spec, spec.disk_gb * BYTES_PER_GB);
  if (image?.kind !== 'cdrom') {
    throw finalTrouble(
      `The VM ${spec.name} has a CD-ROM, and the template ${spec.template} has no ISO image on ` +
        `this node: put it into ${node.places.templateDirectory(spec.template)} as disk.iso.`,
    );
  }
  insertCdrom(node, order.vm_id, image);
}

interface Awaited {
  readonly hardware: Hardware;
  readonly address: string;
  /** Disks that are copied. */
  readonly names: readonly string[];
  readonly offer: MigrationOffer | undefined;
}

async function listen(action: QemuAction, awaited: Awaited): Promise<void> {
  const { node, order } = action;
  const { vm_id } = order;
  const { hardware, address, names, offer } = awaited;
  await launchMachine(action, hardware, { origin: 'incoming', locking: 'on' });
  const monitor = await node.machines.monitorOf(vm_id);
  // Disks are opened for writing when the machine is activated, not when it has arrived.
  await setCapabilities(monitor, ['events', 'return-path', 'late-block-activate']);
  if (offer === undefined) {
    const port = await listenForMemory(monitor, address);
    const stored = { node: node.name, host: address, port: String(port), hardware };
    writeStored(node.places.incoming(vm_id), stored);
    return;
  }
  const key = makeKey();
  const { places, vmUser } = node;
  await giveKey(monitor, { places, vmUser, vmId: vm_id, key, endpoint: 'server' });
  await monitor.execute('migrate-set-parameters', { 'tls-creds': TLS_OBJECT });
  const target: MigrationTarget = {
    host: address,
    memory_port: await listenForMemory(monitor, address),
    disk_port: names.length === 0 ? null : await exportDisks(monitor, address, names),
    disks: [...names],
    release_port: await node.releases.listen(vm_id, { host: address, port: 0, key }),
    key,
  };
  writeStored(node.places.target(vm_id), target);
}

/** Returns the target of an incoming machine; throws a final trouble if none. */
export function findTarget({ places, machines }: QemuNode, vmId: VmId): MigrationTarget {
  const target = readStored(places.target(vmId), MigrationTarget);
  const isIncoming = machines.find(vmId)?.phase === 'incoming';
  if (target !== undefined && isIncoming) return target;
  throw finalTrouble(`No migration of ${vmId} to this node is prepared.`);
}

/**
 * Lets a machine that has arrived run.
 * @param proof - `released`: it belongs here also where its process has ended since
 */
export async function runArrived(action: QemuAction, proof: 'released' | undefined): Promise<void> {
  const { node, order } = action;
  const { vm_id } = order;
  const { machines } = node;
  try {
    if (machines.processOf(vm_id) === undefined) throw neverArrived(vm_id);
    await resumeArrived(action);
  } catch (cause) {
    // QEMU ends where its source cancels; its monitor closes a moment before.
    const isClosed = cause instanceof QmpError && cause.failure === 'closed';
    const hasEnded = machines.processOf(vm_id) === undefined;
    const isOver = hasEnded || (isClosed && (await machines.awaitEnd(vm_id)) === 'ended');
    if (!isOver) throw cause;
    if (proof === undefined) throw neverArrived(vm_id);
    // Its memory is lost as in any crash; nothing runs it but this node.
    machines.update(vm_id, { stop_reason: 'crash' });
  }
  takeOver(action);
}

/**
 * Takes a machine that has arrived switched off, which it stays.
 * @param proof - only a machine that its source has released is here
 */
export async function takeStopped(
  action: QemuAction,
  proof: 'released' | undefined,
): Promise<void> {
  const { vm_id } = action.order;
  if (proof === undefined) {
    throw finalTrouble(`${vm_id} has not arrived: its source has not released it.`);
  }
  await action.node.machines.end(vm_id, 'command');
  unpackTpmState(action.node, vm_id);
  takeOver(action);
}

async function resumeArrived(action: QemuAction): Promise<void> {
  const { node, order } = action;
  const monitor = await node.machines.monitorOf(order.vm_id);
  const runState = await awaitArrival(action, monitor);
  await node.networks?.receive(order.vm_id);
  if (runState === 'inmigrate') throw finalTrouble(`${order.vm_id} has not arrived.`);
  await monitor.execute('nbd-server-stop').catch(() => undefined);
  if (runState === 'paused' || runState === 'prelaunch') await monitor.execute('cont');
  // QEMU sends what it wanted to announce at the arrival now, all at one moment: that may be lost.
  await announceGuest(monitor);
  await takeKey(monitor);
}

/** Makes this node the owner of the disks, and forgets how the machine has come. */
function takeOver(action: QemuAction): void {
  const { places, machines, volumes } = action.node;
  const { vm_id: vmId } = action.order;
  own(action, 'made');
  takeTpmState(action.node, vmId);
  for (const { volume_id } of machines.find(vmId)?.volumes ?? []) {
    remove(arrivingMark(volumes.file(volume_id)));
  }
  remove(places.incoming(vmId));
  removeKey(places, vmId);
}

function neverArrived(vmId: VmId): QemuTrouble {
  return finalTrouble(`The process that waited for ${vmId} has ended: it has not arrived.`);
}

/**
 * The source has sent everything a moment before the target has loaded it.
 * @returns the run state; `inmigrate` where nothing arrives
 */
async function awaitArrival(action: QemuAction, monitor: QmpClient): Promise<string> {
  let runState = 'inmigrate';
  await awaitCondition(action, async () => {
    const { status } = await readProgress(monitor);
    runState = (await observeHardware(monitor)).runState;
    return runState !== 'inmigrate' || status === undefined || !ARRIVING.has(status);
  });
  return runState;
}

/** States of a target to which its source is connected; before, it is in `setup`. */
const ARRIVING = new Set(['active', 'device', 'completed']);
