/** The changes of the store that open, change and resolve incidents. */
import {
  summarizeEnd,
  summarySentence,
} from '@novacron/engine/healing/incidents/explain-incidents';
import type {
  DownVm,
  Failure,
  IncidentPlan,
} from '@novacron/engine/healing/incidents/model/incident';
import { UNTIL_ACKNOWLEDGED } from '@novacron/engine/healing/incidents/plan-incidents';
import type { Change } from '../../../ports/store.ts';
import type { IncidentMemberRow, IncidentRow } from '../../../ports/tables/incident-rows.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { PLATFORM_NAME } from '../../kernel/operations/platform-caller.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { replan } from '../../rows/resource-problems.ts';
import { findOccurrence } from './find-occurrence.ts';
import type { Observed } from './observe-failures.ts';

/** Operations that are looked at for the hand of a person. */
const OPERATIONS_MAX = 1_000;

/**
 * Incidents that a new incident replaces or follows. `page`: people were already paged for such an
 * incident.
 */
export type Replaced = 'nothing' | 'page';

/** Opens an incident. */
export function openIncident(
  deps: CapabilityDeps,
  observed: Pick<Observed, 'members'>,
  { failure, replaces }: { readonly failure: Failure; readonly replaces: Replaced },
): readonly Change[] {
  const nowMs = deps.clock.nowMs();
  const row: IncidentRow = {
    id: deps.ids.next('inc'),
    tenant_id: failure.tenantId,
    state: 'open',
    cause: failure.cause,
    cause_key: failure.key,
    target_kind: failure.targetKind,
    target_name: failure.target,
    vms_affected: Math.max(failure.vmCount, failure.vms.length),
    occurrences: 1,
    opened_at_ms: nowMs,
    reopened_at_ms: null,
    acknowledged_at_ms: null,
    acknowledged_by: null,
    comment: null,
    silenced_until_ms: null,
    silenced_by: null,
    resolution: null,
    ...currentFields(failure, failure.vmCount, nowMs),
  };
  return [
    { kind: 'insert', into: 'incidents', row, otherwise: replan('The incident') },
    ...insertMembers(deps, observed, { incidentId: row.id, failure, vms: failure.vms }),
    ...publish(deps, row, {
      type: 'incident.opened',
      priority: replaces === 'page' ? 'high' : urgencyOf(row),
    }),
  ];
}

/** The fields that follow from what is wrong now. */
function currentFields(failure: Failure, affected: number, nowMs: number) {
  const vmCount = Math.max(failure.vmCount, affected);
  return {
    severity: failure.severity,
    summary: summarySentence({ ...failure, vmCount }),
    nodes_json: JSON.stringify(failure.nodes),
    vms_down: failure.vmCount,
    changed_at_ms: nowMs,
    resolved_at_ms: null,
  };
}

/**
 * The VMs that an incident takes down. One that was down by another incident of its tenant, such as
 * its own before that of what it shares with others, has been down since then: it is one outage.
 */
function insertMembers(
  { ids, clock }: CapabilityDeps,
  { members }: Pick<Observed, 'members'>,
  {
    incidentId,
    failure: { tenantId },
    vms,
  }: {
    readonly incidentId: string;
    readonly failure: Failure;
    readonly vms: readonly DownVm[];
  },
): readonly Change[] {
  if (vms.length === 0) return [];
  const nowMs = clock.nowMs();
  const sinceMs = new Map<string, number>();
  for (const { tenant_id, vm_id, down_at_ms } of [...members.values()].flat()) {
    if (tenant_id !== tenantId) continue;
    sinceMs.set(vm_id, Math.min(down_at_ms, sinceMs.get(vm_id) ?? nowMs));
  }
  return vms.map(({ id, name, node }) => {
    const row: IncidentMemberRow = {
      id: ids.next('incm'),
      incident_id: incidentId,
      tenant_id: tenantId,
      vm_id: id,
      vm_name: name,
      node_name: node,
      down_at_ms: sinceMs.get(id) ?? nowMs,
      up_at_ms: null,
    };
    return { kind: 'insert', into: 'incident_members', row, otherwise: replan('The incident') };
  });
}

