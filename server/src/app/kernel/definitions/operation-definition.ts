/** An operation as data: its definition is stored when the operation is admitted. */

import type { ClientName } from '@novacron/contract/access/identity';
import type { PreviewableOperation } from '@novacron/contract/admission/admission';
import type { CommandTarget } from '@novacron/contract/agent/agent';
import type { AgentAction } from '@novacron/contract/agent/agent-actions';
import type { GuestConditions } from '@novacron/contract/agent/guest-check';
import type {
  AutomationDefinition,
  AutomationStep,
} from '@novacron/contract/automation/definition';
import type { ExecutionStep } from '@novacron/contract/automation/execution';
import type { WorkflowKind } from '@novacron/contract/automation/workflow';
import type { CauseKind } from '@novacron/contract/drift/drift';
import type { NodeId } from '@novacron/contract/ids';
import type { JsonObject } from '@novacron/contract/json';
import type { BulkAction } from '@novacron/contract/kinds/vm/vm-bulk-operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { StepDefinition, WorkflowDefinition } from '@novacron/engine/sagas/model/workflow';
import type { Change, ChangeSet } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { TokenBond } from './token-bond.ts';

/** A command to the agent of one node. */
export interface AgentStepAction {
  readonly kind: 'agent';
  readonly node: string;
  /** The VM or the snapshot of the command. */
  readonly vmId: CommandTarget;
  readonly generation: number;
  readonly action: AgentAction;
  /** The other node of a migration, which is asked when the command is sent. */
  readonly peer?: string;
  /** The VM that is locked meanwhile, where it is another one. */
  readonly holdsVmId?: string;
  /** A fenced node, and when it was heard last: the command is sent only if it is silent since. */
  readonly whileSilent?: { readonly nodeId: NodeId; readonly seenMs: number };
  /** `done`: there is nothing left to do where the node was confirmed dead; absent: it waits. */
  readonly whenDead?: 'done';
  /** The command is sent only if healing of this tenant is not held; absent: in any case. */
  readonly unlessHeld?: { readonly tenantId: string };
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

/** Waking a node on standby, which is an operation of the node. */
export interface WakeStepAction {
  readonly kind: 'wake-node';
  readonly nodeId: string;
  /** The VM that it is woken for. */
  readonly tenantId: string;
}

/** An operation of a VM that was admitted together with this one and is waited for. */
export interface AwaitStepAction {
  readonly kind: 'await-operation';
  readonly operationId: string;
}

/** An update or delete of a member of a VM group, which is an operation of its own. */
export interface MemberStepAction {
  readonly kind: 'change-member';
  readonly vmId: string;
  readonly tenantId: string;
  /** The fields to change; null for a delete. */
  readonly fields: JsonObject | null;
  /** For a delete: the program that is run in the guest before; the member stays if it fails. */
  readonly drain?: readonly string[];
  /** `use`: a change back, which is not refused for the room of lost nodes. */
  readonly failoverRoom?: 'use';
}

/** The replacement of a member that cannot change in place: its delete, then the new VM. */
export interface ReplaceStepAction {
  readonly kind: 'replace-member';
  /** The member to delete. */
  readonly vmId: string;
  readonly tenantId: string;
  readonly groupId: string;
  readonly ordinal: number;
  /** The input of `vm.create`. */
  readonly input: JsonObject;
}

/**
 * A write that reverts drift or corrects a finding; or, without an input, a check that the drift is
 * gone, or that the check of the finding passes.
 */
export interface CallStepAction {
  readonly kind: 'call-write';
  readonly resourceId: string;
  readonly tenantId: string;
  readonly operation: PreviewableOperation;
  readonly input: JsonObject | null;
  /** The finding; absent for drift. */
  readonly findingId?: string;
  readonly replaces?: ReplacedValue;
  /** The requester. */
  readonly by: {
    readonly id: string;
    readonly name: string;
    readonly role: string;
    readonly kind: CauseKind;
    readonly client: ClientName;
  };
}

/** The value that a write expects to replace; a newer one stays. */
export interface ReplacedValue {
  readonly field: string;
  readonly value: JsonObject | boolean | null;
  /** The step that an undo reverses: if that has not succeeded, there is nothing to undo. */
  readonly undoes?: string;
}

/** The write of one VM, for a bulk operation. */
export interface BulkStepAction {
  readonly kind: 'write-vm';
  readonly operation: `vm.${BulkAction}`;
  readonly input: JsonObject;
  readonly vmId: string;
  readonly tenantId: string;
  /** The requester. */
  readonly by: CallStepAction['by'];
}

/** Fails where steps of its operation have failed that do not fail it by themselves. */
export interface ReportStepAction {
  readonly kind: 'report-failures';
}

/** A message to an external server. */
export interface WebhookStepAction {
  readonly kind: 'send-webhook';
  readonly url: string;
  /** JSON; the same in every attempt. */
  readonly body: string;
}

/** A wait until the guest of a VM is ready: questions to the agent of its node, no commands. */
export interface AwaitGuestStepAction {
  readonly kind: 'await-guest';
  /** Name of the node. */
  readonly node: string;
  readonly vmId: string;
  readonly conditions: GuestConditions;
}

/** A program that is run once in the guest of a VM: a question to the agent of its node. */
export interface RunInGuestStepAction {
  readonly kind: 'run-in-guest';
  /** Name of the node. */
  readonly node: string;
  readonly vmId: string;
  /** The program with its arguments. */
  readonly command: readonly string[];
}

/** Training a version of a model, in a thread of its own. */
export interface TrainStepAction {
  readonly kind: 'train-model';
  readonly modelId: string;
  readonly tenantId: string;
  readonly version: number;
}

/** Powering a lost node off through its fence device. */
export interface FenceStepAction {
  readonly kind: 'fence-node';
  readonly nodeId: NodeId;
  /** Whether NovaCron decided it itself: then a hold of healing stops it. Absent: a person did. */
  readonly automatic?: boolean | undefined;
}

/** Telling shared storages to cut a node off, or to give it back what they have. */
export type StorageStepAction =
  | {
      readonly kind: 'cut-off-node';
      readonly nodeId: NodeId;
      /** Whether NovaCron decided it itself: then a hold of healing stops it. */
      readonly automatic?: boolean | undefined;
    }
  | {
      readonly kind: 'reconnect-node';
      readonly nodeId: NodeId;
      /** Whether a person takes it upon themselves that the node does not answer. */
      readonly force?: boolean | undefined;
    };

/** A step of a workflow, or what takes it back. */
export interface AutomationAction {
  readonly kind: 'automation';
  readonly step: AutomationStep;
  /** `items`: finds out the list of a step that is repeated, whose items are steps of their own. */
  readonly part: 'action' | 'compensation' | 'items';
  /** Position of the item in the list of such a step, from 0. */
  readonly item?: number;
}

/** Plan of a workflow execution: pinned when it starts. */
export interface ExecutionPlan {
  readonly workflowId: string;
  readonly kind: WorkflowKind;
  readonly version: number;
  readonly digest: string;
  /** Digest of the bundle of that version; absent where it has none. */
  readonly bundle?: string;
  readonly inputs: JsonObject;
  /** Starter of the execution; each step is admitted as a write of this principal. */
  readonly by: CallStepAction['by'] & { readonly bond?: TokenBond };
  /** Who has started it, where its steps act as another principal. */
  readonly onBehalfOf?: string;
  /** Persons who do not approve what its steps ask: who started it, and who wrote its version. */
  readonly excluded?: readonly string[];
  /** Cause of the execution; absent if a caller started it. */
  readonly cause?: ExecutionCause;
  /** The group that it counts in; absent where its definition has none. */
  readonly concurrency?: ExecutionGroup;
  /** The versions of secrets that its requests get; absent where they get none. */
  readonly secrets?: readonly PinnedSecret[];
  /** Single step to run; absent if every step runs. */
  readonly only?: SingleStep;
  /** Deadlines and their effects; absent if its workflow has no SLA. */
  readonly sla?: NonNullable<AutomationDefinition['sla']>;
}

/** The one step that an execution runs, with the approvals before it. */
export interface SingleStep {
  readonly step: string;
  /** The execution that the outputs are of; absent where it needs none. */
  readonly outputsFrom?: string;
  /** Outputs of steps that do not run, by id; null for one that ended without outputs. */
  readonly outputs: Readonly<Record<string, JsonObject | null>>;
  /** Every step of the definition, in its order. */
  readonly steps: readonly Pick<ExecutionStep, 'id' | 'kind' | 'finally' | 'needs'>[];
}

/** A concurrency group as an execution began with it. */
export interface ExecutionGroup {
  /** With the values of inputs. */
  readonly group: string;
  /** Names the group in the store. */
  readonly groupId: string;
  readonly limit: number;
  readonly when_busy: 'queue' | 'skip' | 'cancel_oldest';
}

/** A version of a secret as an execution began with it. It contains no value. */
export interface PinnedSecret {
  /** Name in the definition: `NAME`, or `NAME@VERSION`. */
  readonly secret: string;
  readonly name: string;
  readonly id: string;
  readonly version: number;
}

/**
 * Cause of an execution, and the length of its chain of executions that started each other,
 * including itself.
 */
export type ExecutionCause = { readonly depth: number } & (
  | { readonly kind: 'schedule'; readonly at: string }
  | { readonly kind: 'event'; readonly event_id: string; readonly type: string }
  | { readonly kind: 'metric'; readonly name: string; readonly since: string }
  | { readonly kind: 'webhook'; readonly name: string }
  | StepCause
);

/** A step of another execution, which this one is a part of. */
export interface StepCause {
  readonly kind: 'step';
  readonly execution_id: string;
  /** Name of the workflow of that execution. */
  readonly workflow: string;
  /** The step, or the item. */
  readonly step: string;
  /** Ids of the workflows of all executions above, outermost first. */
  readonly workflows: readonly string[];
  /** Ids of the concurrency groups that these have. */
  readonly groups: readonly string[];
}

/** Everything that a step can do. */
export type StepAction =
  | AgentStepAction
  | MigrateStepAction
  | WakeStepAction
  | AwaitGuestStepAction
  | RunInGuestStepAction
  | GroupStepAction
  | CallStepAction
  | BulkStepAction
  | AutomationAction
  | ReportStepAction
  | WebhookStepAction
  | TrainStepAction
  | FenceStepAction
  | StorageStepAction;

/** The step kinds for members of VM groups. */
export type GroupStepAction = AwaitStepAction | MemberStepAction | ReplaceStepAction;

/** The outcome of a step. `record`: committed with the entry of the log with the outcome. */
export type StepOutcome =
  | {
      readonly kind: 'succeeded';
      readonly record?: Change;
      /** `yes`: its condition did not hold, and nothing was done. */
      readonly skipped?: 'yes';
      /** For a repeated step: the number of items in its list. */
      readonly items?: number;
    }
  | {
      readonly kind: 'failed';
      readonly record?: Change;
      readonly message: string;
      readonly next: 'retry' | 'final';
      /** The least delay before the next attempt. */
      readonly waitMs?: number;
    };

/** A step that waits for a person or a signal: it goes on when it is asked again. */
export interface WaitingStep {
  readonly kind: 'waiting';
  /** Time at which the wait ends automatically. */
  readonly untilMs: number;
  /** Guard: it still waits. */
  readonly still: Change;
}

/** One step of an operation. */
export type OperationStepDefinition = StepDefinition<StepAction>;

/**
 * After this time an operation is undone, counted from its admission or from its retry: longer than
 * all attempts at the slowest step, a migration, so that only an operation that hangs is affected.
 */
export const OPERATION_DEADLINE_MS = 8 * 3_600_000;

/** The whole plan of an operation. Its executor makes no choices. */
export interface OperationDefinition extends WorkflowDefinition<StepAction> {
  /** Committed together with the status `succeeded`. */
  readonly onSuccess: ChangeSet;
  /** Committed together with the status `failed`: rolls the reservations of admission back. */
  readonly onFailure: ChangeSet;
  /**
   * Committed together with the status `stuck`: the state on the node is unknown, so everything
   * that it may hold stays reserved, and the resource is unlocked so that it can be deleted.
   */
  readonly onStuck: ChangeSet;
  /**
   * Locks the resource again after `onStuck`, guarded against changes since, so that the operation
   * can be retried. Without it a stuck operation stays as it is.
   */
  readonly onRetry?: ChangeSet;
  /** Ids of the placement decisions whose outcome is the end of this operation. */
  readonly decisions?: readonly string[];
  /** Plan of a workflow execution. */
  readonly execution?: ExecutionPlan;
  /** For people; absent for most. */
  readonly note?: string;
  /**
   * `standby`: a recovery on the node that holds room for its VM. `live_migration`: a migration off
   * a node that may fail; `cold_migration`: one that stops a VM that runs, and starts it again.
   * Absent for all others.
   */
  readonly strategy?: 'standby' | 'live_migration' | 'cold_migration';
  /**
   * For the deletion of a VM: names of nodes with a root disk from before it got a new root disk
   * elsewhere. For the deletion of a node: its name, if its contents are given up.
   */
  readonly leftDisks?: readonly string[];
  /** For the deletion of a VM: names of dead nodes that keep its root disk. */
  readonly keptDisks?: readonly string[];
  /** The id of the request, for the log. */
  readonly requestId?: string;
  /** The operation's own span and the one that admitted it, as traceparents. */
  readonly trace?: { readonly own: string; readonly parent: string | null };
}

/** Encodes a definition for the store. */
export function encodeDefinition(definition: OperationDefinition): string {
  return JSON.stringify(definition);
}

type OperationRow = Tables['operations'];

/** Whether the definition was read with `damaged: 'blank'` and cannot be decrypted. */
export function isDamaged({ definition_json }: Pick<OperationRow, 'definition_json'>): boolean {
  return definition_json === '';
}

/** Explains why an operation with a damaged definition stays unchanged. */
export function damagedDefinition(id: string): Problem {
  return problem('unavailable', {
    detail:
      `The definition of the operation ${id} cannot be decrypted: it was changed outside of ` +
      'NovaCron.',
    remedy: 'An operator must restore it from a backup, and find out who can write to the store.',
    data: { reason: 'sealed-value-damaged' },
  });
}

/** Reads the definition of a stored operation that is not damaged. */
export function decodeDefinition({
  definition_json,
}: Pick<OperationRow, 'definition_json'>): OperationDefinition {
  // Only `encodeDefinition` writes this column, in the same release or its neighbour.
  return JSON.parse(definition_json);
}
