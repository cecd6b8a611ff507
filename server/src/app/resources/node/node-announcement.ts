/** Turns the announcement of an agent into the row of its node. */
import type { AgentAnnouncement } from '@novacron/contract/agent/agent-announcement';
import type { ControlPlaneTerm } from '@novacron/contract/fleet/control-plane';
import { canonicalJson, equalJson, type JsonObject } from '@novacron/contract/json';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { ResourceDeps } from '../deps.ts';

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
    ...statusOf(followed, known),
    capabilities_json: JSON.stringify(said.capabilities),
    power: known?.power ?? null,
    prices_json: said.prices === undefined ? null : JSON.stringify(said.prices),
    facts_json: said.facts === undefined ? null : JSON.stringify(said.facts),
    claims_version: known?.claims_version ?? null,
    followed_json: termText(followed),
    refused_json: termText(refused),
    // It is alive.
    fenced_json: null,
    suspected_json: null,
    maintenance_until_ms: known?.maintenance_until_ms ?? null,
    conditions_json: known?.conditions_json ?? null,
    // A node that has become smaller than the amounts of its VMs is full, not lost.
    cpu_cores: Math.max(said.capacity.cpu_cores, used.cpu_cores_used),
    memory_mib: Math.max(said.capacity.memory_mib, used.memory_mib_used),
    disk_gb: Math.max(said.capacity.disk_gb, used.disk_gb_used),
    ...used,
    vm_count: known?.vm_count ?? 0,
    last_seen_at_ms: nowMs,
    created_at_ms: known?.created_at_ms ?? nowMs,
  };
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

/** As it is stored; `null` in words for a sender that does not name itself. */
function termText(term: ControlPlaneTerm | null | undefined): string | null {
  if (term === undefined) return null;
  if (term === null) return 'null';
  const named: JsonObject = { id: term.id, term: term.term, number: term.number };
  return canonicalJson(named);
}
