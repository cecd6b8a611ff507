/**
 * A VM whose recovery got stuck has a machine on a node that does not start it. Another node can run
 * it once that machine is removed.
 */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { ChangeSet } from '../../../../ports/store.ts';
import type { NodeRow } from '../../../../ports/tables/node-row.ts';
import type { Tables, VmRow } from '../../../../ports/tables/tables.ts';
import { decodeDefinition } from '../../../kernel/definitions/operation-definition.ts';
import { explainProblem } from '../../../rows/explain-problem.ts';
import { isFencedOn } from '../../node/node-fence.ts';
import type { WriteScope } from '../../scope.ts';
import type { MovingVm } from '../migrate/observe-moving-vm.ts';
import type { EarlierRecovery } from './find-earlier-recoveries.ts';
import { endOperation } from './supersede-operations.ts';

/** Where a recovery got stuck. */
export interface StuckNode {
  readonly node: NodeRow;
  /** The room that the VM holds there. */
  readonly allocation: Tables['allocations'];
  readonly recovery: EarlierRecovery;
}

/** Finds it; undefined where there is none, or where the VM may run there. */
export function findStuckNode(
  { row, allocation: home, allocations, nodes }: MovingVm,
  earlier: readonly EarlierRecovery[],
): StuckNode | undefined {
  const [allocation, more] = allocations.filter(({ id }) => id !== home?.id);
  const node = nodes.find(({ id }) => id === allocation?.node_id);
  const recovery = earlier.find((each) => each.node === node?.name);
  if (allocation === undefined || node === undefined || recovery === undefined) return undefined;
  const isSilent = node.status === 'lost' && !isFencedOn(node, row.id);
  if (more !== undefined || isSilent || recovery.disk === 'restored') return undefined;
  return { node, allocation, recovery };
}

/** Refuses a VM that no other node can run. */
export function noOtherNode({ id, name }: VmRow, { node, recovery }: StuckNode): Problem {
  const why = explainProblem(recovery.operation.problem_json);
  return problem('conflict', {
    detail: `The VM ${name} has failed to start on ${node.name}, and no other node can run it: ${why}`,
    remedy:
      `Fix what keeps ${node.name} from starting it, then retry the recovery: novacron operation ` +
      `retry ${recovery.operation.id}. Or add a node that reaches its disks, and repeat this: ` +
      `novacron vm recover ${id}.`,
    data: { node: node.name, reason: 'no-other-node' },
  });
}

/** Ends the recovery that got stuck: from then on it cannot be retried. */
export function endStuckRecovery(
  { recovery: { operation } }: StuckNode,
  context: { readonly row: VmRow; readonly scope: WriteScope },
): ChangeSet {
  if (operation.status !== 'stuck') return [];
  const before = `${operation.kind} of ${operation.target_name} failed: `;
  const why = explainProblem(operation.problem_json).replace(before, '');
  const end = { status: 'failed', message: `${why}; another node is tried` } as const;
  return endOperation(operation, decodeDefinition(operation), { ...context, end });
}
