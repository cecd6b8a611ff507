/** The fleet and the peers that a decision saw, as its record holds them. */
import type { Peer, PlacementRequest } from '@novacron/engine/placement/place/model/placement';
import type { NodeRow } from '../../../ports/tables/node-row.ts';

/** `nodes_json` of a snapshot: its columns, and the nodes as values of them. */
export interface SnapshotNodes {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly NodeValue[])[];
}

/** A value of a column of a node. */
export type NodeValue = string | number | null;

/** Differences between a fleet and the snapshot that it refers to. */
export interface FleetChanges {
  /** Nodes that differ: the place in the snapshot, then columns by their place and their values. */
  readonly changed: readonly (readonly [number, ...NodeValue[]])[];
  /** Nodes that the snapshot lacks. */
  readonly added: readonly (readonly NodeValue[])[];
  /** Places in the snapshot of nodes that had gone. */
  readonly gone: readonly number[];
}

/** `basis_json` of a decision. */
export interface DecisionBasis extends FleetChanges {
  readonly ask: PlacementRequest;
  /** VMs that its rules are about; null where they were too many to record. */
  readonly peers: readonly Peer[] | null;
}

/** They change with every heartbeat, or decide nothing. */
const COLUMNS_LEFT_OUT: ReadonlySet<string> = new Set<keyof NodeRow>([
  'driver',
  'capabilities_json',
  'last_seen_at_ms',
  'created_at_ms',
]);

/** Returns the columns of nodes that placement reads; the id is the first. */
export function columnsOf(row: NodeRow): readonly string[] {
  const others = Object.keys(row).filter((name) => name !== 'id' && !COLUMNS_LEFT_OUT.has(name));
  return ['id', ...others.sort()];
}

/** Returns the values of a node in the order of the columns. */
export function valuesOf(row: NodeRow, columns: readonly string[]): readonly NodeValue[] {
  const values: Readonly<Record<string, NodeValue>> = { ...row };
  return columns.map((name) => values[name] ?? null);
}

/**
 * Returns the columns of a node that differ from the snapshot, by their place, and their values.
 */
export function differenceOf(
  row: NodeRow,
  columns: readonly string[],
  before: readonly NodeValue[],
): readonly NodeValue[] {
  const differing: NodeValue[] = [];
  for (const [at, name] of columns.entries()) {
    // Of `columnsOf`; a copy of the row that may be asked of any name costs most here.
    const value = row[name as keyof NodeRow] ?? null;
    if (value !== before[at]) differing.push(at, value);
  }
  return differing;
}

/** Returns the nodes of a snapshot with the changes that a later decision recorded. */
export function applyChanges(
  { columns, rows }: SnapshotNodes,
  { changed, added, gone }: FleetChanges,
): readonly NodeRow[] {
  const then = rows.map((row) => [...row]);
  for (const [place, ...values] of changed) {
    for (let at = 0; at < values.length; at += 2) {
      const row = then[place];
      if (row !== undefined) row[Number(values[at])] = values[at + 1] ?? null;
    }
  }
  const left = then.filter((_, place) => !gone.includes(place));
  return [...left, ...added].map((values) => toNodeRow(columns, values));
}

function toNodeRow(columns: readonly string[], values: readonly NodeValue[]): NodeRow {
  const entries = columns.map((name, at) => [name, values[at] ?? null] as const);
  // A row without the columns that were left out, which placement does not read.
  return Object.fromEntries(entries) as unknown as NodeRow;
}
