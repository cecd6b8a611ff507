/**
 * The labels of resources as rows, so that an index finds resources by label. Triggers maintain
 * them in the commit of the resource, also for servers of the previous release. A damaged row has
 * no labels: neither the migration nor the repair of the row fails.
 */
import { type RawBuilder, sql } from 'kysely';
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

const LABELLED = ['vms', 'vm_groups', 'networks', 'security_groups', 'volumes', 'snapshots'];

async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'resource_labels',
    // The id is the resource's and the label's name, joined by `/`.
    columns: {
      tenant_id: 'text',
      resource_table: 'text',
      resource_id: 'text',
      name: 'text',
      value: 'text',
    },
    indexes: [['tenant_id', 'resource_table', 'name', 'value', 'resource_id'], ['resource_id']],
  });
  if (tools.dialect.name === 'sqlite') await maintainInSqlite(tools);
  else await maintainInPostgres(tools);
}

async function maintainInSqlite({ db }: MigrationTools): Promise<void> {
  for (const table of LABELLED) {
    const insertOf = (row: 'new' | 'resource', source: RawBuilder<unknown>) => sql`
      insert into resource_labels (id, tenant_id, resource_table, resource_id, name, value)
      select ${sql.ref(`${row}.id`)} || '/' || label.key, ${sql.ref(`${row}.tenant_id`)},
        ${sql.lit(table)}, ${sql.ref(`${row}.id`)}, label.key, label.value
      from ${source} json_each(
        iif(json_valid(${sql.ref(`${row}.desired_json`)}), ${sql.ref(`${row}.desired_json`)}, '{}'),
        '$.metadata') as label
      where label.type = 'text' and label.key is not null`;
    const insertNew = insertOf('new', sql``);
    const remove = sql`delete from resource_labels where resource_id = old.id`;
    const trigger = (moment: string) => sql.ref(`${table}_labels_${moment}`);
    await sql`create trigger ${trigger('insert')} after insert on ${sql.table(table)}
      begin ${insertNew}; end`.execute(db);
    await sql`create trigger ${trigger('update')} after update of desired_json
      on ${sql.table(table)} when old.desired_json <> new.desired_json
      begin ${remove}; ${insertNew}; end`.execute(db);
    await sql`create trigger ${trigger('delete')} after delete on ${sql.table(table)}
      begin ${remove}; end`.execute(db);
    await insertOf('resource', sql`${sql.table(table)} as resource,`).execute(db);
  }
}

async function maintainInPostgres({ db }: MigrationTools): Promise<void> {
  await sql`create function read_json(document text) returns jsonb language plpgsql
    immutable strict parallel safe as $$
    begin
      return document::jsonb;
    exception when others then
      return null;
    end $$`.execute(db);
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
    const all = sql`
      insert into resource_labels (id, tenant_id, resource_table, resource_id, name, value)
      select resource.id || '/' || label.key, resource.tenant_id, ${sql.lit(table)}, resource.id,
        label.key, label.value
      from ${sql.table(table)} as resource, labels_of(resource.desired_json) as label`;
    await all.execute(db);
  }
}

/** Makes the table, fills it from the rows that exist, and lets triggers maintain it. */
export const resourceLabels: Migration = { name: '0047-resource-labels', up };
