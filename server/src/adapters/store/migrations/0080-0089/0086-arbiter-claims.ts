/** What NovaCron intends to change by itself, and what it is changing. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

/** The id names the part of NovaCron and what it changes. */
async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'arbiter_claims',
    columns: {
      tenant_id: 'text',
      class: 'text',
      who: 'text',
      operation: 'text',
      target_name: 'text',
      vm_id: 'text?',
      group_id: 'text?',
      zone: 'text?',
      effect: 'text',
      nodes_json: 'text',
      priority: 'integer',
      since_ms: 'integer',
      seen_ms: 'integer',
      operation_id: 'text?',
      holder: 'text?',
      reason: 'text?',
    },
    indexes: [
      ['tenant_id', 'id'],
      ['seen_ms', 'id'],
    ],
  });
}

/** Makes the table; the first rounds fill it. */
export const arbiterClaims: Migration = { name: '0086-arbiter-claims', up };
