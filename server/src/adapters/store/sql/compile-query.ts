/** Query of the port -> one SELECT, the same on every dialect. */
import { assert } from '@novacron/contract/result';
import type { AnyQuery } from '../../../ports/store.ts';
import type { TableName, Tables } from '../../../ports/tables/tables.ts';
import { compileWhere } from './compile-where.ts';
import {
  build,
  type SqlBuilder,
  type SqlDialect,
  type SqlText,
  type SqlValue,
  toSqlText,
} from './kysely-tables.ts';
import { shapeWhere } from './shape-where.ts';
import { cacheStatement, type ShapedStatement } from './statement-cache.ts';

type NullableColumnOf<T extends TableName> = {
  [C in keyof Tables[T]]: null extends Tables[T][C] ? C : never;
}[keyof Tables[T]];

type NullableColumn = { [T in TableName]: NullableColumnOf<T> }[TableName];

/** Where nulls sort must be said: to SQLite they are the smallest, to PostgreSQL the largest. */
const NULLABLE_COLUMNS = {
  active_from_ms: true,
  attached_to: true,
  binds_others: true,
  basis_json: true,
  busy_operation_id: true,
  certificate_expires_at_ms: true,
  claims_json: true,
  claims_version: true,
  facts_json: true,
  has_claims: true,
  certificate_serial: true,
  key_hash: true,
  decision_json: true,
  enrolled_at_ms: true,
  created_by: true,
  description: true,
  expires_at_ms: true,
  features_json: true,
  finished_at_ms: true,
  client_address: true,
  followed_json: true,
  refused_json: true,
  refusals: true,
  successor: true,
  fired_at_ms: true,
  held_since_ms: true,
  fleet_snapshot_id: true,
  hash: true,
  key_id: true,
  key_prefix: true,
  last_used_at_ms: true,
  network_id: true,
  node_id: true,
  origin: true,
  owner: true,
  owner_tenant_id: true,
  position: true,
  power: true,
  prices_json: true,
  principal_kind: true,
  problem_json: true,
  refusal_json: true,
  retires_at_ms: true,
  resolved_at_ms: true,
  revoked_at_ms: true,
  secret_prefix: true,
  source_snapshot_id: true,
  spot_priority: true,
  steers: true,
  traits_json: true,
  updated_at_ms: true,
  updated_by: true,
  waiver_id: true,
} as const satisfies Record<NullableColumn, true>;

/**
 * Compiles a query. Rows come in the order asked for, ties by id in the same direction, so that a
 * descending list is the ascending one read backwards; without `orderBy`, by id. Nulls are smaller
 * than every value.
 * @param sql - builds SQL of the database's dialect
 * @param query - `limit` is a whole number of rows, 0 or more
 */
export function compileQuery(sql: SqlBuilder, query: AnyQuery): SqlText {
  return cacheStatement(sql, shapeQuery(query), () => compileSelect(sql.dialect, query));
}

function shapeQuery({ from, where, orderBy, limit }: AnyQuery): ShapedStatement {
  const parameters: SqlValue[] = [];
  const conditions = shapeWhere(where, parameters);
  if (conditions === undefined) return { shape: undefined, parameters };
  const order = orderBy === undefined ? '' : `${orderBy.column} ${orderBy.direction}`;
  if (limit !== undefined) parameters.push(checkLimit(limit));
  const shape = `${from} where${conditions} by ${order} ${limit === undefined ? '' : 'limit'}`;
  return { shape, parameters };
}

function checkLimit(limit: number): number {
  assert(Number.isSafeInteger(limit) && limit >= 0, `a limit is a count of rows, not ${limit}`);
  return limit;
}

function compileSelect(sql: SqlDialect, query: AnyQuery): SqlText {
  let select = sql.selectFrom(query.from).selectAll();
  for (const condition of compileWhere(query.where)) select = select.where(condition);
  const { column, direction } = query.orderBy ?? { column: 'id', direction: 'asc' };
  if (column !== 'id') {
    select = mayBeNull(query, column)
      ? select.orderBy(column, (order) =>
          direction === 'asc' ? order.asc().nullsFirst() : order.desc().nullsLast(),
        )
      : select.orderBy(column, direction);
  }
  select = select.orderBy('id', direction);
  const { limit } = query;
  if (limit !== undefined) select = select.limit(toLimit(limit));
  return toSqlText(select);
}

/**
 * Where nulls sort is left unsaid where there are none: PostgreSQL's indexes have them at the other
 * end, and it would sort all rows again for the first few.
 */
function mayBeNull(query: AnyQuery, column: string): boolean {
  if (!Object.hasOwn(NULLABLE_COLUMNS, column)) return false;
  const condition: unknown = Object.entries(query.where ?? {}).find(([on]) => on === column)?.[1];
  const isBound = typeof condition === 'object' && condition !== null;
  return !(isBound && ('above' in condition || 'below' in condition));
}

/**
 * A limit whose value no plan depends on. SQLite reads a bare one while it plans, and from then on
 * replans the statement whenever one is bound, which takes longer than the statement itself
 * (`sqlite3ExprIsInteger` in its source).
 */
function toLimit(limit: number) {
  return build.cast<number>(build.val(checkLimit(limit)), 'bigint');
}
