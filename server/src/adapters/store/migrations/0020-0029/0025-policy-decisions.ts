/** The log of what policies were asked and said. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'policy_decisions',
    columns: {
      tenant_id: 'text',
      at_ms: 'integer',
      allowed: 'integer',
      resource_id: 'text',
      record_json: 'text',
    },
    indexes: [
      ['tenant_id', 'id'],
      ['tenant_id', 'allowed', 'id'],
      ['resource_id', 'id'],
    ],
  });
}

/** Makes the table; decisions of earlier releases were not kept. */
export const policyDecisions: Migration = { name: '0025-policy-decisions', up };
