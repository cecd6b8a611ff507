/** Whether autonomous decisions are carried out in a tenant. */
import type { AutonomySettings } from '@novacron/contract/autonomy/autonomous-decision';
import { createTenantSettings } from '../../kernel/write/tenant-settings.ts';

/** Reads, shows and updates it. */
export const autonomySettings = createTenantSettings<AutonomySettings>({
  table: 'autonomy_settings',
  operation: 'autonomy_settings.update',
  resourceKind: 'autonomy_settings',
  name: 'autonomy-settings',
  defaults: { mode: 'shadow', min_confidence: 0.75 },
});
