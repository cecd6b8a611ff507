/** What servers write to find out whether they can. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, { name: 'store_probes', columns: { at_ms: 'integer' } });
}

/** Makes the table of probes: a row for each server that runs. */
export const storeProbes: Migration = { name: '0046-store-probes', up };
