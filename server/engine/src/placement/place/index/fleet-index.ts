/**
 * A fleet indexed for decisions: nodes that look the same to every rule are one class, and what a
 * rule says of a class is cached until the class changes.
 * Sources of the idea: equivalence classes of the Kubernetes scheduler and of Quincy; the layered
 * caches of Protean (OSDI 2020). Only its owner changes it; decisions only read it, and previews
 * use an overlay over it.
 */
import type { NodeId } from '@novacron/contract/ids';
import { assert } from '@novacron/contract/result';
import type { Overcommit, Peer, PlacementNode, TypicalWorkload } from '../model/placement.ts';
import { rackKey } from '../peers/similar-vms.ts';
import type { BlockScoreIndexes } from './block-scores.ts';
import {
  addRow,
  type ClassTable,
  countRow,
  dropDomain,
  dropRow,
  makeClassTable,
} from './class-table.ts';
import { acquire, type Interner, makeInterner, release } from './interner.ts';
import { loadKeyOf, placeKeyOf } from './node-keys.ts';
import { countPeer, forgetTallies, makePeerTable, type PeerTable } from './peer-table.ts';
import { forgetId, type RuleCaches } from './rule-cache.ts';

/** A place: how its nodes are marked, and which domain (zone and rack) they are in. */
export interface Place {
  readonly sample: PlacementNode;
  readonly domain: number;
}

/** Nodes of one place and one load. */
export interface NodeClass {
  readonly place: number;
  readonly load: number;
  /** Slots of its nodes, in no order. */
  readonly slots: number[];
  /** Row in the table. */
  at: number;
}

/** Scratch memory of decisions; its content belongs to the current one. */
interface Scratch {
  /** Blocks, and a number for each by its own number. */
  blocks: Int32Array;
  bounds: Float64Array;
  /** A column each, with one number per domain. */
  readonly columns: Float64Array[];
}

/** The index. Decisions read it; `putNode`, `dropNode` and `putPeer` change it. */
export interface FleetIndex {
  readonly overcommit: Overcommit;
  readonly slotOf: Map<NodeId, number>;
  readonly slotOfName: Map<string, number>;
  /** Nodes by slot, with overcommit applied. Undefined for nodes that have left. */
  readonly nodes: (PlacementNode | undefined)[];
  readonly classOf: NodeClass[];
  readonly positionOf: number[];
  readonly freeSlots: number[];
  /** Classes by row of the table. */
  readonly classes: (NodeClass | undefined)[];
  /** The same classes in columns, which decisions read. */
  readonly table: ClassTable;
  readonly scratch: Scratch;
  readonly classOfKey: Map<number, NodeClass>;
  readonly domains: Interner<PlacementNode>;
  /** Numbers of the zones that there have ever been, in their order. */
  readonly zones: Map<string, number>;
  /** Zones by domain. */
  readonly zoneOf: number[];
  readonly places: Interner<Place>;
  readonly loads: Interner<PlacementNode>;
  readonly peers: PeerTable;
  readonly placeCaches: RuleCaches;
  readonly loadCaches: RuleCaches;
  readonly blockScoreIndexes: BlockScoreIndexes;
  /** Nodes with a taint of effect `avoid`. */
  avoidedNodes: number;
  /** Workloads of earlier requests; cached results of loads depend on them. */
  readonly workloads: (readonly TypicalWorkload[])[];
}

/** Loads are numbered below this, so that place and load together make one number. */
const LOADS_MAX = 2 ** 26;

/**
 * Builds the index of a fleet.
 * @param fleet - `peers`: the tenant's placed VMs; `overcommit`: by `labels['node-class']`
 */
export function makeFleetIndex(fleet: {
  readonly nodes: readonly PlacementNode[];
  readonly peers: readonly Peer[];
  readonly overcommit?: Overcommit | undefined;
}): FleetIndex {
  const slotOf = new Map<NodeId, number>();
  const nodes: (PlacementNode | undefined)[] = [];
  const index: FleetIndex = {
    overcommit: fleet.overcommit ?? {},
    slotOf,
    slotOfName: new Map(),
    nodes,
    classOf: [],
    positionOf: [],
    freeSlots: [],
    classes: [],
    table: makeClassTable(fleet.nodes.length),
    scratch: { blocks: new Int32Array(0), bounds: new Float64Array(0), columns: [] },
    classOfKey: new Map(),
    domains: makeInterner(),
    zones: new Map(),
    zoneOf: [],
    places: makeInterner(),
    loads: makeInterner(),
    peers: makePeerTable((id) => {
      const node = nodes[slotOf.get(id) ?? -1];
      return node === undefined ? undefined : { zone: node.zone, rack: rackKey(node) };
    }),
    placeCaches: new Map(),
    loadCaches: new Map(),
    blockScoreIndexes: new Map(),
    avoidedNodes: 0,
    workloads: [],
  };
  for (const node of fleet.nodes) putNode(index, node);
  for (const peer of fleet.peers) putPeer(index, peer, 1);
  return index;
}

/** Adds a node, or replaces it. */
export function putNode(index: FleetIndex, node: PlacementNode): void {
  replaceNode(index, applyOvercommit(node, index.overcommit));
}

