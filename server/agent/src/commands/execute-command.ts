/** Turns one command into one call of the driver, and the driver's answer into an outcome. */
import type { AgentCommand, CommandOutcome } from '@novacron/contract/agent/agent';
import type {
  MachineAction,
  SnapshotAction,
  VolumeAction,
} from '@novacron/contract/agent/agent-actions';
import type { Machine } from '@novacron/contract/agent/machine';
import { NodeId, SnapshotId, VmId, VolumeId } from '@novacron/contract/ids';
import { assertNever, type Result } from '@novacron/contract/result';
import type {
  Driver,
  DriverProblem,
  MachineOrder,
  Order,
  SnapshotOrder,
  StopMode,
  VolumeOrder,
} from '../drivers/driver.ts';

/** Runs a command. `waiter` is the caller that waits for its outcome. */
export async function executeCommand(
  driver: Driver,
  command: AgentCommand,
  waiter: Order,
): Promise<CommandOutcome> {
  const { vm_id: target, generation, action } = command;
  switch (action.kind) {
    case 'take-snapshot':
    case 'restore-snapshot':
    case 'delete-snapshot':
    case 'export-snapshot':
    case 'drop-export': {
      const snapshot = SnapshotId.safeParse(target);
      if (!snapshot.success) return wrongTarget(command);
      return executeOnSnapshot(driver, { snapshot_id: snapshot.data, ...waiter }, action);
    }
    case 'delete-volume':
    case 'import-volume': {
      const volume = VolumeId.safeParse(target);
      if (!volume.success) return wrongTarget(command);
      return executeOnVolume(driver, { volume_id: volume.data, ...waiter }, action);
    }
    case 'power-on':
    case 'power-off': {
      const node = NodeId.safeParse(target);
      if (!node.success || driver.switchPower === undefined) return wrongTarget(command);
      return toOutcome(await driver.switchPower(waiter, action.kind === 'power-on' ? 'on' : 'off'));
    }
    default: {
      const vm = VmId.safeParse(target);
      if (!vm.success) return wrongTarget(command);
      return executeOnMachine(driver, { vm_id: vm.data, generation, ...waiter }, action);
    }
  }
}

function wrongTarget({ vm_id, action }: AgentCommand): CommandOutcome {
  return { kind: 'failed', message: `${action.kind} cannot be done to ${vm_id}.`, next: 'final' };
}

async function executeOnSnapshot(
  driver: Driver,
  order: SnapshotOrder,
  action: SnapshotAction,
): Promise<CommandOutcome> {
  switch (action.kind) {
    case 'take-snapshot':
      return toSnapshotOutcome(await driver.takeSnapshot(order, action.volume));
    case 'restore-snapshot':
      return toSnapshotOutcome(await driver.restoreSnapshot(order, action.volume_id, action));
    case 'delete-snapshot':
      return toSnapshotOutcome(await driver.deleteSnapshot(order));
    case 'export-snapshot':
      return toSnapshotOutcome(await driver.exportSnapshot(order, action.ticket));
    case 'drop-export':
      return toSnapshotOutcome(await driver.dropExport(order));
    default:
      return assertNever(action);
  }
}

async function executeOnVolume(
  driver: Driver,
  order: VolumeOrder,
  action: VolumeAction,
): Promise<CommandOutcome> {
  return action.kind === 'delete-volume'
    ? toOutcome(await driver.deleteVolume(order, action.pool))
    : toOutcome(await driver.importVolume(order, action));
}

function stopModeOf({ force, insist }: Extract<MachineAction, { kind: 'stop' }>): StopMode {
  if (force === 'yes') return 'forced';
  return insist === 'yes' ? 'insistent' : 'graceful';
}

async function executeOnMachine(
  driver: Driver,
  order: MachineOrder,
  action: MachineAction,
): Promise<CommandOutcome> {
  switch (action.kind) {
    case 'create':
      return toOutcome(await driver.create(order, action.spec));
    case 'start':
      return toOutcome(
        await driver.start(order, {
          cpuBaseline: action.cpu_baseline,
          numa: action.numa,
          devices: action.devices,
        }),
      );
    case 'stop':
      return toOutcome(await driver.stop(order, stopModeOf(action)));
    case 'pause':
      return toOutcome(await driver.pause(order));
    case 'resume':
      return toOutcome(await driver.resume(order));
    case 'reset':
      return toOutcome(await driver.reset(order));
    case 'delete':
      return toOutcome(await driver.delete(order));
    case 'forget':
      return toOutcome(await driver.forget(order));
    case 'delete-disk':
      return toOutcome(await driver.deleteDisk(order));
    case 'configure': {
      const configured = await driver.configure(order, action);
      if (!configured.ok) return toOutcome(configured);
      return { kind: 'succeeded', ...configured.value };
    }
    case 'reimage':
      return toOutcome(await driver.reimage(order, action.spec));
    case 'define':
      return toOutcome(await driver.define(order, action));
    case 'attach':
      return toOutcome(await driver.attach(order, action.volume));
    case 'detach':
      return toOutcome(await driver.detach(order, action.volume_id));
    case 'prepare-incoming':
      return toOutcome(await driver.prepareIncoming(order, action));
    case 'migrate':
      return toOutcome(await driver.migrate(order, { ...action, toNode: action.to_node }));
    case 'activate':
      return toOutcome(
        await driver.activate(order, action.released === 'yes' ? 'released' : undefined),
      );
    case 'apply-firewall':
      return toOutcome(await driver.applyFirewall(order, action.firewall));
    default:
      return assertNever(action);
  }
}

/** The outcome of a snapshot command reports only success or failure: the command says the rest. */
function toSnapshotOutcome(answer: Result<unknown, DriverProblem>): CommandOutcome {
  return toOutcome(answer.ok ? { ok: true, value: null } : answer);
}

function toOutcome(answer: Result<Machine | null, DriverProblem>): CommandOutcome {
  if (answer.ok) return { kind: 'succeeded', machine: answer.value };
  return { kind: 'failed', message: answer.error.message, next: answer.error.next };
}
