/**
 * Writes down the fleet that decisions see, in little room. One decision changes one node, so those
 * that follow each other see almost the same: they share a snapshot, and each only says which nodes
 * differ from it. A new snapshot is taken where that would be most of them.
 */
import { createHash } from 'node:crypto';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { Store } from '../../../ports/store.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { PlacementDeps } from '../deps.ts';
import {
  columnsOf,
  differenceOf,
  type FleetChanges,
  type NodeValue,
  type SnapshotNodes,
  valuesOf,
} from './fleet-basis.ts';

/** No decision refers to an older snapshot, so that its age tells who may still need it. */
export const SNAPSHOT_USED_MS = 3_600_000;

/** Fewer differences are always worth less than a snapshot. Unit: nodes. */
const CHANGES_MIN = 64;

/**
 * A snapshot of N nodes every D decisions costs N / D a decision, and the differences D / 2: least
 * where D is the root of 2 N. Twice the root, since an entry of the snapshot is the shorter one.
 */
const CHANGES_PER_ROOT = 2;

/** A fleet as a decision refers to it. */
export interface FleetReference extends FleetChanges {
  readonly snapshotId: string;
}

interface Taken {
  readonly id: string;
  readonly atMs: number;
  readonly columns: readonly string[];
  readonly values: SnapshotNodes['rows'];
  /** Of nodes by id. */
  readonly places: ReadonlyMap<string, number>;
  readonly kept: Promise<Result<void, Problem>>;
}

const TAKEN = new WeakMap<Store, Taken>();

/**
 * Refers to a fleet, and commits a snapshot of it first where there is none to tell it from.
 * @param nodes - as the decision read them
 * @returns undefined where the snapshot could not be committed: then the decision is told without
 */
export async function referToFleet(
  deps: Pick<PlacementDeps, 'store' | 'clock'>,
  nodes: readonly NodeRow[],
): Promise<FleetReference | undefined> {
  const known = TAKEN.get(deps.store);
  const changes = known === undefined ? undefined : compareFleet(deps, known, nodes);
  if (known !== undefined && changes !== undefined) {
    return (await known.kept).ok ? { ...changes, snapshotId: known.id } : undefined;
  }
  const taken = takeSnapshot(deps, nodes);
  TAKEN.set(deps.store, taken);
  if ((await taken.kept).ok) return { snapshotId: taken.id, changed: [], added: [], gone: [] };
  if (TAKEN.get(deps.store) === taken) TAKEN.delete(deps.store);
  return undefined;
}

function compareFleet(
  { clock }: Pick<PlacementDeps, 'clock'>,
  { atMs, columns, values, places }: Taken,
  nodes: readonly NodeRow[],
): FleetChanges | undefined {
  if (clock.nowMs() - atMs > SNAPSHOT_USED_MS) return undefined;
  const most = Math.max(CHANGES_MIN, CHANGES_PER_ROOT * Math.sqrt(values.length));
  const changed: [number, ...NodeValue[]][] = [];
  const added: (readonly NodeValue[])[] = [];
  const seen = new Set<number>();
  for (const node of nodes) {
    const place = places.get(node.id);
    if (place === undefined) {
      added.push(valuesOf(node, columns));
      continue;
    }
    seen.add(place);
    const difference = differenceOf(node, columns, values[place] ?? []);
    if (difference.length > 0) changed.push([place, ...difference]);
  }
  const gone = [...places.values()].filter((place) => !seen.has(place));
  return changed.length + added.length + gone.length > most ? undefined : { changed, added, gone };
}

/** The same fleet has the same id, whichever server takes it. */
function takeSnapshot(
  { store, clock }: Pick<PlacementDeps, 'store' | 'clock'>,
  nodes: readonly NodeRow[],
): Taken {
  const [first] = nodes;
  const columns = first === undefined ? ['id'] : columnsOf(first);
  const rows = nodes.map((node) => valuesOf(node, columns));
  const nodes_json = JSON.stringify({ columns, rows } satisfies SnapshotNodes);
  const id = createHash('sha256').update(nodes_json).digest('hex');
  const atMs = clock.nowMs();
  const row = { id, nodes_json, created_at_ms: atMs };
  return {
    id,
    atMs,
    columns,
    values: rows,
    places: new Map(nodes.map((node, place) => [node.id, place])),
    kept: store.commit([{ kind: 'put', into: 'fleet_snapshots', row }]),
  };
}
