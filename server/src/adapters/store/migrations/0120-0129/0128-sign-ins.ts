import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

/** The id is the hash of `state`; nonce and code verifier are in the browser only. */
async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'sign_ins',
    columns: {
      return_path: 'text',
      client_address: 'text?',
      expires_at_ms: 'integer',
    },
    indexes: [['expires_at_ms']],
  });
}

/** Adds the table. */
export const signIns: Migration = { name: '0128-sign-ins', up };
