/**
 * The source of a cold migration: the machine is switched off and stays so. Where the nodes share
 * no storage, a process without a machine copies its disks; its record changes hands as in a live
 * migration, by the release of decision record 0037.
 */
import { statSync } from 'node:fs';
import type { MigrationOffer, MigrationTarget } from '@novacron/contract/agent/migration';
import type { VmId } from '@novacron/contract/ids';
import type { StopReason } from '@novacron/contract/kinds/vm/stop-reason';
import { isFile, remove } from '../files/directories.ts';
import { usedPool } from '../files/storage-pool.ts';
import { readStored } from '../files/stored-json.ts';
import { finalTrouble, passingTrouble } from '../files/trouble.ts';
import { findSeed } from '../guest/seed-disk.ts';
import { DEVICE_IDS } from '../machine/build-command-line.ts';
import { Hardware } from '../machine/hardware.ts';
import type { Launched } from '../machine/launch-qemu.ts';
import { awaitEnd, killProcess } from '../machine/machine-process.ts';
import { observeHardware } from '../machine/observe-machine.ts';
import {
  disksOf,
  machineOf,
  observe,
  type QemuAction,
  type QemuNode,
} from '../machine/qemu-node.ts';
import { endTpm } from '../machine/tpm.ts';
import { hasTpmState, packTpmState, TPM_DISK_BYTES } from '../machine/tpm-state.ts';
import { giveKey } from '../transfer/one-time-key.ts';
import { copyDisks, finishCopies } from './copy-disks.ts';
import { launchDiskProcess } from './disk-process.ts';
import { diskFile, isOwnDisk } from './incoming-files.ts';

/** Longest wait for the end of the process that copied the disks. Unit: ms. */
const QUIT_MS_MAX = 10_000;

const PERCENT = 100;

/** Returns the parts of a stopped machine that its target rebuilds. */
export async function offerStopped(node: QemuNode, vmId: VmId): Promise<MigrationOffer> {
  const { machines, places, name } = node;
  const names = [
    DEVICE_IDS.root,
    ...(isFile(places.files(vmId).firmwareVars) ? [DEVICE_IDS.firmwareVars] : []),
    ...(machines.find(vmId)?.spec.tpm && hasTpmState(node, vmId) ? [DEVICE_IDS.tpmState] : []),
    ...(machines.find(vmId)?.volumes ?? []).map(({ volume_id }) => volume_id),
  ];
  const seed = findSeed(node, vmId);
  return {
    node: name,
    power: 'off',
    // One that was never switched on has none yet.
    hardware: readStored(places.hardware(vmId), Hardware) ?? {},
    ...(seed === undefined ? {} : { seed }),
    disks: (await sizesOf(node, vmId, names)).map((disk) => ({
      ...disk,
      ...poolOf(node, disk.name),
    })),
  };
}

/** A process that is left, such as that of a panicked guest, has locked the disks. */
async function sizesOf(
  node: QemuNode,
  vmId: VmId,
  names: readonly string[],
): Promise<MigrationOffer['disks']> {
  const { machines } = node;
  if (machines.processOf(vmId) !== undefined) {
    const { diskBytes } = await observeHardware(await machines.monitorOf(vmId));
    return names.map((name) => ({
      name,
      size_bytes: diskBytes.get(name) ?? sizeOfRaw(node, vmId, name),
    }));
  }
  const images = disksOf(node, new AbortController().signal);
  const sized = names.map(async (name) => ({
    name,
    size_bytes:
      isOwnDisk(name) && name !== DEVICE_IDS.root
        ? sizeOfRaw(node, vmId, name)
        : await images.sizeOf(diskFile(node, vmId, name)),
  }));
  return Promise.all(sized);
}

/** The state of a TPM becomes a disk when it is copied. */
function sizeOfRaw(node: QemuNode, vmId: VmId, name: string): number {
  return name === DEVICE_IDS.tpmState ? TPM_DISK_BYTES : statSync(diskFile(node, vmId, name)).size;
}

