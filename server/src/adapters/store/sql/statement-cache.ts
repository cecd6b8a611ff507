/**
 * SQL that was compiled before, by its shape: NovaCron asks the same few hundred questions with
 * other values, and building a question takes Kysely longer than answering it takes the database.
 */
import { assert } from '@novacron/contract/result';
import type { SqlBuilder, SqlText, SqlValue } from './kysely-tables.ts';

/** Shapes kept a dialect: far more than NovaCron has, and no more memory than that. */
const SHAPES_MAX = 2_000;

/** A statement taken apart: what its SQL follows from, and the values that go into it. */
export interface ShapedStatement {
  /** Equal shapes have equal SQL; undefined where there are too many shapes to keep. */
  readonly shape: string | undefined;
  /** In the order of their places in the SQL. */
  readonly parameters: readonly SqlValue[];
}

const keptBy = new WeakMap<SqlBuilder, Map<string, string>>();

/**
 * Answers the SQL of a shape, compiling it once.
 * @param compile - called when the shape is new; its parameters must be those of the statement
 */
export function cacheStatement(
  sql: SqlBuilder,
  statement: ShapedStatement,
  compile: () => SqlText,
): SqlText {
  const { shape, parameters } = statement;
  if (shape === undefined) return compile();
  const known = keptBy.get(sql)?.get(shape);
  return known === undefined ? keep(sql, statement, compile()) : { sql: known, parameters };
}

function keep(
  sql: SqlBuilder,
  { shape = '', parameters }: ShapedStatement,
  made: SqlText,
): SqlText {
  assert(
    made.parameters.length === parameters.length &&
      made.parameters.every((value, index) => value === parameters[index]),
    `the values of ${shape} are in the order of its SQL`,
  );
  const kept = keptBy.get(sql) ?? new Map<string, string>();
  if (kept.size >= SHAPES_MAX) kept.clear();
  kept.set(shape, made.sql);
  keptBy.set(sql, kept);
  return made;
}
