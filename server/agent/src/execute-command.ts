/** Turns one command into one call of the driver, and the driver's answer into an outcome. */
import type { AgentCommand, CommandOutcome, Machine } from '@novacron/contract/agent';
import { assertNever, type Result } from '@novacron/contract/result';
import type { Driver, DriverProblem, MachineOrder } from './driver.ts';

/** Runs a command. The rest of the order is whoever waits for its outcome. */
export async function executeCommand(
  driver: Driver,
  command: AgentCommand,
  waiter: Omit<MachineOrder, 'vm_id' | 'generation'>,
): Promise<CommandOutcome> {
  const { vm_id, generation, action } = command;
  const order = { vm_id, generation, ...waiter };
  switch (action.kind) {
    case 'create':
      return toOutcome(await driver.create(order, action.spec));
    case 'start':
      return toOutcome(await driver.start(order));
    case 'stop':
      return toOutcome(await driver.stop(order, action.force === 'yes' ? 'forced' : 'graceful'));
    case 'delete':
      return toOutcome(await driver.delete(order));
    case 'configure': {
      const configured = await driver.configure(order, action);
      if (!configured.ok) return toOutcome(configured);
      return { kind: 'succeeded', ...configured.value };
    }
    case 'attach':
      return toOutcome(await driver.attach(order, action.volume));
    case 'detach':
      return toOutcome(await driver.detach(order, action.volume_id));
    case 'prepare-incoming':
      return toOutcome(await driver.prepareIncoming(order, action));
    case 'migrate':
      return toOutcome(await driver.migrate(order, action.to_node));
    case 'activate':
      return toOutcome(await driver.activate(order));
    default:
      return assertNever(action);
  }
}

function toOutcome(answer: Result<Machine | null, DriverProblem>): CommandOutcome {
  if (answer.ok) return { kind: 'succeeded', machine: answer.value };
  return { kind: 'failed', message: answer.error.message, next: answer.error.next };
}
