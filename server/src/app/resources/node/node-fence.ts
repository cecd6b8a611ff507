/** The fence of a node: why its VMs cannot run there any more. */
import { NodeFence, NodePoolHeartbeat } from '@novacron/contract/fleet/node';
import type { Change } from '../../../ports/store.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import { replan } from '../../rows/resource-problems.ts';
import { leaseFenceOf } from './isolation-guard.ts';

/** Reads it; undefined for a node whose VMs may run. */
export function fenceOf({ fenced_json }: Pick<NodeRow, 'fenced_json'>): NodeFence | undefined {
  return fenced_json === null ? undefined : NodeFence.parse(parseStored(fenced_json));
}

/**
 * Returns the heartbeat that other nodes read in the shared storage; undefined if nothing is known.
 */
export function poolHeartbeatOf({
  pool_heartbeat_json: text,
}: Pick<NodeRow, 'pool_heartbeat_json'>): NodePoolHeartbeat | undefined {
  return text === null ? undefined : NodePoolHeartbeat.safeParse(parseStored(text)).data;
}

/** Whether other nodes know that a node is alive that is lost to servers. */
export function isCutOff(row: NodeRow): boolean {
  return stateOfNode(row) === 'silent' && poolHeartbeatOf(row)?.state === 'moves';
}

/** After this time a second node would have read a heartbeat that moves. Unit: ms. */
const LONE_WITNESS_MS = 600_000;

/**
 * The only node that has read the heartbeat of a node that is cut off, for long; undefined where it
 * is not cut off, where others have read it as well, and in the first minutes. What it says keeps
 * the node from being powered off, and it may be wrong.
 */
export function loneWitnessOf(row: NodeRow, nowMs: number): string | undefined {
  const read = poolHeartbeatOf(row);
  if (read === undefined || !isCutOff(row) || read.by.length !== 1) return undefined;
  return nowMs - Date.parse(read.at) >= LONE_WITNESS_MS ? read.by[0] : undefined;
}

/**
 * Returns the fencing state of a node. `silent`: lost, and not known to be off; `dead`: known to be
 * off; `idle`: out of service, or the node of another control plane.
 */
export function stateOfNode({
  status,
  fenced_json,
  followed_json,
}: Pick<NodeRow, 'status' | 'fenced_json' | 'followed_json'>):
  | 'answers'
  | 'silent'
  | 'dead'
  | 'idle' {
  if (followed_json !== null) return 'idle';
  if (status === 'lost') return fenced_json === null ? 'silent' : 'dead';
  return status === 'ready' || status === 'draining' ? 'answers' : 'idle';
}

/**
 * Whether a VM cannot run on a node any more: the node is off, or has stopped this VM itself as it
 * was isolated.
 */
export function isFencedOn(row: NodeRow, vmId: string): boolean {
  return fenceOf(row) !== undefined || leaseFenceOf(row)?.guard.vms.includes(vmId) === true;
}

/** Whether VMs of a node were given away because of any fence: it takes proof that it is back. */
export function isFenced(row: NodeRow): boolean {
  const isOff = fenceOf(row) !== undefined || leaseFenceOf(row) !== undefined;
  return isOff || row.cut_off_json !== null;
}

/** Guard: the node has not answered since. */
export function requireFence(row: NodeRow): Change {
  const { id, name, status, fenced_json, cut_off_json, lease_fence_json, last_seen_at_ms } = row;
  const since = fenced_json === null ? { lease_fence_json, last_seen_at_ms } : {};
  return {
    kind: 'update',
    table: 'nodes',
    id,
    set: { fenced_json },
    expect: { status, fenced_json, cut_off_json, ...since },
    otherwise: replan(`Node ${name}`),
  };
}
