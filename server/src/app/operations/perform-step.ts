import type { MigrateStepAction, StepAction, StepOutcome } from './operation-definition.ts';
import type { AgentSteps } from './perform-agent-steps.ts';

/** Who does which kind of step. */
export interface StepPerformers {
  readonly agentSteps: Pick<AgentSteps, 'perform'>;
  /** Carries out a step that is a live migration; never rejects. */
  readonly migrateVm: (action: MigrateStepAction) => Promise<StepOutcome>;
}

type Attempt = Parameters<AgentSteps['perform']>[0];

/** Has a step carried out by whoever does its kind. */
export function performStep(
  { agentSteps, migrateVm }: StepPerformers,
  attempt: Attempt,
  action: StepAction,
): Promise<StepOutcome> {
  return action.kind === 'agent' ? agentSteps.perform(attempt, action) : migrateVm(action);
}
