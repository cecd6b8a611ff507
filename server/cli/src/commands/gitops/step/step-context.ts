/** What every step has: settings, variables, directories, and words for its log. */
import type { GitopsStepSettings } from '@novacron/contract/automation/gitops-step';
import type { CliIo, Environment } from '../../../io/cli-io.ts';

/** Surroundings of a step. */
export interface StepContext {
  readonly settings: GitopsStepSettings;
  readonly env: Environment;
  readonly io: CliIo;
  /** A directory of its own, which is removed when the step has ended. */
  readonly directory: string;
  /** Directory of artifacts: `load` and `save` are in it. */
  readonly artifacts: string;
  /** Writes a line of progress. */
  readonly say: (line: string) => void;
  /** Aborted when the step is asked to end. */
  readonly signal: AbortSignal;
}
