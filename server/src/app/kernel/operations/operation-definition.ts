/** What an operation will do, as data: pinned in the store when the operation is admitted. */

import type { ClientName } from '@novacron/contract/access/identity';
import type { PreviewableOperation } from '@novacron/contract/admission/admission';
import type { AgentAction, CommandTarget } from '@novacron/contract/agent/agent';
import type { CauseKind } from '@novacron/contract/drift/drift';
import type { JsonObject } from '@novacron/contract/json';
import type { StepDefinition, WorkflowDefinition } from '@novacron/engine/workflow/model/workflow';
import type { ChangeSet } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';

/** An order to the agent of one node. */
export interface AgentStepAction {
  readonly kind: 'agent';
  readonly node: string;
  /** The VM or the snapshot that it is about. */
  readonly vmId: CommandTarget;
  readonly generation: number;
  readonly action: AgentAction;
  /** The VM that nobody may touch meanwhile, where it is another one. */
  readonly holdsVmId?: string;
}

/** A live migration, which is an operation of its own: with its own steps, undo and records. */
export interface MigrateStepAction {
  readonly kind: 'migrate-vm';
  readonly vmId: string;
  readonly tenantId: string;
  /** Names of nodes. */
  readonly from: string;
  readonly to: string;
}

/** The waking of a node on standby, which is an operation of the node's own. */
export interface WakeStepAction {
  readonly kind: 'wake-node';
  readonly nodeId: string;
  /** Of the VM that it is woken for. */
  readonly tenantId: string;
}

/** An operation of a VM that was admitted together with this one: it is waited for. */
export interface AwaitStepAction {
  readonly kind: 'await-operation';
  readonly operationId: string;
}

/** A change or the end of a member of a VM group, which is an operation of its own. */
export interface MemberStepAction {
  readonly kind: 'change-member';
  readonly vmId: string;
  readonly tenantId: string;
  /** The fields to be changed; null for its end. */
  readonly fields: JsonObject | null;
}

/** Another VM in the place of a member that cannot change in place: its end, then the new one. */
export interface ReplaceStepAction {
  readonly kind: 'replace-member';
  /** The member that goes. */
  readonly vmId: string;
  readonly tenantId: string;
  readonly groupId: string;
  readonly ordinal: number;
  /** What `vm.create` is asked for. */
  readonly input: JsonObject;
}

/** A write that reverts drift; or, without an input, a look whether the drift is gone. */
export interface CallStepAction {
  readonly kind: 'call-write';
  readonly resourceId: string;
  readonly tenantId: string;
  /** `vm.start` and `vm.stop`: in definitions of earlier releases. */
  readonly operation: PreviewableOperation | 'vm.start' | 'vm.stop';
  readonly input: JsonObject | null;
  /** Whoever asked for it. */
  readonly by: {
    readonly id: string;
    readonly name: string;
    readonly role: string;
    readonly kind: CauseKind;
    readonly client: ClientName;
  };
}

/** A message to a server of somebody else. */
export interface WebhookStepAction {
  readonly kind: 'send-webhook';
  readonly url: string;
  /** JSON; the same in every attempt. */
  readonly body: string;
}

/** Everything a step can do; workflows and runbooks will add kinds. */
export type StepAction =
  | AgentStepAction
  | MigrateStepAction
  | WakeStepAction
  | GroupStepAction
  | CallStepAction
  | WebhookStepAction;

/** What is done to members of VM groups. */
export type GroupStepAction = AwaitStepAction | MemberStepAction | ReplaceStepAction;

/** How a step ended. */
export type StepOutcome =
  | { readonly kind: 'succeeded' }
  | {
      readonly kind: 'failed';
      readonly message: string;
      readonly next: 'retry' | 'final';
      /** How long to wait at least before the next attempt. */
      readonly waitMs?: number;
    };

/** One step of an operation. */
export type OperationStepDefinition = StepDefinition<StepAction>;

/** The whole plan of an operation. Its executor makes no choices. */
export interface OperationDefinition extends WorkflowDefinition<StepAction> {
  /** Committed together with the status `succeeded`. */
  readonly onSuccess: ChangeSet;
  /** Committed together with the status `failed`: what admission reserved is given back. */
  readonly onFailure: ChangeSet;
  /**
   * Committed together with the status `stuck`: what is at the node is not known, so everything
   * that it may hold stays reserved, and the resource is let go of so that it can be deleted.
   */
  readonly onStuck: ChangeSet;
  /**
   * Takes the resource back after `onStuck`, under guards that nobody has changed it since, so that
   * the operation can go on. Without it a stuck operation stays as it is.
   */
  readonly onRetry?: ChangeSet;
  /** The request that asked for it, for the log. */
  readonly requestId?: string;
  /** The operation's own span and the one that admitted it, as traceparents. */
  readonly trace?: { readonly own: string; readonly parent: string | null };
}

/** Writes a definition for the store. */
export function encodeDefinition(definition: OperationDefinition): string {
  return JSON.stringify(definition);
}

type OperationRow = Tables['operations'];

/**
 * Caches the definitions of rows that were made here. A row never changes, so that the cache holds
 * what parsing its `definition_json` would return, and parsing is most of what a start would cost.
 */
const DEFINITION_CACHE = new WeakMap<OperationRow, OperationDefinition>();

/** Remembers what a new row was made of, for as long as somebody has the row. */
export function keepDefinition(row: OperationRow, definition: OperationDefinition): void {
  DEFINITION_CACHE.set(row, definition);
}

/** Reads the definition of a stored operation. */
export function decodeDefinition(row: OperationRow): OperationDefinition {
  // Only `encodeDefinition` writes this column, in the same release or its neighbour.
  return DEFINITION_CACHE.get(row) ?? (JSON.parse(row.definition_json) as OperationDefinition);
}
