/** Observes what is wrong: nodes that do not answer, and VMs that should run and do not. */
import { NodeConditionKind } from '@novacron/contract/fleet/node-condition';
import {
  IncidentCause,
  IncidentSeverity,
  IncidentTargetKind,
} from '@novacron/contract/healing/incident';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type {
  DownVm,
  IncidentInput,
  KnownIncident,
  UnprotectedVm,
  WatchedNode,
} from '@novacron/engine/healing/incidents/model/incident';
import { REOPEN_MS } from '@novacron/engine/healing/incidents/plan-incidents';
import { explainStandbyGap } from '@novacron/engine/healing/recover/explain-standbys';
import { z } from 'zod';
import type { IncidentMemberRow, IncidentRow } from '../../../ports/tables/incident-rows.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { VmRow } from '../../../ports/tables/tables.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { isCutOff, loneWitnessOf, stateOfNode } from '../../resources/node/node-fence.ts';
import { desiredAs, mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { conditionsOf, nodesWithFullDisk } from '../../rows/observed/node-conditions.ts';
import { isAgentSilent } from '../../rows/observed/node-suspicion.ts';
import { healthOf, isHung } from '../../rows/observed/observed-health.ts';
import { attemptsBefore, isMachineGone, stopReasonOf } from '../../rows/observed-machine.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import { findReplacing } from './find-replacing.ts';
import { findShared } from './find-shared.ts';

/** Input of a round. */
export interface Observed {
  readonly input: IncidentInput;
  /** The stored incidents of `input.known`, by id. */
  readonly rows: ReadonlyMap<string, IncidentRow>;
  /** The VMs of open incidents that are down, by the id of the incident. */
  readonly members: ReadonlyMap<string, readonly IncidentMemberRow[]>;
}

/** Reads it. */
export async function observeFailures(
  deps: CapabilityDeps,
  platformTenantId: string,
  strangers: NonNullable<IncidentInput['strangers']>,
): Promise<Observed> {
  const { store, clock } = deps;
  const nodes = await store.read({ from: 'nodes' });
  const nowMs = clock.nowMs();
  const open = await store.read({
    from: 'incidents',
    where: { state: { in: ['open', 'acknowledged'] } },
  });
  const recent = await store.read({
    from: 'incidents',
    where: { resolved_at_ms: { above: nowMs - REOPEN_MS } },
  });
  const rows = new Map([...open, ...recent].map((row) => [row.id, row]));
  const members = await readMembers(deps, [...rows.keys()]);
  const known = [...rows.values()].flatMap((row) => toKnown(row, members.get(row.id) ?? []));
  const waited = {
    vms: waitedFor(open, members, OF_NODES),
    returned: await findReturned(deps, nodes),
    full: nodesWithFullDisk(nodes),
    vmsForRoom: waitedFor(open, members, ['disk_full']),
  };
  const down = await findDown(deps, nodes, waited);
  const vms = await findShared(deps, { down, nodes, members: [...members.values()].flat() });
  const watched = nodes.map((row): WatchedNode => {
    const state = stateOf(row);
    const own = isOverdue(row, nowMs)
      ? 'overdue'
      : state === 'answers' && isAgentSilent(row, nowMs)
        ? 'unresponsive'
        : state;
    const loneWitness = loneWitnessOf(row, nowMs);
    return {
      name: row.name,
      zone: row.zone,
      state: own,
      conditions: seenConditions(row),
      ...(loneWitness === undefined ? {} : { loneWitness }),
    };
  });
  const unprotected = await findUnprotected(deps);
  const replacing = await findReplacing(deps, open);
  const found = { vms, unprotected, strangers, known, replacing };
  const input = Object.assign({ platformTenantId, nodes: watched }, found);
  return { input, rows, members };
}

/** Time that a VM may be without its standby before people are informed. Unit: ms. */
const STANDBY_MISSING_MS_MIN = 60_000;

/** VMs whose standby no node has been able to hold for a while. */
async function findUnprotected({
  store,
  clock,
}: CapabilityDeps): Promise<readonly UnprotectedVm[]> {
  const missing = await store.read({
    from: 'standbys',
    where: { node: null, since_ms: { below: clock.nowMs() - STANDBY_MISSING_MS_MIN } },
  });
  const ids = missing.map(({ id }) => id);
  const rows = await store.read({ from: 'vms', where: { id: { in: ids } }, damaged: 'blank' });
  return mapReadable(rows, (row): UnprotectedVm => {
    const node = String(observedOf(row).node);
    const reason = missing.find(({ id }) => id === row.id)?.reason ?? '';
    const { id, name, tenant_id: tenantId } = row;
    return { id, name, tenantId, node, reason: explainStandbyGap(reason, node) };
  });
}

/** Those that its agent sees, of kinds that incidents are opened for. */
function seenConditions(row: NodeRow): NonNullable<WatchedNode['conditions']> {
  return conditionsOf(row).flatMap(({ kind, evidence, clearedMs }) => {
    const known = NodeConditionKind.safeParse(kind);
    return known.success && clearedMs === null ? [{ kind: known.data, evidence }] : [];
  });
}

/** Nothing is heard of a node that follows another control plane. */
function stateOf(row: NodeRow): WatchedNode['state'] {
  if (row.followed_json !== null) return 'silent';
  return isCutOff(row) ? 'cut_off' : stateOfNode(row);
}

/** A node in maintenance is silent until its planned end, whether its host is on or off. */
function isOverdue({ status, maintenance_until_ms: untilMs }: NodeRow, nowMs: number): boolean {
  return status === 'maintenance' && untilMs !== null && untilMs <= nowMs;
}

/** The VMs of incidents that are down, by the id of the incident. */
async function readMembers(
  { store }: CapabilityDeps,
  incidentIds: readonly string[],
): Promise<ReadonlyMap<string, readonly IncidentMemberRow[]>> {
  const rows = await store.read({
    from: 'incident_members',
    where: { incident_id: { in: incidentIds }, up_at_ms: null },
  });
  const members = new Map<string, IncidentMemberRow[]>();
  for (const row of rows) {
    const found = members.get(row.incident_id);
    if (found === undefined) members.set(row.incident_id, [row]);
    else found.push(row);
  }
  return members;
}

/** None for one with a cause or a kind of target of a later release: its servers look after it. */
function toKnown(
  row: IncidentRow,
  members: readonly IncidentMemberRow[],
): readonly KnownIncident[] {
  const cause = IncidentCause.safeParse(row.cause);
  const targetKind = IncidentTargetKind.safeParse(row.target_kind);
  if (!cause.success || !targetKind.success) return [];
  return [
    {
      id: row.id,
      tenantId: row.tenant_id,
      key: row.cause_key,
      cause: cause.data,
      target: row.target_name,
      targetKind: targetKind.data,
      severity: IncidentSeverity.parse(row.severity),
      nodes: JSON.parse(row.nodes_json),
      down: members.map(({ vm_id }) => vm_id),
      vmCount: row.vms_down,
      affected: row.vms_affected,
      summary: row.summary,
      ...(row.state === 'acknowledged' ? { acknowledged: true as const } : {}),
      resolvedAtMs: row.resolved_at_ms,
    },
  ];
}

/** VMs whose node was lost, and is back, or had no room; they are waited for until they are up. */
interface Waited {
  /** Ids of VMs that are down by an open incident of their nodes. */
  readonly vms: ReadonlySet<string>;
  /** Names of nodes without room on a disk. */
  readonly full: ReadonlySet<unknown>;
  /** Ids of VMs that are down by an open incident of a full disk. */
  readonly vmsForRoom: ReadonlySet<string>;
  /** Names of nodes that were known to be off, and whose VMs were not looked at since. */
  readonly returned: ReadonlySet<unknown>;
}

/** Causes by which everything on a node is down. */
const OF_NODES = ['fleet_lost', 'zone_lost', 'node_lost', 'management_lost'];

function waitedFor(
  open: readonly IncidentRow[],
  members: ReadonlyMap<string, readonly IncidentMemberRow[]>,
  causes: readonly string[],
): Waited['vms'] {
  const ofCauses = open.filter(({ cause }) => causes.includes(cause));
  const down = ofCauses.flatMap(({ id }) => members.get(id) ?? []);
  return new Set(down.map(({ vm_id }) => vm_id));
}

/**
 * Time after which the VMs of a node that is back have been compared with its machines. Unit: ms.
 */
const LOOKED_AT_MS = 30_000;

/** Nodes that are looked for. */
const RETURNED_MAX = 1_000;

async function findReturned(
  { store, clock }: CapabilityDeps,
  nodes: readonly NodeRow[],
): Promise<Waited['returned']> {
  const events = await store.read({
    from: 'events',
    where: { type: 'node.back', at_ms: { above: clock.nowMs() - LOOKED_AT_MS } },
    limit: RETURNED_MAX,
  });
  const ids = events.flatMap(({ target, data_json }) =>
    Fenced.safeParse(parseStored(data_json)).success ? [target] : [],
  );
  return new Set(nodes.flatMap(({ id, name }) => (ids.includes(id) ? [name] : [])));
}

const Fenced = z.looseObject({ fenced: z.literal(true) });

/** VMs that should run and do not, as far as is known. Those being changed count, too. */
async function findDown(
  { store }: CapabilityDeps,
  nodes: readonly NodeRow[],
  waited: Waited,
): Promise<readonly DownVm[]> {
  const away = nodes.filter((row) => ['silent', 'cut_off', 'dead'].includes(stateOf(row)));
  const held = await store.read({
    from: 'allocations',
    where: { node_id: { in: away.map(({ id }) => id) } },
  });
  const names = new Set<unknown>(away.map(({ name }) => name));
  const onAway = await store.read({
    from: 'vms',
    where: { id: { in: held.map(({ vm_id }) => vm_id) } },
    damaged: 'blank',
  });
  const others = await store.read({
    from: 'vms',
    where: { status: { in: ['unknown', 'stopped'] } },
    damaged: 'blank',
  });
  const unhealthy = await store.read({
    from: 'vms',
    where: { health: 'unhealthy' },
    damaged: 'blank',
  });
  const ofReturned = waited.returned.size === 0 ? [] : [...waited.vms];
  const back = await store.read({
    from: 'vms',
    where: { id: { in: ofReturned } },
    damaged: 'blank',
  });
  const all = [...onAway, ...others, ...unhealthy, ...back];
  const rows = new Map(all.map((row) => [row.id, row]));
  const found = mapReadable([...rows.values()], (row) => {
    const fault = faultOf(row, names) ?? roomFaultOf(row, waited) ?? faultSince(row, waited);
    return fault === undefined ? [] : [{ row, fault }];
  }).flat();
  const groups = await readGroups(
    store,
    found.map(({ row }) => row),
  );
  return found.map(({ row, fault }) => ({
    id: row.id,
    name: row.name,
    tenantId: row.tenant_id,
    node: String(observedOf(row).node),
    fault,
    group: groups.get(row.id) ?? null,
    ...(fault === 'unhealthy' && isHung(observedOf(row)) ? { hung: true as const } : {}),
  }));
}

/** Explains why a VM is down; undefined if it is not down, or not meant to run. */
function faultOf(row: VmRow, away: ReadonlySet<unknown>): DownVm['fault'] | undefined {
  const observed = observedOf(row);
  if (desiredAs(row, VmSpec).power_state !== 'running') return undefined;
  if (attemptsBefore(observed) !== null) return 'crash_loop';
  // Of one that an operation got stuck at, too, nothing is known until its node is back.
  const isMeantToRun = observed.status === 'running' || observed.status === 'unknown';
  if (isMeantToRun && away.has(observed.node)) return 'node';
  if (isMachineGone(row)) return 'machine_missing';
  return healthOf(observed)?.state === 'unhealthy' ? 'unhealthy' : undefined;
}

/** Whether a guest waits for room, or did, and was not started since there is some. */
function roomFaultOf(row: VmRow, { full, vmsForRoom }: Waited): 'disk_full' | undefined {
  const observed = observedOf(row);
  if (observed.status !== 'stopped' || stopReasonOf(observed) !== 'io_error') return undefined;
  if (desiredAs(row, VmSpec).power_state !== 'running') return undefined;
  return full.has(observed.node) || vmsForRoom.has(row.id) ? 'disk_full' : undefined;
}

/** Whether a VM was down with its node, which is back, and is not up again. */
function faultSince(row: VmRow, { vms, returned }: Waited): 'node' | undefined {
  const observed = observedOf(row);
  if (!vms.has(row.id) || desiredAs(row, VmSpec).power_state !== 'running') return undefined;
  const isStopped = observed.status === 'stopped' && stopReasonOf(observed) !== 'command';
  const isUp = !isStopped && observed.status !== 'unknown';
  return isUp && !returned.has(observed.node) ? undefined : 'node';
}

/** The names of the groups that VMs belong to. */
async function readGroups(
  store: CapabilityDeps['store'],
  rows: readonly VmRow[],
): Promise<ReadonlyMap<string, string>> {
  const members = await store.read({
    from: 'vm_group_members',
    where: { id: { in: rows.map(({ id }) => id) } },
  });
  const groups = await store.read({
    from: 'vm_groups',
    where: { id: { in: members.map(({ group_id }) => group_id) } },
    damaged: 'blank',
  });
  const names = new Map<string, string>(groups.map(({ id, name }) => [id, name]));
  return new Map(
    members.flatMap(({ id, group_id }) => {
      const name = names.get(group_id);
      return name === undefined ? [] : [[id, name] as const];
    }),
  );
}
