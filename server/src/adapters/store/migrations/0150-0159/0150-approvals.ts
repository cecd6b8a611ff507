/** Approvals, and operations that wait for them without a server. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  const { db, dialect } = tools;
  await createTable(tools, {
    name: 'approvals',
    columns: {
      tenant_id: 'text',
      execution_id: 'text',
      attempt: 'text',
      step: 'text',
      workflow_id: 'text',
      workflow: 'text',
      status: 'text',
      required: 'integer',
      message: 'text?',
      subject_json: 'text',
      digest: 'text',
      votes_json: 'text',
      revision: 'integer',
      created_at_ms: 'integer',
      created_by: 'text',
      expires_at_ms: 'integer',
      ended_at_ms: 'integer?',
    },
    unique: [['attempt']],
    indexes: [
      ['tenant_id', 'id'],
      ['tenant_id', 'status', 'id'],
      ['tenant_id', 'workflow_id', 'id'],
      ['execution_id', 'id'],
    ],
  });
  await db.schema.alterTable('operations').addColumn('wake_at_ms', dialect.integer).execute();
  const index = db.schema.createIndex('operations_by_owner_and_wake_at_ms');
  await index.on('operations').columns(['owner', 'wake_at_ms']).execute();
}

/** Makes the table; no operation waits yet. */
export const approvals: Migration = { name: '0150-approvals', up };
