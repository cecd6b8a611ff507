/** Suspicion about a node that takes no new VMs. */
import { NodeSuspicion } from '@novacron/contract/fleet/node';
import { z } from 'zod';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { parseStored } from '../parse-stored.ts';
import { toTimestamp } from '../to-timestamp.ts';

/** Returns the reason why a node is suspected lost; undefined if it is not suspected. */
export function suspicionOf({
  suspected_json,
}: Pick<NodeRow, 'suspected_json'>): NodeSuspicion | undefined {
  if (suspected_json === null) return undefined;
  const { since, reason, planned_until, agent_silent_since } = NodeSuspicion.parse(
    parseStored(suspected_json),
  );
  return {
    since,
    reason,
    ...(planned_until === undefined ? {} : { planned_until }),
    ...(agent_silent_since === undefined ? {} : { agent_silent_since }),
  };
}

/** Whether a server hears nothing of a node: its agent is silent, or follows another server. */
export function isOutOfContact(node: Pick<NodeRow, 'status' | 'followed_json'>): boolean {
  return node.status === 'lost' || node.followed_json !== null;
}

/**
 * Since when the agent of a node that is alive has not responded; undefined: it does, or nothing is
 * heard of the node at all. Unit: ms since the Unix epoch.
 */
export function agentSilentSinceMs(row: Pick<NodeRow, 'suspected_json'>): number | undefined {
  const since = suspicionOf(row)?.agent_silent_since;
  return since === undefined ? undefined : Date.parse(since);
}

/** Time for which an agent may hang before people must be notified. Unit: ms. */
const AGENT_SILENT_MS_MIN = 30_000;

/** Whether the agent of a node has not responded for so long that it has to be restarted. */
export function isAgentSilent(row: Pick<NodeRow, 'suspected_json'>, nowMs: number): boolean {
  const sinceMs = agentSilentSinceMs(row);
  return sinceMs !== undefined && nowMs - sinceMs >= AGENT_SILENT_MS_MIN;
}

/** Additional stored field, set once the heartbeats of such a node have stopped as well. */
const Unheard = z.looseObject({ unheard: z.literal(true) });

/** Whether only the agent of a suspected node is silent: the heartbeats of the node arrive. */
export function isOnlyAgentSilent(row: Pick<NodeRow, 'suspected_json'>): boolean {
  if (row.suspected_json === null) return false;
  const stored = parseStored(row.suspected_json);
  const isSilent = NodeSuspicion.parse(stored).agent_silent_since !== undefined;
  return isSilent && !Unheard.safeParse(stored).success;
}

/** The suspicion of a node that is not heard: it goes on from that of its agent. */
export function unheardText(
  row: Pick<NodeRow, 'suspected_json'>,
  reason: string,
  nowMs: number,
): string {
  const silentMs = agentSilentSinceMs(row);
  const since = toTimestamp(nowMs);
  if (silentMs === undefined) return JSON.stringify({ since, reason });
  const agent_silent_since = toTimestamp(silentMs);
  return JSON.stringify({ since, reason, agent_silent_since, unheard: true });
}
