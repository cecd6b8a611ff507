/** The command `forecast`. */
import { parseDuration } from '@novacron/contract/formats/duration';
import { err, ok } from '@novacron/contract/result';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseCount, parseTime, repeatedText } from '../../arguments/flag-options.ts';
import { type Failure, usageFailure } from '../../failures/failure.ts';
import type { CommandContext } from '../../operations/command-context.ts';

/** More values are not a forecast any more. */
const HORIZON_MAX = 10_000;
const PERIOD_MAX = 10_000;
const PERIODS_MAX = 4;
const COVERAGE_PERCENT = 95;
const MS_PER_SECOND = 1_000;

/** Values of a file. */
const HORIZON_VALUES = 24;

/** Default horizon for a metric: the horizon of scaling. */
const HORIZON_TIME = '30m';

const EXAMPLES = `
The file is a CSV table with a series a row: its id, then its values in order of time. The first row
may be a header. Empty cells are missing values. Several models forecast the newest values of each
series from earlier ones; those that suit it make the forecast, and their errors the interval.
A metric is forecast by the server: of a VM, of a VM group, or of the tenant without both.
A calendar is a CSV table with a named day a row, such as sale,2026-11-27, or each year eve,12-24.
The forecast of such a day follows the earlier days of the same name. A group has a calendar of its
own (scaling.prediction.calendar), which its metrics follow.

Examples:
  $ novacron forecast --csv cpu.csv --season 24,168 --horizon 48
  $ novacron forecast --csv cpu.csv --season 24,168 --horizon 48 --output json
  $ novacron forecast --csv cpu.csv --season 24 --networks
  $ novacron forecast --csv - --season 288 --horizon 12 --series web-1 < cpu.csv
  $ novacron forecast --csv cpu.csv --calendar days.csv --start 2026-01-01T00:00:00Z --step 1h
  $ novacron forecast --metric cpu_utilization_ratio --group web --horizon 6h
  $ novacron forecast --metric orders_total --season 24h,7d --horizon 3d --output json`;

/** The flags. */
interface Flags {
  readonly csv?: string;
  readonly metric?: string;
  readonly vm?: string;
  readonly group?: string;
  readonly season: readonly (number | string)[];
  readonly horizon?: number | string;
  readonly series?: readonly string[];
  readonly coverage: number;
  readonly calendar?: string;
  readonly start?: string;
  readonly step?: string;
  readonly timeZone?: string;
  readonly networks?: true;
}

/** Adds it to the program. */
export function addForecastCommand(program: Command, context: CommandContext): void {
  const forecast = program
    .command('forecast')
    .description('Forecasts series in a file, or a metric on the server, with intervals.')
    .addOption(new Option('--csv <file>', 'CSV table with a series a row (- for standard input)'))
    .addOption(
      new Option('--metric <name>', 'Forecast this metric, which the server has').conflicts([
        'csv',
        'series',
        'coverage',
        'calendar',
        'networks',
      ]),
    )
    .addOption(new Option('--vm <vm>', 'Of this VM').conflicts(['csv', 'group']))
    .addOption(new Option('--group <group>', 'Of this VM group').conflicts('csv'))
    .addOption(
      new Option(
        '--season <lengths>',
        'Lengths of seasons: in values of the file, such as 24,168; of a metric 24h,7d',
      )
        .argParser(parsePeriods)
        .default([], 'none in a file; a day and a week of a metric'),
    )
    .addOption(
      new Option(
        '--horizon <length>',
        `How far: in values of the file (default: ${HORIZON_VALUES}); of a metric a duration up ` +
          `to 3d (default: ${HORIZON_TIME}), where a mere number counts hours`,
      ).argParser(parseHorizon),
    )
    .addOption(repeatedText('--series <id>', 'Forecast only this series of the file'))
    .addOption(
      new Option('--coverage <percent>', 'Part of values that an interval is meant to contain')
        .argParser(parseCoverage)
        .default(COVERAGE_PERCENT),
    )
    .addOption(
      new Option(
        '--calendar <file>',
        'CSV table of named days, name,date a row (- for standard input); needs --start and --step',
      ),
    )
    .addOption(
      new Option('--start <time>', 'When the first value of each series was measured').argParser(
        parseTime,
      ),
    )
    .addOption(new Option('--step <duration>', 'Time from one value to the next, such as 1h'))
    .addOption(new Option('--time-zone <zone>', 'Where days begin at midnight (default: UTC)'))
    .addOption(
      new Option(
        '--networks',
        'Train networks as well, a second for each series: one forecasts where it is better than ' +
          'a regression by 5 % in the backtest',
      ),
    )
    .addHelpText('after', EXAMPLES)
    .action(() => run(forecast.opts<Flags>(), context));
}

