/**
 * The source of a migration, live unless it is asked to be cold. It alone may run the guest until
 * it has recorded that it has released the machine, which it does when QEMU says that everything
 * has arrived; from then on the target alone may. Decision record 0037 has the states of both
 * sides.
 */
import type { MachineSize } from '@novacron/contract/agent/machine';
import type { MigrationOffer } from '@novacron/contract/agent/migration';
import type { VmId } from '@novacron/contract/ids';
import { equalJson } from '@novacron/contract/json';
import { wait } from '@novacron/runtime/wait';
import { z } from 'zod';
import { LEAVING, type OutgoingMachine } from '../../driver.ts';
import { explainForeign } from '../../explain-foreign.ts';
import { readStored } from '../files/stored-json.ts';
import { finalTrouble, passingTrouble, type QemuTrouble } from '../files/trouble.ts';
import { plugMissing } from '../hotplug/plug-nics.ts';
import { requireOwnDisks } from '../hotplug/require-own-disks.ts';
import { DEVICE_IDS } from '../machine/build-command-line.ts';
import { Hardware } from '../machine/hardware.ts';
import type { MachineRecord, QemuMachine } from '../machine/machine-record.ts';
import { observeHardware } from '../machine/observe-machine.ts';
import {
  hardwareOf,
  keepGeneration,
  machineOf,
  observe,
  ownerOf,
  type QemuAction,
  type QemuNode,
} from '../machine/qemu-node.ts';
import type { QmpClient } from '../qmp/open-qmp-client.ts';
import { cancelMigration } from '../transfer/cancel-migration.ts';
import { bracketed } from '../transfer/listen-for-memory.ts';
import { giveKey, TLS_OBJECT, takeKey } from '../transfer/one-time-key.ts';
import { isUnderWay, readProgress, setCapabilities } from '../transfer/progress.ts';
import { copyDisks, endCopies, finishCopies } from './copy-disks.ts';
import { migrationAddress, runArrived, takeStopped } from './receive-machine.ts';
import { offerStopped, poolOf, sendStopped } from './send-stopped.ts';

/** Interval between reads of a migration's progress. Unit: ms. */
const POLL_MS = 20;

/** Longest pause that the guest may notice at the switch. Unit: ms. */
const DOWNTIME_MS_MAX = 300;

const PERCENT = 100;

/** Record in the shared storage of a waiting target that has no offer. */
const Incoming = z.looseObject({
  node: z.string(),
  host: z.string(),
  port: z.string(),
  hardware: Hardware,
});

/** Disks that do not move. */
const REMADE: readonly string[] = [DEVICE_IDS.seed, DEVICE_IDS.cdrom, DEVICE_IDS.drivers];

/** Describes a machine for its migration target. */
export async function offerMachine(node: QemuNode, vmId: VmId): Promise<MigrationOffer> {
  const { machines } = node;
  const record = machines.find(vmId);
  if (record?.phase !== 'here') throw finalTrouble(`${vmId} is not on this node.`);
  if (hasDevices(node, vmId)) throw boundByDevices(vmId);
  if ((await observe(node, vmId)).status === 'stopped') return offerStopped(node, vmId);
  const hardware = hardwareOf(node, vmId);
  const { diskBytes } = await observeHardware(await machines.monitorOf(vmId));
  // The target makes the seed disk again: it is small, and the command has what is in it. The
  // CD-ROMs are images that the target has or gets.
  const disks = [...diskBytes]
    .filter(([name]) => !REMADE.includes(name))
    .map(([name, size_bytes]) => ({ name, size_bytes, ...poolOf(node, name) }));
  return { node: node.name, hardware, disks };
}

