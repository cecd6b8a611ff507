/** A due action of a policy, and the result of starting it. */
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { RequestedAction } from '@novacron/engine/automation/orchestration/model/orchestration';
import type { ChangeSet } from '../../../ports/store.ts';
import type { PolicyRow, Tables } from '../../../ports/tables/tables.ts';
import type { ObservedResource } from './observe-resources.ts';

/** An action that is due. */
export interface DueAction {
  readonly tenantId: string;
  readonly asked: RequestedAction;
  readonly policy: PolicyRow;
  /** Reasons, in words, why the conditions of its rule hold. */
  readonly because: readonly string[];
  readonly resource: ObservedResource;
  /**
   * For an evacuation: the nodes that its rule evacuates now, including this resource's node. No VM
   * moves from one of them to another.
   */
  readonly evacuated?: readonly string[];
  /** For a `scale` action: the desired number of members. */
  readonly size?: number;
  /** Records that it has begun; committed with it, and only while this server holds the lease. */
  readonly begun: ChangeSet;
  /** Records that it was refused; committed under the same condition. */
  readonly refused: ChangeSet;
}

/**
 * The operation that was started; undefined where it needs none, `waits` where something more
 * urgent is in its way: it is tried again in the next round.
 */
export type Admission = Result<Tables['operations'] | 'waits' | undefined, Problem>;
