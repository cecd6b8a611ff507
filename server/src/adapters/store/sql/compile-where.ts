/** Conditions of the port -> SQL expressions, the same on every dialect. */
import { assert } from '@novacron/contract/result';
import type { Expression, SqlBool } from 'kysely';
import { build, type SqlValue, toSqlValue } from './kysely-tables.ts';

/**
 * Longest list of an `in` condition. SQLite binds at most 32766 values a statement, PostgreSQL
 * 65535; half of the smaller leaves room for the other conditions.
 */
export const IN_VALUES_MAX = 16_000;

/**
 * Compiles conditions; all of the expressions must hold.
 * @param where - columns and their conditions; a condition that is undefined is a bug, because
 * leaving it out would match unintended rows
 */
export function compileWhere(where: object | undefined): Expression<SqlBool>[] {
  const conditions: [string, unknown][] = Object.entries(where ?? {});
  return conditions.map(([column, condition]) => compileCondition(column, condition));
}

function compileCondition(column: string, condition: unknown): Expression<SqlBool> {
  if (typeof condition !== 'object' || condition === null) {
    return equals(column, toSqlValue(condition, column));
  }
  if ('in' in condition) return isOneOf(column, condition.in);
  if ('above' in condition) return build(column, '>', toSqlValue(condition.above, column));
  if ('below' in condition) return build(column, '<', toSqlValue(condition.below, column));
  assert('not' in condition, `the condition on ${column} is none of in, above, below, not`);
  return differs(column, toSqlValue(condition.not, column));
}

function equals(column: string, value: SqlValue): Expression<SqlBool> {
  return value === null ? build(column, 'is', null) : build(column, '=', value);
}

/** As people read it, and unlike SQL's `<>`: a null is different from every value. */
function differs(column: string, value: SqlValue): Expression<SqlBool> {
  return value === null ? build(column, 'is not', null) : build(column, 'is distinct from', value);
}

/** SQL's own `in` finds no nulls and takes no empty list. */
function isOneOf(column: string, values: unknown): Expression<SqlBool> {
  assert(Array.isArray(values), `the list for ${column} is a list`);
  assert(values.length <= IN_VALUES_MAX, `at most ${IN_VALUES_MAX} values for ${column}`);
  const present = values.filter((value) => value !== null);
  const choices: Expression<SqlBool>[] = [];
  if (present.length > 0) {
    const sqlValues = present.map((value) => toSqlValue(value, column));
    choices.push(build(column, 'in', sqlValues));
  }
  if (present.length < values.length) choices.push(build(column, 'is', null));
  return choices.length === 0 ? build.lit(false) : build.or(choices);
}
