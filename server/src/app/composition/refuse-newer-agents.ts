/** A server goes back to an earlier release after the agents that it commands. */
import { listNames } from '@novacron/contract/formats/list-names';
import { isNewerRelease } from '@novacron/contract/newer-release';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { CapabilityDeps } from '../platform/deps.ts';

/** Names that a message lists. */
const NAMES_MAX = 5;

/**
 * Refuses to start where agents of a newer release run: they refuse the commands of this one.
 * Nodes that are lost do not count.
 */
export async function refuseNewerAgents({
  store,
  serverVersion,
}: Pick<CapabilityDeps, 'store' | 'serverVersion'>): Promise<Result<void, Problem>> {
  const rows = await store.read({ from: 'nodes' });
  const newer = rows.filter(
    ({ status, agent_release }) =>
      status !== 'lost' && agent_release !== null && isNewerRelease(agent_release, serverVersion),
  );
  const [first] = newer;
  if (first === undefined) return ok(undefined);
  const names = listNames(
    newer.map(({ name }) => name),
    NAMES_MAX,
  );
  return err(
    problem('unavailable', {
      detail:
        `This server is of release ${serverVersion}, and agents are of a newer one ` +
        `(${first.agent_release}): ${names}.`,
      remedy:
        `Install the agents of ${serverVersion} on these nodes first, while the servers of ` +
        `${first.agent_release} run, or start a server of ${first.agent_release}.`,
      data: { reason: 'agents-newer' },
    }),
  );
}