/** Changes or reopens an incident. */
export async function changeIncident(
  deps: CapabilityDeps,
  observed: Observed,
  { incident, failure, reopened }: IncidentPlan['change'][number],
): Promise<readonly Change[]> {
  const { rows, members } = observed;
  const before = rows.get(incident.id);
  if (before === undefined) return [];
  const nowMs = deps.clock.nowMs();
  const all = await readMembers(deps.store, incident.id);
  const was = new Set(incident.down);
  const is = new Set(failure.vms.map(({ id }) => id));
  const added = failure.vms.filter(({ id }) => !was.has(id));
  // An earlier occurrence has affected its own VMs.
  const counted = reopened ? [] : findOccurrence(before, all).members;
  const affected = new Set<string>([...counted.map(({ vm_id }) => vm_id), ...is]);
  // Who looked after it before does not know that it has returned.
  const isKnown = flaps(before) && before.acknowledged_at_ms !== null;
  const again = {
    state: isKnown ? 'acknowledged' : 'open',
    resolution: null,
    occurrences: before.occurrences + 1,
    reopened_at_ms: nowMs,
    ...(isKnown ? {} : { acknowledged_at_ms: null, acknowledged_by: null, comment: null }),
  };
  // Those of other tenants are counted, and are members of incidents of theirs.
  const ownBefore = new Set(counted.map(({ vm_id }) => vm_id)).size;
  const othersBefore = reopened ? 0 : before.vms_affected - ownBefore;
  const others = Math.max(0, othersBefore, failure.vmCount - is.size);
  const vmsAffected = affected.size + others;
  const set = {
    ...(reopened ? again : {}),
    vms_affected: vmsAffected,
    ...currentFields(failure, vmsAffected, nowMs),
  };
  return [
    { kind: 'patch', table: 'incidents', id: incident.id, set },
    ...insertMembers(deps, observed, { incidentId: incident.id, failure, vms: added }),
    ...endMembers(recoveredOf(members.get(incident.id), failure.vms), nowMs),
    ...publish(deps, { ...before, ...set }, changeEvent(before, { ...failure, is, was }, reopened)),
  ];
}

/** One page for an incident: another change is one only if VMs are down for the first time. */
function changeEvent(
  before: IncidentRow,
  { severity, is, was }: Pick<Failure, 'severity'> & Compared,
  reopened: boolean,
): IncidentEvent {
  if (reopened) {
    const urgency = urgencyOf({ severity });
    const priority = urgency === 'critical' && flaps(before) ? 'high' : urgency;
    return { type: 'incident.reopened', priority };
  }
  const type = 'incident.changed';
  if (before.severity !== severity) return { type, priority: urgencyOf({ severity }) };
  const isWorse = [...is].some((id) => !was.has(id));
  return { type, priority: isWorse ? 'high' : 'normal' };
}

/** A cause that has begun as often as this, each time soon after its end, flaps. */
const FLAPS_MIN = 3;

/** Whether people know by now that the cause comes and goes: they are not paged each time. */
function flaps({ occurrences }: Pick<IncidentRow, 'occurrences'>): boolean {
  return occurrences >= FLAPS_MIN;
}

/** Ids of VMs that are and were down. */
interface Compared {
  readonly is: ReadonlySet<string>;
  readonly was: ReadonlySet<string>;
}

/** The end of an incident. */
export interface ResolvedIncident {
  readonly changes: readonly Change[];
  readonly resolution: 'system' | 'people' | 'merged';
}

/** Resolves an incident. */
export async function resolveIncident(
  deps: CapabilityDeps,
  { rows, members, input }: Observed,
  { incident, mergedInto }: IncidentPlan['resolve'][number],
): Promise<ResolvedIncident | undefined> {
  const before = rows.get(incident.id);
  if (before === undefined) return undefined;
  const nowMs = deps.clock.nowMs();
  const all = await readMembers(deps.store, incident.id);
  const operations = await readOperations(deps, before, {
    vmIds: all.map(({ vm_id }) => vm_id),
    platformTenantId: input.platformTenantId,
    fromMs: findOccurrence(before, all).sinceMs,
  });
  const byPeople =
    UNTIL_ACKNOWLEDGED.has(incident.cause) ||
    operations.some(({ created_by: by }) => by !== PLATFORM_NAME);
  const own = byPeople ? 'people' : 'system';
  const resolution = mergedInto === null ? own : 'merged';
  const { cause, nodes, summary } = incident;
  const vmCount = before.vms_affected;
  const { target_name: target, target_kind: targetKind } = before;
  const ended = summarizeEnd({ cause, nodes, target, targetKind, vmCount, summary });
  const set = {
    state: 'resolved',
    summary: ended === undefined ? before.summary : `${ended}.`,
    vms_down: 0,
    changed_at_ms: nowMs,
    resolved_at_ms: nowMs,
    resolution,
  };
  const changes: readonly Change[] = [
    { kind: 'patch', table: 'incidents', id: incident.id, set },
    ...endMembers(recoveredOf(members.get(incident.id)), nowMs),
    ...publish(deps, { ...before, ...set }, { type: 'incident.resolved', priority: 'normal' }),
  ];
  return { changes, resolution };
}

