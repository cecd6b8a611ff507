/** Certificates of agents: the authority that signs them, and who may have one. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'authorities',
    columns: { certificate_pem: 'text', private_sealed: 'text', created_at_ms: 'integer' },
  });
  await createTable(tools, {
    name: 'enrollments',
    columns: {
      tenant_id: 'text',
      node: 'text',
      token_hash: 'text',
      status: 'text',
      created_by: 'text',
      created_at_ms: 'integer',
      expires_at_ms: 'integer',
      enrolled_at_ms: 'integer?',
      certificate_serial: 'text?',
      certificate_expires_at_ms: 'integer?',
      revoked_at_ms: 'integer?',
    },
    unique: [['token_hash']],
    indexes: [['node'], ['status']],
  });
}

/** Makes both tables; nodes that were there before need no enrollment. */
export const enrollments: Migration = { name: '0007-enrollments', up };
