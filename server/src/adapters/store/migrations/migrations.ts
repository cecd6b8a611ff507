/** All migrations, oldest first. */
import { sql } from 'kysely';
import {
  createTable,
  type Migration,
  type MigrationTools,
  type TablePlan,
} from '../schema/migration.ts';
import { COST } from './0002-cost.ts';
import { METRIC_WATCHES } from './0003-metric-watches.ts';
import { TERRAFORM_STATES } from './0004-terraform-states.ts';
import { APPROVALS } from './0005-approvals.ts';
import { GITOPS } from './0006-gitops.ts';
import { COMPLIANCE } from './0007-compliance.ts';
import { MODELS } from './0008-models.ts';
import { AUTONOMY } from './0009-autonomy.ts';
import { RECOMMENDATIONS } from './0010-recommendations.ts';
import { ACCESS_TABLES } from './access-tables.ts';
import { AUTOMATION_TABLES } from './automation-tables.ts';
import { FLEET_TABLES } from './fleet-tables.ts';
import { GOVERNANCE_TABLES } from './governance-tables.ts';
import { HEALING_TABLES } from './healing-tables.ts';
import { createTriggers } from './labels-and-counters.ts';
import { OPERATION_TABLES } from './operation-tables.ts';
import { RESOURCE_TABLES } from './resource-tables.ts';

const TABLES: readonly TablePlan[] = [
  ...RESOURCE_TABLES,
  ...FLEET_TABLES,
  ...OPERATION_TABLES,
  ...ACCESS_TABLES,
  ...GOVERNANCE_TABLES,
  ...HEALING_TABLES,
  ...AUTOMATION_TABLES,
];

/** Fields of JSON columns that lists are filtered by. */
const LISTED_FIELDS = [
  { table: 'vms', column: 'observed_json', field: 'status' },
  { table: 'vms', column: 'observed_json', field: 'node' },
  { table: 'volumes', column: 'observed_json', field: 'status' },
  { table: 'volumes', column: 'desired_json', field: 'type' },
  { table: 'snapshots', column: 'observed_json', field: 'status' },
];

/** Columns of placement decisions that lists are sorted by; nulls come before every value. */
const DECISION_ORDERS = ['margin', 'confidence', 'outcome'];

async function up(tools: MigrationTools): Promise<void> {
  for (const table of TABLES) await createTable(tools, table);
  await createListIndexes(tools);
  await createTriggers(tools);
}

/** PostgreSQL gets its function that reads JSON first; the triggers use it as well. */
async function createListIndexes({ db, dialect }: MigrationTools): Promise<void> {
  const isSqlite = dialect.name === 'sqlite';
  if (!isSqlite) {
    await sql`create function read_json(document text) returns jsonb language plpgsql
      immutable strict parallel safe as $$
      begin
        return document::jsonb;
      exception when others then
        return null;
      end $$`.execute(db);
  }
  for (const { table, column, field } of LISTED_FIELDS) {
    // As the query builders write it: the database finds no index of another expression. A damaged
    // document has no fields.
    const document = sql.ref(column);
    const value = isSqlite
      ? sql`(iif(json_valid(${document}), ${document} ->> ${sql.lit(`$.${field}`)}, null))`
      : sql`(read_json(${document}) ->> ${sql.lit(field)})`;
    const name = sql.ref(`${table}_by_tenant_id_and_${field}_and_id`);
    await sql`create index ${name} on ${sql.table(table)} (tenant_id, ${value}, id)`.execute(db);
  }
  for (const column of DECISION_ORDERS) {
    const name = `placement_decisions_by_tenant_id_and_${column}_and_id`;
    const index = db.schema.createIndex(name).on('placement_decisions');
    await (isSqlite
      ? index.columns(['tenant_id', column, 'id'])
      : index.expression(sql`tenant_id, ${sql.ref(column)} asc nulls first, id`)
    ).execute();
  }
}

/** The order never changes, and a migration does not either once it is released. */
export const MIGRATIONS: readonly Migration[] = [
  { name: '0001-schema', up },
  COST,
  METRIC_WATCHES,
  TERRAFORM_STATES,
  APPROVALS,
  GITOPS,
  COMPLIANCE,
  MODELS,
  AUTONOMY,
  RECOMMENDATIONS,
];
