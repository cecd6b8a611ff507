/** Starts the watch over drift, and has what tenants want reverted by itself. */
import type { Lease } from '../../kernel/leases/leases.ts';
import { autoRemediate } from './auto-remediate.ts';
import type { RemediationParts } from './remediate-drift.ts';
import { type DriftWatch, watchDrift } from './watch-drift.ts';

/** Starts both; they act while the lease is held. */
export function startDrift(
  parts: RemediationParts,
  lease: Pick<Lease, 'isHeld' | 'guard'>,
): DriftWatch {
  const { deps, onEvents } = parts;
  return watchDrift({
    ...{ deps, lease, onEvents },
    onDetected: (record, tenantId) => {
      void autoRemediate(parts, record, tenantId).catch((cause: unknown) => {
        deps.logger.warn({ resource: record.resource_id, cause }, 'drift is left to people');
      });
    },
  });
}
