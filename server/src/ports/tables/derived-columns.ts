/**
 * Columns that are fields of stored JSON: queries test them like other columns, and rows do not
 * carry them. Those that lists are filtered by have an index by tenant.
 */
import type { TableName } from './tables.ts';

/** Location of a derived column's value. */
export interface DerivedSource {
  /** A column with a JSON object. */
  readonly column: string;
  /** A field of that object with a text. */
  readonly field: string;
}

/** The derived columns by table. */
export const DERIVED_COLUMNS = {
  vms: {
    status: { column: 'observed_json', field: 'status' },
    node: { column: 'observed_json', field: 'node' },
    restarts_failed: { column: 'observed_json', field: 'restarts_failed' },
  },
  volumes: {
    status: { column: 'observed_json', field: 'status' },
    type: { column: 'desired_json', field: 'type' },
  },
  snapshots: { status: { column: 'observed_json', field: 'status' } },
} as const satisfies {
  readonly [T in TableName]?: Readonly<Record<string, DerivedSource>>;
};

/** Names the derived columns of a table; none for most. */
export type DerivedColumn<T extends TableName> = T extends keyof typeof DERIVED_COLUMNS
  ? keyof (typeof DERIVED_COLUMNS)[T] & string
  : never;
