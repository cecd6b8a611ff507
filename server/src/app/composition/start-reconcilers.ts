/**
 * Everything that NovaCron looks after by itself, on signal and from time to time. One server does
 * it for all that share a store, under a lease.
 */

import { startDrift } from '../capabilities/drift/start-drift.ts';
import { checkMachines } from '../capabilities/healing/check-machines.ts';
import { cleanNode } from '../capabilities/healing/clean-node.ts';
import { completeVms } from '../capabilities/healing/complete-vms.ts';
import { observeSnapshots } from '../capabilities/healing/observe-snapshots.ts';
import { resumeStuck } from '../capabilities/healing/resume-stuck.ts';
import { createNodeVisitor } from '../capabilities/healing/visit-nodes.ts';
import { scheduleImprovement } from '../capabilities/optimizer/schedule-improvement.ts';
import { runPolicies } from '../capabilities/orchestration/run-policies.ts';
import { restartPreempted } from '../capabilities/preemption/restart-preempted.ts';
import { createRetention } from '../capabilities/retention/create-retention.ts';
import { keepSealed } from '../capabilities/sealing/reencrypt.ts';
import { keepCounted } from '../capabilities/usage-counts/recount-usage.ts';
import { scanViolations } from '../capabilities/violations/scan-violations.ts';
import type { OfInstance } from '../kernel/context/deps.ts';
import type { LeaseKeeper } from '../kernel/leases/leases.ts';
import type { OperationExecutor } from '../kernel/operations/execute-operations.ts';
import { expireReservations } from '../resources/reservation/expire-reservations.ts';
import type { AppDeps } from './deps.ts';

/** What the reconcilers act through. */
export interface ReconcilerParts {
  readonly deps: OfInstance<AppDeps>;
  readonly executor: Pick<OperationExecutor, 'start' | 'takeOver'>;
  readonly leases: Pick<LeaseKeeper, 'keep'>;
  readonly onEvents: () => void;
  /** `one`: nobody else can write to the store. */
  readonly servers: 'one' | 'several';
}

/** Starts them; they act as soon as their lease is held. */
export function startReconcilers(parts: ReconcilerParts): { readonly stop: () => void } {
  const { deps, leases } = parts;
  const lease = leases.keep('reconcilers', {
    onGained: () => {
      visitor.visitAll();
      completeVms(deps, () => lease.isHeld() && !stopped).catch((cause: unknown) => {
        deps.logger.warn({ cause }, 'VMs are completed after the next start');
      });
    },
  });
  let stopped = false;
  const visitor = createNodeVisitor(deps, {
    mayVisit: lease.isHeld,
    visit: async (node) => {
      await resumeStuck(parts, node);
      await cleanNode(parts, node);
      await observeSnapshots(parts, node);
    },
  });
  const health = checkMachines(parts, lease.isHeld);
  const retention = createRetention(deps, lease);
  const improvements = scheduleImprovement(parts, deps.settings.improvements);
  const seals = keepSealed(deps, deps.sealing, { lease, servers: parts.servers });
  const expiry = expireReservations({ deps, lease, onEvents: parts.onEvents });
  const preempted = restartPreempted({ ...parts, lease });
  const violations = scanViolations({ deps, lease, onEvents: parts.onEvents });
  const drift = startDrift(parts, lease);
  const counts = keepCounted(deps, lease.isHeld);
  const orchestration = runPolicies({ ...parts, lease });
  return {
    stop: () => {
      stopped = true;
      counts.stop();
      orchestration.stop();
      violations.stop();
      drift.stop();
      expiry.stop();
      preempted.stop();
      visitor.stop();
      health.stop();
      retention.stop();
      improvements.stop();
      seals.stop();
    },
  };
}
