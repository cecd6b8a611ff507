/**
 * Forecasts the failure of nodes of a running fleet: restarts, stranded VMs, and N+1 before and
 * after.
 */
import { assert } from '@novacron/contract/result';
import type { Env } from '../../env.ts';
import { simulateFailure } from '../place/capacity/simulate-failure.ts';
import { makeFleetIndex } from '../place/index/fleet-index.ts';
import { toPeer } from '../place/index/fleet-overlay.ts';
import type { PlacementNode } from '../place/model/placement.ts';
import { scopeRequestToTenant } from '../place/request/scope-request-to-tenant.ts';
import { makeFleetState } from './fleet/fleet-state.ts';
import type { ImprovementInput, ResidentVm } from './model/optimizer.ts';

/** A VM that starts again elsewhere. */
export interface ForecastRestart {
  readonly vm: ResidentVm;
  readonly to: string;
}

/** A VM that no remaining node can hold, and the reason of most of them. */
export interface ForecastStranded {
  readonly vm: ResidentVm;
  readonly reason: string;
}

/** Consequences of a failure. Nodes by name. */
export interface FailureForecast {
  readonly nodesFailed: readonly string[];
  readonly restarted: readonly ForecastRestart[];
  readonly stranded: readonly ForecastStranded[];
  /** Nodes whose VMs have no room to restart elsewhere. */
  readonly unguardedBefore: readonly string[];
  readonly unguardedAfter: readonly string[];
}

/**
 * Forecasts a failure.
 * @param hits - says which nodes fail; those of them that are lost already fail once more
 * @remarks The order is that of `simulateFailure`: the largest VM first.
 */
export function forecastFailure(
  fleet: Pick<ImprovementInput, 'nodes' | 'vms'>,
  hits: (node: PlacementNode) => boolean,
  env: Env,
): FailureForecast {
  const { nodes, vms } = fleet;
  const failed = nodes.filter(hits).map(({ name }) => name);
  const idOf = new Map(nodes.map(({ name, id }) => [name, id]));
  const placed = vms.flatMap(({ tenantId, node, request }) => {
    const nodeId = idOf.get(node);
    if (nodeId === undefined) return [];
    const decision = { ...UNDECIDED, target_node: node };
    const plan = { nodeId, decision, devices: [], cells: [] };
    return [{ request: scopeRequestToTenant(tenantId, request), plan }];
  });
  const peers = placed.map(({ request, plan }) => toPeer(request, plan));
  const index = makeFleetIndex({ nodes, peers });
  const outcome = simulateFailure({ index, placed, rejected: 0 }, hits, env);
  const vmOf = new Map(
    vms.map((vm) => [keyOf(scopeRequestToTenant(vm.tenantId, vm.request).vm.name, vm.node), vm]),
  );
  const find = ({ vm, from }: { readonly vm: string; readonly from: string }) => {
    const found = vmOf.get(keyOf(vm, from));
    assert(found !== undefined, 'who restarts was there');
    return found;
  };
  const restarted = outcome.restarted.map((each) => ({ vm: find(each), to: each.to }));
  const placeOf = new Map(restarted.map(({ vm, to }) => [vm, to]));
  const after = vms.flatMap((vm): ResidentVm[] => {
    const node = failed.includes(vm.node) ? placeOf.get(vm) : vm.node;
    return node === undefined ? [] : [{ ...vm, node }];
  });
  const left = index.nodes.filter((node) => node !== undefined);
  return {
    nodesFailed: failed,
    restarted,
    stranded: outcome.stranded.map((each) => ({ vm: find(each), reason: each.reason })),
    unguardedBefore: listUnguarded(nodes, vms),
    unguardedAfter: listUnguarded(left, after),
  };
}

/** Constraints on the current node no longer matter. */
const UNDECIDED = {
  score: 0,
  explanation: [],
  alternatives: [],
  scores: {},
  rejected: {},
  cost_per_hour: null,
};

/** A VM whose migration got stuck is on two nodes, so its name alone does not tell it. */
function keyOf(vm: string, node: string): string {
  return `${vm} ${node}`;
}

function listUnguarded(nodes: readonly PlacementNode[], vms: readonly ResidentVm[]): string[] {
  const goal = { kind: 'rebalance' } as const;
  const state = makeFleetState({ goal, nodes, vms, movesMax: 0, failover: 'keep' });
  return [...state.unguarded].map((node) => state.nodes[node]?.name ?? '').sort();
}
