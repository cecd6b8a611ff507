/** A batch grouped into kinds of equal VMs, with how many of each kind each node could hold. */

import { assert } from '@novacron/contract/result';
import type { Steps } from '../../../steps.ts';
import { findRejections } from '../../place/filters/reject-nodes.ts';
import { allocateVm } from '../../place/index/allocate-vm.ts';
import { type FleetIndex, makeFleetIndex } from '../../place/index/fleet-index.ts';
import { openOverlay } from '../../place/index/fleet-overlay.ts';
import type { PlacementNode, PlacementRequest } from '../../place/model/placement.ts';
import type { CountedRequest, RejectionReason } from '../../place/model/rule.ts';
import { scanFleet } from '../../place/ranking/scan-fleet.ts';
import { assignCells } from '../../place/resources/assign-cells.ts';
import { assignDevices } from '../../place/resources/assign-devices.ts';
import { AMOUNT_KEYS, DIMENSIONS } from '../../place/resources/find-shortage.ts';
import type { BatchInput } from '../model/batch.ts';

/** VMs that are equal to every rule and node. */
export interface RequestKind {
  /** One of them. */
  readonly request: PlacementRequest;
  /** Indexes of all of them among the requests. */
  readonly members: readonly number[];
  /** The request with the counts of VMs placed already. */
  readonly countedRequest: CountedRequest;
  /** Capacity by node: VMs of this kind that fit without any other VM of the batch. */
  readonly most: readonly number[];
}

/** The batch and its fleet. */
export interface BatchTable {
  readonly index: FleetIndex;
  readonly input: BatchInput;
  /** Those in service. */
  readonly nodes: readonly PlacementNode[];
  readonly kinds: readonly RequestKind[];
}

/** Reasons that depend on where the other VMs of the batch go; the rest is known before. */
const MUTUAL: readonly RejectionReason[] = ['affinity', 'spread'];

/** Makes the table of a batch of valid requests. */
export function* makeBatchTable(input: BatchInput): Steps<BatchTable> {
  const index = makeFleetIndex(input);
  const nodes = input.nodes.filter(({ status }) => status === 'ready');
  const kinds: RequestKind[] = [];
  for (const members of groupAlike(input)) {
    yield;
    const request = input.requests[members[0] ?? 0];
    assert(request !== undefined, 'a kind has a first member, which is a request of the batch');
    const { countedRequest } = scanFleet(openOverlay(index), request);
    const most = nodes.map((node) => countCopies(node, countedRequest, members.length));
    kinds.push({ request, members, countedRequest, most });
  }
  return { index, input, nodes, kinds };
}

/** VMs of a kind differ only by name, so no rule may select one of them by name. */
function groupAlike({ requests, peers }: BatchInput): readonly (readonly number[])[] {
  const named = new Set<string>();
  const everybody = [
    ...requests.map(({ constraints }) => constraints.affinity),
    ...peers.map(({ apart }) => apart),
  ];
  for (const term of everybody.flatMap((terms) => terms ?? [])) {
    if (term.to.kind === 'vm') named.add(term.to.name);
  }
  const kinds = new Map<string, number[]>();
  for (const [at, request] of requests.entries()) {
    // A discount by the number of VMs is the same on every node.
    const { name, tenantVms: _number, ...vm } = request.vm;
    const key = JSON.stringify([
      named.has(name) ? name : null,
      vm,
      request.constraints,
      request.strategy,
    ]);
    const members = kinds.get(key);
    if (members === undefined) kinds.set(key, [at]);
    else members.push(at);
  }
  return [...kinds.values()];
}

/** @returns at most `wanted` */
function countCopies(node: PlacementNode, countedRequest: CountedRequest, wanted: number): number {
  const { vm } = countedRequest;
  const isRefused = (there: PlacementNode) =>
    findRejections(there, countedRequest).some(({ reason }) => !MUTUAL.includes(reason));
  if (isRefused(node)) return 0;
  if (isPlain(countedRequest)) {
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
    filled = allocateVm(filled, vm, { devices, cells: assignCells(filled, vm) ?? [] });
    if (isRefused(filled)) return count;
  }
  return wanted;
}

/** Whether a VM takes only its three amounts of a node. */
export function isPlain({ vm }: CountedRequest): boolean {
  const { devices = [], pools, numa = 'any', pinning = 'shared' } = vm;
  return devices.length === 0 && pools === undefined && numa === 'any' && pinning === 'shared';
}

/** Whether any VM of the batch has an affinity, anti-affinity or spread term. */
export function hasTerms({ kinds }: BatchTable): boolean {
  return kinds.some(
    ({ request: { constraints } }) =>
      (constraints.affinity ?? []).length + (constraints.spread ?? []).length > 0,
  );
}