/** Sends a machine; it stays here, without running, until it is deleted or taken back. */
export async function migrateMachine(
  action: QemuAction,
  outgoing: OutgoingMachine,
): Promise<QemuMachine> {
  const { node, order } = action;
  const { toNode, target } = outgoing;
  const record = machineOf(action);
  if (record.phase === 'migrated' && record.migrated_to === toNode) return keepGeneration(action);
  migrationAddress(node);
  requireRelease(record, outgoing);
  if (outgoing.power === 'off') {
    checkSize(await observe(node, order.vm_id), outgoing);
    await sendStopped(action, target);
    return await release(action, outgoing);
  }
  const monitor = await checkSendable(action, outgoing);
  try {
    // Where the agent died during the migration, QEMU has gone on with it.
    if (!(await isSending(monitor))) {
      await plugMissing(action, monitor);
      await beginMigration(action, monitor, outgoing);
    }
    await awaitMigration(action, monitor);
  } catch (cause) {
    if (order.signal.reason !== LEAVING) await tidyUp(monitor);
    throw cause;
  }
  const sent = await release(action, outgoing);
  await takeKey(monitor).catch(() => undefined);
  return sent;
}

/** The state of a TPM has no lock of its own: without a release, both nodes could go on with it. */
function requireRelease(
  { vm_id, spec }: MachineRecord,
  { target, release: isReleased }: OutgoingMachine,
): void {
  if (spec.tpm === undefined || (target !== undefined && isReleased === 'yes')) return;
  throw finalTrouble(
    `${vm_id} has a virtual TPM, and moves only to nodes and by servers of this release: upgrade ` +
      'them first.',
  );
}

async function checkSendable(
  { node, order: { vm_id } }: QemuAction,
  outgoing: OutgoingMachine,
): Promise<QmpClient> {
  const now = await observe(node, vm_id);
  if (now.status !== 'running') {
    throw finalTrouble(`${vm_id} is ${now.status}: only a running machine can migrate.`);
  }
  if (now.paused === true) {
    throw finalTrouble(`${vm_id} is paused: only a machine whose guest runs can migrate.`);
  }
  if (hasDevices(node, vm_id)) throw boundByDevices(vm_id);
  const foreign = explainForeign(vm_id, now.foreign_devices);
  if (foreign !== undefined) throw finalTrouble(`${foreign}.`);
  checkSize(now, outgoing);
  const monitor = await node.machines.monitorOf(vm_id);
  await requireOwnDisks(monitor, { vmId: vm_id });
  return monitor;
}

/** Whether a machine has devices of this host, or is to have them again. */
function hasDevices({ places }: QemuNode, vmId: VmId): boolean {
  return (readStored(places.hardware(vmId), Hardware)?.devices ?? []).length > 0;
}

/** Returns the error for machines bound to host devices. */
function boundByDevices(vmId: VmId): QemuTrouble {
  return finalTrouble(`${vmId} has devices of this host: it does not migrate.`);
}

function checkSize({ vm_id, spec }: QemuMachine, { toNode, size }: OutgoingMachine): void {
  if (size === undefined || equalJson(sizeOf(spec), sizeOf(size))) return;
  throw finalTrouble(
    `${vm_id} has ${describeSize(spec)} here, and ${toNode} has prepared for ` +
      `${describeSize(size)}.`,
  );
}

/**
 * The switch: one durable record. What the target has to learn is recorded before, so that a start
 * of this agent in between reports it too.
 */
async function release(
  action: QemuAction,
  { toNode, release: isReleased, target }: OutgoingMachine,
): Promise<QemuMachine> {
  const { node, order } = action;
  const { vm_id } = order;
  const isFinal = isReleased === 'yes' ? { released: 'yes' as const } : {};
  if (target !== undefined && isReleased === 'yes') {
    const { host, release_port: port, key } = target;
    node.releases.plan(vm_id, { host, port, key });
  }
  const copied = target === undefined ? {} : { copied: [...target.disks] };
  const change = { phase: 'migrated', migrated_to: toNode, ...isFinal, ...copied } as const;
  const sent = await keepGeneration(action, change);
  node.releases.tell(vm_id);
  return sent;
}

