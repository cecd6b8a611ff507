/**
 * SQL that was compiled before, by its shape: NovaCron asks the same few hundred questions with
 * other values, and building a question takes Kysely longer than answering it takes the database.
 */
import { assert } from '@novacron/contract/result';
import type { SqlBuilder, SqlText, SqlValue } from './kysely-tables.ts';

/** A statement taken apart: what its SQL follows from, and the values that go into it. */
export interface ShapedStatement {
  /** Equal shapes have equal SQL; undefined where there are too many shapes to keep. */
  readonly shape: string | undefined;
  /** In the order of their places in the SQL. */
  readonly parameters: readonly SqlValue[];
}

/**
 * Answers the SQL of a shape, compiling it once.
 * @param compile - called when the shape is new; its parameters must be those of the statement
 */
export function cacheStatement(
  { compiled }: SqlBuilder,
  { shape, parameters }: ShapedStatement,
  compile: () => SqlText,
): SqlText {
  if (shape === undefined) return compile();
  const known = compiled.get(shape);
  if (known !== undefined) return { sql: known, parameters };
  const made = compile();
  assert(
    made.parameters.length === parameters.length &&
      made.parameters.every((value, index) => value === parameters[index]),
    `the values of ${shape} are in the order of its SQL`,
  );
  compiled.set(shape, made.sql);
  return made;
}
