/** What was found to have drifted, how far the scan has got, and what tenants want done. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'drift_records',
    columns: {
      tenant_id: 'text',
      resource_kind: 'text',
      resource_name: 'text',
      deployment: 'text',
      status: 'text',
      severity: 'text',
      record_json: 'text',
      detected_at_ms: 'integer',
      changed_at_ms: 'integer',
      flaps: 'integer',
    },
    indexes: [['tenant_id']],
  });
  await createTable(tools, {
    name: 'drift_scans',
    columns: {
      after_id: 'text',
      started_at_ms: 'integer',
      finished_at_ms: 'integer',
      compared: 'integer',
    },
  });
  await createTable(tools, {
    name: 'drift_marks',
    columns: { tenant_id: 'text', marks_json: 'text' },
    indexes: [['tenant_id']],
  });
  await createTable(tools, { name: 'drift_settings', columns: { settings_json: 'text' } });
}

/** Makes the tables; the first scan fills them. */
export const driftRecords: Migration = { name: '0023-drift-records', up };
