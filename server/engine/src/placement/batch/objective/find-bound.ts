/**
 * Finds a lower bound for every placement of a batch: from the total demand, from the demand of
 * large VMs alone, and from VMs that must be apart.
 * Source of the idea: Martello and Toth, Knapsack Problems (1990), bounds L1 and L2.
 */
import type { PlacementNode } from '../../place/model/placement.ts';
import { selectsPeer } from '../../place/peers/count-peers.ts';
import { AMOUNT_KEYS, DIMENSIONS } from '../../place/resources/find-shortage.ts';
import type { BatchTable } from '../fleet/batch-table.ts';
import { isEmpty, useOf } from './measure-batch.ts';

type Key = (typeof AMOUNT_KEYS)[keyof typeof AMOUNT_KEYS];

/** Halvings of the interval between empty and full. */
const HALVINGS = 40;

/** Tolerance for the rounding of sums: the bound must stay below. */
const EPSILON = 1e-9;

/** Finds the bound: nodes opened, or the use of the fullest node. */
export function findBound(table: BatchTable): number {
  return table.input.objective === 'nodes' ? boundNodes(table) : boundPeak(table);
}

/** Nodes that can hold anything of the batch at all. */
function usableNodes({ nodes, kinds }: BatchTable): readonly PlacementNode[] {
  return nodes.filter((_, at) => kinds.some(({ most }) => (most[at] ?? 0) > 0));
}

function boundNodes(table: BatchTable): number {
  const keys = DIMENSIONS.map((dimension) => AMOUNT_KEYS[dimension]);
  return Math.max(
    0,
    ...keys.map((key) => boundByAmount(table, key)),
    ...keys.map((key) => boundByLarge(table, key)),
    boundByApart(table),
  );
}

/** Counts the largest empty nodes needed for the total demand, less what nodes in use have free. */
function boundByAmount(table: BatchTable, key: Key): number {
  const usable = usableNodes(table);
  const freeOf = (node: PlacementNode) => Math.max(0, node.capacity[key] - node.used[key]);
  let left = table.input.requests.reduce((sum, { vm }) => sum + vm[key], 0);
  for (const node of usable) if (!isEmpty(node)) left -= freeOf(node);
  const rooms = usable.filter(isEmpty).map(freeOf);
  return countLargest(rooms, left);
}

function countLargest(rooms: readonly number[], amount: number): number {
  let left = amount;
  let count = 0;
  for (const room of [...rooms].sort((one, other) => other - one)) {
    if (left <= EPSILON) break;
    left -= room;
    count += 1;
  }
  return count;
}

/**
 * Bounds by large VMs: no two VMs that take more than half of the largest empty node share a node.
 */
function boundByLarge(table: BatchTable, key: Key): number {
  const usable = usableNodes(table);
  const empty = usable.filter(isEmpty);
  const half = Math.max(0, ...empty.map((node) => node.capacity[key])) / 2;
  const large = table.kinds.filter(({ request }) => request.vm[key] > half + EPSILON);
  const count = large.reduce((sum, { members }) => sum + members.length, 0);
  const smallest = Math.min(...large.map(({ request }) => request.vm[key]));
  let elsewhere = 0;
  for (const [at, node] of table.nodes.entries()) {
    if (isEmpty(node) || !large.some(({ most }) => (most[at] ?? 0) > 0)) continue;
    elsewhere += Math.floor((node.capacity[key] - node.used[key] + EPSILON) / smallest);
  }
  return Math.min(empty.length, Math.max(0, count - elsewhere));
}

/** VMs that exclude each other from their node need one each. */
function boundByApart({ kinds, nodes }: BatchTable): number {
  const terms = kinds.flatMap(({ request }) =>
    (request.constraints.affinity ?? []).filter(
      ({ rule, need }) => rule === 'apart' && need === 'required',
    ),
  );
  const counts = terms.map((term) => {
    const text = JSON.stringify(term);
    const apart = kinds.filter(
      ({ request }) =>
        selectsPeer(term.to, request.vm) &&
        request.constraints.affinity?.some((each) => JSON.stringify(each) === text),
    );
    const count = apart.reduce((sum, { members }) => sum + members.length, 0);
    const inUse = nodes.filter(
      (node, at) => !isEmpty(node) && apart.some(({ most }) => (most[at] ?? 0) > 0),
    );
    return count - inUse.length;
  });
  return Math.max(0, ...counts);
}

/**
 * The peak is at least that of the most demanding VM on its best node, and that of an even
 * distribution.
 */
function boundPeak(table: BatchTable): number {
  const { kinds, nodes } = table;
  const alone = kinds.map(({ request, most }) =>
    Math.min(
      1,
      ...nodes.flatMap((node, at) => ((most[at] ?? 0) > 0 ? [useOf(node, [request.vm])] : [])),
    ),
  );
  const together = DIMENSIONS.map((dimension) => levelOf(table, AMOUNT_KEYS[dimension]));
  return Math.max(0, ...alone, ...together);
}

/** Computes the even fill level of the nodes for a total demand (water filling). */
function levelOf(table: BatchTable, key: Key): number {
  const usable = usableNodes(table);
  const asked = table.input.requests.reduce((sum, { vm }) => sum + vm[key], 0);
  const roomBelow = (level: number) =>
    usable.reduce(
      (sum, { capacity, used }) => sum + Math.max(0, level * capacity[key] - used[key]),
      0,
    );
  let low = 0;
  let high = 1;
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (low + high) / 2;
    if (roomBelow(middle) < asked) low = middle;
    else high = middle;
  }
  return low;
}
