/** The drift settings of a tenant: read for answers and comparisons, and updated. */
import type { DriftSettings } from '@novacron/contract/drift/drift-remediation';
import { createTenantSettings } from '../../kernel/write/tenant-settings.ts';

/** Reads, shows and updates them. */
export const driftSettings = createTenantSettings<DriftSettings>({
  table: 'drift_settings',
  operation: 'drift_settings.update',
  resourceKind: 'tenant',
  name: 'drift-settings',
  defaults: {
    threshold: 0.05,
    auto_remediate: 'off',
    auto_severity_max: 'medium',
    auto_per_hour_max: 10,
  },
});
