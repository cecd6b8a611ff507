/**
 * Change of the port -> one SQL statement and the guard that its outcome is held against, the same
 * on every dialect.
 */
import type { Problem } from '@novacron/contract/problem/problem';
import { assert, assertNever } from '@novacron/contract/result';
import type { Change, MoveRule } from '../../../ports/store.ts';
import { compileWhere } from './compile-where.ts';
import {
  build,
  type SqlBuilder,
  type SqlDialect,
  type SqlText,
  toSqlRow,
  toSqlText,
  toSqlValue,
} from './kysely-tables.ts';
import { shapeChange } from './shape-change.ts';
import { cacheStatement } from './statement-cache.ts';

/** A statement of a change set. */
export interface GuardedStatement {
  /** Change that the statement belongs to. */
  readonly change: Change;
  readonly query: SqlText;
  readonly guard: Guard;
}

/**
 * Required result of a statement, and the problem otherwise. For `changes-one-row`, a violated
 * unique key, foreign key or check is a failed guard too; without a guard, it is a bug.
 */
type Guard =
  | { readonly kind: 'changes-one-row'; readonly otherwise: Problem }
  | { readonly kind: 'finds-a-row'; readonly otherwise: Problem }
  | { readonly kind: 'finds-no-row'; readonly otherwise: Problem }
  | { readonly kind: 'none' };

const NO_GUARD: Guard = { kind: 'none' };

/** The statements of one change set: all of them or none. */
export type GuardedSet = readonly GuardedStatement[];

/**
 * Compiles one change.
 * @param sql - builds SQL of the database's dialect
 */
export function compileChange(sql: SqlBuilder, change: Change): GuardedStatement {
  const query = cacheStatement(sql, shapeChange(change), () => compileSql(sql.dialect, change));
  return { change, query, guard: guardOf(change) };
}

/** SQL has no update of nothing; here it asks only whether the row exists and matches. */
export function isLook(change: Change): boolean {
  return change.kind === 'update' && Object.keys(change.set).length === 0;
}

function guardOf(change: Change): Guard {
  switch (change.kind) {
    case 'put':
    case 'drop':
    case 'patch':
      return NO_GUARD;
    case 'require-none':
      return { kind: 'finds-no-row', otherwise: change.otherwise };
    case 'update':
      return {
        kind: isLook(change) ? 'finds-a-row' : 'changes-one-row',
        otherwise: change.otherwise,
      };
    default:
      return { kind: 'changes-one-row', otherwise: change.otherwise };
  }
}

function compileSql(sql: SqlDialect, change: Change): SqlText {
  switch (change.kind) {
    case 'put':
      return compilePut(sql, change);
    case 'drop':
      return compileRemoval(sql, change);
    case 'require-none':
      return compileFind(sql, change);
    case 'insert':
      return compileInsert(sql, change);
    case 'patch':
      return compileUpdate(sql, change);
    case 'update':
      if (isLook(change)) return compileLook(sql, change);
      return compileUpdate(sql, change);
    case 'delete':
      return compileRemoval(sql, change);
    case 'add':
      return compileAdd(sql, change);
    case 'move-rule':
      return compileMoveRule(sql, change);
    default:
      return assertNever(change);
  }
}

function compileFind(sql: SqlDialect, change: Extract<Change, { kind: 'require-none' }>) {
  // Written out: SQLite replans a statement with a bound limit each time.
  let find = sql.selectFrom(change.of).select('id').limit(build.lit(1));
  for (const condition of compileWhere(change.where)) find = find.where(condition);
  return toSqlText(find);
}

/** A taken key counts as no row changed, which leaves PostgreSQL's transaction usable. */
function compileInsert(sql: SqlDialect, change: { readonly into: string; readonly row: object }) {
  const insert = sql.insertInto(change.into).values(toSqlRow(change.row));
  return toSqlText(insert.onConflict((conflict) => conflict.doNothing()));
}

function compilePut(sql: SqlDialect, change: { readonly into: string; readonly row: object }) {
  const row = toSqlRow(change.row);
  const insert = sql.insertInto(change.into).values(row);
  // The values of the row that could not be added: they cross to the database once.
  const values = Object.keys(row).map((name) => [name, build.ref(`excluded.${name}`)]);
  const replaced = Object.fromEntries(values);
  return toSqlText(insert.onConflict((conflict) => conflict.column('id').doUpdateSet(replaced)));
}

function compileRemoval(
  sql: SqlDialect,
  change: { readonly from: string; readonly id: string; readonly expect?: object },
) {
  let remove = sql.deleteFrom(change.from).where('id', '=', change.id);
  for (const condition of compileWhere(change.expect)) remove = remove.where(condition);
  return toSqlText(remove);
}

function compileUpdate(
  sql: SqlDialect,
  change: {
    readonly table: string;
    readonly id: string;
    readonly set: object;
    readonly expect?: object;
  },
) {
  let update = sql.updateTable(change.table).set(toSqlRow(change.set)).where('id', '=', change.id);
  for (const condition of compileWhere(change.expect)) update = update.where(condition);
  return toSqlText(update);
}

function compileLook(sql: SqlDialect, { table, id, expect }: Extract<Change, { kind: 'update' }>) {
  let look = sql.selectFrom(table).select('id').where('id', '=', id);
  for (const condition of compileWhere(expect)) look = look.where(condition);
  return toSqlText(look);
}

function compileAdd(sql: SqlDialect, change: AnyAdd) {
  assertAddIsClear(change);
  const sums = change.by.map(({ column, amount, limit }) => {
    return { column, sum: build(column, '+', toSqlValue(amount, column)), limit };
  });
  let update = sql
    .updateTable(change.table)
    .set(Object.fromEntries(sums.map(({ column, sum }) => [column, sum])))
    .where('id', '=', change.id);
  for (const { sum, limit } of sums) {
    update = update.where(build(sum, '>=', 0));
    if (limit !== undefined) update = update.where(build(sum, '<=', build.ref(limit)));
  }
  for (const condition of compileWhere(change.expect)) update = update.where(condition);
  return toSqlText(update);
}

/** The part of `Add` that looks the same for every table. */
interface AnyAdd {
  readonly table: string;
  readonly id: string;
  readonly expect?: object;
  readonly by: readonly {
    readonly column: string;
    readonly amount: number;
    readonly limit?: string;
  }[];
}

/** Two sums on one column, or on a sum's limit, would not see each other in one statement. */
function assertAddIsClear({ table, by }: AnyAdd): void {
  const columns = new Set(by.map(({ column }) => column));
  assert(by.length > 0, `an add to ${table} names a column`);
  assert(columns.size === by.length, `an add to ${table} names a column once`);
  const limits = by.map(({ limit }) => limit);
  assert(
    limits.every((limit) => limit === undefined || !columns.has(limit)),
    `an add to ${table} leaves its own limits alone`,
  );
}

function compileMoveRule(sql: SqlDialect, { rule, from }: MoveRule): SqlText {
  assert(Number.isSafeInteger(from) && from >= 0, `a rule's version counts from 0, not ${from}`);
  if (from === 0) {
    return compileInsert(sql, { into: 'rule_versions', row: { id: rule, version: 1 } });
  }
  const update = sql.updateTable('rule_versions').set({ version: from + 1 });
  return toSqlText(update.where('id', '=', rule).where('version', '=', from));
}
