import type { TenantId } from '@novacron/contract/ids';
import { Operation } from '@novacron/contract/operation/operation';
import { type ProblemDocument, toProblemDocument } from '@novacron/contract/problem/problem';
import { assert } from '@novacron/contract/result';
import { checkCancel, checkRetryFrom } from '@novacron/engine/sagas/check-operator-action';
import { explainWorkflow } from '@novacron/engine/sagas/explain-workflow';
import { LogEntry } from '@novacron/engine/sagas/log/log-entry';
import { type StepTimes, type TimedEntry, timesOf } from '@novacron/engine/sagas/log/step-times';
import type { Store } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { damagedRow, parseStored } from '../../rows/parse-stored.ts';
import { findTimestamp, toTimestamp } from '../../rows/to-timestamp.ts';
import type { KernelDeps } from '../context/deps.ts';
import {
  damagedDefinition,
  decodeDefinition,
  isDamaged,
  type OperationDefinition,
} from '../definitions/operation-definition.ts';
import { stepKeyOf } from './plan-round.ts';

type LogRow = Tables['operation_log'];

/**
 * The log of an operation, in order.
 * @throws damagedRow where an entry cannot be read: what has run is not known then
 */
export async function readLog(store: Store, operationId: string): Promise<readonly LogEntry[]> {
  const timed = await readTimedLog(store, operationId);
  return timed.map(({ entry }) => entry);
}

/**
 * The log of an operation with its times, in order.
 * @throws damagedRow as `readLog` does
 */
export async function readTimedLog(
  store: Store,
  operationId: string,
): Promise<readonly TimedEntry[]> {
  const rows = await store.read({
    from: 'operation_log',
    where: { operation_id: operationId },
    orderBy: { column: 'seq', direction: 'asc' },
  });
  return rows.map((row) => ({ entry: toEntry(row), atMs: row.at_ms }));
}

/** The logs of several operations. */
export interface Logs {
  /** Each in order, by the operation's id; without an empty one. */
  readonly entries: ReadonlyMap<string, readonly LogEntry[]>;
  /** Start and end times of the steps, by the operation's id and the step. */
  readonly times: ReadonlyMap<string, ReadonlyMap<string, StepTimes>>;
  /** Ids of the operations with an entry that cannot be read: what has run is not known. */
  readonly damaged: ReadonlySet<string>;
}

/** Reads the logs of several operations. */
export async function readLogs(store: Store, operationIds: readonly string[]): Promise<Logs> {
  if (operationIds.length === 0)
    return { entries: new Map(), times: new Map(), damaged: new Set() };
  const rows = await store.read({
    from: 'operation_log',
    where: { operation_id: { in: operationIds } },
    orderBy: { column: 'seq', direction: 'asc' },
  });
  const timed = new Map<string, TimedEntry[]>();
  const damaged = new Set<string>();
  for (const row of rows) {
    const entry = findEntry(row);
    const log = timed.get(row.operation_id) ?? [];
    timed.set(row.operation_id, log);
    if (entry === undefined) damaged.add(row.operation_id);
    else log.push({ entry, atMs: row.at_ms });
  }
  for (const id of damaged) timed.delete(id);
  const logs = [...timed];
  return {
    entries: new Map(logs.map(([id, log]) => [id, log.map(({ entry }) => entry)])),
    times: new Map(logs.map(([id, log]) => [id, timesOf(log)])),
    damaged,
  };
}

function toEntry(row: LogRow): LogEntry {
  const entry = findEntry(row);
  if (entry !== undefined) return entry;
  const where = `entry ${row.seq} of its log in operation_log`;
  throw damagedRow(row.operation_id, `${where} is not what NovaCron stores`);
}

/** @returns undefined where the row is damaged */
function findEntry({ entry_json }: LogRow): LogEntry | undefined {
  return LogEntry.safeParse(parseStored(entry_json)).data;
}

/** Dependencies of answers. */
type AnswerDeps = Pick<KernelDeps, 'store' | 'progress' | 'definitions' | 'clock'>;

/** An operation as answers carry it, with its steps. */
export async function answerOperation(
  deps: AnswerDeps,
  row: Tables['operations'],
): Promise<Operation> {
  const moves = await readMoves(deps, [row]);
  const [answer] = await answerAll(deps, [row], moves);
  assert(answer !== undefined, 'one row has one answer');
  return answer;
}

/** Operations as lists carry them; all of their logs are one reading. */
export async function answerOperations(
  deps: AnswerDeps,
  rows: readonly Tables['operations'][],
): Promise<readonly Operation[]> {
  return answerAll(deps, rows, await readMoves(deps, rows));
}

