/**
 * The store port: data in, data out. Queries and change sets are plain values, so that the engine's
 * plans can hold them, every database compiles them its own way, and nothing can keep a transaction
 * open across an await.
 */
import type { LabelRequirement } from '@novacron/contract/formats/label-selector';
import type { IdByPrefix, IdPrefix } from '@novacron/contract/ids';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { DerivedColumn } from './tables/derived-columns.ts';
import type { TableName, Tables } from './tables/tables.ts';

/** A test on one column: a plain value means "equals"; null means "is null". */
export type Condition<Value> =
  | Value
  | { readonly in: readonly Value[] }
  | { readonly above: Value }
  | { readonly below: Value }
  | { readonly not: Value }
  /** From the first to before the second, where they are given. */
  | { readonly from?: Value; readonly until?: Value };

/** Any text may be looked for in a column of ids: none is found where it names nothing. */
type Asked<Value> = Value extends IdByPrefix[IdPrefix] ? string : Value;

/** Tests on columns; all must hold. */
export type Where<T extends TableName> = {
  readonly [Column in keyof Tables[T]]?: Condition<Asked<Tables[T][Column]>>;
};

/** Tests on columns of a query, which knows derived columns as well. */
export type QueryWhere<T extends TableName> = Where<T> & {
  readonly [Column in DerivedColumn<T>]?: Condition<string | null>;
};

/** Resources that a label selector matches; see `parseLabelSelector`. */
export interface LabelFilter {
  readonly tenantId: string;
  /** All must hold. */
  readonly requirements: readonly LabelRequirement[];
}

/** A question about one table. */
export interface Query<T extends TableName> {
  readonly from: T;
  readonly where?: QueryWhere<T>;
  /** Only rows with this text, in any case of ASCII letters, in one of these columns. */
  readonly search?: {
    readonly text: string;
    readonly columns: readonly (keyof Tables[T] & string)[];
  };
  /** Only rows with these labels; for tables that have them in `resource_labels`. */
  readonly labels?: LabelFilter;
  /** Ascending unless said; ties are broken by id. */
  readonly orderBy?: {
    readonly column: keyof Tables[T] & string;
    readonly direction: 'asc' | 'desc';
  };
  /**
   * Only rows behind this place of the order: an id, and the value of the column of `orderBy` where
   * that is not the id. The column must not be nullable.
   */
  readonly after?: { readonly id: string; readonly value?: string | number | null };
  readonly limit?: number;
  /**
   * Treatment of a sealed value that was tampered with. `refuse` (default): nothing is read, and
   * the error names the value. `blank`: reads as the empty text, which is never sealed.
   */
  readonly damaged?: 'refuse' | 'blank';
}

/** Any query, when the table does not matter. */
export type AnyQuery = { readonly [T in TableName]: Query<T> }[TableName];

/** Counts the rows of a table in groups of equal values. */
export interface Tally<T extends TableName> {
  readonly from: T;
  readonly where?: QueryWhere<T>;
  /** The columns whose values make a group; none: all rows are one group. */
  readonly by: readonly ((keyof Tables[T] & string) | DerivedColumn<T>)[];
  /** Columns that are added up in each group. */
  readonly sum?: readonly NumberColumn<T>[];
}

/** Any tally, when the table does not matter. */
export type AnyTally = { readonly [T in TableName]: Tally<T> }[TableName];

/** One group of a tally. */
export interface TallyGroup {
  /** Its values in the order of the columns; numbers as decimal text. */
  readonly values: readonly (string | null)[];
  /** Number of its rows. */
  readonly total: number;
  /** Sums in the order of the columns that are added up; 0 where there is no row. */
  readonly sums: readonly number[];
}

/** Rows per named query, all of one moment. */
export type Snapshot<Queries extends Readonly<Record<string, AnyQuery>>> = {
  readonly [Name in keyof Queries]: readonly Tables[Queries[Name]['from']][];
};

type PartialRow<T extends TableName> = { readonly [C in keyof Tables[T]]?: Tables[T][C] };

type NumberColumn<T extends TableName> = {
  [C in keyof Tables[T]]: Tables[T][C] extends number ? C : never;
}[keyof Tables[T]] &
  string;

