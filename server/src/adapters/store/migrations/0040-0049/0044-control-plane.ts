/** The terms of the control plane, and what agents say of it and of others. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'control_plane_terms',
    columns: {
      control_plane_id: 'text',
      position: 'integer?',
      successor: 'text?',
      kind: 'text',
      begun_at_ms: 'integer',
      begun_by: 'text',
    },
    // Of two servers that begin a term after the same one, one has to look again.
    unique: [['position']],
  });
  for (const column of ['followed_json', 'refused_json']) {
    await tools.db.schema.alterTable('nodes').addColumn(column, tools.dialect.text).execute();
  }
}

/** Makes the table, and the columns; the next start of a server makes the first term. */
export const controlPlane: Migration = { name: '0044-control-plane', up };
