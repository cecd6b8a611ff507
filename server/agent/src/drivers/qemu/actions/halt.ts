/** Pauses, resumes and resets running machines. */
import { finalTrouble } from '../files/trouble.ts';
import type { QemuMachine } from '../machine/machine-record.ts';
import { keepGeneration, machineHere, observe, type QemuAction } from '../machine/qemu-node.ts';
import { startMachine } from './life.ts';

/** Halts the vCPUs of a running machine; its memory and its devices stay as they are. */
export async function pauseMachine(action: QemuAction): Promise<QemuMachine> {
  const { paused } = await runningMachine(action, 'pause');
  if (paused !== true) await execute(action, 'stop');
  return keepGeneration(action);
}

/** Lets a paused machine go on. */
export async function resumeMachine(action: QemuAction): Promise<QemuMachine> {
  const { paused } = await runningMachine(action, 'resume');
  if (paused === true) await execute(action, 'cont');
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