async function answerAll(
  deps: AnswerDeps,
  rows: readonly Tables['operations'][],
  moves: Stored['moves'],
): Promise<readonly Operation[]> {
  const ids = rows.map(({ id }) => id);
  const { entries, times, damaged } = await readLogs(deps.store, ids);
  return rows.map((row) => {
    const log = damaged.has(row.id) ? undefined : (entries.get(row.id) ?? []);
    return toOperation(deps, { row, log, times: times.get(row.id), moves });
  });
}

/** The progress of migrations that are steps of one of the rows, by VM. Unit: percent. */
async function readMoves(
  deps: AnswerDeps,
  rows: readonly Tables['operations'][],
): Promise<ReadonlyMap<string, number>> {
  const moving = rows
    .filter((row) => row.status === 'running' && !isDamaged(row))
    .flatMap((row) => decodeDefinition(row).steps)
    .flatMap(({ action }) => (action.kind === 'migrate-vm' ? [action.vmId] : []));
  if (moving.length === 0) return new Map();
  const where = { status: 'running', kind: 'vm.migrate', target_id: { in: moving } };
  const found = await answerOperations(deps, await deps.store.read({ from: 'operations', where }));
  return new Map(found.map(({ target_id, progress_percent }) => [target_id, progress_percent]));
}

/** A stored operation, and the progress of its children. */
interface Stored {
  readonly row: Tables['operations'];
  /** Undefined where it is damaged. */
  readonly log: readonly LogEntry[] | undefined;
  /** Times of its steps; undefined if no step has begun. */
  readonly times: ReadonlyMap<string, StepTimes> | undefined;
  readonly moves: ReadonlyMap<string, number>;
}

/** Steps of an operation whose definition or log is damaged. */
const UNKNOWN_STEPS = { steps: [], progressPercent: 0 } as const;

function problemOf(row: Tables['operations']): ProblemDocument | null {
  if (row.problem_json !== null) return JSON.parse(row.problem_json);
  const isUnended = row.finished_at_ms === null;
  return isUnended && isDamaged(row) ? toProblemDocument(damagedDefinition(row.id)) : null;
}

/** Builds the answer from the stored row and its log. */
function toOperation(
  { progress, definitions, clock }: AnswerDeps,
  { row, log, times, moves }: Stored,
): Operation {
  const isUnknown = log === undefined || isDamaged(row);
  const { steps, progressPercent } = isUnknown
    ? UNKNOWN_STEPS
    : explainWorkflow(definitions.read(row), log, (run) => {
        const { action } = run;
        if (action.kind === 'migrate-vm') return moves.get(action.vmId);
        if (action.kind !== 'agent') return undefined;
        const stepKey = stepKeyOf({ ...run, direction: 'do' });
        return progress.percentOf({ node: action.node, operationId: row.id, stepKey });
      });
  const { note } = isUnknown ? {} : definitions.read(row);
  const isRunning = !isUnknown && row.status === 'running';
  const refusal = isRunning ? checkCancel(definitions.read(row), log, clock.nowMs()) : undefined;
  const retryFrom = isUnknown ? [] : stepsToRetryFrom(row, log, definitions.read(row));
  return Operation.parse({
    ...(note === undefined ? {} : { note }),
    ...(retryFrom.length === 0 ? {} : { retry_from: retryFrom }),
    ...(isRunning ? { cancel_refusal: refusal === undefined ? null : `It ${refusal}.` } : {}),
    id: row.id,
    // The stored id: `Operation.parse` checks it again.
    tenant_id: row.tenant_id as TenantId,
    kind: row.kind,
    target_kind: row.target_kind,
    target_id: row.target_id,
    target_name: row.target_name,
    status: row.status,
    progress_percent: row.status === 'succeeded' ? 100 : progressPercent,
    steps: steps.map((step) => ({ ...step, ...toStepTimes(times?.get(step.name)) })),
    problem: problemOf(row),
    created_at: toTimestamp(row.created_at_ms),
    created_by: row.created_by,
    finished_at: row.finished_at_ms === null ? null : toTimestamp(row.finished_at_ms),
  });
}

/** Returns the start and end of a step as in answers. */
export function toStepTimes(times: StepTimes | undefined) {
  return {
    started_at: findTimestamp(times?.startedMs),
    ended_at: findTimestamp(times?.endedMs),
  };
}

/** The steps that a person may retry the operation from; without one a stuck one is undone. */
function stepsToRetryFrom(
  { status }: Tables['operations'],
  log: readonly LogEntry[],
  definition: OperationDefinition,
): readonly string[] {
  const isOver = status === 'failed' || status === 'stuck';
  if (!isOver || definition.onRetry === undefined) return [];
  const { retryFrom = [] } = definition;
  return retryFrom.filter((step) => checkRetryFrom(definition, log, step) === undefined);
}
