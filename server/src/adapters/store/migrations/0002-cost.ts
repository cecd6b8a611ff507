/** Price lists, what each resource is charged, and the budgets of tenants. */
import { createTable, type Migration, type TablePlan } from '../schema/migration.ts';

const CHARGED = {
  tenant_id: 'text',
  kind: 'text',
  name: 'text',
  labels_json: 'text',
  state: 'text',
  amounts_json: 'text',
  group_id: 'text?',
  rate: 'integer?',
} as const;

const TABLES: readonly TablePlan[] = [
  {
    name: 'price_lists',
    columns: {
      name: 'text',
      currency: 'text',
      valid_from_ms: 'integer',
      document_json: 'text',
      revision: 'integer',
      created_at_ms: 'integer',
      created_by: 'text',
      updated_at_ms: 'integer',
      updated_by: 'text',
    },
    unique: [['name']],
  },
  {
    name: 'charges',
    columns: {
      ...CHARGED,
      price_json: 'text?',
      full_rate: 'integer',
      since_ms: 'integer',
      version: 'integer',
    },
    indexes: [['tenant_id']],
  },
  {
    name: 'charge_intervals',
    columns: {
      ...CHARGED,
      resource_id: 'text',
      class: 'text?',
      list: 'text?',
      from_ms: 'integer',
      until_ms: 'integer',
    },
    indexes: [['tenant_id', 'until_ms'], ['until_ms']],
  },
  {
    name: 'budgets',
    columns: {
      tenant_id: 'text',
      name: 'text',
      description: 'text?',
      hourly: 'integer?',
      monthly: 'integer?',
      warn_ratio: 'float',
      alert_ratio: 'float',
      refuses: 'integer',
      level: 'text',
      revision: 'integer',
      created_at_ms: 'integer',
      created_by: 'text',
      updated_at_ms: 'integer',
      updated_by: 'text',
    },
    unique: [['name']],
    indexes: [['tenant_id']],
  },
  { name: 'tenant_rates', columns: { rate: 'integer' } },
];

/** Adds them; nodes get the class that their agents announce. */
export const COST: Migration = {
  name: '0002-cost',
  up: async (tools) => {
    for (const table of TABLES) await createTable(tools, table);
    const { db, dialect } = tools;
    await db.schema.alterTable('nodes').addColumn('class', dialect.text).execute();
  },
};
