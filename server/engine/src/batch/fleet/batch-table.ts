/** A batch laid out: VMs that are alike are one kind, with how many of it each node could hold. */

import { findRejections } from '../../placement/filters/reject-nodes.ts';
import { takeVm } from '../../placement/index/allocate-vm.ts';
import { type FleetIndex, makeFleetIndex } from '../../placement/index/fleet-index.ts';
import { openOverlay } from '../../placement/index/fleet-overlay.ts';
import type { PlacementAsk, PlacementNode } from '../../placement/model/placement.ts';
import type { PlacementQuestion, RejectionReason } from '../../placement/model/rule.ts';
import { surveyFleet } from '../../placement/ranking/survey-fleet.ts';
import { assignCells } from '../../placement/resources/assign-cells.ts';
import { assignDevices } from '../../placement/resources/assign-devices.ts';
import { AMOUNT_KEYS, DIMENSIONS } from '../../placement/resources/find-shortage.ts';
import type { BatchInput } from '../model/batch.ts';

/** VMs that no rule and no node could tell apart. */
export interface AskKind {
  /** One of them. */
  readonly ask: PlacementAsk;
  /** Places of all of them among the asks. */
  readonly members: readonly number[];
  /** What the rules know of the VMs that are placed already. */
  readonly question: PlacementQuestion;
  /** By node: how many of them it could hold if it took nothing else of the batch. */
  readonly most: readonly number[];
}

/** The batch and its fleet. */
export interface BatchTable {
  readonly index: FleetIndex;
  readonly input: BatchInput;
  /** Those in service. */
  readonly nodes: readonly PlacementNode[];
  readonly kinds: readonly AskKind[];
}

/** What depends on where the others of the batch go; the rest is known before. */
const MUTUAL: readonly RejectionReason[] = ['affinity', 'spread'];

/** Lays a batch out. The asks make sense, each by itself. */
export function makeBatchTable(input: BatchInput): BatchTable {
  const index = makeFleetIndex(input);
  const nodes = input.nodes.filter(({ status }) => status === 'ready');
  const kinds = groupAlike(input).map((members): AskKind => {
    const ask = input.asks[members[0] ?? 0] as PlacementAsk;
    const { question } = surveyFleet(openOverlay(index), ask);
    const most = nodes.map((node) => countCopies(node, question, members.length));
    return { ask, members, question, most };
  });
  return { index, input, nodes, kinds };
}

/** Names are all that tells VMs of a kind apart, so nobody may speak about them by name. */
function groupAlike({ asks, peers }: BatchInput): readonly (readonly number[])[] {
  const named = new Set<string>();
  const everybody = [
    ...asks.map(({ constraints }) => constraints.affinity),
    ...peers.map(({ apart }) => apart),
  ];
  for (const term of everybody.flatMap((terms) => terms ?? [])) {
    if (term.to.kind === 'vm') named.add(term.to.name);
  }
  const kinds = new Map<string, number[]>();
  for (const [at, ask] of asks.entries()) {
    const { name, ...vm } = ask.vm;
    const key = JSON.stringify([named.has(name) ? name : null, vm, ask.constraints, ask.strategy]);
    const members = kinds.get(key);
    if (members === undefined) kinds.set(key, [at]);
    else members.push(at);
  }
  return [...kinds.values()];
}

/** @returns at most `wanted` */
function countCopies(node: PlacementNode, question: PlacementQuestion, wanted: number): number {
  const { vm } = question;
  const isRefused = (there: PlacementNode) =>
    findRejections(there, question).some(({ reason }) => !MUTUAL.includes(reason));
  if (isRefused(node)) return 0;
  if (isPlain(question)) {
    const rooms = DIMENSIONS.map((dimension) => {
      const key = AMOUNT_KEYS[dimension];
      const free = node.capacity[key] - node.used[key];
      return vm[key] === 0 ? wanted : Math.floor(free / vm[key]);
    });
    return Math.min(wanted, ...rooms);
  }
  let filled = node;
  for (let count = 1; count < wanted; count += 1) {
    const devices = assignDevices(filled.devices, vm.devices) ?? [];
    filled = takeVm(filled, vm, { devices, cells: assignCells(filled, vm) ?? [] });
    if (isRefused(filled)) return count;
  }
  return wanted;
}

/** Whether its three amounts are all that a VM takes of a node. */
export function isPlain({ vm }: PlacementQuestion): boolean {
  const { devices = [], pools, numa = 'any', pinning = 'shared' } = vm;
  return devices.length === 0 && pools === undefined && numa === 'any' && pinning === 'shared';
}

/** Whether any VM of the batch wants to be near to others, or away from them. */
export function hasTerms({ kinds }: BatchTable): boolean {
  return kinds.some(
    ({ ask: { constraints } }) =>
      (constraints.affinity ?? []).length + (constraints.spread ?? []).length > 0,
  );
}
