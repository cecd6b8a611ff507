/** The command `drift annotate`. */
import { Argument, type Command } from 'commander';
import { reportOutputOption } from '../../arguments/output-option.ts';
import { exitCodeOfDrift } from '../../failures/failure.ts';
import type { CommandContext } from '../../operations/command-context.ts';
import type { AnnotateRequest } from './annotate-plan.ts';
import { CODES_HELP, failOnOption } from './drift-flags.ts';

const ANNOTATE_HELP = `
Example:
  $ terraform plan -out plan.bin && terraform show -json plan.bin > plan.json
  $ novacron drift annotate plan.json`;

type AnnotateFlags = Pick<AnnotateRequest, 'config' | 'failOn'>;

/** Adds it to the group `drift`. */
export function addAnnotateCommand(group: Command, { online, output }: CommandContext): void {
  group
    .command('annotate')
    .description('Annotates a Terraform plan with drift, for pull requests.')
    .addArgument(new Argument('<plan>', 'Output of `terraform show -json` (- for standard input)'))
    .option('--config <dir>', 'Directory of the configuration, to find source lines', '.')
    .addOption(failOnOption())
    .addOption(reportOutputOption())
    .addHelpText('after', `${CODES_HELP}\n${ANNOTATE_HELP}`)
    .action(async (plan: string, { config, failOn }: AnnotateFlags) => {
      const { annotatePlan } = await import('./annotate-plan.ts');
      const request = { plan, config, failOn, format: output() };
      await online((session) => annotatePlan(session, request), exitCodeOfDrift);
    });
}
