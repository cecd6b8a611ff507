/** The command `forecast`. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseCount, repeatedText } from '../../arguments/flag-options.ts';
import type { CommandContext } from '../../operations/command-context.ts';
import type { ForecastQuestion } from './forecast-series.ts';

/** More values are not a forecast any more. */
const HORIZON_MAX = 10_000;
const PERIOD_MAX = 10_000;
const PERIODS_MAX = 4;
const COVERAGE_PERCENT = 95;

const EXAMPLES = `
The file is a CSV table with a series a row: its id, then its values in order of time. The first row
may be a header. Empty cells are missing values. Several models forecast the newest values of each
series from earlier ones; those that suit it make the forecast, and their errors the interval.

Examples:
  $ novacron forecast --csv cpu.csv --season 24,168 --horizon 48
  $ novacron forecast --csv cpu.csv --season 24,168 --horizon 48 --output json
  $ novacron forecast --csv - --season 288 --horizon 12 --series web-1 < cpu.csv`;

/** Adds it to the program. */
export function addForecastCommand(program: Command, context: CommandContext): void {
  const { io, finish, progress } = context;
  const forecast = program
    .command('forecast')
    .description('Forecasts series in a file, with intervals; no server needed.')
    .requiredOption('--csv <file>', 'CSV table with a series a row (- for standard input)')
    .addOption(
      new Option('--season <values>', 'Lengths of seasons in values, such as 24,168 for hours')
        .argParser(parsePeriods)
        .default([], 'none'),
    )
    .addOption(
      new Option('--horizon <values>', 'How many values to forecast')
        .argParser(parseHorizon)
        .default(24),
    )
    .addOption(repeatedText('--series <id>', 'Forecast only this series'))
    .addOption(
      new Option('--coverage <percent>', 'Part of values that an interval is meant to contain')
        .argParser(parseCoverage)
        .default(COVERAGE_PERCENT),
    )
    .addHelpText('after', EXAMPLES)
    .action(async () => {
      const { forecastSeries } = await import('./forecast-series.ts');
      const question = forecast.opts<Omit<ForecastQuestion, 'progress'>>();
      const done = await forecastSeries(io, { ...question, progress: progress() });
      finish(done.ok ? { document: done.value } : { failure: done.error });
    });
}

function parsePeriods(text: string): readonly number[] {
  const periods = text.split(',').map((part) => Number(part));
  const isLength = (period: number) =>
    Number.isInteger(period) && period >= 2 && period <= PERIOD_MAX;
  if (periods.length <= PERIODS_MAX && periods.every(isLength)) return periods;
  throw new InvalidArgumentError(
    `Must be up to ${PERIODS_MAX} integers from 2 to ${PERIOD_MAX}, separated by commas.`,
  );
}

function parseHorizon(text: string): number {
  const horizon = parseCount(text);
  if (horizon <= HORIZON_MAX) return horizon;
  throw new InvalidArgumentError(`Must be at most ${HORIZON_MAX}.`);
}

function parseCoverage(text: string): number {
  const percent = Number(text);
  if (text.trim() !== '' && percent >= 50 && percent < 100) return percent;
  throw new InvalidArgumentError('Must be a number from 50 to below 100.');
}
