import type { TenantId } from '@novacron/contract/ids';
import { Operation } from '@novacron/contract/operation/operation';
import { type ProblemDocument, toProblemDocument } from '@novacron/contract/problem/problem';
import { explainWorkflow } from '@novacron/engine/workflow/explain-workflow';
import { LogEntry } from '@novacron/engine/workflow/log/log-entry';
import type { Store } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { KernelDeps } from '../context/deps.ts';
import {
  damagedDefinition,
  decodeDefinition,
  isDamaged,
} from '../definitions/operation-definition.ts';
import { stepKeyOf } from './plan-round.ts';

/** The log of an operation, in order. */
export async function readLog(store: Store, operationId: string): Promise<readonly LogEntry[]> {
  const rows = await store.read({
    from: 'operation_log',
    where: { operation_id: operationId },
    orderBy: { column: 'seq', direction: 'asc' },
  });
  return rows.map((row) => LogEntry.parse(JSON.parse(row.entry_json)));
}

/** The logs of several operations, each in order, by the operation's id; without an empty one. */
export async function readLogs(
  store: Store,
  operationIds: readonly string[],
): Promise<ReadonlyMap<string, readonly LogEntry[]>> {
  if (operationIds.length === 0) return new Map();
  const rows = await store.read({
    from: 'operation_log',
    where: { operation_id: { in: operationIds } },
    orderBy: { column: 'seq', direction: 'asc' },
  });
  const logs = new Map<string, LogEntry[]>();
  for (const row of rows) {
    const entry = LogEntry.parse(JSON.parse(row.entry_json));
    const log = logs.get(row.operation_id);
    if (log === undefined) logs.set(row.operation_id, [entry]);
    else log.push(entry);
  }
  return logs;
}

/** An operation as answers carry it, with its steps. */
export async function answerOperation(
  deps: Pick<KernelDeps, 'store' | 'progress' | 'definitions'>,
  row: Tables['operations'],
): Promise<Operation> {
  const moves = await readMoves(deps, [row]);
  return toOperation(deps, { row, log: await readLog(deps.store, row.id), moves });
}

/** Operations as lists carry them; all of their logs are one reading. */
export async function answerOperations(
  deps: Pick<KernelDeps, 'store' | 'progress' | 'definitions'>,
  rows: readonly Tables['operations'][],
): Promise<readonly Operation[]> {
  const logs = await readLogs(
    deps.store,
    rows.map(({ id }) => id),
  );
  const moves = await readMoves(deps, rows);
  return rows.map((row) => toOperation(deps, { row, log: logs.get(row.id) ?? [], moves }));
}

/** The progress of migrations that are steps of one of the rows, by VM. Unit: percent. */
async function readMoves(
  deps: Pick<KernelDeps, 'store' | 'progress' | 'definitions'>,
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
  readonly log: readonly LogEntry[];
  readonly moves: ReadonlyMap<string, number>;
}

/** Of an operation with a damaged definition. */
const UNKNOWN_STEPS = { steps: [], progressPercent: 0 } as const;

function problemOf(row: Tables['operations']): ProblemDocument | null {
  if (row.problem_json !== null) return JSON.parse(row.problem_json);
  const isUnended = row.finished_at_ms === null;
  return isUnended && isDamaged(row) ? toProblemDocument(damagedDefinition(row.id)) : null;
}

/** Builds the answer from the stored row and its log. */
function toOperation(
  { progress, definitions }: Pick<KernelDeps, 'progress' | 'definitions'>,
  { row, log, moves }: Stored,
): Operation {
  const { steps, progressPercent } = isDamaged(row)
    ? UNKNOWN_STEPS
    : explainWorkflow(definitions.read(row), log, (run) => {
        const { action } = run;
        if (action.kind === 'migrate-vm') return moves.get(action.vmId);
        if (action.kind !== 'agent') return undefined;
        const stepKey = stepKeyOf({ ...run, direction: 'do' });
        return progress.percentOf({ node: action.node, operationId: row.id, stepKey });
      });
  return Operation.parse({
    id: row.id,
    // The stored id: `Operation.parse` checks it again.
    tenant_id: row.tenant_id as TenantId,
    kind: row.kind,
    target_kind: row.target_kind,
    target_id: row.target_id,
    target_name: row.target_name,
    status: row.status,
    progress_percent: row.status === 'succeeded' ? 100 : progressPercent,
    steps,
    problem: problemOf(row),
    created_at: toTimestamp(row.created_at_ms),
    created_by: row.created_by,
    finished_at: row.finished_at_ms === null ? null : toTimestamp(row.finished_at_ms),
  });
}
