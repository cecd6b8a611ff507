/** The placed VMs of a tenant as decisions about its other VMs see them. */
import type { PeerGroup } from '@novacron/engine/placement/place/index/fleet-index-cache';
import type { Peer } from '@novacron/engine/placement/place/model/placement';
import type { Query } from '../../../ports/store.ts';
import type { AllocationRow } from '../../../ports/tables/allocation-row.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { toPeers } from '../../rows/allocation-constraints.ts';
import { setWithLimit } from '../../rows/set-with-limit.ts';
import type { PlacementDeps } from '../deps.ts';
import type { RememberedAllocations } from '../placement-memory.ts';
import { cachePeers } from './peer-cache.ts';

/** Tenants whose allocations are remembered. */
const TENANTS_MAX = 64;

/**
 * Time for which the allocations of a node are used before all of them are read again. Unit: ms.
 */
const REREAD_MS = 1_000;

type Deps = Pick<PlacementDeps, 'store' | 'placementMemory'>;

/** The answer to {@link tenantPeers}. */
interface PeerRows {
  readonly there: readonly AllocationRow[];
}

/** The queries for the placed VMs of a tenant; its reservations count as VMs. */
export function tenantPeers(tenantId: string) {
  return {
    there: { from: 'allocations', where: { owner_tenant_id: tenantId } },
  } as const;
}

/**
 * Turns allocations into the VMs that they are for.
 * @param except - the id of the VM to be placed: it is not its own peer
 * @returns the same objects for the same rows, so that indexes need not compare them
 */
export function readPeers(
  { placementMemory }: Pick<Deps, 'placementMemory'>,
  { there, except }: PeerRows & { readonly except?: string | undefined },
): readonly Peer[] {
  const isOther = ({ vm_id }: AllocationRow) => vm_id !== except;
  return cachePeers(placementMemory, there.filter(isOther));
}

/** The fleet of a decision whose VM is ranked among those of its tenant. */
interface Ranking {
  readonly tenantId: string;
  /** The fleet of this moment. */
  readonly nodes: readonly NodeRow[];
  readonly except: string | undefined;
}

/**
 * Reads the same for a tenant whose VMs keep no VM away, so that they only count in scores. All
 * VMs of a node are read once a second; in between, what this server commits is noted
 * (`note-allocations.ts`), and a node is read again where it has more VMs than the memory knows.
 * So labels that changed, and VMs that another server removed, are seen a second later at the
 * latest.
 * @returns a group for each node, the same array as long as nothing on the node has changed
 */
export async function readPeersToRank(
  { store, placementMemory }: Deps,
  ranking: Ranking,
  nowMs: number,
): Promise<readonly PeerGroup[]> {
  const { tenantId, nodes, except } = ranking;
  const { allocations } = placementMemory;
  const before = allocations.get(tenantId);
  const due = nodes.filter((node) => !isKnown(before?.get(node.id), node, nowMs));
  const there = await store.read(allocationsOn(due, ranking));
  // Others have used the memory meanwhile.
  const known = allocations.get(tenantId) ?? new Map<string, RememberedAllocations>();
  const arriving = [...placementMemory.arriving.values()];
  keepAll(known, due, { rows: there, arriving, tenantId, nowMs });
  if (known.size > nodes.length) forgetOthers(known, nodes);
  setWithLimit(allocations, [tenantId, known], TENANTS_MAX);
  return nodes.map((node) => peersOn(node, known.get(node.id), except));
}

function forgetOthers(known: Map<string, RememberedAllocations>, nodes: readonly NodeRow[]): void {
  const there = new Set<string>(nodes.map(({ id }) => id));
  for (const id of [...known.keys()]) if (!there.has(id)) known.delete(id);
}

const NONE = { from: 'allocations', where: { owner_tenant_id: '' } } as const;

/** The allocations of a tenant on some nodes of the fleet. */
function allocationsOn(
  some: readonly NodeRow[],
  { nodes, tenantId }: Ranking,
): Query<'allocations'> {
  if (some.length === 0) return NONE;
  if (some.length === nodes.length) return tenantPeers(tenantId).there;
  const node_id = { in: some.map(({ id }) => id) };
  return { from: 'allocations', where: { owner_tenant_id: tenantId, node_id } };
}

/** Allocations that were read of some nodes, and those that this server commits meanwhile. */
interface Reading {
  readonly rows: readonly AllocationRow[];
  /** Arriving allocations of all tenants and nodes; they may be among the rows. */
  readonly arriving: readonly AllocationRow[];
  readonly tenantId: string;
  readonly nowMs: number;
}

/** Remembers nodes all allocations of which were read. */
function keepAll(
  known: Map<string, RememberedAllocations>,
  nodes: readonly NodeRow[],
  { rows, arriving, tenantId, nowMs }: Reading,
): void {
  const rowsOf = new Map<string, AllocationRow[]>(nodes.map(({ id }) => [id, []]));
  for (const row of rows) rowsOf.get(row.node_id)?.push(row);
  for (const node of nodes) {
    const there = rowsOf.get(node.id) ?? [];
    const coming = arriving.filter(({ node_id }) => node_id === node.id);
    const isOwn = ({ owner_tenant_id }: AllocationRow) => owner_tenant_id === tenantId;
    const late = coming.filter((row) => isOwn(row) && there.every(({ id }) => id !== row.id));
    const others = node.vm_count - there.length + coming.filter((row) => !isOwn(row)).length;
    const found = parseChanged([...there, ...late], known.get(node.id));
    known.set(node.id, { ...found, others, readAtMs: nowMs });
  }
}

/** The peers of a node as it was read: who has come since is not seen, as in the node's amounts. */
function peersOn(
  node: NodeRow,
  known: RememberedAllocations | undefined,
  except: string | undefined,
): PeerGroup {
  if (known === undefined) return NO_PEERS;
  const ahead = Math.max(0, known.placed.length + known.others - node.vm_count);
  const isOther = ({ row }: { readonly row: AllocationRow }) => row.vm_id !== except;
  const isWhole = except === undefined || known.placed.every(isOther);
  if (isWhole && ahead === 0) return known.peers;
  const seen = known.placed.slice(0, known.placed.length - ahead);
  if (!isWhole) return seen.filter(isOther).flatMap(({ peers }) => peers);
  const unseen = known.placed.slice(seen.length).flatMap(({ peers }) => peers);
  return known.peers.slice(0, known.peers.length - unseen.length);
}

const NO_PEERS: PeerGroup = [];

/**
 * Whether the memory has every VM of a node. It may have more: the node was read a moment ago, and
 * a commit has been noted since. Also false where the clock was set back.
 */
function isKnown(known: RememberedAllocations | undefined, node: NodeRow, nowMs: number): boolean {
  if (known === undefined || known.placed.length + known.others < node.vm_count) return false;
  const ageMs = nowMs - known.readAtMs;
  return ageMs >= 0 && ageMs < REREAD_MS;
}

/** The same objects for the same rows, so that indexes need not compare them. */
function parseChanged(
  rows: readonly AllocationRow[],
  before: RememberedAllocations | undefined,
): Pick<RememberedAllocations, 'placed' | 'peers'> {
  const known = new Map(before?.placed.map((each) => [each.row.id, each]));
  const placed = rows.map((row) => {
    const same = known.get(row.id);
    const isSame = same?.row.traits_json === row.traits_json;
    return isSame ? same : { row, peers: toPeers([row]) };
  });
  const isUnchanged =
    placed.length === before?.placed.length &&
    placed.every((each, at) => each === before.placed[at]);
  return isUnchanged ? before : { placed, peers: placed.flatMap(({ peers }) => peers) };
}
