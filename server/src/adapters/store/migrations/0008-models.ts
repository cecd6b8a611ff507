/** Models with their versions, the thresholds of tenants, and versions of forecast models. */
import { createTable, type Migration, type TablePlan } from '../schema/migration.ts';

const TABLES: readonly TablePlan[] = [
  {
    name: 'models',
    columns: {
      tenant_id: 'text',
      name: 'text',
      kind: 'text',
      spec_json: 'text',
      champions_json: 'text',
      latest_version: 'integer',
      drift_json: 'text?',
      trial_json: 'text?',
      checked_at_ms: 'integer',
      operation_id: 'text?',
      revision: 'integer',
      created_at_ms: 'integer',
      created_by: 'text',
      updated_at_ms: 'integer',
      updated_by: 'text',
    },
    unique: [['tenant_id', 'name']],
    indexes: [['tenant_id', 'id'], ['checked_at_ms']],
  },
  {
    name: 'model_versions',
    columns: {
      model_id: 'text',
      version: 'integer',
      state: 'text',
      reason: 'text?',
      evaluation_json: 'text?',
      lineage_json: 'text?',
      robustness_json: 'text?',
      format: 'text?',
      sha256: 'text?',
      bytes: 'integer?',
      content: 'text?',
      operation_id: 'text',
      created_at_ms: 'integer',
      created_by: 'text',
    },
    indexes: [['model_id', 'version'], ['content']],
  },
  { name: 'model_settings', columns: { settings_json: 'text' } },
];

/** Adds them. */
export const MODELS: Migration = {
  name: '0008-models',
  up: async (tools) => {
    for (const table of TABLES) await createTable(tools, table);
    const { db, dialect } = tools;
    await db.schema
      .alterTable('forecast_selections')
      .addColumn('versions_json', dialect.text)
      .execute();
    await db.schema
      .createIndex('forecast_selections_by_tenant')
      .on('forecast_selections')
      .columns(['tenant_id', 'selected_at_ms', 'id'])
      .execute();
  },
};
