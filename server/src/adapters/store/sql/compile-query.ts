/** Query of the port -> one SELECT, the same on every dialect. */
import { assert } from '@novacron/contract/result';
import { type Expression, type SelectQueryBuilder, type SqlBool, sql as sqlText } from 'kysely';
import type { AnyQuery, LabelFilter } from '../../../ports/store.ts';
import { DERIVED_COLUMNS, type DerivedSource } from '../../../ports/tables/derived-columns.ts';
import type { TableName, Tables } from '../../../ports/tables/tables.ts';
import { compileWhere, shapeWhere } from './compile-where.ts';
import {
  type AnyTables,
  build,
  type SqlBuilder,
  type SqlText,
  type SqlValue,
  toSqlText,
  toSqlValue,
} from './kysely-tables.ts';
import { cacheStatement, type ShapedStatement } from './statement-cache.ts';

type NullableColumnOf<T extends TableName> = {
  [C in keyof Tables[T]]: null extends Tables[T][C] ? C : never;
}[keyof Tables[T]];

type NullableColumn = { [T in TableName]: NullableColumnOf<T> }[TableName];

type TableWithNulls<C extends NullableColumn> = {
  [T in TableName]: C extends NullableColumnOf<T> ? T : never;
}[TableName];

/** Tables in which the column may be null; true where no other table has the column. */
type Nullable = { [C in NullableColumn]: true | Readonly<Record<TableWithNulls<C>, true>> };

/**
 * Columns that need an explicit null order: to SQLite nulls are the smallest, to PostgreSQL the
 * largest.
 */
const NULLABLE_COLUMNS = {
  broken_at_ms: true,
  verified_at_ms: true,
  approval_id: true,
  superseded_by: true,
  status_json: true,
  delivery_json: true,
  digest_ms: true,
  deleted_at_ms: true,
  deleted_by: true,
  value_sealed: true,
  vault_json: true,
  acknowledged_at_ms: true,
  acknowledged_by: true,
  active_from_ms: true,
  comment: true,
  resolution: true,
  scaling_outcome: true,
  ended_at_ms: { scaling_events: true, approvals: true },
  effect_json: true,
  outcome_json: { autonomous_decisions: true },
  override_json: true,
  silenced_by: true,
  silenced_until_ms: true,
  group_id: { arbiter_claims: true, charges: true, charge_intervals: true },
  holder: { arbiter_claims: true },
  operation_id: { approvals: true, arbiter_claims: true, models: true, execution_steps: true },
  question: true,
  outputs_json: true,
  result: { execution_steps: true },
  next_ms: { workflow_triggers: true },
  warn_ms: true,
  escalate_ms: true,
  due_ms: { execution_slas: true },
  warned_ms: true,
  breached_ms: true,
  escalated_ms: true,
  started_id: true,
  sent_by: true,
  sent_at_ms: true,
  execution_id: { idempotency_keys: true, webhook_deliveries: true },
  at_ms: { workflow_triggers: true },
  allocation_id: { standbys: true },
  parent_id: { arbiter_claims: true },
  reason: { arbiter_claims: true, learning_resets: true, model_versions: true, standbys: true },
  vm_id: { arbiter_claims: true },
  zone: { arbiter_claims: true },
  until_ms: { healing_holds: true, automation_holds: true, compliance_evidence: true },
  subject_revision: true,
  reference: true,
  up_at_ms: true,
  attached_to: true,
  author_role: true,
  binds_others: true,
  basis_json: true,
  busy_operation_id: true,
  certificate_expires_at_ms: true,
  claim: true,
  claims_json: true,
  claims_version: true,
  facts_json: true,
  has_claims: true,
  certificate_serial: true,
  key_hash: true,
  decision_json: true,
  enrolled_at_ms: true,
  executed_at_ms: true,
  cpu_baseline: true,
  restart_default: true,
  health: true,
  guest_addresses_json: true,
  created_by: true,
  created_by_person: true,
  created_vm_id: true,
  delivered_at_ms: true,
  description: true,
  expires_at_ms: true,
  features_json: true,
  fenced_json: true,
  cut_off_json: true,
  suspected_json: true,
  pool_heartbeat_json: true,
  finished_at_ms: true,
  class: true,
  client_address: true,
  hourly: true,
  list: true,
  monthly: true,
  price_json: true,
  currency: { charges: true, charge_intervals: true },
  rate: { charges: true, charge_intervals: true },
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
  lease_until_ms: true,
  conditions_json: true,
  guard_json: true,
  agent_release: true,
  lease_fence_json: true,
  woken_json: true,
  lost_from: true,
  maintenance_until_ms: true,
  drift_json: true,
  trial_json: true,
  robustness_json: true,
  versions_json: true,
  evaluation_json: true,
  lineage_json: true,
  format: true,
  sha256: { model_versions: true },
  bytes: { model_versions: true },
  content: { model_versions: true },
  lineage: { terraform_states: true },
  lock_execution_id: true,
  lock_id: true,
  lock_json: true,
  locked_at_ms: true,
  locked_by: true,
  restored_from: true,
  serial: { terraform_states: true },
  terraform_version: true,
  network_id: true,
  node: { standbys: true },
  node_id: true,
  on_behalf_of: true,
  order_json: true,
  sender_json: true,
  origin: true,
  outcome: { placement_decisions: true, workflow_triggers: true },
  confidence: true,
  margin: true,
  survey_json: true,
  owner: true,
  owner_tenant_id: true,
  position: true,
  power: true,
  prices_json: true,
  priority: { orchestration_policies: true },
  principal_kind: true,
  problem_json: true,
  pool_id: true,
  refusal_json: true,
  bundle: true,
  run_as_json: true,
  environment: true,
  synced_json: true,
  runner: true,
  retires_at_ms: true,
  resolved_at_ms: true,
  reopened_at_ms: true,
  unchecked_since_ms: true,
  revoked_at_ms: true,
  rules: true,
  seal_json: true,
  secret_prefix: true,
  terraform_states_json: true,
  person: true,
  makers_json: true,
  message: { approvals: true },
  wake_at_ms: true,
  resolved_by: true,
  selector: true,
  source_snapshot_id: true,
  spot_priority: true,
  steers: true,
  traits_json: true,
  updated_at_ms: { tenants: true },
  updated_by: true,
  user_agent: true,
  waiver_id: true,
  correction_json: true,
  auto_corrected_at_ms: true,
  compensating_control: true,
  ends_at_ms: { policy_waivers: true },
  approved_by: true,
  first_granted_at_ms: true,
  renewals: true,
  withdrawn_at_ms: true,
  waived_id: true,
} as const satisfies Nullable;

