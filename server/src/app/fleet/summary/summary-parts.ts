import type { ReconcilerStatus } from '@novacron/contract/operation/reconciler';
import type { CapabilityDeps } from '../../platform/deps.ts';

/** Requester of a summary, and the dependencies of its parts. */
export interface SummaryParts {
  readonly deps: CapabilityDeps;
  readonly tenantId: string;
  /** Whether the caller is of the first tenant, whose people run the fleet. */
  readonly isPlatform: boolean;
  readonly reconcilers: () => readonly ReconcilerStatus[];
}