/** Those of the VMs that were down which are not any more. */
export function recoveredOf(
  members: readonly IncidentMemberRow[] = [],
  down: readonly Pick<DownVm, 'id'>[] = [],
): readonly IncidentMemberRow[] {
  const still = new Set<string>(down.map(({ id }) => id));
  return members.filter(({ vm_id }) => !still.has(vm_id));
}

function endMembers(members: readonly IncidentMemberRow[], nowMs: number): readonly Change[] {
  return members.map(({ id }) => ({
    kind: 'patch',
    table: 'incident_members',
    id,
    set: { up_at_ms: nowMs },
  }));
}

/** All VMs that an incident has affected, each as often as it was down. */
function readMembers(
  store: Pick<CapabilityDeps['store'], 'read'>,
  incidentId: string,
): Promise<readonly IncidentMemberRow[]> {
  return store.read({ from: 'incident_members', where: { incident_id: incidentId } });
}

/** A node may be fenced as soon as it is lost, shortly before its incident opens. Unit: ms. */
const FENCE_LEAD_MS = 60_000;

const FENCES: ReadonlySet<string> = new Set(['node.fence', 'node.cut_off']);

/**
 * The operations on the nodes and VMs of an incident since a time, oldest first, and the fences of
 * its nodes shortly before.
 */
export async function readOperations(
  { store }: Pick<CapabilityDeps, 'store'>,
  row: IncidentRow,
  {
    vmIds,
    platformTenantId,
    fromMs,
  }: {
    readonly vmIds: readonly string[];
    readonly platformTenantId: string;
    readonly fromMs: number;
  },
) {
  const names: readonly string[] = JSON.parse(row.nodes_json);
  const nodes = await store.read({ from: 'nodes', where: { name: { in: names } } });
  const ids = [...nodes.map(({ id }) => id), ...vmIds];
  const operations = await store.read({
    from: 'operations',
    where: {
      tenant_id: { in: [...new Set([row.tenant_id, platformTenantId])] },
      target_id: { in: [...new Set(ids)] },
      created_at_ms: { above: fromMs - FENCE_LEAD_MS },
    },
    orderBy: { column: 'id', direction: 'asc' },
    limit: OPERATIONS_MAX,
    damaged: 'blank',
  });
  const endMs = row.resolved_at_ms ?? Number.MAX_SAFE_INTEGER;
  return operations.filter(
    ({ created_at_ms: atMs, kind }) => atMs <= endMs && (atMs >= fromMs || FENCES.has(kind)),
  );
}

interface IncidentEvent {
  readonly type: string;
  readonly priority: 'critical' | 'high' | 'normal';
}

function urgencyOf({ severity }: Pick<IncidentRow, 'severity'>): IncidentEvent['priority'] {
  return severity === 'critical' ? 'critical' : 'normal';
}

/** The event of a change; none while the incident is silenced. */
function publish(
  deps: CapabilityDeps,
  row: IncidentRow,
  { type, priority }: IncidentEvent,
): readonly Change[] {
  if ((row.silenced_until_ms ?? 0) > deps.clock.nowMs()) return [];
  return [
    eventChange(deps, {
      tenantId: row.tenant_id,
      type,
      source: 'healing',
      target: row.id,
      priority,
      data: {
        cause: row.cause,
        target_kind: row.target_kind,
        target: row.target_name,
        severity: row.severity,
        summary: row.summary,
        nodes: JSON.parse(row.nodes_json),
        vms_down: row.vms_down,
        vms_affected: row.vms_affected,
        ...(row.resolution === null ? {} : { resolution: row.resolution }),
      },
    }),
  ];
}
