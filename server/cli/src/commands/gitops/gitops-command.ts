/** The command that the steps of a GitOps sync run. */
import { GITOPS_STEPS, type GitopsStep } from '@novacron/contract/automation/gitops-step';
import { Argument, type Command } from 'commander';

/** Action of the parsed command. */
export interface GitopsActions {
  readonly runGitopsStep: (step: GitopsStep) => Promise<void>;
}

const SETTINGS_HELP = `
Settings come from NOVACRON_GITOPS (JSON), the key of the server from the file that
NOVACRON_API_KEY_FILE names. The result is one JSON object on standard output.
Exit codes: 0 done, 1 refused or failed, 3 the state has changed since the plan.`;

/** Adds it to the program. */
export function addGitopsCommand(program: Command, actions: GitopsActions): void {
  program
    .command('gitops-step')
    .description('Runs a step of a GitOps sync; the workflow of a sync calls it in a runner.')
    .addArgument(new Argument('<step>', 'The step').choices(GITOPS_STEPS))
    .addHelpText('after', `${SETTINGS_HELP}\n\nExample:\n  $ novacron gitops-step fetch`)
    .action((step: GitopsStep) => actions.runGitopsStep(step));
}
