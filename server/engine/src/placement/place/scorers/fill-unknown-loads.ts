/** Gives nodes without a measurement the load of an average node. */
import type { MeasuredLoad, PlacementNode } from '../model/placement.ts';

/**
 * Completes the measured load of a fleet, so that a missing measurement neither attracts VMs nor
 * repels them.
 * @param nodes - with the load of those that were measured
 * @returns the same nodes in the same order; a node without a measurement has the mean load of the
 *   measured nodes that are ready. Where none was measured the nodes are returned as they are, and
 *   what they have promised counts instead (`scoreIdle`)
 */
export function fillUnknownLoads(nodes: readonly PlacementNode[]): readonly PlacementNode[] {
  const measured = nodes.flatMap(({ load, status }) =>
    load === undefined || status !== 'ready' ? [] : [load],
  );
  if (measured.length === 0 || measured.length === nodes.length) return nodes;
  const load = meanOf(measured);
  return nodes.map((node) => (node.load === undefined ? { ...node, load } : node));
}

function meanOf(loads: readonly MeasuredLoad[]): MeasuredLoad {
  const cpu = loads.reduce((sum, { cpuRatio }) => sum + cpuRatio, 0);
  const memory = loads.reduce((sum, { memoryRatio }) => sum + memoryRatio, 0);
  return { cpuRatio: round(cpu / loads.length), memoryRatio: round(memory / loads.length) };
}

/** In hundredths: the mean moves with every report, and unmeasured nodes need not move with it. */
function round(ratio: number): number {
  return Math.round(ratio * 100) / 100;
}
