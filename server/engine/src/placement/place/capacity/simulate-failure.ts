/** Simulates the failure of nodes: restarts their VMs elsewhere, the largest first. */
import type { Env } from '../../../env.ts';
import { tryPlacement } from '../decide/decide-placement.ts';
import { mainReason } from '../explain/main-reason.ts';
import { dropNode } from '../index/fleet-index.ts';
import { openOverlay, placeOnIndex, removeFromIndex } from '../index/fleet-overlay.ts';
import type { PlacementNode } from '../model/placement.ts';
import type { FilledFleet, PlacedVm } from './fill-fleet.ts';

/** A VM that restarts elsewhere; names. */
export interface Restart {
  readonly vm: string;
  readonly from: string;
  readonly to: string;
}

/** A VM that no remaining node can hold. */
export interface Stranded {
  readonly vm: string;
  readonly from: string;
  /** The reason that rejected most of the remaining nodes. */
  readonly reason: string;
}

/** The outcome of a failure. */
export interface FailureOutcome {
  readonly nodesFailed: number;
  readonly restarted: readonly Restart[];
  readonly stranded: readonly Stranded[];
}

/**
 * Removes nodes and places their VMs again, under the rules that they had.
 * @param fleet - is changed to the state after the failure
 * @param hits - says which nodes fail
 * Source of the order: first fit decreasing, as vSphere HA and Ganeti restart VMs.
 */
export function simulateFailure(
  fleet: FilledFleet,
  hits: (node: PlacementNode) => boolean,
  env: Env,
): FailureOutcome {
  const { index, placed } = fleet;
  const failed = new Map(
    index.nodes.flatMap((node) => (node !== undefined && hits(node) ? [[node.id, node]] : [])),
  );
  const displaced = placed.filter(({ plan }) => failed.has(plan.nodeId));
  for (const { request, plan } of displaced) removeFromIndex(index, request, plan);
  for (const id of failed.keys()) dropNode(index, id);
  const restarted: Restart[] = [];
  const stranded: Stranded[] = [];
  for (const { request, plan } of [...displaced].sort(compareSizes)) {
    const vm = request.vm.name;
    const from = plan.decision.target_node;
    const tried = tryPlacement(openOverlay(index), request, env);
    if (!tried.ok) {
      stranded.push({ vm, from, reason: mainReason(tried.error.byReason) });
      continue;
    }
    placeOnIndex(index, request, tried.value);
    restarted.push({ vm, from, to: tried.value.decision.target_node });
  }
  return { nodesFailed: failed.size, restarted, stranded };
}

/** The largest first; equal ones stay in their order. */
function compareSizes(
  { request: { vm: left } }: PlacedVm,
  { request: { vm: right } }: PlacedVm,
): number {
  return (
    devicesOf(right) - devicesOf(left) ||
    right.cpuCores - left.cpuCores ||
    right.memoryMib - left.memoryMib ||
    right.diskGb - left.diskGb
  );
}

function devicesOf({ devices = [] }: PlacedVm['request']['vm']): number {
  return devices.reduce((sum, { count, milli }) => sum + count * milli, 0);
}