async function run(flags: Flags, { io, finish, online, progress }: CommandContext): Promise<void> {
  const { csv, metric, vm, group, season, horizon, series, coverage, networks } = flags;
  if (metric !== undefined) {
    const { forecastMetric } = await import('./forecast-metric.ts');
    const of = { ...(vm !== undefined && { vm }), ...(group !== undefined && { group }) };
    const question = { metric, ...of, season, horizon: horizon ?? HORIZON_TIME };
    await online((session) => forecastMetric(session, question));
    return;
  }
  const lengths = [...season, horizon ?? HORIZON_VALUES];
  const numbers = lengths.filter((length) => typeof length === 'number');
  const refusal = refuseOffline(flags, numbers.length < lengths.length);
  if (csv === undefined || refusal !== undefined) {
    finish({ failure: refusal ?? usageFailure('give --csv FILE, or --metric NAME') });
    return;
  }
  const calendar = readTimes(flags);
  if (!calendar.ok) {
    finish({ failure: calendar.error });
    return;
  }
  const { forecastSeries } = await import('./forecast-series.ts');
  const done = await forecastSeries(io, {
    csv,
    season: numbers.slice(0, -1),
    horizon: numbers.at(-1) ?? HORIZON_VALUES,
    coverage,
    progress: progress(),
    ...(series !== undefined && { series }),
    ...(calendar.value !== undefined && { calendar: calendar.value }),
    ...(networks && { networks: 'tried' as const }),
  });
  finish(done.ok ? { document: done.value } : { failure: done.error });
}

/** Reads the measurement times of the file's values, which a calendar needs. */
function readTimes({ csv, calendar, start, step, timeZone }: Flags) {
  if (calendar === undefined) {
    const isFor = [start, step, timeZone].some((flag) => flag !== undefined);
    if (!isFor) return ok(undefined);
    return err(usageFailure('--start, --step and --time-zone are for --calendar FILE: give it'));
  }
  if (calendar === '-' && csv === '-') {
    return err(usageFailure('--csv and --calendar both read standard input: name a file for one'));
  }
  const startMs = start === undefined ? Number.NaN : Date.parse(start);
  const stepMs = step === undefined ? undefined : parseDuration(step);
  if (Number.isNaN(startMs) || stepMs === undefined || stepMs <= 0) {
    return err(
      usageFailure(
        '--calendar needs times: give --start, such as 2026-01-01T00:00:00Z, and --step, ' +
          'such as 1h',
      ),
    );
  }
  const [startS, stepS] = [startMs / MS_PER_SECOND, stepMs / MS_PER_SECOND];
  return ok({ path: calendar, timeZone: timeZone ?? 'UTC', startS, stepS });
}

/** Refuses flags that only apply to a metric. */
function refuseOffline({ csv, vm, group }: Flags, hasDurations: boolean): Failure | undefined {
  if (csv === undefined) {
    const isOf = vm !== undefined || group !== undefined;
    return isOf ? usageFailure('give --metric NAME: what of it is to be forecast?') : undefined;
  }
  return hasDurations
    ? usageFailure('--season and --horizon count values of the file: give numbers without a unit')
    : undefined;
}

function parsePeriods(text: string): readonly (number | string)[] {
  const periods = text.split(',').map(toLength);
  const isLength = (period: number | string) =>
    typeof period === 'string'
      ? parseDuration(period) !== undefined
      : Number.isInteger(period) && period >= 2 && period <= PERIOD_MAX;
  if (periods.length <= PERIODS_MAX && periods.every(isLength)) return periods;
  throw new InvalidArgumentError(
    `Must be up to ${PERIODS_MAX} integers from 2 to ${PERIOD_MAX}, or durations such as 24h, ` +
      'separated by commas.',
  );
}

/** A text that is no number is a duration, or wrong. */
function toLength(text: string): number | string {
  const number = Number(text);
  return text.trim() === '' || Number.isNaN(number) ? text : number;
}

function parseHorizon(text: string): number | string {
  const horizon = toLength(text);
  if (typeof horizon === 'string') {
    if (parseDuration(horizon) !== undefined) return horizon;
    throw new InvalidArgumentError('Must be a number of values, or a duration such as 6h.');
  }
  if (parseCount(text) <= HORIZON_MAX) return horizon;
  throw new InvalidArgumentError(`Must be at most ${HORIZON_MAX}.`);
}

function parseCoverage(text: string): number {
  const percent = Number(text);
  if (text.trim() !== '' && percent >= 50 && percent < 100) return percent;
  throw new InvalidArgumentError('Must be a number from 50 to below 100.');
}
