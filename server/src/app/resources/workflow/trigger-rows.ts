/**
 * Rows of what starts executions by itself: each schedule and each trigger of a current text. One
 * that stays in another version of the text keeps how far it is, so that nothing is started twice.
 */
import { hash } from 'node:crypto';
import type {
  AutomationDefinition,
  AutomationSchedule,
  AutomationTrigger,
} from '@novacron/contract/automation/definition';
import { WEBHOOKS_PATH, type WorkflowSchedule } from '@novacron/contract/automation/workflow';
import { OperationId } from '@novacron/contract/ids';
import { canonicalJson } from '@novacron/contract/json';
import { startKindOf } from '@novacron/engine/automation/workflows/match-trigger';
import { planSchedule } from '@novacron/engine/automation/workflows/plan-schedule';
import { makeRng } from '@novacron/engine/rng';
import type { Change } from '../../../ports/store.ts';
import type {
  WorkflowRow,
  WorkflowTriggerRow,
} from '../../../ports/tables/automation/workflow-rows.ts';
import { replan } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { WriteScope } from '../scope.ts';
import { requesterOf } from './requester-of.ts';

/** Reads the schedules and triggers of a workflow. */
export function readTriggers(
  { store }: Pick<WriteScope['deps'], 'store'>,
  workflowId: string,
): Promise<readonly WorkflowTriggerRow[]> {
  const where = { workflow_id: workflowId };
  return store.read({ from: 'workflow_triggers', where, damaged: 'blank' });
}

/**
 * Plans the rows of a text that is stored.
 * @param kept - the rows of the text before
 */
export async function planTriggerRows(
  scope: WriteScope,
  row: WorkflowRow,
  definition: Pick<AutomationDefinition, 'schedules' | 'triggers'>,
  kept: readonly WorkflowTriggerRow[],
): Promise<readonly Change[]> {
  const listed = await listRows(scope, row, definition);
  const wanted = row.enabled === 1 ? listed : listed.map(asOff);
  const otherwise = replan(`What starts ${row.name}`);
  const changes = wanted.map((next): Change => {
    const old = kept.find(({ id }) => id === next.id);
    if (old === undefined)
      return { kind: 'insert', into: 'workflow_triggers', row: next, otherwise };
    const { id, reached, state } = old;
    const set = next.state === 'on' && state === 'off' ? restarted(next) : continued(next);
    const expect = { reached, state };
    return { kind: 'update', table: 'workflow_triggers', id, set, expect, otherwise };
  });
  const gone = kept.filter(({ id }) => !wanted.some((each) => each.id === id));
  return [...changes, ...dropTriggers(gone)];
}

/** Returns the trigger row of a disabled workflow. */
function asOff(row: WorkflowTriggerRow): WorkflowTriggerRow {
  return { ...row, state: 'off', next_ms: null };
}

/** One that was off has missed what has happened meanwhile. What it started may still run. */
function restarted({ id: _id, started_id: _started, ...rest }: WorkflowTriggerRow) {
  return rest;
}

/** One that is as it was keeps how far it is. */
function continued({ spec_json, author_json, version, state }: WorkflowTriggerRow) {
  const asked = { spec_json, author_json, version };
  return state === 'on' ? asked : { ...asked, state, next_ms: null };
}

/** Deletes the rows of a workflow that is deleted, or of what its text has no more. */
export function dropTriggers(rows: readonly WorkflowTriggerRow[]): readonly Change[] {
  return rows.map(({ id }) => ({ kind: 'drop', from: 'workflow_triggers', id }));
}

async function listRows(
  scope: WriteScope,
  row: WorkflowRow,
  { schedules = [], triggers = [] }: Pick<AutomationDefinition, 'schedules' | 'triggers'>,
): Promise<readonly WorkflowTriggerRow[]> {
  const isWatching = triggers.some((trigger) => startKindOf(trigger) === 'event');
  const position = isWatching ? await latestPosition(scope) : 0;
  const ofSchedules = schedules.map((spec) => {
    const made = newRow(scope, row, { kind: 'schedule', spec, reached: scope.nowMs });
    return { ...made, next_ms: nextOf(made, spec, scope.nowMs) };
  });
  const ofTriggers = triggers.map((spec) => {
    const kind = startKindOf(spec);
    return newRow(scope, row, { kind, spec, reached: kind === 'event' ? position : 0 });
  });
  // Two that are the same would start the same run.
  return [...new Map([...ofSchedules, ...ofTriggers].map((each) => [each.id, each])).values()];
}

function newRow(
  { context, nowMs }: WriteScope,
  { id, tenant_id, version }: WorkflowRow,
  {
    kind,
    spec,
    reached,
  }: Pick<WorkflowTriggerRow, 'kind' | 'reached'> & {
    readonly spec: AutomationSchedule | AutomationTrigger;
  },
): WorkflowTriggerRow {
  return {
    id: triggerIdOf({ id }, { kind, spec }),
    tenant_id,
    workflow_id: id,
    kind,
    version,
    spec_json: textOf(spec),
    author_json: JSON.stringify(requesterOf(context)),
    state: 'on',
    since_ms: nowMs,
    reached,
    next_ms: null,
    started_id: null,
    outcome: null,
    at_ms: null,
  };
}

/** The id of the row of a schedule or trigger: one that stays in the text keeps it. */
export function triggerIdOf(
  { id }: Pick<WorkflowRow, 'id'>,
  {
    kind,
    spec,
  }: Pick<WorkflowTriggerRow, 'kind'> & { readonly spec: AutomationSchedule | AutomationTrigger },
): string {
  return `${id}/${hash('sha256', `${kind} ${textOf(spec)}`, 'hex').slice(0, 16)}`;
}

function textOf(spec: AutomationSchedule | AutomationTrigger): string {
  return canonicalJson(JSON.parse(JSON.stringify(spec)));
}

/** Returns the next time at which a schedule is evaluated. Each server computes the same jitter. */
export function nextOf(
  { id, reached }: Pick<WorkflowTriggerRow, 'id' | 'reached'>,
  schedule: AutomationSchedule,
  nowMs: number,
): number | null {
  const request = { schedule, lastNominalMs: reached, nextMax: 1 };
  const { due, next } = planSchedule(request, { nowMs, rng: makeRng(id) });
  return [...due, ...next][0]?.startMs ?? null;
}

/** The position of the newest event; later ones start runs. */
async function latestPosition({ deps }: WriteScope): Promise<number> {
  const [row] = await deps.store.read({
    from: 'events',
    where: { position: { above: 0 } },
    orderBy: { column: 'position', direction: 'desc' },
    limit: 1,
  });
  return row?.position ?? 0;
}

/** A schedule or trigger as answers carry it. */
export function toSchedule(row: WorkflowTriggerRow): WorkflowSchedule {
  const { kind, version, state, spec_json, next_ms, started_id, outcome, at_ms } = row;
  const spec = spec_json === '' ? {} : JSON.parse(spec_json);
  return {
    kind,
    version,
    state,
    spec,
    ...(kind === 'webhook' ? { address: addressOf(row, spec) } : {}),
    next_at: next_ms === null || state === 'off' ? null : toTimestamp(next_ms),
    last_at: at_ms === null ? null : toTimestamp(at_ms),
    last_execution_id: started_id === null ? null : OperationId.parse(started_id),
    last_outcome: outcome,
  };
}

/** Returns the address for deliveries to a webhook: a path on this server. */
function addressOf(
  { workflow_id: id }: WorkflowTriggerRow,
  { webhook }: AutomationTrigger,
): string {
  return `${WEBHOOKS_PATH}/${id}/${webhook?.name ?? ''}`;
}
