/** Shows incidents to people. */
import {
  type IncidentDetail as Detail,
  Incident,
  IncidentDetail,
} from '@novacron/contract/healing/incident';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { IncidentMemberRow, IncidentRow } from '../../../ports/tables/incident-rows.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { findPlatformTenant } from '../../access/tenants/tenant-access.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { decodeDefinition, isDamaged } from '../../kernel/definitions/operation-definition.ts';
import { readList } from '../../kernel/lists/read-list.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { explainProblem } from '../../rows/explain-problem.ts';
import { mapPage, type Page } from '../../rows/page.ts';
import { notFound } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { WaitingChange } from '../waiting/waiting-change.ts';
import { adviseOn } from './advise-on-incident.ts';
import { findNext, type NextSteps } from './find-next.ts';
import { findOccurrence } from './find-occurrence.ts';
import { findStart, readStops } from './gather-evidence.ts';
import { readOperations } from './incident-changes.ts';
import { observedSteps, type Step, stopSteps } from './incident-steps.ts';
import { findCopyRemoval } from './report-copy.ts';
import { waitingOf } from './waiting-of-incident.ts';

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
    columns: { target: 'target_name', changed_at: 'changed_at_ms' },
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
  const composed = await composeIncident(deps, id, context);
  if (!composed.ok) return composed;
  const { shown, gaps } = composed.value;
  return ok({ ...shown, advice: [...shown.advice, ...gaps] });
}

/** An incident with what answers about it are made from. */
export interface ComposedIncident extends NextSteps {
  readonly row: IncidentRow;
  readonly members: readonly IncidentMemberRow[];
  readonly platformTenantId: string;
  /** Start of its history: for a crash loop, the first stop. Unit: ms since the Unix epoch. */
  readonly fromMs: number;
  /** Changes about it that healing cannot make yet. */
  readonly waiting: readonly WaitingChange[];
  /** Its advice does not say which levels are left out. */
  readonly shown: Detail;
}

/** Composes it. Problems: `not-found`. */
export async function composeIncident(
  deps: CapabilityDeps,
  id: string,
  context: CallContext,
): Promise<Result<ComposedIncident, Problem>> {
  const found = await findIncident(deps, id, context);
  if (!found.ok) return found;
  const row = found.value;
  const members = await readMembersOf(deps.store, id);
  const platform = await findPlatformTenant(deps.store);
  const platformTenantId = platform?.id ?? row.tenant_id;
  // The restarts of a crash loop were before it was given up.
  const vmIds = [...new Set(members.map(({ vm_id }) => vm_id))];
  const isLoop = row.cause === 'crash_loop';
  const stops = isLoop ? await readStops(deps, row, { vmIds, fromMs: 0 }) : new Map();
  const fromMs = findStart(row, { sinceMs: row.opened_at_ms }, stops);
  const operations = await readOperations(deps, row, { vmIds, platformTenantId, fromMs });
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
      what: `${kind} of ${target_name} ${status}${whyOf(operation, row)}`,
    };
    return finished_at_ms === null ? [begun] : [begun, ended];
  });
  const waiting = await waitingOf(deps, row, members);
  const { previousEndMs } = findOccurrence(row, members);
  const sinceMs = Math.max(fromMs, previousEndMs);
  const next = await findNext(deps, row, { members, waiting, fromMs: sinceMs });
  const observed = await observedSteps(deps, row, members);
  const steps = [
    ...(isLoop ? await stopSteps(deps, row, { members, fromMs }) : []),
    ...observed.begin,
    ...done,
    ...(await copySteps(deps, row)),
    ...observed.end,
    ...waiting.map(toWaitingStep),
  ].sort((left, right) => left.atMs - right.atMs);
  const shown = IncidentDetail.parse({
    ...toIncident(row),
    members: members.map(toMember),
    steps: steps
      .slice(0, SHOWN_MAX)
      .map(({ atMs, ...step }) => ({ ...step, at: toTimestamp(atMs) })),
    advice: await adviseOn(deps, row, { members, waiting }),
  });
  return ok({ ...next, row, members, platformTenantId, fromMs, waiting, shown });
}

/** The end of the second copy of a VM, once it is removed. */
async function copySteps(deps: CapabilityDeps, row: IncidentRow): Promise<readonly Step[]> {
  const removal = await findCopyRemoval(deps, row);
  if (removal?.operation.status !== 'succeeded') return [];
  const { node, operation } = removal;
  const what = `the copy of ${row.target_name} on ${node} was removed`;
  return [{ atMs: operation.finished_at_ms ?? 0, what, by: null, operation_id: operation.id }];
}

/** Returns the note of a recovery or a size change for people; usually empty. */
function noteOf(operation: Tables['operations']): string {
  if (!NOTED.has(operation.kind) || isDamaged(operation)) return '';
  const { note } = decodeDefinition(operation);
  return note === undefined ? '' : `: ${note}`;
}

const NOTED: ReadonlySet<string> = new Set(['vm.recover', 'vm.update']);

/** The VMs of an incident, as often as each was down; at most 1000. */
function readMembersOf(
  store: Pick<CapabilityDeps['store'], 'read'>,
  incidentId: string,
): Promise<readonly IncidentMemberRow[]> {
  const where = { incident_id: incidentId };
  return store.read({ from: 'incident_members', where, limit: SHOWN_MAX });
}

/** Explains why an operation of the tenant itself ended badly. */
function whyOf(
  { status, tenant_id, problem_json }: Tables['operations'],
  row: IncidentRow,
): string {
  if (status === 'succeeded' || tenant_id !== row.tenant_id) return '';
  return `: ${explainProblem(problem_json)}`;
}

function toWaitingStep({ sinceMs: atMs, operation, target, reason, heldBy }: WaitingChange): Step {
  const what = `${operation} of ${target} waits: ${reason}`;
  return { atMs, what, by: null, operation_id: heldBy };
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
