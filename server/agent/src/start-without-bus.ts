/**
 * Starts the machines of a host that has restarted while the message bus is away: it may run in one
 * of them, or on a host that comes later. The agent begins as usual when the bus answers.
 */
import { err } from '@novacron/contract/result';
import { openNodeDatabase } from './database/open-node-database.ts';
import type { KeySource } from './drivers/driver.ts';
import { openNodeDriver } from './open-node-driver.ts';
import { startAfterHostRestart } from './start-after-host-restart.ts';
import type { NodesParts } from './start-nodes.ts';

/** Parts of the agents that it uses. */
export type WithoutBusParts = Pick<
  NodesParts,
  'nodes' | 'dataDir' | 'driver' | 'clock' | 'timers' | 'rng' | 'logger'
>;

/**
 * Starts them, where the hypervisor does that. What is wrong with a host is said when the agent
 * begins.
 * @returns a function that gives up what has not started yet and lets go of the machines
 */
export async function startWithoutBus(parts: WithoutBusParts): Promise<() => Promise<void>> {
  const { nodes, dataDir, driver: choice, clock, timers, rng, logger } = parts;
  const leaves: (() => Promise<void>)[] = [];
  if (choice.kind === 'simulator') return async () => undefined;
  for (const node of nodes) {
    const database = openNodeDatabase({ choice, dataDir, node: node.name, logger });
    const own = { choice, node, database, clock, timers, rng, logger };
    const opened = await openNodeDriver(own).catch(() => undefined);
    if (opened?.ok !== true) {
      database.close();
      continue;
    }
    const { driver } = opened.value;
    const giveUp = startAfterHostRestart({ driver, node, logger, keyOf: withoutServer });
    leaves.push(async () => {
      await giveUp();
      await driver.close();
      database.close();
    });
  }
  return async () => {
    await Promise.all(leaves.map((leave) => leave()));
  };
}

const withoutServer: KeySource = async (id) => {
  const message = `${id} is encrypted, and the message bus, through which its key comes, is away.`;
  return err({ message, next: 'retry', until: 'server' });
};
