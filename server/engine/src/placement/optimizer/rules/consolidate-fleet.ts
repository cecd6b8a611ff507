/**
 * Empties as many nodes as the others can do without: those with least to move first.
 * Source of the idea: VMware's Distributed Power Management; OpenStack Watcher's consolidation.
 */
import { DIMENSIONS } from '../fleet/fleet-layout.ts';
import { type FleetState, setInService, undoMoves } from '../fleet/fleet-state.ts';
import type { KeptNode } from '../model/optimizer.ts';
import { emptyNode } from './empty-node.ts';
import { findShortage, fullnessOf } from './find-shortage.ts';

/** Least headroom: without any, no VM could restart elsewhere. */
const NODES_IN_SERVICE_MIN = 2;

/** Limits of a consolidation. */
export interface ConsolidationLimits {
  /** Share of the capacity left in service that must stay free. */
  readonly headroomRatio: number;
  /** Names of the nodes that stay in service. */
  readonly held: ReadonlySet<string>;
}

/** Result of a consolidation. */
export interface Consolidation {
  /** Places of the emptied nodes, which are out of service now. */
  readonly emptied: readonly number[];
  readonly kept: readonly KeptNode[];
}

/**
 * Empties nodes, each wholly or not at all, as long as VMs that are expected lack neither room nor
 * N+1 on the others.
 * @remarks Which nodes is found by trying one after another. The moves are made again with all of
 * them out of service, so that no VM goes to a node that is emptied later.
 */
export function consolidateFleet(state: FleetState, limits: ConsolidationLimits): Consolidation {
  const begun = state.made.length;
  const { unguarded } = state;
  const chosen: number[] = [];
  const kept: KeptNode[] = [];
  for (const node of leastUsedFirst(state)) {
    const inService = state.inService.reduce((sum, each) => sum + each, 0);
    if (inService <= NODES_IN_SERVICE_MIN) break;
    const outcome = tryToEmpty(state, node, limits);
    if (outcome === 'emptied') chosen.push(node);
    if (outcome === 'held' || outcome === 'expected') {
      kept.push({ name: state.nodes[node]?.name ?? '', why: outcome });
    }
  }
  while (chosen.length > 0) {
    undoMoves(state, begun);
    for (const node of chosen) setInService(state, node, 'out');
    const isEmpty = !isWorse(state, unguarded) && chosen.every((node) => emptyOnto(state, node));
    if (isEmpty && !isNeeded(state)) break;
    undoMoves(state, begun);
    setInService(state, chosen.pop() ?? 0, 'in');
  }
  return { emptied: chosen, kept };
}

/** @returns `full` where it cannot be emptied; otherwise what keeps it, if it is not emptied */
function tryToEmpty(
  state: FleetState,
  node: number,
  { headroomRatio, held }: ConsolidationLimits,
): 'emptied' | 'full' | KeptNode['why'] {
  const { unguarded } = state;
  const begun = state.made.length;
  setInService(state, node, 'out');
  const mayBegin = !isWorse(state, unguarded) && keepsHeadroom(state, headroomRatio);
  const isEmpty = mayBegin && emptyOnto(state, node);
  const isHeld = held.has(state.nodes[node]?.name ?? '');
  const outcome = !isEmpty ? 'full' : isHeld ? 'held' : isNeeded(state) ? 'expected' : 'emptied';
  if (outcome === 'emptied') return outcome;
  undoMoves(state, begun);
  setInService(state, node, 'in');
  return outcome;
}

/** Whether the expected VMs need a node that is out of service now. */
function isNeeded(state: FleetState): boolean {
  const { vms, unguarded } = findShortage(state, state.unguarded);
  return vms > 0 || (state.failover === 'keep' && unguarded.size > 0);
}

function isWorse(state: FleetState, before: ReadonlySet<number>): boolean {
  return state.failover === 'keep' && [...state.unguarded].some((node) => !before.has(node));
}

/** Moves all VMs of a node onto the fullest others. @returns whether all of them were moved */
function emptyOnto(state: FleetState, node: number): boolean {
  return emptyNode(state, node, (_, to) => -fullnessOf(state, to)).length === 0;
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
