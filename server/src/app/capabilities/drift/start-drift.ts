import type { Reconciler } from '../../kernel/reconcilers/reconciler.ts';
import { autoRemediate } from './auto-remediate.ts';
import type { RemediationParts } from './remediate-drift.ts';
import { driftScan } from './watch-drift.ts';

/** Scans for drift, and reverts what tenants want reverted automatically. */
export function remediatingScan(parts: RemediationParts): Reconciler {
  const { deps, onEvents } = parts;
  return driftScan({
    deps,
    onEvents,
    onDetected: (record, tenantId) => {
      void autoRemediate(parts, record, tenantId).catch((cause: unknown) => {
        deps.logger.warn(
          { resource: record.resource_id, cause },
          'drift is not remediated automatically',
        );
      });
    },
  });
}
