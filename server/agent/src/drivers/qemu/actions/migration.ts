/**
 * Live migration between nodes that share their storage directory. The target writes where it
 * listens beside the root disk, and the source sends the machine there. Both processes exist until
 * the source is told to delete its own: QEMU's locks on the disks let only one of them run.
 */
import type { MachineSize } from '@novacron/contract/agent/agent';
import { equalJson } from '@novacron/contract/json';
import { wait } from '@novacron/runtime/wait';
import { z } from 'zod';
import type { IncomingMachine } from '../../driver.ts';
import { hashGuestSecrets } from '../../hash-guest-secrets.ts';
import { isFile, remove } from '../files/directories.ts';
import { readStored, writeStored } from '../files/stored-json.ts';
import { finalTrouble, passingTrouble } from '../files/trouble.ts';
import { Hardware } from '../machine/hardware.ts';
import type { QemuMachine } from '../machine/machine-record.ts';
import { observeHardware } from '../machine/observe-machine.ts';
import {
  hardwareOf,
  keepGeneration,
  machineOf,
  observe,
  own,
  ownerOf,
  type QemuAction,
  reserve,
} from '../machine/qemu-node.ts';
import type { QmpClient } from '../qmp/open-qmp-client.ts';
import { awaitCondition } from './devices.ts';
import { alreadyHere, launchMachine, newRecord } from './life.ts';

/** How often the progress of a migration is read. Unit: ms. */
const POLL_MS = 20;

/** Longest pause that the guest may notice at the switch. Unit: ms. */
const DOWNTIME_MS_MAX = 300;

const PERCENT = 100;

/** Where a machine is awaited. */
const Incoming = z.looseObject({
  node: z.string(),
  host: z.string(),
  port: z.string(),
  hardware: Hardware,
});

const MigrationInfo = z.looseObject({
  status: z.string().optional(),
  'error-desc': z.string().optional(),
  ram: z.looseObject({ remaining: z.number(), total: z.number() }).optional(),
  'socket-address': z
    .array(z.looseObject({ host: z.string().optional(), port: z.string().optional() }))
    .optional(),
});
type MigrationInfo = z.infer<typeof MigrationInfo>;

/** Starts a process that waits for the memory of a machine from another node. */
export async function prepareIncoming(
  action: QemuAction,
  given: IncomingMachine,
): Promise<QemuMachine> {
  const { node, order } = action;
  const { vm_id } = order;
  const spec = hashGuestSecrets(vm_id, given.spec);
  const address = migrationAddress(action);
  const known = node.machines.find(vm_id);
  if (known !== undefined && known.phase !== 'migrated') {
    const isSame = known.phase === 'incoming' && equalJson(known.spec, spec);
    const isReady = isSame && node.machines.processOf(vm_id) !== undefined;
    if (isReady && isFile(node.places.incoming(vm_id))) return keepGeneration(action);
    if (!isSame) throw alreadyHere(await observe(node, vm_id));
  }
  const { release } = reserve(node, vm_id, { status: 'running', spec });
  try {
    const hardware = checkHardware(action, { ...given, spec });
    if (known !== undefined) await node.machines.end(vm_id, 'command');
    node.machines.save(newRecord(action, { spec, volumes: given.volumes }, 'incoming'));
    await listen(action, hardware, address);
    return await observe(node, vm_id);
  } catch (cause) {
    if (node.machines.find(vm_id)?.phase === 'incoming') {
      await node.machines.end(vm_id, 'command');
      remove(node.places.incoming(vm_id));
      node.machines.forget(vm_id);
    }
    throw cause;
  } finally {
    release();
  }
}

function migrationAddress({ node }: QemuAction): string {
  if (node.migrationAddress !== undefined) return node.migrationAddress;
  throw finalTrouble('This hypervisor cannot move a running machine: it has no migration address.');
}

