/**
 * Empties as many nodes as the others can do without: those with least to move first.
 * Source of the idea: VMware's Distributed Power Management; OpenStack Watcher's consolidation.
 */
import { DIMENSIONS } from '../fleet/fleet-layout.ts';
import { type FleetState, setInService, undoMoves } from '../fleet/fleet-state.ts';
import type { KeptNode, KeptReason } from '../model/optimizer.ts';
import { emptyNode, type RankNode } from './empty-node.ts';
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

/** What a consolidation is for. */
export interface ConsolidationAim {
  /** Nodes to empty, in the order in which they are tried. */
  readonly candidates: (state: FleetState) => readonly number[];
  readonly rank: (state: FleetState) => RankNode;
  /** What must be lower with a node out of service and its VMs elsewhere. */
  readonly burden: (state: FleetState) => number;
}

/** As few nodes in service as possible. */
const FEW_NODES: ConsolidationAim = {
  candidates: leastUsedFirst,
  rank: (state) => (_, to) => [-fullnessOf(state, to)],
  burden: countInService,
};

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
export function consolidateFleet(
  state: FleetState,
  limits: ConsolidationLimits,
  aim: ConsolidationAim = FEW_NODES,
): Consolidation {
  const begun = state.made.length;
  const { unguarded } = state;
  const chosen: number[] = [];
  const kept: KeptNode[] = [];
  const first = aim.burden(state);
  const keep = (node: number, reason: Omit<KeptNode, 'name'>) =>
    kept.push({ name: state.nodes[node]?.name ?? '', ...reason });
  for (const node of aim.candidates(state)) {
    const isLast = countInService(state) <= NODES_IN_SERVICE_MIN;
    const reason = isLast ? ({ why: 'last' } as const) : tryToEmpty(state, node, limits, aim);
    if (reason === undefined) chosen.push(node);
    else keep(node, reason);
  }
  while (chosen.length > 0) {
    undoMoves(state, begun);
    for (const node of chosen) setInService(state, node, 'out');
    const isEmpty =
      !isWorse(state, unguarded) &&
      chosen.every((node) => emptyOnto(state, node, aim) === undefined);
    if (isEmpty && !isNeeded(state) && aim.burden(state) < first) break;
    undoMoves(state, begun);
    const last = chosen.pop() ?? 0;
    setInService(state, last, 'in');
    keep(last, { why: 'full' });
  }
  return { emptied: chosen, kept };
}

/** @returns what keeps the node, which then is as it was; undefined where it is emptied */
function tryToEmpty(
  state: FleetState,
  node: number,
  limits: ConsolidationLimits,
  aim: ConsolidationAim,
): Omit<KeptNode, 'name'> | undefined {
  const { unguarded } = state;
  const begun = state.made.length;
  const before = aim.burden(state);
  let detail: string | undefined;
  setInService(state, node, 'out');
  const why = whyKept();
  if (why === undefined) return undefined;
  undoMoves(state, begun);
  setInService(state, node, 'in');
  return { why, detail };

  function whyKept(): KeptReason | undefined {
    if (isWorse(state, unguarded)) return 'failover';
    if (!keepsHeadroom(state, limits.headroomRatio)) return 'headroom';
    detail = emptyOnto(state, node, aim);
    if (detail !== undefined) return 'full';
    if (aim.burden(state) >= before) return 'dearer';
    if (limits.held.has(state.nodes[node]?.name ?? '')) return 'held';
    return isNeeded(state) ? 'expected' : undefined;
  }
}

function countInService({ inService }: FleetState): number {
  return inService.reduce((sum, each) => sum + each, 0);
}

/** Whether the expected VMs need a node that is out of service now. */
function isNeeded(state: FleetState): boolean {
  const { vms, unguarded } = findShortage(state, state.unguarded);
  return vms > 0 || (state.failover === 'keep' && unguarded.size > 0);
}

function isWorse(state: FleetState, before: ReadonlySet<number>): boolean {
  return state.failover === 'keep' && [...state.unguarded].some((node) => !before.has(node));
}

/** Moves all VMs of a node onto others. @returns why the first one stays that has no place */
function emptyOnto(
  state: FleetState,
  node: number,
  { rank }: ConsolidationAim,
): string | undefined {
  return emptyNode(state, node, rank(state))[0]?.why;
}

/** Nodes in service: those with least to move come first. */
export function leastUsedFirst(state: FleetState): readonly number[] {
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
