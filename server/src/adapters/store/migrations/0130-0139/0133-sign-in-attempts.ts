import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

/** Neither the state nor the proof of an attempt is stored: its browser has what they come from. */
async function up(tools: MigrationTools): Promise<void> {
  const { db, dialect } = tools;
  await createTable(tools, {
    name: 'sign_in_attempts',
    columns: { return_path: 'text', created_at_ms: 'integer', expires_at_ms: 'integer' },
    indexes: [['expires_at_ms']],
  });
  await db.schema.alterTable('sessions').addColumn('claims_json', dialect.text).execute();
}

/** Adds the table of sign-ins at an issuer, and what the issuer said to sessions. */
export const signInAttempts: Migration = { name: '0133-sign-in-attempts', up };
