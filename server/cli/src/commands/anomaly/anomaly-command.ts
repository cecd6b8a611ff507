/** The command `anomaly`. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CommandContext } from '../../operations/command-context.ts';
import type { AnomalyRequest } from './score-file.ts';

const EXAMPLES = `
The file is CSV with the header timestamp,value. Times are ISO 8601 or YYYY-MM-DD HH:MM:SS, in UTC
where they name no zone. A value that is empty or NaN is missing and scores 0. Each score, 0 to
below 1, is computed from the rows up to it. JSON and YAML contain all rows, the table those that
score at least the threshold.

Examples:
  $ novacron anomaly --csv cpu.csv
  $ novacron anomaly --csv cpu.csv --output json
  $ novacron anomaly --csv - --threshold 0.99 < cpu.csv`;

/** Adds it to the program. */
export function addAnomalyCommand(program: Command, context: CommandContext): void {
  const { io, finish, progress } = context;
  const command = program
    .command('anomaly')
    .description('Scores how unusual each value of a series is; no server needed.')
    .requiredOption('--csv <file>', 'Series (- for standard input)')
    .addOption(
      new Option('--threshold <score>', 'Lowest score that the table shows, 0 to 1')
        .default(THRESHOLD_DEFAULT)
        .argParser(parseThreshold),
    )
    .addHelpText('after', EXAMPLES)
    .action(async () => {
      const { scoreFile } = await import('./score-file.ts');
      const request = command.opts<Omit<AnomalyRequest, 'progress'>>();
      const done = await scoreFile(io, { ...request, progress: progress() });
      finish(done.ok ? { document: done.value } : { failure: done.error });
    });
}

const THRESHOLD_DEFAULT = 0.9;

function parseThreshold(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('Must be a number from 0 to 1.');
}
