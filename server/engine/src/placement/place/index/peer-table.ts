/**
 * A tenant's placed VMs, counted by kind and place, so that decisions need not read each of them.
 */
import type { NodeId } from '@novacron/contract/ids';
import type {
  AffinityTerm,
  Labels,
  Peer,
  PeerSelector,
  TopologyLevel,
  VmRequest,
} from '../model/placement.ts';
import type { Tally } from '../model/rule.ts';
import { selectsPeer } from '../peers/count-peers.ts';
import { areSimilar } from '../peers/similar-vms.ts';

/** Cached counts; the oldest is evicted. Fleets have few kinds of requests. */
const TALLIES_MAX = 256;

/** VMs that rules can only distinguish by name. */
interface PeerKind {
  readonly key: string;
  readonly labels: Labels;
  readonly group: string | undefined;
  readonly apart: readonly AffinityTerm[];
  readonly byNode: Map<NodeId, number>;
}

interface MutableTally extends Tally {
  total: number;
  readonly byNode: Map<NodeId, number>;
  readonly byRack: Map<string, number>;
  readonly byZone: Map<string, number>;
}

type Matches = (kind: PeerKind) => boolean;

/** Returns the zone and rack of a node; undefined for nodes outside the fleet. */
export type SiteOf = (node: NodeId) => { readonly zone: string; readonly rack: string } | undefined;

/** All of a tenant's placed VMs. */
export interface PeerTable {
  readonly siteOf: SiteOf;
  readonly kinds: Map<string, PeerKind>;
  readonly homes: Map<string, NodeId>;
  readonly tallies: Map<string, { readonly matches: Matches; readonly tally: MutableTally }>;
  /** Whether some VM has an anti-affinity to a named VM. */
  namesMatter: 'yes' | 'no';
  /** The levels at which some VM has, or has ever had, an anti-affinity. */
  readonly apartAt: Set<TopologyLevel>;
}

/** Makes an empty table. @param siteOf - `rack` as `rackKey` makes it */
export function makePeerTable(siteOf: SiteOf): PeerTable {
  const empty = { kinds: new Map(), homes: new Map(), tallies: new Map() };
  return { siteOf, ...empty, namesMatter: 'no', apartAt: new Set() };
}

const NO_PEERS: Tally = makeTally();

/** Counts a VM in (1) or out (-1). */
export function countPeer(table: PeerTable, peer: Peer, by: 1 | -1): void {
  const kind = kindOf(table, peer);
  addTo(kind.byNode, peer.nodeId, by);
  if (kind.byNode.size === 0) table.kinds.delete(kind.key);
  if (peer.name !== undefined) {
    if (by === 1) table.homes.set(peer.name, peer.nodeId);
    else table.homes.delete(peer.name);
  }
  for (const { matches, tally } of table.tallies.values()) {
    if (matches(kind)) addToTally(table, tally, { nodeId: peer.nodeId, by });
  }
}

/** Drops the counts by place, because places have changed. */
export function forgetTallies(table: PeerTable): void {
  table.tallies.clear();
}

/** Counts by place the VMs that a selector selects. */
export function tallySelected(table: PeerTable, selector: PeerSelector): Tally {
  if (selector.kind === 'vm') {
    const tally = makeTally();
    const nodeId = table.homes.get(selector.name);
    if (nodeId !== undefined) addToTally(table, tally, { nodeId, by: 1 });
    return tally;
  }
  const key = selector.kind === 'group' ? `g${selector.group}` : `l${labelsKey(selector.labels)}`;
  return tallyOf(table, key, (kind) => selectsPeer(selector, kind));
}

/** Counts by place the VMs that are similar to one with these labels. */
export function tallySimilar(table: PeerTable, labels: Labels): Tally {
  return tallyOf(table, `a${labelsKey(labels)}`, (kind) => areSimilar(labels, kind.labels));
}

/** Counts by place the VMs that have an anti-affinity to this one at a level. */
export function tallyUnwelcoming(table: PeerTable, vm: VmRequest, level: TopologyLevel): Tally {
  if (!table.apartAt.has(level)) return NO_PEERS;
  const name = table.namesMatter === 'yes' ? vm.name : '';
  const about = JSON.stringify([name, vm.group ?? null]);
  return tallyOf(table, `u${level}${about}${labelsKey(vm.labels)}`, ({ apart }) =>
    apart.some((term) => term.level === level && selectsPeer(term.to, vm)),
  );
}

function kindOf(table: PeerTable, { labels, group, apart = [] }: Peer): PeerKind {
  const key = JSON.stringify([group ?? null, apart]) + labelsKey(labels);
  const known = table.kinds.get(key);
  if (known !== undefined) return known;
  const kind: PeerKind = { key, labels, group, apart, byNode: new Map() };
  table.kinds.set(key, kind);
  if (apart.some(({ to }) => to.kind === 'vm')) table.namesMatter = 'yes';
  for (const { level } of apart) table.apartAt.add(level);
  return kind;
}

function tallyOf(table: PeerTable, key: string, matches: Matches): Tally {
  const known = table.tallies.get(key);
  if (known !== undefined) return known.tally;
  const tally = makeTally();
  for (const kind of table.kinds.values()) {
    if (!matches(kind)) continue;
    for (const [nodeId, by] of kind.byNode) addToTally(table, tally, { nodeId, by });
  }
  const oldest = table.tallies.size < TALLIES_MAX ? undefined : table.tallies.keys().next().value;
  if (oldest !== undefined) table.tallies.delete(oldest);
  table.tallies.set(key, { matches, tally });
  return tally;
}

function makeTally(): MutableTally {
  return { total: 0, byNode: new Map(), byRack: new Map(), byZone: new Map() };
}

/** VMs on nodes that have left the fleet are in no place. */
function addToTally(
  table: PeerTable,
  tally: MutableTally,
  { nodeId, by }: { readonly nodeId: NodeId; readonly by: number },
): void {
  const site = table.siteOf(nodeId);
  if (site === undefined) return;
  tally.total += by;
  addTo(tally.byNode, nodeId, by);
  addTo(tally.byRack, site.rack, by);
  addTo(tally.byZone, site.zone, by);
}

function addTo<K>(counts: Map<K, number>, key: K, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}

/** Labels in one order, so that equal ones read the same. */
function labelsKey(labels: Labels): string {
  const entries = Object.entries(labels);
  if (entries.length > 1) entries.sort(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify(entries);
}
