/** Proposes runbooks by what people and healing did in earlier incidents of a cause. */
import { NAMED_INCIDENTS_MAX, RunbookDraft } from '@novacron/contract/automation/runbook-draft';
import { isRecord, type JsonObject } from '@novacron/contract/json';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { assert, err, ok, type Result } from '@novacron/contract/result';
import {
  planRecovery,
  rateOf,
} from '@novacron/engine/automation/workflows/generation/plan-recovery';
import type {
  HistoricAction,
  IncidentHistory,
  RecoverySequence,
} from '@novacron/engine/automation/workflows/generation/recovery-model';
import { VM_INPUT } from '@novacron/engine/automation/workflows/generation/write-draft';
import { readDefinition } from '@novacron/engine/automation/workflows/read-definition';
import { groupBy } from '@novacron/runtime/group-by';
import type { IncidentRow } from '../../../../ports/tables/incident-rows.ts';
import type { Tables } from '../../../../ports/tables/tables.ts';
import type { CallContext } from '../../../kernel/context/call-context.ts';
import { PLATFORM_NAME } from '../../../kernel/operations/platform-caller.ts';
import type { CapabilityDeps } from '../../../platform/deps.ts';
import { parseStored } from '../../../rows/parse-stored.ts';
import { notFound } from '../../../rows/resource-problems.ts';
import { isRunTask } from '../tasks/run-tasks.ts';
import { suggestRunbooks } from './suggest-runbooks.ts';

/** Incidents that are learned from, the latest: fleets and texts change. */
const INCIDENTS_MAX = 200;

/** Operations and audit entries of one incident that are looked at. */
const ROWS_MAX = 500;

const MS_PER_S = 1_000;

/** Proposes one; stores nothing. Problems: `not-found`, `validation-failed` without a cause. */
export async function generateRunbook(
  deps: CapabilityDeps,
  input: Pick<ParsedInputOf<'runbook.generate'>, 'cause' | 'incident_id'>,
  { principal }: CallContext,
): Promise<Result<RunbookDraft, Problem>> {
  const { store } = deps;
  const { tenantId: tenant_id } = principal;
  const incident = await findIncident(deps, input.incident_id, tenant_id);
  if (!incident.ok) return incident;
  const cause = input.cause ?? incident.value?.cause;
  if (cause === undefined) return err(withoutCause());
  const rows = await store.read({
    from: 'incidents',
    where: { tenant_id, cause, state: 'resolved' },
    orderBy: { column: 'id', direction: 'desc' },
    limit: INCIDENTS_MAX,
  });
  const histories: IncidentHistory[] = [];
  const operations = new Set<string>();
  for (const row of rows) {
    if (row.resolution === 'merged') continue;
    const history = await readHistory(deps, row);
    histories.push(history);
    for (const id of history.operationIds) operations.add(id);
  }
  const { sequences, draft } = planRecovery(cause, histories);
  const opened = rows.map(({ opened_at_ms }) => opened_at_ms);
  const runbooks =
    operations.size === 0
      ? []
      : await suggestRunbooks(deps, { tenant_id, operations, fromMs: Math.min(...opened) });
  return ok(
    RunbookDraft.parse({
      cause,
      incidents: histories.length,
      sequences: sequences.map(toSequence),
      runbooks,
      name: draft?.name ?? null,
      text: draft?.text ?? null,
      warnings: draft === undefined ? [] : warningsOf(draft.text),
      inputs: incident.value === undefined ? null : await inputsOf(deps, incident.value),
    }),
  );
}

/** Finds the incident of a request; undefined where it names none. Problems: `not-found`. */
export async function findIncident(
  { store }: CapabilityDeps,
  id: string | undefined,
  tenant_id: string,
): Promise<Result<IncidentRow | undefined, Problem>> {
  if (id === undefined) return ok(undefined);
  const [row] = await store.read({ from: 'incidents', where: { id, tenant_id } });
  return row === undefined ? err(notFound('incident', id)) : ok(row);
}

function withoutCause(): Problem {
  return problem('validation-failed', {
    detail: 'A runbook is generated for a cause or an incident, but the request has neither.',
    remedy: 'Set cause, such as unhealthy, or incident_id; novacron incident list shows both.',
    fields: [{ path: ['cause'], message: 'is missing' }],
  });
}

