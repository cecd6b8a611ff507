/**
 * Rows that triggers maintain in the commit of the row that they follow from: labels of resources,
 * and counters of policy changes. Triggers also see what other programs write to the database.
 */
import { type RawBuilder, sql } from 'kysely';
import type { MigrationTools } from '../schema/migration.ts';

const LABELLED = [
  'vms',
  'vm_groups',
  'networks',
  'security_groups',
  'volumes',
  'snapshots',
  'ssh_keys',
];

/**
 * Tables whose changes increment the counter of their tenant, by which servers notice that policies
 * they have read are out of date. Of orchestration policies only those that decide admission count.
 */
const COUNTED = [
  {
    table: 'orchestration_policies',
    counts: (row: string) => sql`${sql.ref(`${row}.steers`)} is null`,
  },
  { table: 'policy_data', counts: () => sql`true` },
];

/** Makes the triggers; all tables exist. */
export async function createTriggers(tools: MigrationTools): Promise<void> {
  if (tools.dialect.name === 'sqlite') {
    await maintainLabelsInSqlite(tools);
    await countChangesInSqlite(tools);
  } else {
    await maintainLabelsInPostgres(tools);
    await countChangesInPostgres(tools);
    await removeLogsInPostgres(tools);
  }
}

async function maintainLabelsInSqlite({ db }: MigrationTools): Promise<void> {
  for (const table of LABELLED) {
    // A damaged document has no labels, so that its row can still be repaired.
    const insert = sql`
      insert into resource_labels (id, tenant_id, resource_table, resource_id, name, value)
      select new.id || '/' || label.key, new.tenant_id, ${sql.lit(table)}, new.id, label.key,
        label.value
      from json_each(iif(json_valid(new.desired_json), new.desired_json, '{}'), '$.metadata')
        as label
      where label.type = 'text' and label.key is not null`;
    const remove = sql`delete from resource_labels where resource_id = old.id`;
    const trigger = (moment: string) => sql.ref(`${table}_labels_${moment}`);
    await sql`create trigger ${trigger('insert')} after insert on ${sql.table(table)}
      begin ${insert}; end`.execute(db);
    await sql`create trigger ${trigger('update')} after update of desired_json
      on ${sql.table(table)} when old.desired_json <> new.desired_json
      begin ${remove}; ${insert}; end`.execute(db);
    await sql`create trigger ${trigger('delete')} after delete on ${sql.table(table)}
      begin ${remove}; end`.execute(db);
  }
}

async function countChangesInSqlite({ db }: MigrationTools): Promise<void> {
  const count = (row: string) => sql`
    insert into policy_changes (id, changes) values (${sql.ref(`${row}.tenant_id`)}, 1)
    on conflict (id) do update set changes = changes + 1`;
  for (const { table, counts } of COUNTED) {
    const create = async (
      moment: string,
      when: RawBuilder<unknown>,
      action: RawBuilder<unknown>,
    ): Promise<void> => {
      const name = sql.ref(`${table}_counted_${moment}`);
      await sql`create trigger ${name} after ${sql.raw(moment)} on ${sql.table(table)}
        when ${when} begin ${action}; end`.execute(db);
    };
    await create('insert', counts('new'), count('new'));
    const either = sql`${counts('old')} or ${counts('new')}`;
    await create('update', either, sql`${count('old')}; ${count('new')}`);
    await create('delete', counts('old'), count('old'));
  }
}

async function maintainLabelsInPostgres({ db }: MigrationTools): Promise<void> {
  await sql`create function labels_of(document text) returns table (key text, value text)
    language sql immutable as $$
      select label.key, label.value #>> '{}'
      from jsonb_each(case jsonb_typeof(read_json(document) -> 'metadata')
        when 'object' then read_json(document) -> 'metadata' else '{}' end) as label
      where jsonb_typeof(label.value) = 'string'
    $$`.execute(db);
  await sql`create function maintain_resource_labels() returns trigger language plpgsql as $$
    begin
      if tg_op <> 'INSERT' then
        delete from resource_labels where resource_id = old.id;
      end if;
      if tg_op <> 'DELETE' then
        insert into resource_labels (id, tenant_id, resource_table, resource_id, name, value)
        select new.id || '/' || label.key, new.tenant_id, tg_table_name, new.id, label.key,
          label.value
        from labels_of(new.desired_json) as label;
      end if;
      return null;
    end $$`.execute(db);
  for (const table of LABELLED) {
    const trigger = (moment: string) => sql.ref(`${table}_labels_${moment}`);
    await sql`create trigger ${trigger('update')} after update of desired_json
      on ${sql.table(table)} for each row when (old.desired_json <> new.desired_json)
      execute function maintain_resource_labels()`.execute(db);
    await sql`create trigger ${trigger('change')} after insert or delete
      on ${sql.table(table)} for each row
      execute function maintain_resource_labels()`.execute(db);
  }
}

async function countChangesInPostgres({ db }: MigrationTools): Promise<void> {
  const count = (row: string) => sql`
    insert into policy_changes as known (id, changes) values (${sql.ref(`${row}.tenant_id`)}, 1)
    on conflict (id) do update set changes = known.changes + 1`;
  for (const { table, counts } of COUNTED) {
    const name = (suffix: string) => sql.ref(`${table}_${suffix}`);
    await sql`create function ${name('count')}() returns trigger language plpgsql as $$
      begin
        if tg_op <> 'INSERT' then
          if ${counts('old')} then ${count('old')}; end if;
        end if;
        if tg_op <> 'DELETE' then
          if ${counts('new')} then ${count('new')}; end if;
        end if;
        return null;
      end $$`.execute(db);
    await sql`create trigger ${name('counted')} after insert or update or delete
      on ${sql.table(table)} for each row execute function ${name('count')}()`.execute(db);
  }
}

/**
 * Removes logs with their operations. A foreign key, as SQLite has it, would lock the operation and
 * run a query for every entry that is appended.
 */
async function removeLogsInPostgres({ db }: MigrationTools): Promise<void> {
  await sql`create function forget_operation_log() returns trigger language plpgsql
    as $$ begin delete from operation_log where operation_id = old.id; return null; end $$`.execute(
    db,
  );
  await sql`create trigger operation_log_goes_along after delete on operations
    for each row execute function forget_operation_log()`.execute(db);
}
