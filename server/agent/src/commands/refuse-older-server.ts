/** Commands of a server that was upgraded after the agent, or went back before it. */
import type { AgentAcceptance, AgentCommand } from '@novacron/contract/agent/agent';
import { isNewerRelease } from '@novacron/contract/newer-release';

/**
 * Refuses a new command of an older server, which repeats it. What it has begun may end.
 * @param own - the release of the agent
 * @param isKnown - whether the agent has accepted this command before
 * @returns undefined if the command may be accepted
 */
export function refuseOlderServer(
  { release, step }: Pick<AgentCommand, 'release' | 'step'>,
  own: string,
  isKnown: () => boolean,
): AgentAcceptance | undefined {
  if (release === undefined || !isNewerRelease(own, release)) return undefined;
  if (step.startsWith('undo:') || isKnown()) return undefined;
  const message =
    `its agent is of release ${own} and accepts no new commands from a server of ${release}. ` +
    `Upgrade the servers to ${own}, or install the agent of ${release} there`;
  return { kind: 'not-journalled', message };
}
