/** Pauses, resumes and resets running machines, and switches machines off. */
import type { VmId } from '@novacron/contract/ids';
import { INSIST_MS, type StopMode } from '../../driver.ts';
import { finalTrouble, passingTrouble } from '../files/trouble.ts';
import { requireOwnDisks } from '../hotplug/require-own-disks.ts';
import { continueGuest } from '../machine/continue-guest.ts';
import { awaitEnd } from '../machine/machine-process.ts';
import type { QemuMachine } from '../machine/machine-record.ts';
import { keepGeneration, machineHere, observe, type QemuAction } from '../machine/qemu-node.ts';
import { startMachine } from './life.ts';

/**
 * Interval between requests to a guest: a request is lost while the guest is still booting. Unit:
 * ms.
 */
const ASK_AGAIN_MS = 1_000;

/** Halts the vCPUs of a running machine; its memory and its devices stay as they are. */
export async function pauseMachine(action: QemuAction): Promise<QemuMachine> {
  const { paused } = await runningMachine(action, 'pause');
  if (paused !== true) await execute(action, 'stop');
  return keepGeneration(action);
}

/** Lets a paused machine go on. */
export async function resumeMachine(action: QemuAction): Promise<QemuMachine> {
  const { paused } = await runningMachine(action, 'resume');
  if (paused === true) {
    const { node, order } = action;
    const monitor = await node.machines.monitorOf(order.vm_id);
    await continueGuest(monitor, { signal: order.signal });
  }
  return keepGeneration(action);
}

/**
 * Resets a running machine, whatever its guest is doing. A repeated order has the generation of the
 * record; only a crash between the reset and the record resets the machine twice. A process that
 * answers nothing gets another one in its place; if that does not start, the machine has crashed.
 * @param useStorage - throws a trouble where the storage cannot be used
 */
export async function resetMachine(
  action: QemuAction,
  useStorage: () => Promise<unknown>,
): Promise<QemuMachine> {
  const { generation, unresponsive_ms } = await runningMachine(action, 'be reset');
  if (generation >= action.order.generation) return keepGeneration(action);
  if (unresponsive_ms === undefined) {
    await execute(action, 'system_reset');
    return keepGeneration(action);
  }
  // Where its disks are not there, no other process could start.
  await useStorage();
  await action.node.machines.end(action.order.vm_id, 'crash');
  return startMachine(action);
}

async function runningMachine(action: QemuAction, what: string): Promise<QemuMachine> {
  const { node, order } = action;
  machineHere(action, `it cannot ${what}`);
  const machine = await observe(node, order.vm_id);
  if (machine.status === 'running') return machine;
  throw finalTrouble(`${order.vm_id} is ${machine.status}: only a running machine can ${what}.`);
}

async function execute({ node, order }: QemuAction, command: string): Promise<void> {
  const monitor = await node.machines.monitorOf(order.vm_id);
  await monitor.execute(command, {}, { signal: order.signal });
}

/** Switches a machine off; one that is not there does not run either. */
export async function stopMachine(action: QemuAction, mode: StopMode): Promise<QemuMachine | null> {
  const { node, order } = action;
  const { vm_id } = order;
  const record = node.machines.find(vm_id);
  if (record === undefined) return null;
  if (record.phase === 'incoming') throw finalTrouble(`${vm_id} is incoming: it cannot stop.`);
  if (record.phase === 'migrated') return keepGeneration(action);
  const { status, paused, unresponsive_ms } = await observe(node, vm_id);
  if (status === 'running') {
    const found = paused === true ? 'paused' : 'running';
    // A process that answers at neither monitor passes nothing on to its guest.
    const hangs = unresponsive_ms !== undefined;
    if (mode === 'graceful' && hangs) throw processHangs(vm_id);
    // Its next start is with the older part of such a disk.
    if (mode === 'graceful') {
      await requireOwnDisks(await node.machines.monitorOf(vm_id), { vmId: vm_id });
    }
    if (mode === 'graceful' && (await askGuest(action, found, node.guestMs)) === 'ignored') {
      throw guestIgnores(vm_id);
    }
    if (mode === 'insistent' && !hangs)
      await askGuest(action, found, Math.min(INSIST_MS, node.guestMs));
    await node.machines.end(vm_id, 'command');
    return keepGeneration(action, { stop_reason: 'command' });
  }
  // Afterwards it is a command that keeps it stopped: a restart of the host does not start it.
  if (record.stop_reason === 'host') return keepGeneration(action, { stop_reason: 'command' });
  // A panicked guest stays as it is for those who look into it, unless force is asked for.
  if (mode === 'forced') await node.machines.end(vm_id, record.stop_reason ?? 'unknown');
  return keepGeneration(action);
}

/** Presses the power button until the process has ended; a guest may ignore it. */
async function askGuest(
  { node, order }: QemuAction,
  found: 'paused' | 'running',
  guestMs: number,
): Promise<'ended' | 'ignored'> {
  const { machines, timers } = node;
  const process = machines.processOf(order.vm_id);
  if (process === undefined) return 'ended';
  if (found === 'paused') await continueGuest(await machines.monitorOf(order.vm_id));
  const over = new AbortController();
  const cancel = timers.after(guestMs, () => over.abort());
  try {
    while (!over.signal.aborted && !order.signal.aborted) {
      const monitor = await machines.monitorOf(order.vm_id).catch(() => undefined);
      await monitor?.execute('system_powerdown').catch(() => undefined);
      const state = await awaitEnd(process, { timers, timeoutMs: Math.min(ASK_AGAIN_MS, guestMs) });
      if (state === 'ended') return 'ended';
    }
  } finally {
    cancel();
  }
  if (order.signal.aborted) throw passingTrouble(`The stop of ${order.vm_id} was given up.`);
  return 'ignored';
}

function processHangs(vmId: VmId) {
  return finalTrouble(
    'Its hypervisor process answers nothing, so its guest cannot be asked to shut down; only ' +
      `force stops it (novacron vm stop ${vmId} --force).`,
  );
}

function guestIgnores(vmId: VmId) {
  return finalTrouble(
    'The guest does not shut down when it is asked to; only force stops it ' +
      `(novacron vm stop ${vmId} --force). It may still do so later.`,
  );
}
