/** The command `drift report`, which learns more than its row of the operations table says. */
import { type Command, Option } from 'commander';
import { commandOf } from '../../arguments/command-table.ts';
import { parsePercent, repeatedText } from '../../arguments/flag-options.ts';
import { reportOutputOption } from '../../arguments/output-option.ts';
import { exitCodeOfDrift } from '../../failures/failure.ts';
import type { CommandContext } from '../../operations/command-context.ts';
import { CODES_HELP, failOnOption } from './drift-flags.ts';
import type { ReportRequest } from './report-drift.ts';

interface ReportFlags extends Pick<ReportRequest, 'failOn' | 'coverageMin' | 'config'> {
  readonly state?: readonly string[];
}

/** Adds its flags to the command of the row. */
export function addReportCommand(group: Command, { online, output }: CommandContext): void {
  const report = group.commands.find((command) => command.name() === 'report');
  const states = 'State file to compare with: terraform.tfstate, or `terraform show -json` output';
  const coverage = 'With --state: exit with 1 if a smaller share of resources is in a state file';
  report
    ?.addOption(repeatedText('--state <file>', states))
    .option(
      '--config <dir>',
      'With --state: directory of the configuration, to find source lines',
      '.',
    )
    .addOption(new Option('--coverage-min <percent>', coverage).argParser(parsePercent))
    .addOption(failOnOption())
    .addOption(reportOutputOption())
    .addHelpText('after', CODES_HELP)
    .action(async () => {
      const { reportDrift } = await import('./report-drift.ts');
      const { state: states = [], config, failOn, coverageMin }: ReportFlags = report.opts();
      const request = {
        command: commandOf('drift.report'),
        given: { argument: undefined, options: report.opts() },
        states,
        config,
        failOn,
        coverageMin,
        format: output(),
      };
      await online((session) => reportDrift(session, request), exitCodeOfDrift);
    });
}
