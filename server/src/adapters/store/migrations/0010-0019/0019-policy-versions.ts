/** The texts that the rules of policies have had. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'policy_versions',
    columns: {
      tenant_id: 'text',
      policy_id: 'text',
      version: 'integer',
      rule: 'text',
      compiled_json: 'text',
      active_from_ms: 'integer?',
      created_at_ms: 'integer',
      created_by: 'text',
    },
    indexes: [['policy_id', 'id']],
  });
}

/** Makes the table; a policy's text of today joins it with the policy's next change. */
export const policyVersions: Migration = { name: '0019-policy-versions', up };
