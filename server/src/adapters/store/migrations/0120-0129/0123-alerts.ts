/** Alerts of orchestration policies: one row for each policy and target. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'alerts',
    columns: {
      tenant_id: 'text',
      state: 'text',
      severity: 'text',
      policy_id: 'text',
      policy_name: 'text',
      rule: 'text',
      target_kind: 'text',
      target_id: 'text',
      target_name: 'text',
      said_json: 'text',
      fired: 'integer',
      first_seen_at_ms: 'integer',
      last_seen_at_ms: 'integer',
      acknowledged_at_ms: 'integer?',
      acknowledged_by: 'text?',
      silenced_until_ms: 'integer?',
      silenced_by: 'text?',
      resolved_at_ms: 'integer?',
    },
    indexes: [
      ['policy_id', 'target_id'],
      ['tenant_id', 'id'],
      ['tenant_id', 'state', 'id'],
      ['tenant_id', 'severity', 'id'],
      ['tenant_id', 'policy_id', 'id'],
      ['tenant_id', 'target_id', 'id'],
      ['tenant_id', 'target_name', 'id'],
      ['tenant_id', 'first_seen_at_ms', 'id'],
      ['tenant_id', 'last_seen_at_ms', 'id'],
      ['state', 'id'],
      ['resolved_at_ms', 'id'],
    ],
  });
}

/** Makes the table; what holds fires again, and is in it from then on. */
export const alerts: Migration = { name: '0123-alerts', up };
