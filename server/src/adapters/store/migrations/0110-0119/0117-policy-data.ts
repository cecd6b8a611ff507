/**
 * Data documents that policies read, and their versions. Their changes are counted like changes of
 * policies, so that every server evaluates the documents of the store.
 */
import { sql } from 'kysely';
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'policy_data',
    columns: {
      tenant_id: 'text',
      path: 'text',
      version: 'integer',
      document: 'text',
      seal_json: 'text?',
      revision: 'integer',
      created_at_ms: 'integer',
      created_by: 'text',
      updated_at_ms: 'integer',
      updated_by: 'text',
    },
    unique: [['tenant_id', 'path']],
    indexes: [['tenant_id', 'id']],
  });
  await createTable(tools, {
    name: 'policy_data_versions',
    columns: {
      tenant_id: 'text',
      data_id: 'text',
      path: 'text',
      version: 'integer',
      document: 'text',
      seal_json: 'text?',
      created_at_ms: 'integer',
      created_by: 'text',
    },
    indexes: [
      ['data_id', 'id'],
      ['tenant_id', 'path', 'id'],
    ],
  });
  if (tools.dialect.name === 'sqlite') await countInSqlite(tools);
  else await countInPostgres(tools);
}

async function countInSqlite({ db }: MigrationTools): Promise<void> {
  const count = (row: 'old' | 'new') => sql`
    insert into policy_changes (id, changes) values (${sql.ref(`${row}.tenant_id`)}, 1)
    on conflict (id) do update set changes = changes + 1`;
  await sql`create trigger policy_data_insert after insert on policy_data
    begin ${count('new')}; end`.execute(db);
  const countBoth = sql`${count('old')}; ${count('new')}`;
  await sql`create trigger policy_data_update after update on policy_data
    begin ${countBoth}; end`.execute(db);
  await sql`create trigger policy_data_delete after delete on policy_data
    begin ${count('old')}; end`.execute(db);
}

async function countInPostgres({ db }: MigrationTools): Promise<void> {
  await sql`create function count_policy_data() returns trigger language plpgsql as $$
    begin
      if tg_op <> 'INSERT' then
        insert into policy_changes as known (id, changes) values (old.tenant_id, 1)
        on conflict (id) do update set changes = known.changes + 1;
      end if;
      if tg_op <> 'DELETE' then
        insert into policy_changes as known (id, changes) values (new.tenant_id, 1)
        on conflict (id) do update set changes = known.changes + 1;
      end if;
      return null;
    end $$`.execute(db);
  await sql`create trigger policy_data_counted
    after insert or update or delete on policy_data
    for each row execute function count_policy_data()`.execute(db);
}

/** Makes the tables and the triggers; no tenant has documents yet. */
export const policyData: Migration = { name: '0117-policy-data', up };
