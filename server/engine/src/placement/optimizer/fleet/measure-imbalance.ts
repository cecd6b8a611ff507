/**
 * Imbalance of a fleet: the weighted sum of the standard deviations of node usage, updated with
 * each move. Source of the idea: the cluster score of Ganeti's hbal.
 */

import type { ImbalanceWeights } from '../model/optimizer.ts';
import { DIMENSIONS, type FleetLayout, reservedOn } from './fleet-layout.ts';

/** Default weights: VMs feel CPU and memory; disk fills slowly, and sizes say more than counts. */
const IMBALANCE_WEIGHTS: ImbalanceWeights = { cpu: 1, memory: 1, disk: 0.5, vms: 0 };

/** CPU, memory, disk, VMs. */
const MEASURES = 4;

/** Sums over the nodes in service, for one state of a fleet. */
export interface Imbalance {
  readonly weights: Float64Array;
  /** In rows of four: what a node uses, as measured. */
  readonly values: Float64Array;
  readonly sums: Float64Array;
  readonly squares: Float64Array;
  readonly nodes: number;
  readonly total: number;
}

/** Measures a fleet. */
export function measureImbalance(
  state: FleetLayout,
  weights: ImbalanceWeights = IMBALANCE_WEIGHTS,
): Imbalance {
  const { nodes, used, capacity, residents, inService } = state;
  const values = new Float64Array(nodes.length * MEASURES);
  const sums = new Float64Array(MEASURES);
  const squares = new Float64Array(MEASURES);
  let count = 0;
  for (let node = 0; node < nodes.length; node += 1) {
    if (inService[node] !== 1) continue;
    count += 1;
    for (let at = 0; at < MEASURES; at += 1) {
      const place = node * DIMENSIONS + at;
      const share = (used[place] ?? 0) / Math.max(1, capacity[place] ?? 0);
      const value = at === DIMENSIONS ? (residents[node]?.size ?? 0) : share;
      values[node * MEASURES + at] = value;
      sums[at] = (sums[at] ?? 0) + value;
      squares[at] = (squares[at] ?? 0) + value * value;
    }
  }
  const { cpu, memory, disk, vms } = weights;
  const parts = {
    weights: Float64Array.of(cpu, memory, disk, vms),
    values,
    sums,
    squares,
    nodes: count,
  };
  let total = 0;
  for (let at = 0; at < MEASURES; at += 1) {
    total += weighDeviation(parts, { at, sum: sums[at] ?? 0, square: squares[at] ?? 0 });
  }
  return { ...parts, total };
}

/** Returns the imbalance after a move; reads a few numbers, whatever the size of the fleet. */
export function imbalanceAfter(
  state: FleetLayout,
  imbalance: Imbalance,
  { vm, to }: { readonly vm: number; readonly to: number },
): number {
  const { asked, capacity, home, inService } = state;
  const { values, sums, squares } = imbalance;
  const from = home[vm] ?? 0;
  const fromCounts = inService[from] === 1;
  let total = 0;
  for (let at = 0; at < MEASURES; at += 1) {
    if (imbalance.weights[at] === 0) continue;
    const isCount = at === DIMENSIONS;
    const amount = isCount ? 1 : (asked[vm * DIMENSIONS + at] ?? 0);
    const taken = isCount ? 1 : amount - reservedOn(state, { vm, node: to, at });
    const more = isCount ? 1 : taken / Math.max(1, capacity[to * DIMENSIONS + at] ?? 0);
    const there = values[to * MEASURES + at] ?? 0;
    let sum = (sums[at] ?? 0) + more;
    let square = (squares[at] ?? 0) + more * (2 * there + more);
    if (fromCounts) {
      const less = isCount ? 1 : amount / Math.max(1, capacity[from * DIMENSIONS + at] ?? 0);
      const here = values[from * MEASURES + at] ?? 0;
      sum -= less;
      square += less * (less - 2 * here);
    }
    total += weighDeviation(imbalance, { at, sum, square });
  }
  return total;
}

function weighDeviation(
  { weights, nodes }: Pick<Imbalance, 'weights' | 'nodes'>,
  { at, sum, square }: { readonly at: number; readonly sum: number; readonly square: number },
): number {
  const weight = weights[at] ?? 0;
  if (weight === 0 || nodes === 0) return 0;
  const mean = sum / nodes;
  return weight * Math.sqrt(Math.max(0, square / nodes - mean * mean));
}
