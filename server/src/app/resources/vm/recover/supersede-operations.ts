/**
 * Ends operations on a VM whose node is known to be off: what they still wait for never comes, and
 * what they have done has no effect any more. Each is rolled back in the store and fails; a stop
 * has succeeded, because its machine does not run.
 */
import type { Change, ChangeSet } from '../../../../ports/store.ts';
import type { NodeRow } from '../../../../ports/tables/node-row.ts';
import type { Tables, VmRow } from '../../../../ports/tables/tables.ts';
import { auditChange } from '../../../kernel/audit/audit.ts';
import {
  decodeDefinition,
  isDamaged,
  type OperationDefinition,
} from '../../../kernel/definitions/operation-definition.ts';
import { readLog } from '../../../kernel/operations/answer-operation.ts';
import {
  decisionChanges,
  definitionAfterEnd,
  endChanges,
  endStateChanges,
  type OperationEnd,
} from '../../../kernel/operations/operation-changes.ts';
import { observedOf } from '../../../rows/answer-resource.ts';
import { replan } from '../../../rows/resource-problems.ts';
import { givesAway } from '../../node/node-cut-off.ts';
import { isFencedOn, requireFence } from '../../node/node-fence.ts';
import type { WriteScope } from '../../scope.ts';
import { poolsOfDisks } from '../reach/find-reaching-nodes.ts';
import { isReleased } from './find-left-target.ts';

type OperationRow = Tables['operations'];

/** Operations on a VM that is there and stays. A deletion or a creation ends by itself. */
const SUPERSEDABLE = [
  'vm.start',
  'vm.stop',
  'vm.reboot',
  'vm.reset',
  'vm.restart_service',
  'vm.pause',
  'vm.resume',
  'vm.update',
  'vm.migrate',
  'volume.update',
];

/** Operations on one VM that got stuck, which are looked at. */
const STUCK_MAX = 100;

/**
 * Plans their end.
 * @returns no changes where there is nothing to end, or where it may still have an effect
 */
export async function supersedeOperations(row: VmRow, scope: WriteScope): Promise<ChangeSet> {
  const { store } = scope.deps;
  const { nodes, volumes, operations } = await store.snapshot({
    nodes: { from: 'nodes' },
    volumes: { from: 'volumes', where: { attached_to: row.id } },
    operations: {
      from: 'operations',
      where: { target_id: row.id, status: { in: ['running', 'undoing', 'stuck'] } },
      orderBy: { column: 'id', direction: 'desc' },
      limit: STUCK_MAX,
      damaged: 'blank',
    },
  });
  const source = nodes.find(({ name }) => name === observedOf(row).node);
  if (source === undefined) return [];
  const pools = poolsOfDisks(volumes, source);
  if (!givesAway(source, { id: row.id, pools })) return [];
  const changes: Change[] = [];
  for (const operation of operations) {
    if (isDamaged(operation) || !SUPERSEDABLE.includes(operation.kind)) continue;
    const isStuck = operation.status === 'stuck';
    if (!isStuck && operation.id !== row.busy_operation_id) continue;
    const definition = decodeDefinition(operation);
    if (await reachesOthers(definition, { operation, nodes, source, scope })) continue;
    changes.push(...endOne(operation, definition, { row, source, scope }));
  }
  return changes.length === 0 ? [] : [requireFence(source), ...changes];
}

/**
 * Whether a step has begun on a node other than the source that is not known to be off: it may
 * still do something.
 */
async function reachesOthers(
  { steps }: OperationDefinition,
  {
    operation,
    nodes,
    source,
    scope,
  }: {
    readonly operation: OperationRow;
    readonly nodes: readonly NodeRow[];
    readonly source: NodeRow;
    readonly scope: WriteScope;
  },
): Promise<boolean> {
  const isOff = (each: NodeRow) => each.id === source.id || isFencedOn(each, operation.target_id);
  const off = new Set(nodes.filter(isOff).map(({ name }) => name));
  const log = await readLog(scope.deps.store, operation.id);
  // What has arrived at the target is removed by the recovery (`find-left-target.ts`).
  const isUnderWay = operation.kind === 'vm.migrate' && operation.status !== 'stuck';
  if (isUnderWay && !isReleased(log)) return false;
  const begun = new Set(log.flatMap((entry) => (entry.kind === 'started' ? [entry.step] : [])));
  return steps.some(({ name, action }) => {
    if (!begun.has(name)) return false;
    return action.kind !== 'agent' || !off.has(action.node);
  });
}

function endOne(
  operation: OperationRow,
  definition: OperationDefinition,
  {
    row,
    source,
    scope,
  }: { readonly row: VmRow; readonly source: NodeRow; readonly scope: WriteScope },
): ChangeSet {
  const message =
    `it was superseded: node ${source.name} is known to be off, and the VM ` +
    `${row.name} is recovered`;
  const hasStopped = operation.kind === 'vm.stop' && operation.status !== 'stuck';
  const end: OperationEnd = hasStopped
    ? { status: 'succeeded', message: '' }
    : { status: 'failed', message };
  return endOperation(operation, definition, { row, scope, end });
}

interface EndOfVm {
  readonly row: VmRow;
  readonly scope: Pick<WriteScope, 'deps' | 'context' | 'nowMs'>;
  readonly end: OperationEnd;
}

/** The changes that end an operation on a VM which is recovered. */
export function endOperation(
  operation: OperationRow,
  definition: OperationDefinition,
  { row, scope, end }: EndOfVm,
): ChangeSet {
  const { deps, context } = scope;
  const isStuck = operation.status === 'stuck';
  // A stuck operation has released everything already, and cannot be retried any more.
  const { onRetry: _retry, retryFrom: _from, ...rest } = definition;
  const left = isStuck ? rest : definitionAfterEnd(rest, end);
  return [
    {
      kind: 'update',
      table: 'operations',
      id: operation.id,
      set: { owner: deps.instanceId, fence: operation.fence + 1 },
      expect: { status: operation.status, owner: operation.owner, fence: operation.fence },
      otherwise: replan(`The operation ${operation.id}`),
    },
    ...(isStuck ? [] : endStateChanges(definition, end)),
    ...(isStuck ? [] : decisionChanges(deps, definition, end)),
    ...endChanges(deps, operation, left, end),
    auditChange(deps, context, {
      operation: 'vm.recover',
      outcome: 'superseded',
      resourceKind: 'vm',
      target: { id: row.id, name: row.name },
      changes: { operation: { was: `${operation.kind} ${operation.id}`, is: end.status } },
      atMs: scope.nowMs,
    }),
  ];
}
