/**
 * Records the fleet that decisions see, in little room. One decision changes one node, so those
 * that follow each other see almost the same: they share a snapshot, and each only records which
 * nodes differ from it. A new snapshot is taken where most of them would.
 */
import { createHash } from 'node:crypto';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import type { PlacementDeps } from '../deps.ts';
import type { RememberedSnapshot } from '../placement-memory.ts';
import {
  columnsOf,
  differenceOf,
  type FleetChanges,
  type NodeValue,
  type SnapshotNodes,
  valuesOf,
} from './fleet-basis.ts';

/** No decision refers to an older snapshot, so that retention can delete snapshots by age. */
export const SNAPSHOT_USED_MS = 3_600_000;

/** Fewer differences always take less room than a snapshot. Unit: nodes. */
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

/**
 * Refers to a fleet, and commits a snapshot of it first where there is none to compare it with.
 * @param nodes - as the decision read them
 * @returns undefined where the snapshot could not be committed: the decision is recorded without
 */
export async function referToFleet(
  deps: Pick<PlacementDeps, 'store' | 'clock' | 'placementMemory'>,
  nodes: readonly NodeRow[],
): Promise<FleetReference | undefined> {
  const { placementMemory: memory } = deps;
  const known = memory.snapshot;
  const changes = known === undefined ? undefined : compareFleet(deps, known, nodes);
  if (known !== undefined && changes !== undefined) {
    return (await known.kept).ok ? { ...changes, snapshotId: known.id } : undefined;
  }
  const taken = takeSnapshot(deps, nodes);
  memory.snapshot = taken;
  if ((await taken.kept).ok) return { snapshotId: taken.id, changed: [], added: [], gone: [] };
  if (memory.snapshot === taken) memory.snapshot = undefined;
  return undefined;
}

function compareFleet(
  { clock }: Pick<PlacementDeps, 'clock'>,
  { atMs, columns, values, places }: RememberedSnapshot,
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
): RememberedSnapshot {
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
    kept: commitChanges({ store }, [{ kind: 'put', into: 'fleet_snapshots', row }]),
  };
}
