/**
 * A counter for each tenant that every change of its admission policies increments, so that
 * servers know that the policies they have read are those of the store. Triggers increment it: also
 * for servers of the previous release, and for changes by other programs, which policies are
 * verified against.
 */
import { sql } from 'kysely';
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  // The id is the tenant's. Tenants without a row have never had policies.
  await createTable(tools, { name: 'policy_changes', columns: { changes: 'integer' } });
  if (tools.dialect.name === 'sqlite') await countInSqlite(tools);
  else await countInPostgres(tools);
}

async function countInSqlite({ db }: MigrationTools): Promise<void> {
  const count = (row: 'old' | 'new') => sql`
    insert into policy_changes (id, changes) values (${sql.ref(`${row}.tenant_id`)}, 1)
    on conflict (id) do update set changes = changes + 1`;
  await sql`create trigger policy_changes_insert after insert on orchestration_policies
    when new.steers is null begin ${count('new')}; end`.execute(db);
  const countBoth = sql`${count('old')}; ${count('new')}`;
  await sql`create trigger policy_changes_update after update on orchestration_policies
    when old.steers is null or new.steers is null begin ${countBoth}; end`.execute(db);
  await sql`create trigger policy_changes_delete after delete on orchestration_policies
    when old.steers is null begin ${count('old')}; end`.execute(db);
}

async function countInPostgres({ db }: MigrationTools): Promise<void> {
  await sql`create function count_policy_changes() returns trigger language plpgsql as $$
    begin
      if tg_op <> 'INSERT' and old.steers is null then
        insert into policy_changes as known (id, changes) values (old.tenant_id, 1)
        on conflict (id) do update set changes = known.changes + 1;
      end if;
      if tg_op <> 'DELETE' and new.steers is null then
        insert into policy_changes as known (id, changes) values (new.tenant_id, 1)
        on conflict (id) do update set changes = known.changes + 1;
      end if;
      return null;
    end $$`.execute(db);
  await sql`create trigger policy_changes_counted
    after insert or update or delete on orchestration_policies
    for each row execute function count_policy_changes()`.execute(db);
}

/** Makes the counters. */
export const policyChanges: Migration = { name: '0054-policy-changes', up };