/** The hardware that the source has recorded, where this host can offer the same. */
function checkHardware({ node, order }: QemuAction, wanted: IncomingMachine): Hardware {
  const { vm_id } = order;
  const { places, host } = node;
  const hardware = readStored(places.hardware(vm_id), Hardware);
  if (hardware === undefined || !isFile(places.files(vm_id).rootDisk)) {
    throw finalTrouble(
      `The root disk of ${vm_id} is not in ${places.storageDir}: nodes between which machines ` +
        'migrate share their storage directory.',
    );
  }
  if (hardware.accelerator !== host.accelerator) {
    throw finalTrouble(`${vm_id} runs under ${hardware.accelerator}, not ${host.accelerator}.`);
  }
  if (hardware.cpu_model !== host.cpuModel || hardware.cpu_host !== host.cpuFingerprint) {
    throw finalTrouble(
      `${vm_id} has a CPU that this host does not offer: ${hardware.cpu_model} of another host.`,
    );
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

async function listen(action: QemuAction, hardware: Hardware, address: string): Promise<void> {
  const { node, order } = action;
  await launchMachine(action, hardware, 'incoming');
  const monitor = await node.machines.monitorOf(order.vm_id);
  // Disks are opened for writing when the machine is activated, not when it has arrived.
  await setCapabilities(monitor, ['events', 'return-path', 'late-block-activate']);
  await monitor.execute('migrate-incoming', { uri: `tcp:${address}:0` });
  const [socket] = (await readProgress(monitor))['socket-address'] ?? [];
  if (socket?.port === undefined) throw passingTrouble('QEMU does not listen for the machine.');
  const { port, host = address } = socket;
  writeStored(node.places.incoming(order.vm_id), { node: node.name, host, port, hardware });
}

async function setCapabilities(monitor: QmpClient, names: readonly string[]): Promise<void> {
  const capabilities = names.map((capability) => ({ capability, state: true }));
  await monitor.execute('migrate-set-capabilities', { capabilities });
}

async function readProgress(monitor: QmpClient): Promise<MigrationInfo> {
  return MigrationInfo.parse(await monitor.execute('query-migrate'));
}

/** Sends a running machine; it stays here, without running, until it is deleted or taken back. */
export async function migrateMachine(
  action: QemuAction,
  toNode: string,
  prepared: MachineSize | undefined,
): Promise<QemuMachine> {
  const { node, order } = action;
  const { vm_id } = order;
  const record = machineOf(action);
  if (record.phase === 'migrated' && record.migrated_to === toNode) return keepGeneration(action);
  migrationAddress(action);
  const now = await observe(node, vm_id);
  if (now.status !== 'running') {
    throw finalTrouble(`${vm_id} is ${now.status}: only a running machine can migrate.`);
  }
  if (prepared !== undefined && !equalJson(sizeOf(now.spec), sizeOf(prepared))) {
    throw finalTrouble(
      `${vm_id} has ${describeSize(now.spec)} here, and ${toNode} has prepared for ` +
        `${describeSize(prepared)}.`,
    );
  }
  const monitor = await node.machines.monitorOf(vm_id);
  // Where the agent died during the migration, QEMU has gone on with it.
  if (!(await isSending(monitor))) await beginMigration(action, monitor, toNode);
  await awaitMigration(action, monitor);
  return keepGeneration(action, { phase: 'migrated', migrated_to: toNode });
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
  { node, order }: QemuAction,
  monitor: QmpClient,
  toNode: string,
): Promise<void> {
  const { vm_id } = order;
  const target = readStored(node.places.incoming(vm_id), Incoming);
  if (target === undefined || target.node !== toNode) {
    throw finalTrouble(`The node ${toNode} has not prepared for ${vm_id}.`);
  }
  if (!equalJson(target.hardware, hardwareOf(node, vm_id))) {
    throw finalTrouble(
      `The node ${toNode} has prepared for other hardware of ${vm_id}: prepare again.`,
    );
  }
  // With a return path, the migration is complete only when the target has loaded everything.
  await setCapabilities(monitor, ['events', 'return-path', 'auto-converge']);
  await monitor.execute('migrate-set-parameters', {
    'max-bandwidth': 0,
    'downtime-limit': DOWNTIME_MS_MAX,
  });
  const host = target.host.includes(':') ? `[${target.host}]` : target.host;
  await monitor.execute('migrate', { uri: `tcp:${host}:${target.port}` });
}

const UNDER_WAY = new Set([
  'setup',
  'active',
  'pre-switchover',
  'device',
  'wait-unplug',
  'cancelling',
]);

function isUnderWay({ status = '' }: MigrationInfo): boolean {
  return UNDER_WAY.has(status);
}

/** Waits for the end; a caller that gives up cancels the migration, and the machine stays. */
async function awaitMigration({ node, order }: QemuAction, monitor: QmpClient): Promise<void> {
  const { timers } = node;
  for (;;) {
    const progress = await readProgress(monitor);
    if (progress.status === 'completed') return;
    if (!isUnderWay(progress)) {
      const why = progress['error-desc'] ?? progress.status ?? 'it was not begun';
      throw passingTrouble(`The migration of ${order.vm_id} failed: ${why}.`);
    }
    if (order.signal.aborted) {
      await monitor.execute('migrate_cancel');
      throw passingTrouble(`The migration of ${order.vm_id} was given up.`);
    }
    const { remaining = 0, total = 0 } = progress.ram ?? {};
    if (total > 0) order.onProgress?.((1 - remaining / total) * PERCENT);
    await wait({ timers, delayMs: POLL_MS, signals: [order.signal] });
  }
}

function sizeOf({ cpu_cores, memory_mib, disk_gb }: MachineSize) {
  return { cpu_cores, memory_mib, disk_gb };
}

function describeSize({ cpu_cores, memory_mib, disk_gb }: MachineSize): string {
  return `${cpu_cores} cores, ${memory_mib} MiB and a disk of ${disk_gb} GB`;
}

/** Lets a machine that has arrived run, or takes back one that was sent away. */
export async function activateMachine(action: QemuAction): Promise<QemuMachine> {
  const record = machineOf(action);
  switch (record.phase) {
    case 'incoming':
      await runArrived(action);
      break;
    case 'migrated':
      await takeBack(action);
      break;
    default:
      await endSending(action);
  }
  return keepGeneration(action, { phase: 'here', migrated_to: null });
}

async function runArrived(action: QemuAction): Promise<void> {
  const { node, order } = action;
  const { vm_id } = order;
  if (node.machines.processOf(vm_id) === undefined) {
    throw finalTrouble(`The process that waited for ${vm_id} has ended: it has not arrived.`);
  }
  const monitor = await node.machines.monitorOf(vm_id);
  const runState = await awaitArrival(action, monitor);
  if (runState === 'inmigrate') throw finalTrouble(`${vm_id} has not arrived.`);
  if (runState === 'paused' || runState === 'prelaunch') await monitor.execute('cont');
  own(node, vm_id, 'made');
  remove(node.places.incoming(vm_id));
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

/** The disks' locks refuse it where the machine runs at the target already. */
async function takeBack({ node, order }: QemuAction): Promise<void> {
  const { vm_id } = order;
  const { machines } = node;
  const target = machines.find(vm_id)?.migrated_to ?? 'another node';
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
  if (isUnderWay(await readProgress(monitor))) {
    await monitor.execute('migrate_cancel');
    while (isUnderWay(await readProgress(monitor))) {
      await wait({ timers: node.timers, delayMs: POLL_MS, signals: [order.signal] });
      if (order.signal.aborted) throw passingTrouble(`The return of ${vm_id} was given up.`);
    }
  }
  await resumeSource(monitor);
}

async function resumeSource(monitor: QmpClient): Promise<void> {
  const { runState } = await observeHardware(monitor);
  if (runState === 'postmigrate' || runState === 'finish-migrate') await monitor.execute('cont');
}
