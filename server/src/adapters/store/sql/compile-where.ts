/** Conditions of the port -> SQL expressions, the same on every dialect. */

import { keysOf } from '@novacron/contract/closed-table';
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
 * @param refer - makes the expression of a column; the column itself by default
 */
export function compileWhere(
  where: object | undefined,
  refer: ReferTo = plainColumn,
): Expression<SqlBool>[] {
  const conditions: [string, unknown][] = Object.entries(where ?? {});
  return conditions.flatMap(([column, condition]) =>
    compileCondition({ column, left: refer(column) }, condition),
  );
}

/** Makes the expression of a column, which may be derived. */
export type ReferTo = (column: string) => Expression<unknown>;

function plainColumn(column: string): Expression<unknown> {
  return build.ref(column);
}

/** The left side of a condition; the name is for messages. */
interface Tested {
  readonly column: string;
  readonly left: Expression<unknown>;
}

function compileCondition(tested: Tested, condition: unknown): Expression<SqlBool>[] {
  const { column, left } = tested;
  if (typeof condition !== 'object' || condition === null) {
    return [equals(left, toSqlValue(condition, column))];
  }
  if ('in' in condition) return [isOneOf(tested, condition.in)];
  if ('above' in condition) return [build(left, '>', toSqlValue(condition.above, column))];
  if ('below' in condition) return [build(left, '<', toSqlValue(condition.below, column))];
  if ('from' in condition || 'until' in condition) return isWithin(tested, condition);
  assert('not' in condition, `the condition on ${column} is none of in, above, below, not`);
  return [differs(left, toSqlValue(condition.not, column))];
}

function isWithin({ column, left }: Tested, range: object): Expression<SqlBool>[] {
  const { from, until }: { readonly from?: unknown; readonly until?: unknown } = range;
  return [
    ...(from === undefined ? [] : [build(left, '>=', toSqlValue(from, column))]),
    ...(until === undefined ? [] : [build(left, '<', toSqlValue(until, column))]),
  ];
}

function equals(left: Expression<unknown>, value: SqlValue): Expression<SqlBool> {
  return value === null ? build(left, 'is', null) : build(left, '=', value);
}

/** Compares intuitively, unlike SQL's `<>`: a null is different from every value. */
function differs(left: Expression<unknown>, value: SqlValue): Expression<SqlBool> {
  return value === null ? build(left, 'is not', null) : build(left, 'is distinct from', value);
}

/** SQL's own `in` finds no nulls and takes no empty list. */
function isOneOf({ column, left }: Tested, values: unknown): Expression<SqlBool> {
  assert(Array.isArray(values), `the list for ${column} is a list`);
  assert(values.length <= IN_VALUES_MAX, `at most ${IN_VALUES_MAX} values for ${column}`);
  const present = values.filter((value) => value !== null);
  const choices: Expression<SqlBool>[] = [];
  if (present.length > 0) {
    const sqlValues = present.map((value) => toSqlValue(value, column));
    choices.push(build(left, 'in', sqlValues));
  }
  if (present.length < values.length) choices.push(build(left, 'is', null));
  return choices.length === 0 ? build.lit(false) : build.or(choices);
}

/** Lists up to this length share their SQL with others of the same length. */
const LIST_KEPT_MAX = 8;

/**
 * Takes conditions apart.
 * @param values - the values are added to it
 * @returns the shape; undefined where a list is too long to keep its SQL
 */
export function shapeWhere(where: object | undefined, values: SqlValue[]): string | undefined {
  if (where === undefined) return '';
  let shape = '';
  for (const column of keysOf(where)) {
    const part = shapeCondition(column, where[column], values);
    if (part === undefined) return undefined;
    shape += `&${column}${part}`;
  }
  return shape;
}

function shapeCondition(
  column: string,
  condition: unknown,
  values: SqlValue[],
): string | undefined {
  if (typeof condition !== 'object' || condition === null) {
    return shapeValue('=', toSqlValue(condition, column), values);
  }
  if ('in' in condition) return shapeList(column, condition.in, values);
  if ('above' in condition) {
    values.push(toSqlValue(condition.above, column));
    return '>';
  }
  if ('below' in condition) {
    values.push(toSqlValue(condition.below, column));
    return '<';
  }
  if ('from' in condition || 'until' in condition) return shapeRange(column, condition, values);
  assert('not' in condition, `the condition on ${column} is none of in, above, below, not`);
  return shapeValue('!', toSqlValue(condition.not, column), values);
}

function shapeRange(column: string, range: object, values: SqlValue[]): string {
  const { from, until }: { readonly from?: unknown; readonly until?: unknown } = range;
  if (from !== undefined) values.push(toSqlValue(from, column));
  if (until !== undefined) values.push(toSqlValue(until, column));
  return `${from === undefined ? '' : '>='}${until === undefined ? '' : '<<'}`;
}

/** Null is a word of SQL and no value. */
function shapeValue(operator: string, value: SqlValue, values: SqlValue[]): string {
  if (value === null) return `${operator}null`;
  values.push(value);
  return operator;
}

function shapeList(column: string, list: unknown, values: SqlValue[]): string | undefined {
  if (!Array.isArray(list) || list.length > LIST_KEPT_MAX) return undefined;
  const present = list.filter((value) => value !== null);
  values.push(...present.map((value) => toSqlValue(value, column)));
  return ` in ${present.length}/${list.length}`;
}
