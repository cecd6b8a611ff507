/**
 * An agent that names itself as a node, and runs on another host than the node did. The first host
 * may be cut off with its guests alive: it takes a fence, or a new enrollment, to give its name
 * away.
 */
import type { AgentAnnouncement } from '@novacron/contract/agent/agent-announcement';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { readFacts } from '../../placement/facts/node-facts.ts';
import { compareHosts } from './host-identity.ts';
import { isWatched } from './node-announcement.ts';
import { isFenced } from './node-fence.ts';

/** Known facts about the node whose name an agent uses. */
interface KnownNode {
  readonly known: NodeRow;
  readonly enrolled: readonly Pick<Tables['enrollments'], 'status' | 'enrolled_at_ms'>[];
}

/**
 * Refuses it while VMs of the node may run on the first host.
 * @returns undefined where it is the same host, as far as is known, or where nothing runs twice
 */
export function refuseOtherHost(
  { node, facts }: Pick<AgentAnnouncement, 'node' | 'facts'>,
  { known, enrolled }: KnownNode,
): Problem | undefined {
  const before = readFacts(known)?.host_uuid;
  if (compareHosts(before, facts?.host_uuid ?? null) !== 'different') return undefined;
  const mayRun = isWatched(known.status) || (known.status === 'lost' && !isFenced(known));
  const isEnrolledSince = enrolled.some(
    ({ status, enrolled_at_ms: atMs }) =>
      status === 'active' && atMs !== null && atMs > known.last_seen_at_ms,
  );
  if (!mayRun || known.vm_count === 0 || isEnrolledSince) return undefined;
  return problem('conflict', {
    detail:
      `An agent on another host names itself ${node}: its host has the UUID ` +
      `${facts?.host_uuid}, and that of ${node} is ${before}. It is not heard, as VMs of the ` +
      'node may run on the first host.',
    remedy:
      `If the first host is off, say so: novacron node confirm-dead ${node}. Else set another ` +
      '--node for the second agent.',
    data: { reason: 'other_host', node },
  });
}
