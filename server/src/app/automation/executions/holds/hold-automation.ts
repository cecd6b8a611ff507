/** Stops automation as a whole, and cancels what runs where that is asked for. */
import type { AutomationHold } from '@novacron/contract/automation/automation-operations';
import { CANCELLED_MAX } from '@novacron/contract/automation/automation-operations';
import { OperationId } from '@novacron/contract/ids';
import type { OutputOf, ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { CallContext } from '../../../kernel/context/call-context.ts';
import { cancelNow, type SteeringParts } from '../../../kernel/operations/steer-operations.ts';
import type { CapabilityDeps } from '../../../platform/deps.ts';
import { type HoldParts, hold } from '../../../platform/holds/change-hold.ts';
import { readShownHolds } from '../../../platform/holds/read-holds.ts';

/** Executions are counted up to here. */
const COUNTED_MAX = 100_000;

type Parts = HoldParts & SteeringParts;
type Cancelled = NonNullable<OutputOf<'automation.hold'>['cancelled']>;

/**
 * Holds automation: from its commit on no execution starts and no step begins. Problems:
 * `conflict`, `forbidden`, `policy-denied`.
 */
export async function holdAutomation(
  parts: Parts,
  input: ParsedInputOf<'automation.hold'>,
  context: CallContext,
): Promise<Result<OutputOf<'automation.hold'>, Problem>> {
  const held = await hold(parts, 'automation', input, context);
  if (!held.ok) return held;
  const tenantId = input.all ? undefined : context.principal.tenantId;
  const cancelled = input.cancel ? await cancelAll(parts, tenantId, context) : null;
  return ok({ ...held.value, cancelled });
}

/** Cancels the executions of a tenant, or all, the oldest first. */
async function cancelAll(
  parts: Parts,
  tenantId: string | undefined,
  context: CallContext,
): Promise<Cancelled> {
  const { store, logger } = parts.deps;
  const where = {
    ...(tenantId === undefined ? {} : { tenant_id: tenantId }),
    status: 'running',
    kind: 'workflow.run',
  };
  const total = await store.count({ from: 'operations', where, limit: COUNTED_MAX });
  const rows = await store.read({
    from: 'operations',
    where,
    limit: CANCELLED_MAX,
    damaged: 'blank',
  });
  const executions: OperationId[] = [];
  for (const { id } of rows) {
    const done = await cancelNow(parts, id, context);
    if (done.ok) executions.push(OperationId.parse(id));
    else logger.info({ execution: id, problem: done.error }, 'an execution was not cancelled');
  }
  return { count: executions.length, executions, left: total - executions.length };
}

/** Shows who holds automation, and how many executions have not ended. */
export async function showAutomation(
  deps: CapabilityDeps,
  { principal }: CallContext,
): Promise<Result<OutputOf<'automation.status'>, Problem>> {
  const { tenantId } = principal;
  const holds: readonly AutomationHold[] = await readShownHolds(deps, 'automation', tenantId);
  const count = (status: string) =>
    deps.store.count({
      from: 'operations',
      where: { tenant_id: tenantId, status, kind: 'workflow.run' },
      limit: COUNTED_MAX,
    });
  const [running, undoing] = await Promise.all([count('running'), count('undoing')]);
  const executions = { unfinished: running + undoing, taking_back: undoing };
  return ok({ held: holds.length > 0, holds: [...holds], executions });
}
