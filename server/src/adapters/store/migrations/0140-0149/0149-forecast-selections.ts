/** Which models were selected for series. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'forecast_selections',
    columns: {
      tenant_id: 'text',
      target_id: 'text',
      metric: 'text',
      step_s: 'integer',
      selection_json: 'text',
      selected_at_ms: 'integer',
    },
    indexes: [['selected_at_ms', 'id']],
  });
}

/** Makes the table; models are selected with the first forecast. */
export const forecastSelections: Migration = { name: '0149-forecast-selections', up };
