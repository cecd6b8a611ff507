/** Moves members of one VM group between the nodes that they are on; other VMs stay. */
import { err, ok } from '@novacron/contract/result';
import type {
  ImprovementGoal,
  ImprovementPlan,
  ResidentVm,
} from '@novacron/engine/placement/optimizer/model/optimizer';
import { concatSagas } from '../../kernel/operations/saga.ts';
import type { Prepare, WriteScope } from '../../resources/scope.ts';
import { replan } from '../../rows/resource-problems.ts';
import { type ObservedFleet, observeFleet } from './observe-fleet.ts';
import { planWithRoom } from './plan-with-room.ts';
import { type Also, moveSteps, REQUIRE_NO_OTHER } from './prepare-improvement.ts';

/** Nodes that the members stay on: the loss of one does not take all of them down. */
const NODES_MIN = 2;

/** Members, and what to move them for. */
export interface MemberMoves {
  readonly group: { readonly id: string; readonly name: string };
  /** Ids of the VMs. */
  readonly members: ReadonlySet<string>;
  /** `consolidate`: one node is without VMs afterwards; `rebalance`: nodes are used evenly. */
  readonly goal: 'consolidate' | 'rebalance';
  readonly movesMax: number;
}

/**
 * Plans them.
 * @returns undefined where nothing is gained
 * @remarks A node is left only if all of its VMs are members, and the other nodes of the group, two
 *   at least, have room for them: no node gets its first member by it.
 */
export async function planMemberMoves(
  moves: MemberMoves,
  scope: Pick<WriteScope, 'deps' | 'context'>,
): Promise<ImprovementPlan | undefined> {
  const fleet = await observeFleet(scope.deps);
  const limited = limitToMembers(moves, fleet);
  const { movesMax } = moves;
  for (const goal of goalsOf(moves, fleet)) {
    const ask = { goal, movesMax, failover: 'keep' } as const;
    const planned = await planWithRoom(ask, limited, scope);
    if (!planned.ok) continue;
    const { plan } = planned.value;
    if (plan.left.length === 0 && plan.moves.length > 0) return plan;
  }
  return undefined;
}

/** Prepares an operation of such moves. @param also - what is committed with it */
export function prepareMemberMoves(
  moves: MemberMoves,
  also: Also,
): Prepare<Readonly<Record<string, unknown>>> {
  return async (_input, scope) => {
    const plan = await planMemberMoves(moves, scope);
    if (plan === undefined) return err([replan(`The group ${moves.group.name}`)]);
    const saga = { reserve: [REQUIRE_NO_OTHER], steps: moveSteps(plan) };
    return ok({
      resourceKind: 'fleet',
      target: moves.group,
      before: null,
      wanted: { goal: moves.goal, moves: plan.moves.length, emptied: [...plan.emptied] },
      placement: null,
      saga: concatSagas(saga, also(scope)),
    });
  };
}

/** Goals that are tried one after another: the nodes with the fewest members are left first. */
function goalsOf({ goal, members }: MemberMoves, { vms }: ObservedFleet): ImprovementGoal[] {
  if (goal === 'rebalance') return [{ kind: 'rebalance' }];
  const counts = countMembers(members, vms);
  const shared = new Set(vms.filter(({ id }) => !members.has(id)).map(({ node }) => node));
  return [...counts]
    .filter(([node]) => counts.size > NODES_MIN && !shared.has(node))
    .toSorted(([a, few], [b, many]) => few - many || (a < b ? -1 : 1))
    .map(([node]) => ({ kind: 'drain', node }));
}

function countMembers(members: ReadonlySet<string>, vms: readonly ResidentVm[]) {
  const counts = new Map<string, number>();
  for (const { id, node } of vms) {
    if (members.has(id)) counts.set(node, (counts.get(node) ?? 0) + 1);
  }
  return counts;
}

/** The same fleet, in which only members move, and only to nodes that have some. */
function limitToMembers({ members }: MemberMoves, fleet: ObservedFleet): ObservedFleet {
  const used = countMembers(members, fleet.vms);
  const unused = fleet.nodes.map(({ name }) => name).filter((name) => !used.has(name));
  const vms = fleet.vms.map((vm): ResidentVm => {
    if (!members.has(vm.id)) {
      return { ...vm, immovable: vm.immovable ?? 'it is not a member of the group' };
    }
    const { constraints } = vm.request;
    const excludeNodes = [...(constraints.excludeNodes ?? []), ...unused];
    return { ...vm, request: { ...vm.request, constraints: { ...constraints, excludeNodes } } };
  });
  return { ...fleet, vms };
}
