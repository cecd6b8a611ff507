/**
 * Removes the content of deleted volumes from the storage of nodes. A volume is deleted at once,
 * also while every node that reaches its content is away; the removal is a row of its own until a
 * node has done it.
 */
import type { OperationId } from '@novacron/contract/ids';
import type { Change } from '../../../ports/store.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { VolumeRemovalRow } from '../../../ports/tables/volume-removal-row.ts';
import { auditChange } from '../../kernel/audit/audit.ts';
import { eventChange } from '../../kernel/events/events.ts';
import {
  insertOperation,
  type NewOperation,
  planOperation,
} from '../../kernel/operations/admit-operation.ts';
import type { OperationExecutor } from '../../kernel/operations/execute-operations.ts';
import { PLATFORM_NAME, platformCaller } from '../../kernel/operations/platform-caller.ts';
import { planOperationTrace } from '../../kernel/operations/trace-operations.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { capabilitiesOf } from '../../resources/vm/machine/configure-steps.ts';
import { poolsOfNode } from '../../resources/volume/volume-pool.ts';
import { replan } from '../../rows/resource-problems.ts';

/** The operation name of a removal. */
const CLEANUP_KIND = 'volume.cleanup';

/** Interval between checks for the content of deleted volumes. Unit: ms. */
const LOOK_MS = 5_000;

/** Time that a removal waits for a node that reaches its storage. Unit: ms. */
const NO_NODE_MS = 60_000;

/** Backoff of a removal that a node refused, or that takes long. Unit: ms. */
const AGAIN_MS = 600_000;

/** Maximum number of removals in a round; the others wait for the next one. */
const REMOVALS_PER_ROUND_MAX = 100;

/** Dependencies of removing contents. */
export interface RemovalParts {
  readonly deps: CapabilityDeps;
  readonly executor: Pick<OperationExecutor, 'start'>;
}

/** Removes the content of deleted volumes where a node reaches it. */
export function contentRemoval(parts: RemovalParts): Reconciler {
  return {
    name: 'volume-content-removal',
    summary: 'Removes the content of deleted volumes from the storage of nodes.',
    everyMs: LOOK_MS,
    lease: 'reconcilers',
    run: async (budget) => {
      await removeSome(parts, budget);
      return undefined;
    },
  };
}

async function removeSome(parts: RemovalParts, budget: ReconcilerBudget): Promise<void> {
  const { store, clock } = parts.deps;
  const rows = await store.read({
    from: 'volume_removals',
    where: { due_ms: { below: clock.nowMs() + 1 } },
    orderBy: { column: 'due_ms', direction: 'asc' },
    limit: REMOVALS_PER_ROUND_MAX,
  });
  if (rows.length === 0) return;
  const { nodes, operations } = await store.snapshot({
    nodes: { from: 'nodes', where: { status: 'ready' } },
    operations: {
      from: 'operations',
      where: { target_id: { in: rows.map(({ id }) => id) }, status: 'running' },
    },
  });
  const underWay = new Set<string>(operations.map(({ target_id }) => target_id));
  for (const row of rows) {
    if (!budget.mayContinue()) break;
    const node = underWay.has(row.id) ? undefined : nodes.find((each) => removes(each, row));
    if (node === undefined) await postpone(parts, budget, row);
    else await begin(parts, budget, { row, node });
  }
}

function removes(node: NodeRow, { pool_id }: VolumeRemovalRow): boolean {
  return poolsOfNode(node).includes(pool_id) && capabilitiesOf(node).deleteVolume === 'yes';
}

async function postpone(
  { deps }: RemovalParts,
  { guard }: ReconcilerBudget,
  row: VolumeRemovalRow,
): Promise<void> {
  await commitUnder(guard, deps, [dueAt(row, deps.clock.nowMs() + NO_NODE_MS)]);
}

function dueAt(row: VolumeRemovalRow, due_ms: number): Change {
  const otherwise = replan(`The removal of ${row.id}`);
  const expect = { due_ms: row.due_ms };
  return {
    kind: 'update',
    table: 'volume_removals',
    id: row.id,
    set: { due_ms },
    expect,
    otherwise,
  };
}

interface Found {
  readonly row: VolumeRemovalRow;
  readonly node: NodeRow;
}

async function begin(
  { deps, executor }: RemovalParts,
  { guard }: ReconcilerBudget,
  found: Found,
): Promise<void> {
  const { row } = found;
  const operation = planRemoval(deps, found);
  const done = await commitUnder(guard, deps, [
    // Looked at again should it fail; a removal that is done has no row.
    dueAt(row, deps.clock.nowMs() + AGAIN_MS),
    ...insertOperation(operation, replan(`The removal of ${row.id}`)),
    ...recordRemoval(deps, operation, found),
  ]);
  if (done.ok) executor.start(operation.row);
  else deps.logger.info({ volume: row.id, problem: done.error }, 'a removal could not be started');
}

function planRemoval(deps: CapabilityDeps, { row, node }: Found): NewOperation {
  const id: OperationId = deps.ids.next('op');
  const subject = {
    id,
    tenant_id: row.tenant_id,
    kind: CLEANUP_KIND,
    target_kind: 'volume',
    target_id: row.id,
    target_name: row.name,
    created_at_ms: deps.clock.nowMs(),
    created_by: PLATFORM_NAME,
  };
  return planOperation(deps, subject, {
    steps: [
      {
        name: 'delete',
        after: [],
        action: {
          kind: 'agent',
          node: node.name,
          vmId: row.id,
          generation: row.generation + 1,
          action: { kind: 'delete-volume', pool: row.pool_id },
        },
        undo: null,
        noReturn: 'yes',
      },
    ],
    onSuccess: [{ kind: 'drop', from: 'volume_removals', id: row.id }],
    onFailure: [],
    onStuck: [],
    ...planOperationTrace(deps.tracer, { operationId: id, parent: undefined }),
  });
}

function recordRemoval(
  deps: CapabilityDeps,
  operation: NewOperation,
  { row, node }: Found,
): readonly Change[] {
  const { id, name, tenant_id, pool_id } = row;
  return [
    auditChange(deps, platformCaller(deps, tenant_id), {
      operation: CLEANUP_KIND,
      outcome: 'done',
      resourceKind: 'volume',
      target: { id, name },
      changes: { content: { was: `in ${pool_id}`, is: null } },
      atMs: operation.row.created_at_ms,
    }),
    eventChange(deps, {
      tenantId: tenant_id,
      type: `${CLEANUP_KIND}.accepted`,
      source: 'platform',
      target: id,
      priority: 'low',
      data: { operation_id: operation.row.id, name, node: node.name },
    }),
  ];
}
