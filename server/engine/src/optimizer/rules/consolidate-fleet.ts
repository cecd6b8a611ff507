/**
 * Empties as many nodes as the others can do without: those with least to move first.
 * Source of the idea: VMware's Distributed Power Management; OpenStack Watcher's consolidation.
 */
import { DIMENSIONS } from '../fleet/fleet-layout.ts';
import { type FleetState, setInService, undoMoves } from '../fleet/fleet-state.ts';
import { emptyNode } from './empty-node.ts';

/** Least headroom: without any, no VM could restart elsewhere. */
const NODES_IN_SERVICE_MIN = 2;

/**
 * Empties nodes, each wholly or not at all.
 * @param headroomRatio - share of the capacity left in service that must stay free
 * @returns the places of the emptied nodes, which are out of service now
 * @remarks Which nodes is found by trying one after another. The moves are made again with all of
 * them out of service, so that no VM goes to a node that is emptied later.
 */
export function consolidateFleet(state: FleetState, headroomRatio: number): readonly number[] {
  const begun = state.made.length;
  const { unguarded } = state;
  const chosen: number[] = [];
  for (const node of leastUsedFirst(state)) {
    const inService = state.inService.reduce((sum, each) => sum + each, 0);
    if (inService <= NODES_IN_SERVICE_MIN) break;
    if (tryToEmpty(state, node, headroomRatio)) chosen.push(node);
  }
  while (chosen.length > 0) {
    undoMoves(state, begun);
    for (const node of chosen) setInService(state, node, 'out');
    if (!isWorse(state, unguarded) && chosen.every((node) => emptyOnto(state, node))) break;
    undoMoves(state, begun);
    setInService(state, chosen.pop() ?? 0, 'in');
  }
  return chosen;
}

function tryToEmpty(state: FleetState, node: number, headroomRatio: number): boolean {
  const { unguarded } = state;
  const begun = state.made.length;
  setInService(state, node, 'out');
  const mayBegin = !isWorse(state, unguarded) && keepsHeadroom(state, headroomRatio);
  if (mayBegin && emptyOnto(state, node)) return true;
  undoMoves(state, begun);
  setInService(state, node, 'in');
  return false;
}

function isWorse(state: FleetState, before: ReadonlySet<number>): boolean {
  return state.failover === 'keep' && [...state.unguarded].some((node) => !before.has(node));
}

/** Moves all VMs of a node onto the fullest others. @returns whether all of them were moved */
function emptyOnto(state: FleetState, node: number): boolean {
  return emptyNode(state, node, (_, to) => -fullness(state, to)).length === 0;
}

function leastUsedFirst(state: FleetState): readonly number[] {
  const { nodes, vms, residents, inService } = state;
  const memoryOf = (node: number) =>
    [...(residents[node] ?? [])].reduce((sum, vm) => sum + (vms[vm]?.request.vm.memoryMib ?? 0), 0);
  return nodes
    .flatMap((_, node) => (inService[node] === 1 ? [{ node, memory: memoryOf(node) }] : []))
    .sort((left, right) => left.memory - right.memory || left.node - right.node)
    .map(({ node }) => node);
}

/** Whether enough of what is left would be free with all VMs on it, in every dimension. */
function keepsHeadroom({ capacity, used, inService }: FleetState, ratio: number): boolean {
  const left = new Float64Array(DIMENSIONS);
  const taken = new Float64Array(DIMENSIONS);
  for (const [place, all] of capacity.entries()) {
    const at = place % DIMENSIONS;
    if (inService[Math.floor(place / DIMENSIONS)] === 1) left[at] = (left[at] ?? 0) + all;
    taken[at] = (taken[at] ?? 0) + (used[place] ?? 0);
  }
  return left.every((all, at) => (taken[at] ?? 0) <= all * (1 - ratio));
}

function fullness({ capacity, used }: FleetState, node: number): number {
  let sum = 0;
  for (let at = 0; at < DIMENSIONS; at += 1) {
    const place = node * DIMENSIONS + at;
    sum += (used[place] ?? 0) / Math.max(1, capacity[place] ?? 0);
  }
  return sum;
}
