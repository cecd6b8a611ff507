/** Estimates how many more VMs of a size fit, by placing copies until every node rejects one. */
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Env } from '../../../env.ts';
import { tryPlacement } from '../decide/decide-placement.ts';
import { type FleetIndex, findNode, makeFleetIndex } from '../index/fleet-index.ts';
import { openOverlay, placeOnIndex } from '../index/fleet-overlay.ts';
import type { Peer, PlacementNode, PlacementRequest } from '../model/placement.ts';
import { validateRequest } from '../request/validate-request.ts';

/** Upper limit of `copiesMax`: a larger count is an invalid request. */
export const COPIES_MAX = 100_000;

/** The estimate: how many copies fit, and why the next one does not. */
export interface CapacityEstimate {
  /** Number of copies that fit; at most the requested number. */
  readonly fits: number;
  readonly fitsByZone: Readonly<Record<string, number>>;
  /** Nodes that refuse the next copy, by reason; empty where the limit was reached. */
  readonly refusedByReason: Readonly<Record<string, number>>;
}

/**
 * Counts the copies of a VM that a fleet can hold. The copies are left on the index.
 * @param request - a VM; its copies have its group and labels, and obey its rules among themselves
 * @param copiesMax - counting ends there; whole, 1 and up
 * @returns the estimate; `validation-failed` for a VM that makes no sense
 */
export function estimateCapacity(
  index: FleetIndex,
  { request, copiesMax }: { readonly request: PlacementRequest; readonly copiesMax: number },
  env: Env,
): Result<CapacityEstimate, Problem> {
  const wrong = validateRequest(request);
  if (wrong !== undefined) return err(wrong);
  const fitsByZone: Record<string, number> = {};
  for (let fits = 0; fits < copiesMax; fits += 1) {
    const copy = { ...request, vm: { ...request.vm, name: `${request.vm.name}#${fits}` } };
    const tried = tryPlacement(openOverlay(index), copy, env);
    if (!tried.ok) return ok({ fits, fitsByZone, refusedByReason: tried.error.byReason });
    const zone = findNode(index, tried.value.nodeId)?.zone ?? '';
    fitsByZone[zone] = (fitsByZone[zone] ?? 0) + 1;
    placeOnIndex(index, copy, tried.value);
  }
  return ok({ fits: copiesMax, fitsByZone, refusedByReason: {} });
}

/** An estimate for the fleet as it is and as it would be with every standby node awake. */
export interface FleetEstimate {
  readonly counted: CapacityEstimate;
  readonly nodesOnStandby: number;
  readonly fitsWithStandby: number;
}

/**
 * Counts the copies of a VM that a fleet can hold, without and with its nodes on standby.
 * @returns the estimate; `validation-failed` for a VM that makes no sense
 */
export function estimateFleet(
  { nodes, peers }: { readonly nodes: readonly PlacementNode[]; readonly peers: readonly Peer[] },
  asked: Parameters<typeof estimateCapacity>[1],
  env: Env,
): Result<FleetEstimate, Problem> {
  const count = (fleet: readonly PlacementNode[]) =>
    estimateCapacity(makeFleetIndex({ nodes: fleet, peers }), asked, env);
  const counted = count(nodes);
  if (!counted.ok) return counted;
  const nodesOnStandby = nodes.filter(({ status }) => status === 'standby').length;
  const awake = nodesOnStandby === 0 ? counted : count(nodes.map(wake));
  if (!awake.ok) return awake;
  return ok({ counted: counted.value, nodesOnStandby, fitsWithStandby: awake.value.fits });
}

function wake(node: PlacementNode): PlacementNode {
  return node.status === 'standby' ? { ...node, status: 'ready' } : node;
}
