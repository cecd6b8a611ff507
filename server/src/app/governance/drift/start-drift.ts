import type { DriftRecord } from '@novacron/contract/drift/drift';
import type { Reconciler } from '../../kernel/reconcilers/reconciler.ts';
import { autoRemediate } from './auto-remediate.ts';
import type { RemediationParts } from './remediate-drift.ts';
import { driftScan } from './watch-drift.ts';

/** Pause before a revert is tried again that has to wait for something more urgent. Unit: ms. */
const AGAIN_MS = 15_000;

/** Scans for drift, and reverts what tenants want reverted automatically. */
export function remediatingScan(parts: RemediationParts): Reconciler {
  const { deps } = parts;

  async function revert(record: DriftRecord, tenantId: string): Promise<void> {
    try {
      const outcome = await autoRemediate(parts, record, tenantId);
      // Drift that is gone by then is refused.
      if (outcome === 'waits') deps.timers.after(AGAIN_MS, () => void revert(record, tenantId));
    } catch (cause) {
      deps.logger.warn(
        { resource: record.resource_id, cause },
        'drift is not remediated automatically',
      );
    }
  }

  return driftScan({
    deps,
    onDetected: (record, tenantId) => void revert(record, tenantId),
  });
}
