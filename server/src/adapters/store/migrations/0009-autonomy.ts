/** Autonomous decisions about VM groups, and the settings of tenants about them. */
import { createTable, type Migration, type TablePlan } from '../schema/migration.ts';

const TABLES: readonly TablePlan[] = [
  {
    name: 'autonomous_decisions',
    columns: {
      tenant_id: 'text',
      group_id: 'text',
      action: 'text',
      preferred: 'text',
      status: 'text',
      model: 'text',
      decision_json: 'text',
      outcome_json: 'text?',
      override_json: 'text?',
      verdict: 'text?',
      preferred_verdict: 'text?',
      is_overridden: 'integer',
      advantage: 'float',
      at_ms: 'integer',
    },
    indexes: [
      ['tenant_id', 'id'],
      ['tenant_id', 'action', 'id'],
      ['group_id', 'id'],
      ['status', 'id'],
      ['tenant_id', 'at_ms'],
      ['at_ms'],
    ],
  },
  { name: 'autonomy_settings', columns: { settings_json: 'text' } },
];

export const AUTONOMY: Migration = {
  name: '0009-autonomy',
  up: async (tools) => {
    for (const table of TABLES) await createTable(tools, table);
  },
};
