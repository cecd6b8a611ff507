/** How much tenants have uploaded, and how much they may. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

/** The default limit of a tenant. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

async function up({ db, dialect }: MigrationTools): Promise<void> {
  // With defaults, so that a server of the release before can still make tenants.
  for (const [name, start] of [
    ['image_mib_used', 0],
    ['image_mib_max', UNLIMITED],
  ] as const) {
    await db.schema
      .alterTable('tenant_quotas')
      .addColumn(name, dialect.integer, (column) => column.notNull().defaultTo(start))
      .execute();
  }
}

/** Adds the columns; what was uploaded before is counted after the start. */
export const imageQuotas: Migration = { name: '0099-image-quotas', up };