/** The storage of a volume; nothing of other disks, which are where the root disk is. */
export function poolOf({ volumes }: QemuNode, name: string): { readonly pool?: string } {
  if (isOwnDisk(name)) return {};
  const pool = usedPool(volumes.storageOf(volumes.file(name)));
  return pool === undefined ? {} : { pool };
}

/** Copies what the target does not have; afterwards only the release is left to be recorded. */
export async function sendStopped(
  action: QemuAction,
  target: MigrationTarget | undefined,
): Promise<void> {
  const { vm_id } = action.order;
  await requireOff(action);
  if (target === undefined) throw finalTrouble(`No node has said where it awaits ${vm_id}.`);
  if (target.memory_port !== 0) {
    throw finalTrouble(
      `The target awaits ${vm_id} running, and it is switched off: prepare again.`,
    );
  }
  requireOwnDisks(action, target);
  if (target.disks.length > 0) await copyStopped(action, target);
  if (action.order.signal.aborted) throw passingTrouble(`The migration of ${vm_id} was given up.`);
}

/** A target asks for disks of the machine that it gets, and for no others. */
function requireOwnDisks(action: QemuAction, { disks }: MigrationTarget): void {
  const volumes = new Set<string>(machineOf(action).volumes.map(({ volume_id }) => volume_id));
  const other = disks.find((name) => !isOwnDisk(name) && !volumes.has(name));
  if (other === undefined) return;
  const { vm_id } = action.order;
  throw finalTrouble(`The target asks for ${JSON.stringify(other)}, which is no disk of ${vm_id}.`);
}

/** Ends a process that is left of it, such as that of a panicked guest. */
async function requireOff(action: QemuAction): Promise<void> {
  const {
    node,
    order: { vm_id },
  } = action;
  const { status, stop_reason, spec } = await observe(node, vm_id);
  if (status !== 'stopped') {
    throw finalTrouble(`${vm_id} is ${status}: only a machine that is switched off moves so.`);
  }
  await endLeft(action, stop_reason ?? 'unknown');
  // Its TPM ends by itself in a moment, and has written everything then.
  if (spec.tpm !== undefined) await endTpm(node, vm_id);
}

async function endLeft({ node, order: { vm_id } }: QemuAction, reason: StopReason): Promise<void> {
  const { machines } = node;
  if (machines.processOf(vm_id) === undefined) return;
  const { runState } = await observeHardware(await machines.monitorOf(vm_id));
  if (runState === 'io-error') {
    throw finalTrouble(
      `The guest of ${vm_id} waits for a full or broken disk: start it, or stop it with force.`,
    );
  }
  await machines.end(vm_id, reason);
}

/** The copies are on the target's disk when they are complete: QEMU flushes them before. */
async function copyStopped(action: QemuAction, target: MigrationTarget): Promise<void> {
  const { node, order } = action;
  const { places } = node;
  if (target.disks.includes(DEVICE_IDS.tpmState)) packTpmState(node, order.vm_id);
  try {
    await copyPacked(action, target);
  } finally {
    remove(places.tpmDisk(order.vm_id));
  }
}

async function copyPacked(action: QemuAction, target: MigrationTarget): Promise<void> {
  const { node, order } = action;
  const { places, vmUser } = node;
  const launched = await launchDiskProcess(action, target.disks, machineOf(action).spec.template);
  try {
    const { monitor } = launched;
    const key = { places, vmUser, vmId: order.vm_id, key: target.key, endpoint: 'client' } as const;
    await giveKey(monitor, key);
    await copyDisks(action, monitor, target, (share) => order.onProgress?.(share * PERCENT));
    await finishCopies(action, monitor);
  } finally {
    await endProcess(action, launched);
  }
}

async function endProcess({ node, order }: QemuAction, launched: Launched): Promise<void> {
  const { timers } = node;
  const { monitor, process } = launched;
  await monitor.execute('quit').catch(() => undefined);
  monitor.close();
  if ((await awaitEnd(process, { timers, timeoutMs: QUIT_MS_MAX })) === 'ended') return;
  if ((await killProcess(process, timers)) === 'ended') return;
  throw passingTrouble(`The process ${process.pid}, which copied ${order.vm_id}, does not end.`);
}
