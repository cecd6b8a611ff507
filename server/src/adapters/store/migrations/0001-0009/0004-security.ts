/** Chains the audit log: a place and a hash for each entry, and the end of each tenant's chain. */
import {
  createTable,
  type Migration,
  type MigrationTools,
  type TablePlan,
} from '../../schema/migration.ts';

const TABLES: readonly TablePlan[] = [
  { name: 'audit_heads', columns: { position: 'integer', hash: 'text' } },
  {
    name: 'signing_keys',
    columns: {
      public_jwk_json: 'text',
      private_sealed: 'text',
      created_at_ms: 'integer',
      retires_at_ms: 'integer?',
    },
  },
];

async function up(tools: MigrationTools): Promise<void> {
  const { db, dialect } = tools;
  await db.schema.alterTable('audit').addColumn('position', dialect.integer).execute();
  await db.schema.alterTable('audit').addColumn('hash', dialect.text).execute();
  // Two chainers cannot deal out one place twice; nulls, which are many, are never equal.
  await db.schema
    .createIndex('audit_by_tenant_id_and_position')
    .unique()
    .on('audit')
    .columns(['tenant_id', 'position'])
    .execute();
  // Finds what is not chained yet.
  await db.schema.createIndex('audit_by_position').on('audit').column('position').execute();
  for (const table of TABLES) await createTable(tools, table);
}

/** Adds the audit chain and the keys that tokens are signed with. */
export const security: Migration = { name: '0004-security', up };
