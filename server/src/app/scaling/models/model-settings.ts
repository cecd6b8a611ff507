/** The thresholds that models of a tenant need in each environment. */
import type { ModelSettings } from '@novacron/contract/training/model';
import { createTenantSettings } from '../../kernel/write/tenant-settings.ts';

/** Reads, shows and updates them. */
export const modelSettings = createTenantSettings<ModelSettings>({
  table: 'model_settings',
  operation: 'model_settings.update',
  resourceKind: 'tenant',
  name: 'model-settings',
  defaults: {
    development: { improvement_min: 0, r2_min: null, approval: 'none' },
    staging: { improvement_min: 0.05, r2_min: 0, approval: 'none' },
    production: { improvement_min: 0.1, r2_min: 0.5, approval: 'another-person' },
  },
});
