/** Conditions of the port -> their shape and their values, as `compile-where.ts` orders them. */
import { keysOf } from '@novacron/contract/closed-table';
import { assert } from '@novacron/contract/result';
import { type SqlValue, toSqlValue } from './kysely-tables.ts';

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
