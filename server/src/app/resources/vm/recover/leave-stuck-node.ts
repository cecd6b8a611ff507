/**
 * A VM whose recovery got stuck has a machine on a node that does not start it. Another node can
 * run it once that machine is removed.
 */
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { ChangeSet } from '../../../../ports/store.ts';
import type { VmRow } from '../../../../ports/tables/tables.ts';
import { decodeDefinition } from '../../../kernel/definitions/operation-definition.ts';
import { explainProblem } from '../../../rows/explain-problem.ts';
import { isFencedOn } from '../../node/node-fence.ts';
import type { WriteScope } from '../../scope.ts';
import type { MovingVm } from '../migrate/observe-moving-vm.ts';
import type { EarlierRecovery, StuckNode } from './find-earlier-recoveries.ts';
import type { RecoveryReach } from './find-recovery-nodes.ts';
import { endOperation } from './supersede-operations.ts';

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

/** The nodes that can run it besides; a problem where there are none. */
export function leaveStuckNode(
  reach: Result<RecoveryReach, Problem>,
  stuck: StuckNode | undefined,
  { node: wanted }: ParsedInputOf<'vm.recover'>,
): Result<RecoveryReach, Problem> {
  if (!reach.ok || stuck === undefined) return reach;
  const nodes = reach.value.nodes.filter(({ id }) => id !== stuck.node.id);
  const isUnable = nodes.length === 0 || wanted === stuck.node.name;
  return isUnable ? err(noOtherNode(stuck)) : ok({ ...reach.value, nodes });
}

function noOtherNode({ node, recovery: { operation } }: StuckNode): Problem {
  const { id: operationId, target_id: id, target_name: name, problem_json } = operation;
  const why = explainProblem(problem_json);
  return problem('conflict', {
    detail:
      `The VM ${name} has failed to start on ${node.name}, and no other node can run it: ` +
      `${why}`,
    remedy:
      `Fix what keeps ${node.name} from starting it, then retry the recovery: novacron operation ` +
      `retry ${operationId}. Or add a node that reaches its disks, and repeat this: ` +
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
