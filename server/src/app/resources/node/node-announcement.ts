/** Turns the announcement of an agent into the row of its node. */
import type { AgentAnnouncement } from '@novacron/contract/agent/agent-announcement';
import { PLANNED_STOP_MS_MAX } from '@novacron/contract/agent/agent-announcement';
import type { ControlPlaneTerm } from '@novacron/contract/fleet/control-plane';
import { canonicalJson, equalJson, type JsonObject } from '@novacron/contract/json';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { agentSilentSinceMs, isOnlyAgentSilent } from '../../rows/observed/node-suspicion.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { ResourceDeps } from '../deps.ts';
import { guardText } from './isolation-guard.ts';
import { readPlannedStop, type StoredPlannedStop } from './planned-stop.ts';

/** A heartbeat that another server has stored this recently is not stored again. */
const LAST_SEEN_MS_FRESH = 7_000;

/** An announcement, and what it says about control planes. */
export interface HeardNode {
  readonly said: AgentAnnouncement;
  /** The term that the agent follows, if it is not one of this control plane. */
  readonly followed: ControlPlaneTerm | undefined;
  /** The other control plane that it refuses; null: one that does not name itself. */
  readonly refused: ControlPlaneTerm | null | undefined;
}

/** Whether a row already has the values to store, as of a moment ago. */
export function isWrittenDown(known: Tables['nodes'], row: Tables['nodes']): boolean {
  const ageMs = row.last_seen_at_ms - known.last_seen_at_ms;
  if (Math.abs(ageMs) > LAST_SEEN_MS_FRESH) return false;
  return equalJson({ ...known, last_seen_at_ms: row.last_seen_at_ms }, { ...row });
}

/** Makes the row to store. @param known - the row that is stored, if there is one */
export function toNodeRow(
  deps: Pick<ResourceDeps, 'ids'>,
  { said, followed, refused }: HeardNode,
  known: Tables['nodes'] | undefined,
  nowMs: number,
): Tables['nodes'] {
  const used = {
    cpu_cores_used: known?.cpu_cores_used ?? 0,
    memory_mib_used: known?.memory_mib_used ?? 0,
    disk_gb_used: known?.disk_gb_used ?? 0,
  };
  return {
    id: known?.id ?? deps.ids.next('node'),
    name: said.node,
    zone: said.zone,
    rack: said.rack,
    driver: said.driver,
    agent_release: said.release ?? null,
    ...statusOf(followed, known),
    capabilities_json: JSON.stringify(said.capabilities),
    power: known?.power ?? null,
    class: said.class ?? null,
    prices_json: null,
    facts_json: said.facts === undefined ? null : JSON.stringify(said.facts),
    claims_version: known?.claims_version ?? null,
    followed_json: termText(followed),
    refused_json: termText(refused),
    // It is alive.
    fenced_json: null,
    // It was not given its storage back by that.
    cut_off_json: known?.cut_off_json ?? null,
    suspected_json: suspicionText(said, known, nowMs),
    pool_heartbeat_json: null,
    maintenance_until_ms: known?.maintenance_until_ms ?? null,
    conditions_json: known?.conditions_json ?? null,
    guard_json: guardText(said, known),
    lease_fence_json: null,
    woken_json: known?.woken_json ?? null,
    // A node that has become smaller than the amounts of its VMs is full, not lost.
    cpu_cores: Math.max(said.capacity.cpu_cores, used.cpu_cores_used),
    memory_mib: Math.max(said.capacity.memory_mib, used.memory_mib_used),
    disk_gb: Math.max(said.capacity.disk_gb, used.disk_gb_used),
    ...used,
    vm_count: known?.vm_count ?? 0,
    last_seen_at_ms: nowMs,
    unchecked_since_ms: uncheckedSince(said, known, nowMs),
    created_at_ms: known?.created_at_ms ?? nowMs,
  };
}

/** Once a node or its agent is back, its VMs may have stopped meanwhile. */
function uncheckedSince(
  { agent_silent_ms }: AgentAnnouncement,
  known: Tables['nodes'] | undefined,
  nowMs: number,
): number | null {
  if (known === undefined) return null;
  const isAgentBack = agentSilentSinceMs(known) !== undefined && agent_silent_ms === undefined;
  return known.status === 'lost' || isAgentBack ? nowMs : known.unchecked_since_ms;
}

/**
 * Nothing is suspected of a node that takes no VMs anyway, such as one that is switched off when
 * its agent stops. A heartbeat ends every suspicion, but for that of an agent that has announced a
 * planned stop: it stops, whatever of it arrives later, and only its next start is its return. One
 * that does not respond, on a node that is alive, takes no VMs.
 */
function suspicionText(
  said: AgentAnnouncement,
  known: Tables['nodes'] | undefined,
  nowMs: number,
): string | null {
  if (known !== undefined && !isWatched(known.status) && known.status !== 'lost') return null;
  const { incarnation, planned_stop_ms: awayMs, agent_silent_ms: silentMs } = said;
  const stored = known === undefined ? undefined : readPlannedStop(known);
  if (stored !== undefined && stored.stopped_start === incarnation) {
    return known?.suspected_json ?? null;
  }
  if (silentMs !== undefined) return silenceText(known, nowMs - silentMs);
  if (awayMs === undefined || incarnation === undefined) return null;
  const until = toTimestamp(nowMs + Math.min(PLANNED_STOP_MS_MAX, awayMs));
  const stop: StoredPlannedStop = {
    since: toTimestamp(nowMs),
    reason: `its agent was stopped on purpose, and is expected back by ${until}`,
    planned_until: until,
    stopped_start: incarnation,
  };
  return JSON.stringify(stop);
}

/** One text for the whole silence of an agent. */
function silenceText(known: Tables['nodes'] | undefined, sinceMs: number): string {
  const suspected_json = known?.suspected_json ?? null;
  if (suspected_json !== null && isOnlyAgentSilent({ suspected_json })) return suspected_json;
  const storedMs = agentSilentSinceMs({ suspected_json });
  const since = toTimestamp(storedMs ?? sinceMs);
  const reason = 'its agent does not respond: it hangs or has crashed, and the node is alive';
  return JSON.stringify({ since, reason, agent_silent_since: since });
}

/**
 * To a control plane that it refuses, a node on which VMs may run is lost; other states stay. One
 * that is back is what it was.
 */
function statusOf(
  followed: ControlPlaneTerm | undefined,
  known: Tables['nodes'] | undefined,
): Pick<NodeRow, 'status' | 'lost_from'> {
  const { status = 'ready', lost_from = null } = known ?? {};
  if (followed !== undefined) return isWatched(status) ? lostFrom(status) : { status, lost_from };
  return { status: status === 'lost' ? (lost_from ?? 'ready') : status, lost_from: null };
}

/** The states in which VMs may run on a node, so that it matters whether it answers. */
export const WATCHED_STATUSES = ['ready', 'draining'] as const;

/** Whether a node has one of them. */
export function isWatched(status: string | undefined): boolean {
  return WATCHED_STATUSES.some((each) => each === status);
}

/** The fields of a node that is lost now. */
export function lostFrom(status: string): Pick<NodeRow, 'status' | 'lost_from'> {
  return { status: 'lost', lost_from: status === 'ready' ? null : status };
}

/**
 * Serializes the term for the store; the text `null` for a sender that does not identify itself.
 */
function termText(term: ControlPlaneTerm | null | undefined): string | null {
  if (term === undefined) return null;
  if (term === null) return 'null';
  const named: JsonObject = { id: term.id, term: term.term, number: term.number };
  return canonicalJson(named);
}
