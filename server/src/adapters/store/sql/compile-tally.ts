/** Tally of the port -> one SELECT that counts in groups, the same on every dialect. */
import { isRecord } from '@novacron/contract/json';
import { assert } from '@novacron/contract/result';
import type { Expression } from 'kysely';
import type { AnyTally, TallyGroup } from '../../../ports/store.ts';
import { derivedSource } from './compile-query.ts';
import { compileWhere, shapeWhere } from './compile-where.ts';
import { build, type SqlBuilder, type SqlText, type SqlValue, toSqlText } from './kysely-tables.ts';
import { cacheStatement } from './statement-cache.ts';

/** Compiles a tally: its rows have the columns `total`, `group_0` and so on, and `sum_0`. */
export function compileTally(sql: SqlBuilder, tally: AnyTally): SqlText {
  const { from, where, by, sum = [] } = tally;
  const parameters: SqlValue[] = [];
  const conditions = shapeWhere(where, parameters);
  const shape =
    conditions === undefined
      ? undefined
      : `tally ${from} where${conditions} by ${by.join()} sum ${sum.join()}`;
  return cacheStatement(sql, { shape, parameters }, () => compileGroups(sql, tally));
}

function compileGroups(sql: SqlBuilder, { from, where, by, sum = [] }: AnyTally): SqlText {
  const refer = (column: string): Expression<unknown> => {
    const source = derivedSource(from, column);
    return source === undefined ? build.ref(column) : sql.jsonField(source);
  };
  let rows = sql.dialect.selectFrom(from).select(build.fn.countAll().as('total'));
  for (const [at, column] of by.entries()) {
    rows = rows.select(build.cast(refer(column), 'text').as(`group_${at}`));
    rows = rows.groupBy(() => refer(column));
  }
  for (const [at, column] of sum.entries()) {
    rows = rows.select(build.fn.sum(build.ref(column)).as(`sum_${at}`));
  }
  for (const condition of compileWhere(where, refer)) rows = rows.where(condition);
  return toSqlText(rows);
}

/** Reads a row of `compileTally`; PostgreSQL's driver writes 64-bit numbers as text. */
export function toTallyGroup(row: unknown, { by, sum = [] }: AnyTally): TallyGroup {
  assert(isRecord(row), 'a group is a row');
  return {
    values: by.map((_column, at) => {
      const value = row[`group_${at}`];
      return value === null || value === undefined ? null : String(value);
    }),
    total: Number(row.total),
    // The sum of no rows is null.
    sums: sum.map((_column, at) => Number(row[`sum_${at}`] ?? 0)),
  };
}
