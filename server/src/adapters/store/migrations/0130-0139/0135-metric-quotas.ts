/** How many series of metrics tenants write, and how many they may. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

/** The default limit of a tenant. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

async function up({ db, dialect }: MigrationTools): Promise<void> {
  // With defaults, so that a server of the release before can still make tenants.
  for (const [name, start] of [
    ['metric_series_used', 0],
    ['metric_series_max', UNLIMITED],
  ] as const) {
    await db.schema
      .alterTable('tenant_quotas')
      .addColumn(name, dialect.integer, (column) => column.notNull().defaultTo(start))
      .execute();
  }
}

/** Adds the columns; series are stored outside of the store and counted after the start. */
export const metricQuotas: Migration = { name: '0135-metric-quotas', up };
