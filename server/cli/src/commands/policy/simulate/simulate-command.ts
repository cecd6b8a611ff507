/** The command that tries orchestration policies: `policy simulate`. */
import { type Command, Option } from 'commander';
import { parseTime } from '../../../arguments/flag-options.ts';
import type { CommandContext } from '../../../operations/command-context.ts';
import { exampleText } from '../flags/text-flags.ts';

/** Orchestration policies to simulate. */
interface SimulateRequest {
  /** None: the policies of the server alone. */
  readonly file: string | undefined;
  readonly facts?: string;
  /** Asks about the VMs of the server instead. */
  readonly live?: true;
  /** The server's policies count as well. */
  readonly stored?: true;
  /** RFC 3339; else now. */
  readonly at?: string;
}

/** Adds it to the group `policy`. */
export function addSimulateCommand(group: Command, context: CommandContext): void {
  group
    .command('simulate')
    .description(
      'Shows which orchestration policies would act on resources, why, and how conflicts resolve.',
    )
    .argument('[file]', 'Policies in YAML, JSON or the text form (- for standard input)')
    .option('--stored', "Include the server's enabled policies")
    .option(
      '--facts <file>',
      'Resources with labels and metrics, JSON or YAML (default: only check the policies)',
    )
    .addOption(new Option('--live', "Use the server's VMs").conflicts('facts'))
    .addOption(new Option('--at <time>', 'Evaluation time (default: now)').argParser(parseTime))
    .addHelpText('after', exampleText('policy simulate policies.yaml --facts fleet.yaml'))
    .action((file: string | undefined, flags: Omit<SimulateRequest, 'file'>, command: Command) => {
      if (file !== undefined || flags.stored === true) {
        return simulate(context, { file, ...flags });
      }
      return command.error("error: missing required argument 'file', or '--stored'");
    });
}

async function simulate(
  { io, finish, online }: CommandContext,
  { file, facts, live, stored, at }: SimulateRequest,
): Promise<void> {
  const { simulatePolicies } = await import('./simulate-policies.ts');
  const nowMs = at === undefined ? io.now().getTime() : Date.parse(at);
  const request = { file, facts, nowMs };
  if (live === undefined && stored === undefined) {
    return finish(await simulatePolicies(io, request));
  }
  await online((session) =>
    simulatePolicies(io, request, {
      ...(live === undefined ? {} : { live: session }),
      ...(stored === undefined ? {} : { stored: session }),
    }),
  );
}