/**
 * Compiles a query. Rows come in the order asked for, ties by id in the same direction, so that a
 * descending list is the ascending one read backwards; without `orderBy`, by id. Nulls are smaller
 * than every value.
 * @param sql - builds SQL of the database's dialect
 * @param query - `limit` is a whole number of rows, 0 or more
 */
export function compileQuery(sql: SqlBuilder, query: AnyQuery): SqlText {
  return cacheStatement(sql, shapeQuery(query), () => compileSelect(sql, query));
}

/**
 * Compiles a query that counts: the column `total` of its only row is the number of rows.
 * @param query - its `limit` bounds the number, and what is read for it
 */
export function compileCount(sql: SqlBuilder, query: AnyQuery): SqlText {
  const { shape, parameters } = shapeQuery(query);
  const counted = { shape: shape === undefined ? undefined : `count ${shape}`, parameters };
  return cacheStatement(sql, counted, () => {
    const rows = narrow(sql, query, sql.dialect.selectFrom(query.from).select('id'));
    const ids = query.limit === undefined ? rows : rows.limit(toLimit(query.limit));
    const count = build.fn.countAll().as('total');
    return toSqlText(sql.dialect.selectFrom(ids.as('counted')).select(count));
  });
}

/** Reads the row of `compileCount`; PostgreSQL's driver writes 64-bit numbers as text. */
export function toCount(row: unknown): number {
  assert(typeof row === 'object' && row !== null && 'total' in row, 'a count has one row');
  return Number(row.total);
}

function shapeQuery(query: AnyQuery): ShapedStatement {
  const { from, where, search, labels, after, orderBy, limit } = query;
  const parameters: SqlValue[] = [];
  const conditions = shapeWhere(where, parameters);
  if (conditions === undefined) return { shape: undefined, parameters };
  const searched = search === undefined ? '' : ` search ${search.columns.join()}`;
  for (const _column of search?.columns ?? []) parameters.push(toPattern(search?.text ?? ''));
  const labelled = labels === undefined ? '' : ` labels ${shapeLabels(from, labels, parameters)}`;
  const order = orderBy === undefined ? '' : `${orderBy.column} ${orderBy.direction}`;
  const behind = after === undefined ? '' : after.value === null ? ' after null' : ' after';
  if (after !== undefined) parameters.push(...placeOf(query, after));
  if (limit !== undefined) parameters.push(checkLimit(limit));
  const rest = `${searched}${labelled} by ${order}${behind} ${limit === undefined ? '' : 'limit'}`;
  return { shape: `${from} where${conditions}${rest}`, parameters };
}

function shapeLabels(from: string, labels: LabelFilter, parameters: SqlValue[]): string {
  const shapes = labels.requirements.map(({ name, operator, values }) => {
    parameters.push(labels.tenantId, from, name, ...values);
    return `${operator}/${values.length}`;
  });
  return shapes.join();
}

function checkLimit(limit: number): number {
  assert(Number.isSafeInteger(limit) && limit >= 0, `a limit is a count of rows, not ${limit}`);
  return limit;
}

