/** The command `simulate data`. */
import { parseDuration } from '@novacron/contract/formats/duration';
import { explainPatterns } from '@novacron/engine/training/explain-patterns';
import type { PatternName, SampleMetric } from '@novacron/engine/training/model/sample-data';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseTime } from '../../arguments/flag-options.ts';
import { type DataRequest, LAYOUTS, type Layout } from './simulate-data.ts';

const METRICS: readonly SampleMetric[] = [
  'cpu_utilization_ratio',
  'memory_utilization_ratio',
  'requests_per_second',
  'errors_per_second',
  'latency_seconds',
];

/** A Monday. */
const START = '2026-01-05T00:00:00Z';
const NOISE = 0.03;
const VMS_MAX = 1_000;
const GAPS_MAX = 0.9;
const STEP_MS_MIN = 1_000;

interface Flags {
  readonly pattern: PatternName;
  readonly metrics: readonly SampleMetric[];
  readonly vms: number;
  readonly start: string;
  readonly for: number;
  readonly step: number;
  readonly noise: number;
  readonly outliers: number;
  readonly gaps: number;
  readonly layout: Layout;
  readonly seed: number;
}

const widest = Math.max(...explainPatterns().map(([name]) => name.length));

const EXAMPLES = `
Patterns:
${explainPatterns()
  .map(([name, description]) => `  ${name.padEnd(widest)}  ${description}`)
  .join('\n')}

All metrics of a VM follow from its load. --output json also has the indexes of the outliers.

Examples:
  $ novacron simulate data --pattern office --step 1h | novacron forecast --csv - --season 24
  $ novacron simulate data --pattern web --outliers 0.002 --layout points | novacron anomaly --csv -
  $ novacron simulate data --pattern web --vms 20 --metrics cpu_utilization_ratio latency_seconds`;

/** Adds it to the group `simulate`. */
export function addDataCommand(
  simulate: Command,
  seed: Option,
  run: (request: DataRequest) => Promise<void>,
): void {
  const data = simulate
    .command('data')
    .description('Makes series of metrics with a pattern, noise, outliers and gaps.')
    .addOption(
      new Option('--pattern <name>', 'Pattern of the load')
        .choices(explainPatterns().map(([name]) => name))
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--metrics <names...>', 'Metrics of each VM')
        .choices(METRICS)
        .default(METRICS.slice(0, 1)),
    )
    .addOption(new Option('--vms <number>', 'Number of VMs').argParser(parseVms).default(1))
    .addOption(
      new Option('--start <time>', 'Time of the first value').argParser(parseTime).default(START),
    )
    .addOption(durationOption('--for <duration>', 'Length of each series', '14d'))
    .addOption(durationOption('--step <duration>', 'Time from one value to the next', '5m'))
    .addOption(
      ratioOption('--noise <ratio>', 'Standard deviation, as a share of full load', 1).default(
        NOISE,
      ),
    )
    .addOption(ratioOption('--outliers <ratio>', 'Share of values that are outliers', 1))
    .addOption(ratioOption('--gaps <ratio>', 'Share of values that are missing', GAPS_MAX))
    .addOption(
      new Option(
        '--layout <layout>',
        'A series per row, for forecast; one series, for anomaly; a column per metric, for model',
      )
        .choices(LAYOUTS)
        .default('series'),
    )
    .addOption(seed)
    .addHelpText('after', EXAMPLES)
    .action(() => run(toRequest(data.opts<Flags>())));
}

function toRequest({ for: lengthMs, step: stepMs, start, ...flags }: Flags): DataRequest {
  const length = Math.floor(lengthMs / stepMs);
  return { ...flags, length, stepMs, startMs: Date.parse(start) };
}

function durationOption(flags: string, description: string, byDefault: string): Option {
  return new Option(flags, description)
    .argParser(parseLength)
    .default(parseLength(byDefault), byDefault);
}

function parseLength(text: string): number {
  const lengthMs = parseDuration(text);
  if (lengthMs === undefined || lengthMs < STEP_MS_MIN) {
    throw new InvalidArgumentError('Must be a duration such as 5m or 14d.');
  }
  return lengthMs;
}

function ratioOption(flags: string, description: string, max: number): Option {
  const parse = (text: string): number => {
    const ratio = text.trim() === '' ? Number.NaN : Number(text);
    if (ratio >= 0 && ratio <= max) return ratio;
    throw new InvalidArgumentError(`Must be a number from 0 to ${max}.`);
  };
  return new Option(flags, description).argParser(parse).default(0);
}

function parseVms(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= VMS_MAX) return count;
  throw new InvalidArgumentError(`Must be an integer from 1 to ${VMS_MAX}.`);
}
