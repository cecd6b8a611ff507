/** Listens to what nodes and runners say of themselves. */
import { registerRunners } from '../automation/runners/register-runners.ts';
import { createNodeRegistry, type NodeRegistry } from '../resources/node/register-nodes.ts';

/** Starts listening; must run before the agents start. */
export function hearFleet(
  deps: Parameters<typeof createNodeRegistry>[0] & Parameters<typeof registerRunners>[0],
): NodeRegistry {
  const nodes = createNodeRegistry(deps);
  const leaveRunners = registerRunners(deps);
  return {
    ...nodes,
    stop: () => {
      leaveRunners();
      nodes.stop();
    },
  };
}
