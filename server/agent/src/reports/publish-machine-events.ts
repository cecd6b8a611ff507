import type { Bus } from '@novacron/bus/bus';
import { machineSubject } from '@novacron/contract/agent/agent-subjects';
import type { Logger } from '@novacron/runtime/logger';
import type { DriverEvent } from '../drivers/driver.ts';

/**
 * Publishes at once that a machine changed by itself, so that servers need not wait for their next
 * inspection. The effect of a command is reported by its completion.
 * @param agent - `lanes`: the machines that commands are working on, by the ids of their VMs
 */
export function publishMachineEvents({
  bus,
  node,
  logger,
  lanes,
}: {
  readonly bus: Bus;
  readonly node: { readonly name: string };
  readonly logger: Logger;
  readonly lanes: ReadonlyMap<string, unknown>;
}): (event: DriverEvent) => void {
  return (event) => {
    logger.debug({ node: node.name, event }, 'machine event');
    if (!lanes.has(event.vm_id)) bus.publish(machineSubject(node.name), {});
  };
}
