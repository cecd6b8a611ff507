/** Retries operations that got stuck while their node was unreachable, now that it is back. */
import { VM_FIELDS } from '@novacron/contract/kinds/vm/vm';
import { stepsWithAbandonedUndo } from '@novacron/engine/sagas/check-operator-action';
import type { LogEntry } from '@novacron/engine/sagas/log/log-entry';
import type { Tables } from '../../../ports/tables/tables.ts';
import {
  decodeDefinition,
  isDamaged,
  type OperationDefinition,
} from '../../kernel/definitions/operation-definition.ts';
import { readLogs } from '../../kernel/operations/answer-operation.ts';
import { PLATFORM_NAME, platformCaller } from '../../kernel/operations/platform-caller.ts';
import { retryNow, type SteeringParts } from '../../kernel/operations/steer-operations.ts';
import { desiredIfReadable } from '../../rows/answer-resource.ts';

/** Maximum number of stuck operations that one visit checks, latest first. */
const STUCK_PER_VISIT_MAX = 200;

/** Maximum number of automatic retries of one operation: repeated failures need manual action. */
export const PLATFORM_RETRIES_MAX = 3;

const USUAL = VM_FIELDS.priority.default;

/**
 * Retries the stuck operations of this node whose cause may have passed.
 * @returns how many operations resume
 */
export async function resumeStuck(parts: SteeringParts, node: string): Promise<number> {
  const { deps } = parts;
  const rows = await deps.store.read({
    from: 'operations',
    where: { status: 'stuck' },
    orderBy: { column: 'id', direction: 'desc' },
    limit: STUCK_PER_VISIT_MAX,
    damaged: 'blank',
  });
  let resumed = 0;
  const logs = await readLogs(
    deps.store,
    rows.map(({ id }) => id),
  );
  const readable = rows.filter((row) => !isDamaged(row) && !logs.damaged.has(row.id));
  for (const row of await orderByPriority(deps, readable)) {
    const definition = decodeDefinition(row);
    if (definition.onRetry === undefined) continue;
    const log = logs.entries.get(row.id) ?? [];
    if (!isWaitingFor(node, definition, log)) continue;
    const done = await retryNow(parts, row.id, platformCaller(deps, row.tenant_id, 'healer'), null);
    if (done.ok) resumed += 1;
    const fields = { operation: row.id, node, ...(done.ok ? {} : { problem: done.error }) };
    deps.logger.info(fields, done.ok ? 'a stuck operation resumes' : 'it stays stuck');
  }
  return resumed;
}

/**
 * Operations of VMs with higher priority come first; other operations have the default priority.
 */
async function orderByPriority(
  { store }: SteeringParts['deps'],
  rows: readonly Tables['operations'][],
): Promise<readonly Tables['operations'][]> {
  const ids = rows.flatMap((row) => (row.target_kind === 'vm' ? [row.target_id] : []));
  const vms = await store.read({ from: 'vms', where: { id: { in: ids } } });
  const priorities = new Map<string, number>(
    vms.map((row) => [row.id, Number(desiredIfReadable(row).priority ?? USUAL)]),
  );
  const priorityOf = (row: Tables['operations']) => priorities.get(row.target_id) ?? USUAL;
  return rows.toSorted((left, right) => priorityOf(right) - priorityOf(left));
}

function isWaitingFor(
  node: string,
  definition: OperationDefinition,
  log: readonly LogEntry[],
): boolean {
  const retries = log.filter((entry) => entry.kind === 'retried' && entry.by === PLATFORM_NAME);
  if (retries.length >= PLATFORM_RETRIES_MAX) return false;
  const names = stepsWithAbandonedUndo(definition, log);
  return definition.steps.some(
    ({ name, undo }) => names.includes(name) && undo?.kind === 'agent' && undo.node === node,
  );
}
