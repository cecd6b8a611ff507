/** Shows incidents to people. */
import {
  type IncidentDetail as Detail,
  Incident,
  IncidentDetail,
} from '@novacron/contract/healing/incident';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { ArbiterClaimRow } from '../../../ports/tables/arbiter-claim-row.ts';
import type { IncidentMemberRow, IncidentRow } from '../../../ports/tables/incident-rows.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { findPlatformTenant } from '../../access/tenants/tenant-access.ts';
import { holdingOperation, readWaiting } from '../../kernel/arbitration/read-waiting.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { decodeDefinition, isDamaged } from '../../kernel/definitions/operation-definition.ts';
import { readList } from '../../kernel/lists/read-list.ts';
import { mapPage, type Page } from '../../rows/page.ts';
import { notFound } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { CapabilityDeps } from '../deps.ts';
import { adviseOn } from './advise-on-incident.ts';
import { readOperations } from './incident-changes.ts';

/** VMs and steps of one answer. */
const SHOWN_MAX = 1_000;

/** Lists the incidents of the caller's tenant, latest first. */
export async function listIncidents(
  deps: CapabilityDeps,
  input: ParsedInputOf<'incident.list'>,
  { principal }: CallContext,
): Promise<Result<Page<Incident>, Problem>> {
  const source = {
    operation: 'incident.list',
    from: 'incidents',
    where: { tenant_id: principal.tenantId },
    columns: { target: 'target_name' },
    idPrefix: 'inc',
  } as const;
  const page = await readList(deps, source, input);
  return page.ok ? ok(mapPage(page.value, toIncident)) : page;
}

/** Finds an incident of the tenant; another tenant's is not found. */
export async function findIncident(
  { store }: Pick<CapabilityDeps, 'store'>,
  id: string,
  { principal }: CallContext,
): Promise<Result<IncidentRow, Problem>> {
  const where = { id, tenant_id: principal.tenantId };
  const [row] = await store.read({ from: 'incidents', where });
  return row === undefined ? err(notFound('incident', id)) : ok(row);
}

/** Shows one with its VMs, what happened, and what can be done. */
export async function getIncident(
  deps: CapabilityDeps,
  { id }: ParsedInputOf<'incident.get'>,
  context: CallContext,
): Promise<Result<Detail, Problem>> {
  const found = await findIncident(deps, id, context);
  if (!found.ok) return found;
  const row = found.value;
  const members = await readMembersOf(deps.store, id);
  const platform = await findPlatformTenant(deps.store);
  const operations = await readOperations(deps, row, {
    vmIds: members.map(({ vm_id }) => vm_id),
    platformTenantId: platform?.id ?? row.tenant_id,
  });
  const done = operations.flatMap((operation) => {
    const { kind, target_name, status, created_by, created_at_ms, finished_at_ms } = operation;
    // Who runs the platform is not named to other tenants.
    const by = operation.tenant_id === row.tenant_id ? created_by : null;
    const step = { by, operation_id: operation.id };
    const begun = {
      ...step,
      atMs: created_at_ms,
      what: `${kind} of ${target_name} began${noteOf(operation)}`,
    };
    const ended = {
      ...step,
      atMs: finished_at_ms ?? 0,
      what: `${kind} of ${target_name} ${status}`,
    };
    return finished_at_ms === null ? [begun] : [begun, ended];
  });
  const waiting = (await readWaiting(deps, row.tenant_id)).filter((claim) =>
    concerns(claim, row, members),
  );
  const steps = [...observations(row, members), ...done, ...waiting.map(toWaitingStep)].sort(
    (left, right) => left.atMs - right.atMs,
  );
  return ok(
    IncidentDetail.parse({
      ...toIncident(row),
      members: members.map(toMember),
      steps: steps
        .slice(0, SHOWN_MAX)
        .map(({ atMs, ...step }) => ({ ...step, at: toTimestamp(atMs) })),
      advice: await adviseOn(deps, row, members),
    }),
  );
}

/** What people have to know of a recovery; empty for most. */
function noteOf(operation: Tables['operations']): string {
  if (operation.kind !== 'vm.recover' || isDamaged(operation)) return '';
  const { note } = decodeDefinition(operation);
  return note === undefined ? '' : `: ${note}`;
}

/** The VMs of an incident, as often as each was down; at most 1000. */
export function readMembersOf(
  store: Pick<CapabilityDeps['store'], 'read'>,
  incidentId: string,
): Promise<readonly IncidentMemberRow[]> {
  const where = { incident_id: incidentId };
  return store.read({ from: 'incident_members', where, limit: SHOWN_MAX });
}

interface Step {
  readonly atMs: number;
  readonly what: string;
  readonly by: string | null;
  readonly operation_id: string | null;
}

function concerns(
  { vm_id, target_name }: ArbiterClaimRow,
  { state, nodes_json }: IncidentRow,
  members: readonly IncidentMemberRow[],
): boolean {
  if (state === 'resolved') return false;
  const nodes: readonly string[] = JSON.parse(nodes_json);
  return vm_id === null
    ? nodes.includes(target_name)
    : members.some((member) => member.vm_id === vm_id);
}

function toWaitingStep(claim: ArbiterClaimRow): Step {
  const { since_ms: atMs, operation, target_name, reason } = claim;
  const what = `${operation} of ${target_name} waits: ${reason}`;
  return { atMs, what, by: null, operation_id: holdingOperation(claim) };
}

/** What was seen, and what people said. */
function observations(row: IncidentRow, members: readonly IncidentMemberRow[]): readonly Step[] {
  const seen = (atMs: number | null, what: string, by: string | null = null): readonly Step[] =>
    atMs === null ? [] : [{ atMs, what, by, operation_id: null }];
  const comment = row.comment === null ? '' : `: ${row.comment}`;
  return [
    ...seen(row.opened_at_ms, 'opened'),
    ...members.flatMap(({ down_at_ms, up_at_ms, vm_name, node_name }) => [
      ...seen(down_at_ms, `VM ${vm_name} on ${node_name} is down`),
      ...seen(up_at_ms, `VM ${vm_name} runs again, or was stopped or deleted on request`),
    ]),
    ...seen(row.acknowledged_at_ms, `acknowledged${comment}`, row.acknowledged_by),
    ...seen(row.resolved_at_ms, `resolved (${row.resolution})`),
  ];
}

function toMember(row: IncidentMemberRow) {
  return {
    vm_id: row.vm_id,
    vm: row.vm_name,
    node: row.node_name,
    down_at: toTimestamp(row.down_at_ms),
    up_at: timeOf(row.up_at_ms),
  };
}

function timeOf(atMs: number | null): string | null {
  return atMs === null ? null : toTimestamp(atMs);
}

/** An incident as answers carry it. */
export function toIncident(row: IncidentRow): Incident {
  return Incident.parse({
    id: row.id,
    state: row.state,
    severity: row.severity,
    cause: row.cause,
    target_kind: row.target_kind,
    target: row.target_name,
    summary: row.summary,
    nodes: JSON.parse(row.nodes_json),
    vms_down: row.vms_down,
    vms_affected: row.vms_affected,
    occurrences: row.occurrences,
    opened_at: toTimestamp(row.opened_at_ms),
    changed_at: toTimestamp(row.changed_at_ms),
    acknowledged_at: timeOf(row.acknowledged_at_ms),
    acknowledged_by: row.acknowledged_by,
    comment: row.comment,
    silenced_until: timeOf(row.silenced_until_ms),
    silenced_by: row.silenced_by,
    resolved_at: timeOf(row.resolved_at_ms),
    resolution: row.resolution,
  });
}
