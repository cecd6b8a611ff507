/** What preparing a write receives and returns. */
import type { OperationId } from '@novacron/contract/ids';
import type { JsonObject } from '@novacron/contract/json';
import type { PlacementDecision } from '@novacron/contract/placement';
import type { Problem } from '@novacron/contract/problem';
import type { Result } from '@novacron/contract/result';
import type { ChangeSet } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables.ts';
import type { StoredKind } from '../../rows/resource-tables.ts';
import type { CallContext } from '../context/call-context.ts';
import type { KernelDeps, OfInstance } from '../context/deps.ts';
import type { OperationStepDefinition } from '../operations/operation-definition.ts';

/** Everything a write will do, before it is allowed to. */
export interface PreparedWrite {
  /** To be committed alone, after which the write is prepared again. */
  readonly announce?: ChangeSet;
  readonly resourceKind: StoredKind | 'node' | 'fleet' | 'reservation';
  readonly target: { readonly id: string; readonly name: string };
  /** The fields as they are; null for a create. */
  readonly before: JsonObject | null;
  /** The fields wanted; null for a delete. */
  readonly wanted: JsonObject | null;
  /** Admission itself: desired state and reservations. */
  readonly changes: ChangeSet;
  readonly steps: readonly OperationStepDefinition[];
  readonly onSuccess: ChangeSet;
  readonly onFailure: ChangeSet;
  /** Lets go of the resource when its operation could not be undone. */
  readonly onStuck: ChangeSet;
  /** Takes the resource back from `onStuck`; without it a stuck operation is not retried. */
  readonly onRetry?: ChangeSet;
  readonly placement: PlacementDecision | null;
  /** What to tell the requester besides what policies say. */
  readonly notices?: readonly string[];
  /** Fields whose change restarts what runs. */
  readonly restarts?: readonly string[];
  /** Fields whose new value says what the old one says. */
  readonly respelled?: readonly string[];
  /** Fields that were found to be otherwise than wanted, and that it does not ask to be changed. */
  readonly leaves?: JsonObject;
}

/** What preparing a write may use. Each layer names the ports that its writes need. */
export interface WriteScope<Deps extends KernelDeps = KernelDeps> {
  readonly deps: Deps;
  readonly context: CallContext;
  readonly operationId: OperationId;
  readonly nowMs: number;
}

/** A scope that leads to an operation, which belongs to the server that admits it. */
export type AdmissionScope<Deps extends KernelDeps = KernelDeps> = WriteScope<OfInstance<Deps>>;

/** Reads and plans one kind of write; returns all problems at once. */
export type Prepare<Input, Deps extends KernelDeps = KernelDeps> = (
  input: Input,
  scope: WriteScope<Deps>,
) => Promise<Result<PreparedWrite, readonly Problem[]>>;

/** What an admitted write answers with. */
export interface AdmittedWrite {
  /** `earlier`: the same request has been admitted before, maybe by another server. */
  readonly admission: 'new' | 'earlier';
  readonly resourceId: string;
  readonly operation: Tables['operations'];
  readonly warnings: readonly { readonly policy: string; readonly message: string }[];
  readonly notices: readonly string[];
}
