/** Finds other nodes that can read the heartbeat of a node in a shared storage. */
import type { Rng } from '@novacron/engine/env';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { readFacts } from '../../placement/facts/node-facts.ts';
import { stateOfNode } from '../../resources/node/node-fence.ts';
import { capabilitiesOf } from '../../resources/vm/machine/configure-steps.ts';

/** A node that can be asked. */
export interface PoolPeer {
  readonly name: string;
  /** Id of the storage. */
  readonly pool: string;
}

/**
 * Finds them: nodes that answer, and share a storage with the node into which the heartbeats of
 * both arrive. Those come first that have seen its heartbeat there, or do not say: others cannot
 * know that it has stopped. Then those of other racks, which do not fail with it. Otherwise their
 * order is drawn by lot.
 */
export function findPoolPeers(
  row: NodeRow,
  rows: readonly NodeRow[],
  { rng }: { readonly rng: Rng },
): readonly PoolPeer[] {
  const pool = poolOf(row);
  if (pool === undefined) return [];
  const isNear = ({ zone, rack }: NodeRow) => zone === row.zone && rack === row.rack;
  const peers = rows.filter(
    (each) =>
      each.name !== row.name &&
      each.suspected_json === null &&
      stateOfNode(each) === 'answers' &&
      poolOf(each) === pool,
  );
  return peers
    .map((each) => ({
      each,
      rank: (hasSeen(each, row.name) ? 0 : 2) + Number(isNear(each)),
      lot: rng.next(),
    }))
    .sort((left, right) => left.rank - right.rank || left.lot - right.lot)
    .map(({ each: { name } }) => ({ name, pool }));
}

function hasSeen(row: NodeRow, name: string): boolean {
  const peers = readFacts(row)?.storage?.peers;
  return peers === undefined || peers.some(({ node }) => node === name);
}

/** The shared storage into which a node writes heartbeats; undefined for none. */
function poolOf(row: NodeRow): string | undefined {
  if (capabilitiesOf(row).poolHeartbeat !== 'yes') return undefined;
  const storage = readFacts(row)?.storage;
  return storage?.sharing === 'shared' ? storage.pool : undefined;
}
