/** The nodes of the fleet as every placement decision sees them, whatever it is for. */
import type { NodeId } from '@novacron/contract/ids';
import type {
  LicencePool,
  MeasuredLoad,
  PlacementNode,
} from '@novacron/engine/placement/place/model/placement';
import { fillUnknownLoads } from '@novacron/engine/placement/place/scorers/fill-unknown-loads';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { FLEET_CLAIMS } from '../../rows/allocation-claims.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import type { PlacementDeps } from '../deps.ts';
import { type ClaimedNodeRow, licencesOf, readFacts } from './node-facts.ts';
import { toPlacementNode } from './placement-node.ts';

/** The fleet of one moment. */
export interface FleetFacts {
  /** Rows as they were read: the record of a decision refers to them. */
  readonly rows: readonly ClaimedNodeRow[];
  readonly licences: readonly LicencePool[];
  /** With their measured load. */
  readonly nodes: readonly PlacementNode[];
  /** Ids of the nodes on standby that their agents can switch on. */
  readonly wakeable: readonly NodeId[];
}

/** Parts of a node that a load is rounded to: a smaller change need not update an index. */
const LOAD_STEPS = 1_000;

/** The query for the nodes, for a snapshot with everything else that a decision reads. */
export const FLEET_NODES = { from: 'nodes' } as const;

/** The queries for the nodes, and for what VMs hold of them besides room. */
export const FLEET = { nodes: FLEET_NODES, claims: FLEET_CLAIMS } as const;

/**
 * Turns the rows of all nodes into the facts that decisions are made from.
 * @param rows - the answer to {@link FLEET}, joined by `withClaims`
 * @returns nodes with the load that agents have measured lately; where some nodes were measured,
 *   the others have the mean load
 */
export function toFleetFacts(
  rows: readonly ClaimedNodeRow[],
  { usage, prices }: Pick<PlacementDeps, 'usage' | 'prices'>,
): FleetFacts {
  const list = prices.current();
  const nodes = rows.map((row): PlacementNode => {
    const node = toPlacementNode(row, list);
    const used = usage?.ofNode(row.name);
    if (used === undefined) return node;
    const { cpuRatio, memoryRatio } = toLoad(row, used);
    return {
      ...node,
      load: { cpuRatio: inSteps(cpuRatio), memoryRatio: inSteps(memoryRatio) },
    };
  });
  return {
    rows,
    nodes: fillUnknownLoads(nodes),
    licences: licencesOf(rows),
    wakeable: rows.filter(isWakeable).map(({ id }) => id),
  };
}

/** The measured load of a node: of what it has, not of what it promises. */
export function toLoad(
  row: ClaimedNodeRow,
  used: { readonly cpuCores: number; readonly memoryMib: number },
): MeasuredLoad {
  const { cpu = 1, memory = 1 } = readFacts(row)?.overcommit ?? {};
  return {
    cpuRatio: (used.cpuCores * cpu) / row.cpu_cores,
    memoryRatio: (used.memoryMib * memory) / row.memory_mib,
  };
}

function inSteps(ratio: number): number {
  return Math.round(ratio * LOAD_STEPS) / LOAD_STEPS;
}

/** Whether a node is on standby, and its agent can switch it on. */
export function isWakeable(row: NodeRow): boolean {
  if (row.status !== 'standby' || row.followed_json !== null) return false;
  // Written from what an agent announced.
  const capabilities = parseStored<Readonly<Record<string, unknown>>>(row.capabilities_json);
  return capabilities?.nodePower === 'yes';
}
