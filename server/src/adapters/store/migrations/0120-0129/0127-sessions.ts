import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

/** The secret is stored nowhere, so that a copy of the table gives no session. */
async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'sessions',
    columns: {
      tenant_id: 'text',
      secret_hash: 'text',
      method: 'text',
      principal_id: 'text',
      principal_name: 'text',
      client_address: 'text?',
      user_agent: 'text?',
      created_at_ms: 'integer',
      last_used_at_ms: 'integer',
      expires_at_ms: 'integer',
      ends_at_ms: 'integer',
    },
    unique: [['secret_hash']],
    indexes: [
      ['tenant_id', 'id'],
      ['tenant_id', 'principal_name', 'id'],
      ['tenant_id', 'method', 'id'],
      ['tenant_id', 'principal_id', 'id'],
      ['expires_at_ms'],
    ],
  });
}

/** Adds the table; no browser has signed in yet. */
export const sessions: Migration = { name: '0127-sessions', up };
