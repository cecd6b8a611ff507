/** Machines on the hypervisors of an embedded fleet, read without the store. */
import type { EmbeddedFleet } from '@novacron/agent/start-embedded-fleet';
import type { Machine } from '@novacron/contract/agent/machine';

/** @returns machines by name of their node; nodes whose agent is away are absent */
export async function inspectFleet(
  fleet: EmbeddedFleet,
): Promise<ReadonlyMap<string, readonly Machine[]>> {
  const found = new Map<string, readonly Machine[]>();
  for (const [node, driver] of fleet.drivers) {
    const inspected = await driver.inspect();
    if (!inspected.ok) throw new Error(inspected.error.message);
    found.set(node, inspected.value);
  }
  return found;
}
