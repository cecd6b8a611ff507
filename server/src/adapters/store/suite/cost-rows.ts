import type { Tables } from '../../../ports/tables/tables.ts';

const CHARGED = {
  tenant_id: 'tnt_a',
  kind: 'vm',
  name: 'web-01',
  labels_json: '{}',
  state: 'running',
  amounts_json: '{}',
  rate: 60_000,
  group_id: 'vmg_a',
} as const;

const WRITTEN = {
  revision: 1,
  created_at_ms: 1,
  created_by: 'admin',
  updated_at_ms: 1,
  updated_by: 'admin',
} as const;

/** Rows about costs, with a value in every column. */
export const COST_ROWS: Pick<
  Tables,
  'price_lists' | 'charges' | 'charge_intervals' | 'budgets' | 'tenant_rates'
> = {
  price_lists: {
    id: 'plst_a' as Tables['price_lists']['id'],
    name: 'standard',
    currency: 'EUR',
    valid_from_ms: 1,
    document_json: '{}',
    ...WRITTEN,
  },
  charges: {
    id: 'vm_a',
    ...CHARGED,
    price_json: '{}',
    full_rate: 60_000,
    since_ms: 1,
    version: 1,
  },
  charge_intervals: {
    id: 'vm_a/000000000000001',
    ...CHARGED,
    resource_id: 'vm_a',
    class: 'standard',
    list: 'plst_a',
    from_ms: 1,
    until_ms: 2,
  },
  budgets: {
    id: 'bud_a' as Tables['budgets']['id'],
    tenant_id: 'tnt_a',
    name: 'team',
    description: 'Team',
    hourly: 1_000_000,
    monthly: 500_000_000,
    warn_ratio: 0.8,
    alert_ratio: 0.95,
    refuses: 1,
    level: 'ok',
    ...WRITTEN,
  },
  tenant_rates: { id: 'tnt_a', rate: 1 },
};
