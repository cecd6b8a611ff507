/**
 * State that placement retains between decisions, so that the cost of each depends on the changes
 * since the last. All of it can be read again from the store; a server has a single instance, made
 * by composition, and no two servers share it.
 */

import type { NodeId } from '@novacron/contract/ids';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { FleetIndexCache } from '@novacron/engine/placement/place/index/fleet-index-cache';
import type { FleetOverlay } from '@novacron/engine/placement/place/index/fleet-overlay';
import type {
  Amounts,
  LicencePool,
  Peer,
  PlacementRequest,
} from '@novacron/engine/placement/place/model/placement';
import type { AllocationRow } from '../../ports/tables/allocation-row.ts';
import type { PreviewPlaceRow } from '../../ports/tables/preview-tables.ts';

/** The peers of an allocation, and the columns that they were parsed from. */
export interface RememberedPeers extends Pick<AllocationRow, 'node_id' | 'traits_json'> {
  readonly peers: readonly Peer[];
}

/** The allocations of a tenant on a node. */
export interface RememberedAllocations {
  /** Number of other VMs on the node, which belong to other tenants. */
  readonly others: number;
  /** Time at which all of them were read. */
  readonly readAtMs: number;
  readonly placed: readonly RememberedAllocation[];
  /** Those of `placed`. */
  readonly peers: readonly Peer[];
}

/** An allocation, and the peers that were parsed from it. */
export interface RememberedAllocation {
  readonly row: AllocationRow;
  readonly peers: readonly Peer[];
}

/** The fleet snapshot that the next decisions refer to. */
export interface RememberedSnapshot {
  readonly id: string;
  readonly atMs: number;
  readonly columns: readonly string[];
  /** The nodes as values of the columns. */
  readonly values: readonly (readonly (string | number | null)[])[];
  /** Indexes in `values`, by the id of the node. */
  readonly places: ReadonlyMap<string, number>;
  /** Its commit. */
  readonly kept: Promise<Result<void, Problem>>;
}

/** A VM of a preview run with its place; on no node where it was refused. */
export interface PreviewPlace {
  readonly row: Pick<PreviewPlaceRow, 'name' | 'lookup_key' | 'origin' | 'node_id'>;
  readonly ask: PlacementRequest;
  /** It replaces the VM of its name; another server of the same run does not know that. */
  readonly replaces?: boolean;
}

/** The VMs that are expected besides those that a run has placed. */
export interface ExpectedVms {
  readonly overlay: FleetOverlay;
  /** Keys of the previews behind it, including those of the run. */
  readonly keys: ReadonlySet<string>;
}

/** A preview run as its next preview finds it. */
export interface PreviewRun {
  /** The fleet, with the VMs that the run has placed. */
  readonly overlay: FleetOverlay;
  /** Laid out by the first preview that needs it. */
  expected: ExpectedVms | undefined;
  /** Places by the name of the VM. */
  readonly places: Map<string, PreviewPlace>;
  /** Names of those of them that have no place. */
  readonly refused: Set<string>;
  /** Names of the VMs that the tenant has. */
  readonly names: ReadonlySet<string>;
  readonly wakeable: readonly NodeId[];
  /** Licences of the fleet, with those that are taken. */
  readonly licences: readonly LicencePool[];
  /** Time at which the fleet is to be read again. */
  staleAtMs: number;
  /** The number of the last place that was written, as far as this server knows. */
  count: number;
  /** The size of its VMs, including those that have been created since. */
  wantedAtMost: Amounts & { readonly vms: number };
}

/** The preview runs of one server. Each map is by the key of the run. */
export interface PreviewRuns {
  readonly byKey: Map<string, PreviewRun>;
  /** The last call in line of each run. */
  readonly turns: Map<string, Promise<unknown>>;
  /** The places of each run that are being written. */
  readonly writes: Map<string, Set<Promise<unknown>>>;
}

/** That the fleet had room for the VMs of lost nodes, and how far it was from the limit. */
export interface RememberedFailover {
  /** Version of the optimistic lock that all writes that use capacity increment. */
  readonly version: number;
  /** Units by which the version may move until it has to be checked again. */
  readonly slack: number;
  /** The unit. */
  readonly slot: Amounts;
  /** The kinds of VMs that were counted. */
  readonly kinds: ReadonlySet<string>;
  /**
   * Storage for the disks of new VMs, by the id of the node; without nodes that lack shared
   * storage.
   */
  readonly disks: ReadonlyMap<string, string>;
  readonly nodesMax: number;
  readonly nodesReady: number;
  readonly atMs: number;
}

/** State of one server; each part is limited by the file that fills it. */
export interface PlacementMemory {
  /** Peers by the id of the allocation (`facts/peer-cache.ts`). */
  readonly peers: Map<string, RememberedPeers>;
  /** Allocations by the ids of the node and the tenant (`facts/tenant-peers.ts`). */
  readonly allocations: Map<string, Map<string, RememberedAllocations>>;
  /** Allocations that this server is committing, by id (`facts/note-allocations.ts`). */
  readonly arriving: Map<string, AllocationRow>;
  /** VMs that are peers, by view (`facts/fleet-index-cache.ts`). */
  readonly fleets: Map<string, FleetIndexCache>;
  readonly runs: PreviewRuns;
  /** What each write of a preview run adds to costs, by run and resource (`budgets/`). */
  readonly costs: Map<string, Map<string, number>>;
  /** Costs that plans of updates have shown, by the write (`previews/shown-cost.ts`). */
  readonly shownCosts: Map<string, number>;
  /** Undefined before the first decision (`decisions/fleet-snapshot-delta.ts`). */
  snapshot: RememberedSnapshot | undefined;
  /** The last check of the room that is kept free; undefined before the first one. */
  failover: RememberedFailover | undefined;
}

/** Makes an empty memory. */
export function createPlacementMemory(): PlacementMemory {
  return {
    peers: new Map(),
    allocations: new Map(),
    arriving: new Map(),
    fleets: new Map(),
    runs: { byKey: new Map(), turns: new Map(), writes: new Map() },
    costs: new Map(),
    shownCosts: new Map(),
    snapshot: undefined,
    failover: undefined,
  };
}
