/** Incidents, the VMs they affect, and holds of healing. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'incidents',
    columns: {
      tenant_id: 'text',
      state: 'text',
      severity: 'text',
      cause: 'text',
      cause_key: 'text',
      target_kind: 'text',
      target_name: 'text',
      summary: 'text',
      nodes_json: 'text',
      vms_down: 'integer',
      vms_affected: 'integer',
      occurrences: 'integer',
      opened_at_ms: 'integer',
      changed_at_ms: 'integer',
      acknowledged_at_ms: 'integer?',
      acknowledged_by: 'text?',
      comment: 'text?',
      silenced_until_ms: 'integer?',
      silenced_by: 'text?',
      resolved_at_ms: 'integer?',
      resolution: 'text?',
    },
    indexes: [
      ['tenant_id', 'id'],
      ['tenant_id', 'state', 'id'],
      ['tenant_id', 'severity', 'id'],
      ['tenant_id', 'cause', 'id'],
      ['tenant_id', 'target_name', 'id'],
      ['state', 'id'],
      ['resolved_at_ms', 'id'],
    ],
  });
  await createTable(tools, {
    name: 'incident_members',
    columns: {
      incident_id: 'text',
      tenant_id: 'text',
      vm_id: 'text',
      vm_name: 'text',
      node_name: 'text',
      down_at_ms: 'integer',
      up_at_ms: 'integer?',
    },
    indexes: [
      ['incident_id', 'id'],
      ['tenant_id', 'up_at_ms', 'id'],
    ],
  });
  await createTable(tools, {
    name: 'healing_holds',
    columns: {
      tenant_id: 'text',
      reason: 'text',
      held_at_ms: 'integer',
      held_by: 'text',
      until_ms: 'integer?',
    },
    indexes: [['tenant_id', 'id']],
  });
}

/** Makes the tables; the first round fills in what is wrong. */
export const incidents: Migration = { name: '0074-incidents', up };