type Selection = SelectQueryBuilder<AnyTables, string, Record<string, SqlValue>>;

function compileSelect(sql: SqlBuilder, query: AnyQuery): SqlText {
  let select = narrow(sql, query, sql.dialect.selectFrom(query.from).selectAll());
  const { column, direction } = orderOf(query);
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

function orderOf(query: AnyQuery): NonNullable<AnyQuery['orderBy']> {
  return query.orderBy ?? { column: 'id', direction: 'asc' };
}

/** Adds everything that rows are selected by, in the order of their values in `shapeQuery`. */
function narrow(sql: SqlBuilder, query: AnyQuery, rows: Selection): Selection {
  const { from, where, search, labels, after } = query;
  const refer = (column: string) => {
    const source = derivedSource(from, column);
    return source === undefined ? build.ref(column) : sql.jsonField(source);
  };
  let select = rows;
  for (const condition of compileWhere(where, refer)) select = select.where(condition);
  if (search !== undefined) select = select.where(contains(search));
  for (const requirement of labels?.requirements ?? []) {
    const labelled = selectLabelled(sql, { from, tenantId: labels?.tenantId ?? '', requirement });
    const isAmong = ['in', 'exists'].includes(requirement.operator) ? 'in' : 'not in';
    select = select.where('id', isAmong, labelled);
  }
  return after === undefined ? select : select.where(isBehind(query, after));
}

/** Returns the source of a derived column; undefined for a column of the table itself. */
export function derivedSource(table: string, column: string): DerivedSource | undefined {
  const columns: Readonly<Record<string, Readonly<Record<string, DerivedSource>>>> =
    DERIVED_COLUMNS;
  const own = Object.hasOwn(columns, table) ? columns[table] : undefined;
  return own !== undefined && Object.hasOwn(own, column) ? own[column] : undefined;
}

function contains({ text, columns }: NonNullable<AnyQuery['search']>): Expression<SqlBool> {
  const pattern = toPattern(text);
  return build.or(
    columns.map(
      (column) => sqlText<SqlBool>`lower(${build.ref(column)}) like ${pattern} escape '!'`,
    ),
  );
}

/** Both databases lower ASCII letters only: the columns are sorted by bytes. */
function toPattern(text: string): string {
  const lowered = text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  return `%${lowered.replaceAll(/[!%_]/g, '!$&')}%`;
}

/** The ids of resources that have a label, or one of some values of it. */
function selectLabelled(
  { dialect }: SqlBuilder,
  request: {
    readonly from: string;
    readonly tenantId: string;
    readonly requirement: LabelFilter['requirements'][number];
  },
) {
  const { name, values } = request.requirement;
  const labelled = dialect
    .selectFrom('resource_labels')
    .select('resource_id')
    .where('tenant_id', '=', request.tenantId)
    .where('resource_table', '=', request.from)
    .where('name', '=', name);
  return values.length === 0 ? labelled : labelled.where('value', 'in', [...values]);
}

function placeOf(query: AnyQuery, after: NonNullable<AnyQuery['after']>): SqlValue[] {
  const { column } = orderOf(query);
  const isIdEnough = column === 'id' || after.value === null;
  return isIdEnough ? [after.id] : [toSqlValue(after.value, column), after.id];
}

/**
 * Row values, which both databases find by an index of both columns. No comparison finds nulls:
 * they are asked for where they come behind the place.
 */
function isBehind(query: AnyQuery, after: NonNullable<AnyQuery['after']>): Expression<SqlBool> {
  const { column, direction } = orderOf(query);
  const isAscending = direction === 'asc';
  const operator = isAscending ? sqlText`>` : sqlText`<`;
  const [first, second] = placeOf(query, after);
  const id = build.ref('id');
  if (column === 'id') return sqlText<SqlBool>`${id} ${operator} ${first}`;
  const value = build.ref(column);
  if (after.value === null) {
    const rest = sqlText<SqlBool>`(${value} is null and ${id} ${operator} ${first})`;
    return isAscending ? sqlText<SqlBool>`(${rest} or ${value} is not null)` : rest;
  }
  const behind = sqlText<SqlBool>`(${value}, ${id}) ${operator} (${first}, ${second})`;
  if (isAscending || !mayBeNull(query, column)) return behind;
  return sqlText<SqlBool>`(${behind} or ${value} is null)`;
}

/**
 * Reports whether a column may be null. Otherwise the null order is omitted: PostgreSQL's indexes
 * have nulls at the other end, and it would sort all rows again for the first few.
 */
function mayBeNull(query: AnyQuery, column: string): boolean {
  const nullable: Readonly<Record<string, true | Readonly<Record<string, true>>>> =
    NULLABLE_COLUMNS;
  const tables = Object.hasOwn(nullable, column) ? nullable[column] : undefined;
  if (tables === undefined) return false;
  if (tables !== true && !Object.hasOwn(tables, query.from)) return false;
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
