/** A change that waits, as status, incidents and explanations show it. */
import type { IntentClass } from '@novacron/contract/healing/intent';
import type { OperationId } from '@novacron/contract/ids';
import type { GivenUp } from './find-refusals.ts';

/** A change that healing intends to make and that waits. */
export interface WaitingChange {
  readonly class: IntentClass;
  /** The part of NovaCron that intends it, such as `recoveries`. */
  readonly who: string;
  /** The operation that it leads to, such as `vm.recover`. */
  readonly operation: string;
  /** Name of the VM or of the node. */
  readonly target: string;
  /** Id of the VM; null: it is a node or something else. */
  readonly vmId: string | null;
  /** The node that it is to leave because that may fail; null: it is not. */
  readonly from: string | null;
  /** Unit: ms since the Unix epoch. */
  readonly sinceMs: number;
  /** Reason why it waits, a clause for people. */
  readonly reason: string;
  /** The operation that it waits for; null: for something else. */
  readonly heldBy: OperationId | null;
  /** Absent where it is tried again by itself, whatever changes. */
  readonly givenUp?: GivenUp;
}
