/**
 * Plans on which silent nodes the VMs that are stopped by their nodes run no more. See README.md.
 * Source of the idea: leases (Gray and Cheriton, 1989), and the watchdog of SBD in Pacemaker.
 */
import type {
  GuardedNode,
  HeldZone,
  LeaseFencingInput,
  LeaseFencingPlan,
} from './model/fencing.ts';
import { findCommonCauses } from './rules/find-common-causes.ts';

/**
 * The bound on the difference of two clocks: quartz differs by 0.02 %, and the kernel slews a clock
 * by 0.05 % at most. A ratio.
 */
export const CLOCK_DRIFT_RATIO_MAX = 0.01;

/** Plans a round. Nodes that have a cause in common are left alone, as those for a power-off. */
export function planLeaseFences({ nodes, driftRatioMax }: LeaseFencingInput): LeaseFencingPlan {
  const ended = nodes
    .filter((node) => node.state === 'silent' && !node.isOver && hasEnded(node, driftRatioMax))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
  if (ended.length === 0) return { over: [], held: [] };
  const held = findCommonCauses(nodes);
  return { over: ended.filter((node) => !held.some((each) => isWithin(node, each))), held };
}

function hasEnded({ guard, storedMs }: GuardedNode, driftRatioMax: number): boolean {
  return guard !== null && guard.vms > 0 && storedMs > guard.leaseMs * (1 + driftRatioMax);
}

function isWithin(node: GuardedNode, { zone, rack }: HeldZone): boolean {
  return zone === null || (zone === node.zone && (rack === null || rack === node.rack));
}