/** Reads the actions on the VMs of an incident between its start and its end. */
async function readHistory(
  { store }: CapabilityDeps,
  row: IncidentRow,
): Promise<IncidentHistory & { readonly operationIds: readonly string[] }> {
  const { id, tenant_id, opened_at_ms: from, resolved_at_ms } = row;
  const resolvedAtMs = resolved_at_ms ?? row.changed_at_ms;
  const none = { id, resolvedAtMs, actions: [], operationIds: [] };
  const members = await store.read({ from: 'incident_members', where: { incident_id: id } });
  const vmIds = [...new Set(members.map(({ vm_id }) => vm_id))];
  if (vmIds.length === 0) return none;
  const span = { from, until: resolvedAtMs + 1 };
  const { operations, entries } = await store.snapshot({
    operations: {
      from: 'operations',
      where: { tenant_id, target_id: { in: vmIds }, created_at_ms: span },
      orderBy: { column: 'id', direction: 'desc' },
      limit: ROWS_MAX,
      damaged: 'blank',
    },
    entries: {
      from: 'audit',
      where: { tenant_id, resource_id: { in: vmIds }, outcome: 'done', at_ms: span },
      orderBy: { column: 'id', direction: 'desc' },
      limit: ROWS_MAX,
      damaged: 'blank',
    },
  });
  const done = operations
    .filter(({ kind, finished_at_ms }) => finished_at_ms !== null && isRunTask(kind))
    .toSorted((left, right) => left.created_at_ms - right.created_at_ms);
  const ids = done.map((operation) => operation.id);
  if (ids.length === 0) return none;
  const outcomes = await store.read({ from: 'healing_outcomes', where: { id: { in: ids } } });
  const vain = new Set<string>(
    outcomes.flatMap(({ id: of, result }) => (result === 'failed' ? [of] : [])),
  );
  const audited = groupBy(entries, keyOf);
  const actions = done.map((operation): HistoricAction => {
    const [entry] = audited.get(keyOf(auditKeyOf(operation))) ?? [];
    const isHelpful = operation.status === 'succeeded' && !vain.has(operation.id);
    return {
      task: operation.kind,
      by: operation.created_by === PLATFORM_NAME ? 'automation' : 'person',
      startedAtMs: operation.created_at_ms,
      result: isHelpful ? 'succeeded' : 'failed',
      changed: entry === undefined ? {} : changedBy(entry),
    };
  });
  return { ...none, actions, operationIds: ids };
}

/** An operation and its entry are of one commit. */
function keyOf(entry: Pick<Tables['audit'], 'operation' | 'resource_id' | 'at_ms'>): string {
  return `${entry.operation}/${entry.resource_id}/${entry.at_ms}`;
}

function auditKeyOf({ kind, target_id, created_at_ms }: Tables['operations']) {
  return { operation: kind, resource_id: target_id, at_ms: created_at_ms };
}

function changedBy({ changes_json }: Tables['audit']): JsonObject {
  const changes = parseStored<JsonObject>(changes_json) ?? {};
  return Object.fromEntries(
    Object.entries(changes).flatMap(([field, change]) =>
      isRecord(change) && change.is !== undefined && change.is !== null ? [[field, change.is]] : [],
    ),
  );
}

function toSequence(sequence: RecoverySequence) {
  const { tasks, incidentIds, helped, byPeople, medianMs } = sequence;
  return {
    tasks,
    incidents: incidentIds.length,
    incident_ids: incidentIds.slice(-NAMED_INCIDENTS_MAX),
    helped,
    success_rate: rateOf(sequence),
    median_seconds: Math.round(medianMs / MS_PER_S),
    by_people: byPeople,
  };
}

function warningsOf(text: string): readonly string[] {
  const read = readDefinition(text);
  assert(read.ok, 'a draft is a definition without mistakes');
  return read.value.warnings.map(({ line, column, message }) => `${line}:${column}: ${message}`);
}

/** The VM of the incident that is down now, else the first one that was. */
async function inputsOf({ store }: CapabilityDeps, { id }: IncidentRow): Promise<JsonObject> {
  const members = await store.read({ from: 'incident_members', where: { incident_id: id } });
  const member = members.find(({ up_at_ms }) => up_at_ms === null) ?? members[0];
  return member === undefined ? {} : { [VM_INPUT]: member.vm_id };
}