/**
 * Whether a migration is under way or has just ended. QEMU also remembers one that was completed
 * and then taken back: its guest runs.
 */
async function isSending(monitor: QmpClient): Promise<boolean> {
  const before = await readProgress(monitor);
  if (isUnderWay(before)) return true;
  const { runState } = await observeHardware(monitor);
  return before.status === 'completed' && runState === 'postmigrate';
}

async function beginMigration(
  action: QemuAction,
  monitor: QmpClient,
  { toNode, target }: OutgoingMachine,
): Promise<void> {
  const { node, order } = action;
  const { vm_id } = order;
  // With a return path, the migration is complete only when the target has loaded everything.
  const capabilities = ['events', 'return-path', 'auto-converge'] as const;
  const parameters = { 'max-bandwidth': 0, 'downtime-limit': DOWNTIME_MS_MAX };
  if (target === undefined) {
    await setCapabilities(monitor, capabilities);
    await monitor.execute('migrate-set-parameters', parameters);
    await monitor.execute('migrate', { uri: findSharedTarget(action, toNode) });
    return;
  }
  const { host, memory_port, key, disks } = target;
  const { places, vmUser } = node;
  await giveKey(monitor, { places, vmUser, vmId: vm_id, key, endpoint: 'client' });
  if (disks.length > 0) {
    await copyDisks(action, monitor, target, (share) => order.onProgress?.(share * COPY_PERCENT));
  }
  await setCapabilities(monitor, [...capabilities, 'pause-before-switchover']);
  await monitor.execute('migrate-set-parameters', { ...parameters, 'tls-creds': TLS_OBJECT });
  await monitor.execute('migrate', { uri: `tcp:${bracketed(host)}:${memory_port}` });
}

/** The share of a migration that the copies of disks are taken to be. */
const COPY_PERCENT = 50;

function findSharedTarget({ node, order: { vm_id } }: QemuAction, toNode: string): string {
  const target = readStored(node.places.incoming(vm_id), Incoming);
  if (target === undefined || target.node !== toNode) {
    throw finalTrouble(`The node ${toNode} has not prepared for ${vm_id}.`);
  }
  if (!equalJson(target.hardware, hardwareOf(node, vm_id))) {
    throw finalTrouble(
      `The node ${toNode} has prepared for other hardware of ${vm_id}: prepare again.`,
    );
  }
  return `tcp:${bracketed(target.host)}:${target.port}`;
}

/**
 * Waits for the end; a caller that gives up cancels the migration, and the machine stays. One that
 * has ended before it could be cancelled has succeeded.
 */
async function awaitMigration(action: QemuAction, monitor: QmpClient): Promise<void> {
  const { node, order } = action;
  let cancel: ReturnType<typeof cancelMigration> | undefined;
  let isContinued = false;
  for (;;) {
    const progress = await readProgress(monitor);
    if (progress.status === 'completed') return;
    if (!isUnderWay(progress)) throw explainFailure(order.vm_id, progress, cancel !== undefined);
    if (order.signal.reason === LEAVING) throw givenUp(order.vm_id);
    const { remaining = 0, total = 0 } = progress.ram ?? {};
    if (total > 0) order.onProgress?.((1 - remaining / total) * PERCENT);
    if (order.signal.aborted) {
      cancel ??= cancelMigration(monitor);
      await cancel(progress);
    }
    // It waits here for its disks, so one that is given up by then never ends by mistake.
    const isGivenUp = cancel !== undefined;
    // QEMU may show the state for a moment after it was continued.
    if (progress.status === 'pre-switchover' && !isGivenUp && !isContinued) {
      await switchOver(action, monitor);
      isContinued = true;
    }
    // Once cancelled, it ends by itself in a moment.
    await wait({ timers: node.timers, delayMs: POLL_MS, signals: isGivenUp ? [] : [order.signal] });
  }
}

