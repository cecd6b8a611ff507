/** What lives against policies, and exceptions from them. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'policy_waivers',
    columns: {
      tenant_id: 'text',
      policy_id: 'text',
      policy_name: 'text',
      resource_kind: 'text',
      resource_name: 'text',
      owner_name: 'text',
      reason: 'text',
      waived_until_ms: 'integer',
      created_at_ms: 'integer',
      waived_by: 'text',
    },
    indexes: [
      ['tenant_id', 'id'],
      ['tenant_id', 'resource_name', 'id'],
    ],
  });
  await createTable(tools, {
    name: 'policy_violations',
    columns: {
      tenant_id: 'text',
      state: 'text',
      policy_id: 'text',
      policy_name: 'text',
      policy_version: 'integer',
      mode: 'text',
      resource_kind: 'text',
      resource_id: 'text',
      resource_name: 'text',
      reasons_json: 'text',
      waiver_id: 'text?',
      opened_at_ms: 'integer',
      changed_at_ms: 'integer',
      resolved_at_ms: 'integer?',
    },
    unique: [['policy_id', 'resource_id']],
    indexes: [
      ['tenant_id', 'id'],
      ['tenant_id', 'state', 'id'],
      ['resource_id', 'id'],
      ['resolved_at_ms', 'id'],
    ],
  });
}

/** Makes the tables; the first scan fills in what is violated. */
export const policyViolations: Migration = { name: '0026-policy-violations', up };
