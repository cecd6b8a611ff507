/**
 * SSH keys with their labels, and how many a tenant has and may have. Triggers maintain the labels
 * as for the kinds of migration 0047.
 */
import { sql } from 'kysely';
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

/** The default limit of a tenant. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

async function up(tools: MigrationTools): Promise<void> {
  const { db, dialect } = tools;
  await createTable(tools, {
    name: 'ssh_keys',
    columns: {
      tenant_id: 'text',
      namespace: 'text',
      name: 'text',
      schema_version: 'integer',
      revision: 'integer',
      generation: 'integer',
      desired_json: 'text',
      observed_json: 'text',
      busy_operation_id: 'text?',
      created_at_ms: 'integer',
      created_by: 'text',
      updated_at_ms: 'integer',
      updated_by: 'text',
    },
    unique: [['tenant_id', 'name']],
    indexes: [
      ['tenant_id', 'id'],
      ['tenant_id', 'updated_at_ms', 'id'],
      ['tenant_id', 'created_by', 'id'],
    ],
  });
  if (dialect.name === 'sqlite') await maintainLabelsInSqlite(tools);
  else await maintainLabelsInPostgres(tools);
  // With defaults, so that a server of the release before can still make tenants.
  for (const [name, start] of [
    ['ssh_keys_used', 0],
    ['ssh_keys_max', UNLIMITED],
  ] as const) {
    await db.schema
      .alterTable('tenant_quotas')
      .addColumn(name, dialect.integer, (column) => column.notNull().defaultTo(start))
      .execute();
  }
}

async function maintainLabelsInSqlite({ db }: MigrationTools): Promise<void> {
  const insert = sql`
    insert into resource_labels (id, tenant_id, resource_table, resource_id, name, value)
    select new.id || '/' || label.key, new.tenant_id, 'ssh_keys', new.id, label.key, label.value
    from json_each(iif(json_valid(new.desired_json), new.desired_json, '{}'), '$.metadata') as label
    where label.type = 'text' and label.key is not null`;
  const remove = sql`delete from resource_labels where resource_id = old.id`;
  await sql`create trigger ssh_keys_labels_insert after insert on ssh_keys
    begin ${insert}; end`.execute(db);
  await sql`create trigger ssh_keys_labels_update after update of desired_json on ssh_keys
    when old.desired_json <> new.desired_json
    begin ${remove}; ${insert}; end`.execute(db);
  await sql`create trigger ssh_keys_labels_delete after delete on ssh_keys
    begin ${remove}; end`.execute(db);
}

async function maintainLabelsInPostgres({ db }: MigrationTools): Promise<void> {
  await sql`create trigger ssh_keys_labels_update after update of desired_json
    on ssh_keys for each row when (old.desired_json <> new.desired_json)
    execute function maintain_resource_labels()`.execute(db);
  await sql`create trigger ssh_keys_labels_change after insert or delete
    on ssh_keys for each row execute function maintain_resource_labels()`.execute(db);
}

/** Makes the table; no tenant has any key, and every one may have what it likes. */
export const sshKeys: Migration = { name: '0061-ssh-keys', up };