/** Adds a row; guard: its id and its unique columns must be free. */
export interface Insert<T extends TableName> {
  readonly kind: 'insert';
  readonly into: T;
  readonly row: Tables[T];
  readonly otherwise: Problem;
}

/**
 * Changes one row by id; guard: the row must exist and match `expect`. With nothing to set it is a
 * guard only, which writes nothing.
 */
export interface Update<T extends TableName> {
  readonly kind: 'update';
  readonly table: T;
  readonly id: string;
  readonly set: PartialRow<T>;
  readonly expect?: Where<T>;
  readonly otherwise: Problem;
}

/** Removes one row by id; guard: the row must exist and match `expect`. */
export interface Delete<T extends TableName> {
  readonly kind: 'delete';
  readonly from: T;
  readonly id: string;
  readonly expect?: Where<T>;
  readonly otherwise: Problem;
}

/**
 * Adds to number columns of one row; guard: each sum stays at 0 or more and at or below the column
 * named as its limit (`used + ask <= capacity`), and the row must exist and match `expect`.
 */
export interface Add<T extends TableName> {
  readonly kind: 'add';
  readonly table: T;
  readonly id: string;
  readonly by: readonly {
    readonly column: NumberColumn<T>;
    readonly amount: number;
    readonly limit?: NumberColumn<T>;
  }[];
  readonly expect?: Where<T>;
  readonly otherwise: Problem;
}

/**
 * Moves the version of a shared rule from what the decision read to the next; guard: no other
 * writer has. Version 0 means that the row does not exist yet.
 */
export interface MoveRule {
  readonly kind: 'move-rule';
  readonly rule: string;
  readonly from: number;
  readonly otherwise: Problem;
}

/** Adds a row or replaces the one with its id. No guard. */
export interface Put<T extends TableName> {
  readonly kind: 'put';
  readonly into: T;
  readonly row: Tables[T];
}

/** Removes the row with this id if there is one. No guard. */
export interface Drop<T extends TableName> {
  readonly kind: 'drop';
  readonly from: T;
  readonly id: string;
}

/** Changes the row with this id if there is one. No guard. */
export interface Patch<T extends TableName> {
  readonly kind: 'patch';
  readonly table: T;
  readonly id: string;
  /** At least one column. */
  readonly set: PartialRow<T>;
}

/** Guard only: no row of the table may match. */
export interface RequireNone<T extends TableName> {
  readonly kind: 'require-none';
  readonly of: T;
  readonly where: Where<T>;
  readonly otherwise: Problem;
}

/** One change of a set, with the problem that its failed guard means. */
export type Change =
  | {
      readonly [T in TableName]:
        | Insert<T>
        | Update<T>
        | Delete<T>
        | Add<T>
        | Put<T>
        | Drop<T>
        | Patch<T>
        | RequireNone<T>;
    }[TableName]
  | MoveRule;

/** Changes that happen together or not at all. */
export type ChangeSet = readonly Change[];

/** Used and free space of a store. */
export interface StoreSize {
  /** Size of all files or tables. Unit: bytes. */
  readonly sizeBytes: number;
  /** Free space of the file system; undefined if it is on another machine. Unit: bytes. */
  readonly freeBytes: number | undefined;
}

/** Keeps everything that NovaCron must not forget. */
export interface Store {
  /** Rows of one table. */
  readonly read: <T extends TableName>(query: Query<T>) => Promise<readonly Tables[T][]>;
  /** Rows of several tables, all of one moment. */
  readonly snapshot: <const Queries extends Readonly<Record<string, AnyQuery>>>(
    queries: Queries,
  ) => Promise<Snapshot<Queries>>;
  /** The number of rows of a query, at most its limit. */
  readonly count: (query: AnyQuery) => Promise<number>;
  /** The groups of a tally, in no order; the database counts, and no row is read by the server. */
  readonly tally: (tally: AnyTally) => Promise<readonly TallyGroup[]>;
  /**
   * Applies a change set and answers after it is durable.
   * @returns the problem of the first guard that failed, or `storage-full` or `unavailable`; then
   * nothing of the set has happened
   */
  readonly commit: (changes: ChangeSet) => Promise<Result<void, Problem>>;
  /** Measures the store; absent where it takes no room that could run out. */
  readonly measure?: () => Promise<StoreSize>;
  /** Waits for what is being committed and lets go of the database. */
  readonly close: () => Promise<void>;
}
