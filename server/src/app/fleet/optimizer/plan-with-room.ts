/** Plans improvements that leave the room that is kept free for the VMs of lost nodes. */
import type { Problem } from '@novacron/contract/problem/problem';
import { assert, err, ok, type Result } from '@novacron/contract/result';
import type { PriceList } from '@novacron/engine/cost/model/price-list';
import { classPricesOf } from '@novacron/engine/cost/plan-price';
import { checkFailover } from '@novacron/engine/healing/failover/check-failover';
import { explainUncovered } from '@novacron/engine/healing/failover/explain-failover';
import type { FailoverInput } from '@novacron/engine/healing/failover/model/failover';
import type {
  ImprovementInput,
  ImprovementPlan,
} from '@novacron/engine/placement/optimizer/model/optimizer';
import { planImprovement } from '@novacron/engine/placement/optimizer/plan-improvement';
import type { ChangeSet } from '../../../ports/store.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { wakingOf } from '../../resources/node/node-waking.ts';
import type { WriteScope } from '../../resources/scope.ts';
import { ALL_UNITS, moveFailoverRule } from '../../resources/vm/failover/move-failover-rule.ts';
import {
  type ObservedFailover,
  observeFailover,
} from '../../resources/vm/failover/observe-failover.ts';
import { negate, subtract } from '../../rows/vm-amounts.ts';
import type { ObservedFleet } from './observe-fleet.ts';
import { readExpectedVms } from './read-expected-vms.ts';

/** Increment of a consolidation's headroom until enough capacity stays free. Unit: ratio. */
const HEADROOM_STEP = 0.1;

/** A plan, and what guards its commit. */
interface GuardedPlan {
  readonly plan: ImprovementPlan;
  readonly guards: ChangeSet;
}

/**
 * Plans an improvement. Goals that empty nodes empty fewer where that is needed; the others take no
 * node out of service, and a drain is what a person asks for.
 * @returns `no-capacity` where the fleet does not have the room in any case
 */
export async function planWithRoom(
  ask: Pick<ImprovementInput, 'goal' | 'movesMax' | 'failover'>,
  fleet: Pick<ObservedFleet, 'nodes' | 'vms' | 'rows'>,
  { deps, context }: Pick<WriteScope, 'deps' | 'context'>,
): Promise<Result<GuardedPlan, Problem>> {
  const { nodes, vms, rows } = fleet;
  const { failoverNodes: nodesMax } = deps.settings;
  const { goal } = ask;
  const expected = 'headroomRatio' in goal ? await readExpectedVms(deps, 'horizon') : [];
  const held = heldNodes(rows, deps.clock.nowMs());
  const prices = nodePricesOf(deps.prices.current(), rows);
  const input = { ...ask, nodes, vms, expected, held, prices };
  if (nodesMax === 0 || !('headroomRatio' in goal)) {
    const planned = planImprovement(input);
    return planned.ok ? ok({ plan: planned.value, guards: [] }) : planned;
  }
  const observed = await observeFailover(deps);
  const { version } = observed;
  const guards = moveFailoverRule({ version, units: ALL_UNITS, most: version });
  let refused: Problem | undefined;
  for (let more = goal.headroomRatio; more < 1; more += HEADROOM_STEP) {
    const planned = planImprovement({ ...input, goal: { ...goal, headroomRatio: more } });
    if (!planned.ok) return planned;
    const plan = { ...planned.value, goal };
    if (plan.emptied.length === 0 && plan.moves.length === 0) return ok({ plan, guards: [] });
    const verdict = checkFailover(applyPlan(observed, plan), { nodesMax });
    if (verdict.kind === 'safe') return ok({ plan, guards });
    const { tenantId } = context.principal;
    refused = explainUncovered(verdict, { nodesMax, tenantId, asked: [] });
  }
  assert(refused !== undefined, 'a headroom below 1 was tried');
  return err(refused);
}

/** What nodes cost their operator by the price list in force; undefined without one. */
function nodePricesOf(
  list: PriceList | undefined,
  rows: readonly NodeRow[],
): ImprovementInput['prices'] {
  if (list === undefined) return undefined;
  const rates = rows.flatMap((row): (readonly [string, number])[] => {
    const cost = classPricesOf(list, row.class)?.nodeCost;
    return cost === undefined ? [] : [[row.name, cost]];
  });
  return { list: list.name, currency: list.currency, rates: new Map(rates) };
}

/** Names of the nodes that were woken a while ago; a clock that goes back does not hold longer. */
function heldNodes(rows: readonly NodeRow[], nowMs: number): ReadonlySet<string> {
  const isHeld = (row: NodeRow): boolean => {
    const waking = wakingOf(row);
    if (waking === undefined) return false;
    return Date.parse(waking.at) <= nowMs && nowMs < Date.parse(waking.hold_until);
  };
  return new Set(rows.filter(isHeld).map(({ name }) => name));
}

/** The fleet once all moves are made and the emptied nodes are out of service. */
function applyPlan(
  { nodes, vms }: ObservedFailover,
  { moves, emptied }: ImprovementPlan,
): FailoverInput {
  const homeOf = new Map<string, string>(moves.map(({ vmId, to }) => [vmId, to]));
  return {
    vms: vms.map((vm) => ({ ...vm, node: homeOf.get(vm.id) ?? vm.node })),
    nodes: nodes.map((node) => {
      const come = vms.filter(({ id, node: from }) => {
        const to = homeOf.get(id);
        return to === node.name && from !== to;
      });
      const gone = vms.filter(({ id, node: from }) => {
        const to = homeOf.get(id);
        return from === node.name && to !== undefined && from !== to;
      });
      const grown = come.reduce(
        (used, { request }) => subtract(used, negate(request.vm)),
        node.used,
      );
      const used = gone.reduce((all, { request }) => subtract(all, request.vm), grown);
      return { ...node, used, status: emptied.includes(node.name) ? 'standby' : node.status };
    }),
  };
}
