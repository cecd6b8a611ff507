/** Lets operations go on that got stuck because a node was away, now that it is back. */
import { VM_FIELDS } from '@novacron/contract/vm';
import type { LogEntry } from '@novacron/engine/workflow/log-entry';
import { stepsGivenUp } from '@novacron/engine/workflow/refuse-steering';
import type { Tables } from '../../../ports/tables.ts';
import { readLog } from '../../kernel/operations/answer-operation.ts';
import {
  decodeDefinition,
  type OperationDefinition,
} from '../../kernel/operations/operation-definition.ts';
import { PLATFORM_NAME, platformCaller } from '../../kernel/operations/platform-caller.ts';
import { retryNow, type SteeringParts } from '../../kernel/operations/steer-operations.ts';
import { desiredOf } from '../../rows/answer-resource.ts';

/** Stuck operations that are looked at in one visit, latest first. */
const STUCK_PER_VISIT_MAX = 200;

/** How often one operation is retried unasked: what fails again and again needs a person. */
export const PLATFORM_RETRIES_MAX = 3;

const USUAL = VM_FIELDS.priority.default;

/**
 * Retries what is stuck on this node and might have passed.
 * @returns how many operations go on
 */
export async function resumeStuck(parts: SteeringParts, node: string): Promise<number> {
  const { deps } = parts;
  const rows = await deps.store.read({
    from: 'operations',
    where: { status: 'stuck' },
    orderBy: { column: 'id', direction: 'desc' },
    limit: STUCK_PER_VISIT_MAX,
  });
  let resumed = 0;
  for (const row of await orderByPriority(deps, rows)) {
    const definition = decodeDefinition(row);
    if (definition.onRetry === undefined) continue;
    const log = await readLog(deps.store, row.id);
    if (!isWaitingFor(node, definition, log)) continue;
    const done = await retryNow(parts, row.id, platformCaller(deps, row.tenant_id, 'healer'), null);
    if (done.ok) resumed += 1;
    const fields = { operation: row.id, node, ...(done.ok ? {} : { problem: done.error }) };
    deps.logger.info(fields, done.ok ? 'a stuck operation goes on' : 'it stays stuck');
  }
  return resumed;
}

/** What is done to VMs that matter more comes first; everything else matters as by default. */
async function orderByPriority(
  { store }: SteeringParts['deps'],
  rows: readonly Tables['operations'][],
): Promise<readonly Tables['operations'][]> {
  const ids = rows.flatMap((row) => (row.target_kind === 'vm' ? [row.target_id] : []));
  const vms = await store.read({ from: 'vms', where: { id: { in: ids } } });
  const priorities = new Map(vms.map((row) => [row.id, Number(desiredOf(row).priority ?? USUAL)]));
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
  const names = stepsGivenUp(definition, log);
  return definition.steps.some(
    ({ name, undo }) => names.includes(name) && undo?.kind === 'agent' && undo.node === node,
  );
}
