import type { OperationId, TenantId } from '@novacron/contract/ids';
import { Operation } from '@novacron/contract/operation';
import { explainWorkflow } from '@novacron/engine/workflow/explain-workflow';
import { LogEntry } from '@novacron/engine/workflow/log-entry';
import type { Store } from '../../ports/store.ts';
import type { Tables } from '../../ports/tables.ts';
import { toTimestamp } from '../time.ts';
import { decodeDefinition } from './operation-definition.ts';

/** The log of an operation, in order. */
export async function readLog(store: Store, operationId: string): Promise<readonly LogEntry[]> {
  const rows = await store.read({
    from: 'operation_log',
    where: { operation_id: operationId },
    orderBy: { column: 'seq', direction: 'asc' },
  });
  return rows.map((row) => LogEntry.parse(JSON.parse(row.entry_json)));
}

/** An operation as answers carry it, with its steps. */
export async function answerOperation(store: Store, row: Tables['operations']): Promise<Operation> {
  return toOperation(row, await readLog(store, row.id));
}

/** Builds the answer from the stored row and its log. */
function toOperation(row: Tables['operations'], log: readonly LogEntry[]): Operation {
  const { steps, progressPercent } = explainWorkflow(decodeDefinition(row), log);
  return Operation.parse({
    id: row.id as OperationId,
    tenant_id: row.tenant_id as TenantId,
    kind: row.kind,
    target_kind: row.target_kind,
    target_id: row.target_id,
    target_name: row.target_name,
    status: row.status,
    progress_percent: row.status === 'succeeded' ? 100 : progressPercent,
    steps,
    problem: row.problem_json === null ? null : JSON.parse(row.problem_json),
    created_at: toTimestamp(row.created_at_ms),
    created_by: row.created_by,
    finished_at: row.finished_at_ms === null ? null : toTimestamp(row.finished_at_ms),
  });
}
