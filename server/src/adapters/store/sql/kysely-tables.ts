/**
 * Database types of the compilers: names and plain values. The port's types have already checked
 * the table and type of each column when the query was written.
 */
import { assert } from '@novacron/contract/result';
import { type CompiledQuery, expressionBuilder, type Kysely, type RawBuilder } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { DerivedSource } from '../../../ports/tables/derived-columns.ts';

/** Value of a column. */
export type SqlValue = string | number | null;

/** Any table, any column. */
export type AnyTables = Record<string, Record<string, SqlValue>>;

/** Builds SQL of one dialect; nothing is run through it. */
export type SqlDialect = Kysely<AnyTables>;

/** Shapes of statements whose SQL is kept: far more than NovaCron has, a few MB at most. */
const SHAPES_MAX = 2_000;

/** Compiles SQL of one dialect, and keeps what it has compiled. */
export interface SqlBuilder {
  readonly dialect: SqlDialect;
  /** The text of a field of a JSON column, as the indexes have it. */
  readonly jsonField: JsonField;
  /** SQL by the shape of its statement. */
  readonly compiled: LRUCache<string, string>;
}

/** Makes the expression of a field of a JSON column. */
export type JsonField = (source: DerivedSource) => RawBuilder<unknown>;

/** Makes a builder that has compiled nothing yet. */
export function makeSqlBuilder(dialect: SqlDialect, jsonField: JsonField): SqlBuilder {
  return { dialect, jsonField, compiled: new LRUCache({ max: SHAPES_MAX }) };
}

/** SQL ready to run. */
export type SqlText = Pick<CompiledQuery, 'sql' | 'parameters'>;

/**
 * Compiles and keeps the text only: the syntax tree that Kysely hands out with it is many times
 * bigger, and thousands of statements may wait for their turn.
 */
export function toSqlText(query: { readonly compile: () => CompiledQuery }): SqlText {
  const { sql, parameters } = query.compile();
  return { sql, parameters };
}

/** Builds expressions. Shared: making one for each condition takes longer than using it. */
export const build = expressionBuilder<AnyTables, string>();

/**
 * Checks a value on its way into SQL. A value that no column can hold is a bug; one that a database
 * would change silently (NaN becomes null in SQLite) is a bug as well.
 * @param value - what a query or a change holds
 * @param column - where it is going, for the message
 */
export function toSqlValue(value: unknown, column: string): SqlValue {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  // The sentence is made only where it is needed: every value of every row comes by here.
  assert(false, `column ${column} takes text, finite numbers or null, not ${String(value)}`);
}

/** Checks each column of a row on its way into SQL. */
export function toSqlRow(row: object): Record<string, SqlValue> {
  const columns: [string, unknown][] = Object.entries(row);
  return Object.fromEntries(columns.map(([name, value]) => [name, toSqlValue(value, name)]));
}