/** Like {@link putNode}, for a node that came out of the index: its capacity is what it is. */
export function replaceNode(index: FleetIndex, node: PlacementNode): void {
  const known = index.slotOf.get(node.id);
  const slot = known ?? index.freeSlots.pop() ?? index.nodes.length;
  const before = index.nodes[slot];
  if (known !== undefined) leaveClass(index, slot);
  if (before !== undefined && before.name !== node.name) index.slotOfName.delete(before.name);
  index.nodes[slot] = node;
  index.slotOf.set(node.id, slot);
  index.slotOfName.set(node.name, slot);
  joinClass(index, slot, node);
  if (before === undefined || before.zone !== node.zone || before.rack !== node.rack) {
    forgetTallies(index.peers);
  }
}

/** Removes a node from the fleet; an unknown node changes nothing. */
export function dropNode(index: FleetIndex, id: NodeId): void {
  const slot = index.slotOf.get(id);
  if (slot === undefined) return;
  leaveClass(index, slot);
  index.slotOfName.delete(index.nodes[slot]?.name ?? '');
  index.slotOf.delete(id);
  index.nodes[slot] = undefined;
  index.freeSlots.push(slot);
  forgetTallies(index.peers);
}

/** Counts a placed VM of the tenant in (1) or out (-1). */
export function putPeer(index: FleetIndex, peer: Peer, by: 1 | -1): void {
  countPeer(index.peers, peer, by);
}

/** Returns a node of the index by its name. */
export function findNamedNode(index: FleetIndex, name: string): PlacementNode | undefined {
  const slot = index.slotOfName.get(name);
  return slot === undefined ? undefined : index.nodes[slot];
}

/** Returns a node as the index has it; undefined for one that is not in the fleet. */
export function findNode(index: FleetIndex, id: NodeId): PlacementNode | undefined {
  return index.nodes[index.slotOf.get(id) ?? -1];
}

function joinClass(index: FleetIndex, slot: number, node: PlacementNode): void {
  const domain = acquire(index.domains, rackKey(node), node);
  index.zoneOf[domain] = numberZone(index, node.zone);
  const place = acquire(index.places, placeKeyOf(node), { sample: node, domain });
  const load = acquire(index.loads, loadKeyOf(node), node);
  assert(load < LOADS_MAX, 'loads are numbered low');
  const key = place * LOADS_MAX + load;
  let joined = index.classOfKey.get(key);
  if (joined === undefined) {
    joined = { place, load, slots: [], at: addRow(index.table, { place, load, domain }) };
    index.classes[joined.at] = joined;
    index.classOfKey.set(key, joined);
  }
  index.avoidedNodes += countAvoided(node);
  index.classOf[slot] = joined;
  index.positionOf[slot] = joined.slots.length;
  joined.slots.push(slot);
  countRow(index.table, joined.at, joined.slots.length);
}

function numberZone({ zones }: FleetIndex, zone: string): number {
  const known = zones.get(zone) ?? zones.size;
  zones.set(zone, known);
  return known;
}

function leaveClass(index: FleetIndex, slot: number): void {
  const left = index.classOf[slot];
  assert(left !== undefined, 'a node is in a class');
  const position = index.positionOf[slot] ?? 0;
  const last = left.slots.pop() ?? slot;
  if (last !== slot) {
    left.slots[position] = last;
    index.positionOf[last] = position;
  }
  if (left.slots.length === 0) dropClass(index, left);
  else countRow(index.table, left.at, left.slots.length);
  index.avoidedNodes -= countAvoided(index.nodes[slot]);
  const { domain } = index.places.items[left.place] ?? { domain: 0 };
  if (release(index.loads, left.load) === 'last') forgetId(index.loadCaches, left.load);
  if (release(index.places, left.place) === 'last') forgetId(index.placeCaches, left.place);
  if (release(index.domains, domain) === 'last') dropDomain(index.table, domain);
}

function countAvoided(node: PlacementNode | undefined): number {
  return Number(node?.taints?.some(({ effect }) => effect === 'avoid') === true);
}

function dropClass(index: FleetIndex, empty: NodeClass): void {
  index.classOfKey.delete(empty.place * LOADS_MAX + empty.load);
  const moved = dropRow(index.table, empty.at);
  const last = moved === undefined ? undefined : index.classes[moved];
  index.classes[empty.at] = last;
  if (last === undefined || moved === undefined) return;
  index.classes[moved] = undefined;
  last.at = empty.at;
}

/**
 * Returns what a node may promise: its capacity, times the overcommit ratio of its class if there
 * is one.
 */
function applyOvercommit(node: PlacementNode, overcommit: Overcommit): PlacementNode {
  const ratios = overcommit[node.labels?.['node-class'] ?? ''];
  if (ratios === undefined) return node;
  const { capacity } = node;
  return {
    ...node,
    capacity: {
      cpuCores: Math.floor(capacity.cpuCores * (ratios.cpuCores ?? 1)),
      memoryMib: Math.floor(capacity.memoryMib * (ratios.memoryMib ?? 1)),
      diskGb: Math.floor(capacity.diskGb * (ratios.diskGb ?? 1)),
    },
  };
}
