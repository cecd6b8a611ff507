/** Input and result of preparing a write. */
import type { OperationId } from '@novacron/contract/ids';
import type { JsonObject } from '@novacron/contract/json';
import type { PlacementDecision } from '@novacron/contract/placement/placement';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { ChangeSet } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { FieldValues } from '../../rows/changed-fields.ts';
import type { CallContext } from '../context/call-context.ts';
import type { KernelDeps } from '../context/deps.ts';
import type { OperationDefinition } from '../definitions/operation-definition.ts';
import type { Saga } from '../operations/saga.ts';

/** Everything that an admitted write does. */
export interface PreparedWrite {
  /** Committed by itself first; then the write is prepared again. */
  readonly prerequisites?: ChangeSet;
  /**
   * Called instead of the commit where another operation has to end before the write: starts that
   * or names it. The write is refused with the problem, and the client sends it again.
   */
  readonly wait?: (() => Promise<Problem>) | undefined;
  /** Admits another operation that has to end before the write, which then waits for it. */
  readonly first?: (() => Promise<Result<AdmittedWrite, Problem>>) | undefined;
  readonly resourceKind:
    | ResourceKind
    | 'node'
    | 'fleet'
    | 'reservation'
    | 'workflow'
    | 'gitops_application'
    | 'model';
  readonly target: { readonly id: string; readonly name: string };
  /** The observed and desired fields before the write; null for a create. */
  readonly before: FieldValues | null;
  /** The desired fields; null for a delete. */
  readonly wanted: FieldValues | null;
  readonly saga: Saga;
  readonly placement: PlacementDecision | null;
  /** Notices for the requester besides those of policies. */
  readonly notices?: readonly string[];
  /** Note for people, shown with the operation. */
  readonly note?: string | undefined;
  /** Strategy of the healing attempt, if the name of the operation does not state it. */
  readonly strategy?: OperationDefinition['strategy'];
  /** Plan of a workflow execution. */
  readonly execution?: OperationDefinition['execution'];
  /** The concurrency group that the execution waits for; absent where it begins at once. */
  readonly queuedFor?: string;
  /** Time limit after which the operation is rolled back. Default: hours. Unit: ms. */
  readonly limitMs?: number;
  /** Names of nodes with root disks that nothing needs. See `OperationDefinition`. */
  readonly leftDisks?: readonly string[];
  /** For the deletion of a VM: names of dead nodes that keep its root disk. */
  readonly keptDisks?: readonly string[];
  /** Fields whose change restarts the VM. */
  readonly restarts?: readonly string[];
  /** Fields whose new value has the same meaning as the old one. */
  readonly respelled?: readonly string[];
  /** Observed differences from the desired fields that the write leaves as they are. */
  readonly leaves?: JsonObject;
}

/** Dependencies of preparing a write. Each layer names the ports that its writes need. */
export interface WriteScope<Deps extends KernelDeps = KernelDeps> {
  readonly deps: Deps;
  readonly context: CallContext;
  readonly operationId: OperationId;
  readonly nowMs: number;
  /** Fields of a previewed write whose values are not known yet; they look absent. */
  readonly unknown?: readonly string[] | undefined;
  /** Nodes that nothing is placed on, by name: why, in a clause about the node. */
  readonly avoidedNodes?: Readonly<Record<string, string>> | undefined;
}

/** Reads and plans one kind of write; returns all problems at once. */
export type Prepare<Input, Deps extends KernelDeps = KernelDeps> = (
  input: Input,
  scope: WriteScope<Deps>,
) => Promise<Result<PreparedWrite, readonly Problem[]>>;

/** The answer of an admitted write. */
export interface AdmittedWrite {
  /** `earlier`: the same request has been admitted before, maybe by another server. */
  readonly admission: 'new' | 'earlier';
  readonly resourceId: string;
  readonly operation: Tables['operations'];
  readonly warnings: readonly { readonly policy: string; readonly message: string }[];
  readonly notices: readonly string[];
}
