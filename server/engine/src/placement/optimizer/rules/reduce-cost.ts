/** Empties the nodes that cost most, onto nodes that cost less. */
import type { Micros } from '../../../cost/model/price-list.ts';
import type { FleetState } from '../fleet/fleet-state.ts';
import {
  type Consolidation,
  type ConsolidationAim,
  type ConsolidationLimits,
  consolidateFleet,
  leastUsedFirst,
} from './consolidate-fleet.ts';
import { fullnessOf } from './find-shortage.ts';

/** VMs go to the cheapest nodes in use, then to empty ones; never to nodes of unknown cost. */
const LOW_COST: ConsolidationAim = {
  candidates: dearestFirst,
  rank: (state) => (_, to) => {
    const rate = state.rates[to];
    const isEmpty = Number(state.residents[to]?.size === 0);
    return rate === undefined ? undefined : [isEmpty, rate, -fullnessOf(state, to)];
  },
  burden: costInUse,
};

/** Empties nodes, each wholly or not at all, as long as the nodes with VMs cost less by it. */
export function reduceCost(state: FleetState, limits: ConsolidationLimits): Consolidation {
  return consolidateFleet(state, limits, LOW_COST);
}

function dearestFirst(state: FleetState): readonly number[] {
  const { rates, residents } = state;
  const rateOf = (node: number) => rates[node] ?? 0;
  return leastUsedFirst(state)
    .filter((node) => rateOf(node) > 0 && (residents[node]?.size ?? 0) > 0)
    .toSorted((left, right) => rateOf(right) - rateOf(left));
}

function costInUse({ rates, residents }: FleetState): Micros {
  return residents.reduce((sum, vms, node) => sum + (vms.size > 0 ? (rates[node] ?? 0) : 0), 0);
}
