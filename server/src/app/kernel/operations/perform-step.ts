import type {
  AutomationAction,
  AwaitGuestStepAction,
  BulkStepAction,
  CallStepAction,
  FenceStepAction,
  GroupStepAction,
  MigrateStepAction,
  RunInGuestStepAction,
  StepAction,
  StepOutcome,
  StorageStepAction,
  TrainStepAction,
  WaitingStep,
  WakeStepAction,
  WebhookStepAction,
} from '../definitions/operation-definition.ts';
import type { AgentSteps } from './perform-agent-steps.ts';

/** The performer of each kind of step. `operationId`: the operation that it is a step of. */
export interface StepPerformers {
  readonly agentSteps: Pick<AgentSteps, 'perform'>;
  /** Performs a step that is a live migration; never rejects. */
  readonly migrateVm: (operationId: string, action: MigrateStepAction) => Promise<StepOutcome>;
  /** Performs a step that wakes a node; never rejects. */
  readonly wakeNode: (operationId: string, action: WakeStepAction) => Promise<StepOutcome>;
  /** Looks whether a guest is ready; never rejects. */
  readonly awaitGuest: (action: AwaitGuestStepAction) => Promise<StepOutcome>;
  /** Runs a program in a guest; never rejects. */
  readonly runInGuest: (action: RunInGuestStepAction) => Promise<StepOutcome>;
  /** Performs a step about a member of a VM group; never rejects. */
  readonly performMemberStep: (
    operationId: string,
    action: GroupStepAction,
  ) => Promise<StepOutcome>;
  /** Performs a step that is a write of its own; never rejects. */
  readonly performWriteStep: (operationId: string, action: CallStepAction) => Promise<StepOutcome>;
  /** Performs the write of one VM of a bulk operation; never rejects. */
  readonly performBulkStep: (operationId: string, action: BulkStepAction) => Promise<StepOutcome>;
  /** Names the steps of an operation that have failed; never rejects. */
  readonly reportFailures: (operationId: string) => Promise<StepOutcome>;
  /** Sends a message of an operation, which it is named after; never rejects. */
  readonly sendWebhook: (operationId: string, action: WebhookStepAction) => Promise<StepOutcome>;
  /** Trains a version of a model; never rejects. */
  readonly trainModel: (action: TrainStepAction) => Promise<StepOutcome>;
  /** Performs a step of a workflow. */
  readonly automation: AutomationSteps;
  /** Powers a node off; never rejects. */
  readonly fenceNode: (action: FenceStepAction) => Promise<StepOutcome>;
  /** Has storages cut a node off, or gives it back what they have; never rejects. */
  readonly switchStorage: (action: StorageStepAction) => Promise<StepOutcome>;
}

/** Performs steps of workflows. */
export interface AutomationSteps {
  /** Never rejects. */
  readonly perform: (
    attempt: Attempt,
    action: AutomationAction,
  ) => Promise<StepOutcome | WaitingStep>;
  /** Ends an attempt whose execution is taken back. */
  readonly giveUp: (attempt: Pick<Attempt, 'operationId' | 'stepKey'>) => void;
  /** Ends all waits: the server stops, and the next one goes on with them. */
  readonly stop: () => void;
}

type Attempt = Parameters<AgentSteps['perform']>[0];

/** Dispatches a step to the performer of its kind. */
export function performStep(
  performers: StepPerformers,
  attempt: Attempt,
  action: StepAction,
): Promise<StepOutcome | WaitingStep> {
  switch (action.kind) {
    case 'agent':
      return performers.agentSteps.perform(attempt, action);
    case 'migrate-vm':
      return performers.migrateVm(attempt.operationId, action);
    case 'wake-node':
      return performers.wakeNode(attempt.operationId, action);
    case 'await-guest':
      return performers.awaitGuest(action);
    case 'run-in-guest':
      return performers.runInGuest(action);
    case 'await-operation':
    case 'change-member':
    case 'replace-member':
      return performers.performMemberStep(attempt.operationId, action);
    case 'call-write':
      return performers.performWriteStep(attempt.operationId, action);
    case 'write-vm':
      return performers.performBulkStep(attempt.operationId, action);
    case 'automation':
      return performers.automation.perform(attempt, action);
    case 'report-failures':
      return performers.reportFailures(attempt.operationId);
    case 'send-webhook':
      return performers.sendWebhook(attempt.operationId, action);
    case 'train-model':
      return performers.trainModel(action);
    case 'fence-node':
      return performers.fenceNode(action);
    case 'cut-off-node':
    case 'reconnect-node':
      return performers.switchStorage(action);
  }
}
