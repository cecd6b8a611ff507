/** Snapshots of volumes, and which snapshot a volume began with. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  const { db, dialect } = tools;
  await createTable(tools, {
    name: 'snapshots',
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
      volume_id: 'text',
      node: 'text',
      pool: 'text',
      size_gb: 'integer',
    },
    unique: [['tenant_id', 'name']],
    indexes: [['tenant_id', 'id'], ['volume_id'], ['node']],
  });
  await db.schema.alterTable('volumes').addColumn('source_snapshot_id', dialect.text).execute();
  await db.schema
    .createIndex('volumes_by_source_snapshot_id')
    .on('volumes')
    .column('source_snapshot_id')
    .execute();
}

/** Makes the table of snapshots; volumes that are there already began empty. */
export const snapshots: Migration = { name: '0005-snapshots', up };
