/** Commands of a server that was upgraded after the agent, or went back before it. */
import type { AgentAcceptance, AgentCommand } from '@novacron/contract/agent/agent';
import { isNewerRelease } from '@novacron/contract/newer-release';
import type { Logger } from '@novacron/runtime/logger';
import type { FleetNode } from './fleet/fleet.ts';
import type { Journal } from './journal/journal.ts';
import { AGENT_VERSION } from './process/version.ts';

/**
 * Refuses a new command of an older server, which repeats it. What it has begun may end.
 * @returns undefined if the command may be accepted
 */
export function refuseOlderServer(
  agent: {
    readonly node: Pick<FleetNode, 'name'>;
    readonly journal: Pick<Journal, 'outcomeOf'>;
    readonly logger: Logger;
  },
  command: AgentCommand,
): AgentAcceptance | undefined {
  const { node, journal, logger } = agent;
  const { release, step } = command;
  if (release === undefined || !isNewerRelease(AGENT_VERSION, release)) return undefined;
  if (step.startsWith('undo:') || journal.outcomeOf(command).kind !== 'unknown') return undefined;
  const message =
    `its agent is of release ${AGENT_VERSION} and accepts no new commands from a server of ` +
    `${release}. Upgrade the servers to ${AGENT_VERSION}, or install the agent of ${release} there`;
  logger.warn({ node: node.name, release }, 'a command of an older server is refused');
  return { kind: 'not-journalled', message };
}