function explainFailure(
  vmId: VmId,
  progress: Awaited<ReturnType<typeof readProgress>>,
  isCancelled: boolean,
): QemuTrouble {
  if (isCancelled) return givenUp(vmId);
  const why = progress['error-desc'] ?? progress.status ?? 'it was not begun';
  return passingTrouble(`The migration of ${vmId} failed: ${why}.`);
}

function givenUp(vmId: VmId): QemuTrouble {
  return passingTrouble(`The migration of ${vmId} was given up.`);
}

/** The guest is paused: the disks are made equal, then the rest of its memory goes. */
async function switchOver(action: QemuAction, monitor: QmpClient): Promise<void> {
  try {
    await finishCopies(action, monitor);
  } catch (cause) {
    await monitor.execute('migrate_cancel').catch(() => undefined);
    throw cause;
  }
  await monitor.execute('migrate-continue', { state: 'pre-switchover' });
}

/** A process that goes on running its guest keeps nothing of a migration that did not happen. */
async function tidyUp(monitor: QmpClient): Promise<void> {
  await endCopies(monitor, 'given-up').catch(() => undefined);
  await takeKey(monitor).catch(() => undefined);
}

function sizeOf({ cpu_cores, memory_mib, disk_gb }: MachineSize) {
  return { cpu_cores, memory_mib, disk_gb };
}

function describeSize({ cpu_cores, memory_mib, disk_gb }: MachineSize): string {
  return `${cpu_cores} cores, ${memory_mib} MiB and a disk of ${disk_gb} GB`;
}

/** Lets a machine run that has arrived with its memory, or goes on running one to be sent. */
export async function activateMachine(
  action: QemuAction,
  proof: 'released' | undefined,
): Promise<QemuMachine> {
  const record = machineOf(action);
  const { arrives } = record;
  switch (record.phase) {
    case 'incoming':
      if (arrives === undefined) {
        await runArrived(action, proof);
        break;
      }
      await takeStopped(action, proof);
      return keepGeneration(action, {
        phase: 'here',
        arrives: undefined,
        stop_reason: arrives.stop_reason,
      });
    case 'migrated':
      await takeBack(action);
      break;
    default:
      await endSending(action);
  }
  return keepGeneration(action, { phase: 'here', migrated_to: null });
}

/** Without a release, as servers of an earlier release ask for it, the disks' locks decide. */
async function takeBack({ node, order }: QemuAction): Promise<void> {
  const { vm_id } = order;
  const { machines } = node;
  const record = machines.find(vm_id);
  const target = record?.migrated_to ?? 'another node';
  if (record?.released === 'yes') {
    throw finalTrouble(
      `${vm_id} was released to ${target}: only that node runs it. Migrate it back from ` +
        'there, or retry the operation from the step migrate.',
    );
  }
  const owner = ownerOf(node, vm_id)?.node;
  if (owner !== node.name || machines.processOf(vm_id) === undefined) {
    throw finalTrouble(`${vm_id} is on ${target} now: it cannot be taken back.`);
  }
  await resumeSource(await machines.monitorOf(vm_id));
}

/** A migration that was given up may still be under way, or may have been completed since. */
async function endSending({ node, order }: QemuAction): Promise<void> {
  const { vm_id } = order;
  if (node.machines.processOf(vm_id) === undefined) return;
  const monitor = await node.machines.monitorOf(vm_id);
  const cancel = cancelMigration(monitor);
  for (;;) {
    const progress = await readProgress(monitor);
    if (!isUnderWay(progress)) break;
    await cancel(progress);
    await wait({ timers: node.timers, delayMs: POLL_MS, signals: [order.signal] });
    if (order.signal.aborted) throw passingTrouble(`The return of ${vm_id} was given up.`);
  }
  await tidyUp(monitor);
  await resumeSource(monitor);
}

async function resumeSource(monitor: QmpClient): Promise<void> {
  const { runState } = await observeHardware(monitor);
  if (runState === 'postmigrate' || runState === 'finish-migrate') await monitor.execute('cont');
}
