/** Reads the options of a command into the input of its operation. */
import { err, ok, type Result } from '@novacron/contract/result';
import { parse } from 'yaml';
import { type Failure, usageFailure } from '../failures/failure.ts';
import type { CliIo } from '../io/cli-io.ts';
import { readTextFile } from '../io/read-text-file.ts';
import type { Fields } from '../output/fields.ts';
import type { TableCommand } from './command-table.ts';
import type { InputFlag } from './input-flags.ts';

/** What commander found: values by the options' camel-cased names, and the argument. */
export interface GivenWords {
  readonly argument: string | undefined;
  readonly options: Fields;
}

/** The camel-cased name under which commander keeps a flag: `memory-gb` -> `memoryGb`. */
function optionKey(flag: string): string {
  return flag.replace(/-([a-z0-9])/g, (_dash, letter: string) => letter.toUpperCase());
}

/**
 * Collects the fields that were given; names are not resolved yet.
 * Failures: wrong usage, naming every flag that is missing or contradicts another.
 */
export async function readInput(
  command: TableCommand,
  given: GivenWords,
  io: Pick<CliIo, 'readText'>,
): Promise<Result<Fields, Failure>> {
  const input: Record<string, unknown> = {};
  if (given.argument !== undefined) input.id = given.argument;
  for (const flag of command.flags) {
    const value = await readFlag(flag, given.options, io);
    if (!value.ok) return value;
    if (value.value !== undefined) input[flag.field] = value.value;
  }
  const cleared = clearFields(command, given.options, input);
  if (!cleared.ok) return cleared;
  const missing = command.flags.filter(
    ({ field, presence }) => presence === 'required' && input[field] === undefined,
  );
  if (missing.length > 0) {
    const names = missing.map(({ flag, source }) => FLAGS_MISSED[source](flag));
    return err(usageFailure(`missing: ${names.join(', ')}`));
  }
  return ok({ ...input, ...cleared.value });
}

/** The flag to name where a value is missing. */
const FLAGS_MISSED: Readonly<Record<InputFlag['source'], (flag: string) => string>> = {
  line: (flag) => `--${flag}`,
  'line-or-file': (flag) => `--${flag}-file`,
  rows: () => '--file',
};

async function readFlag(
  flag: InputFlag,
  options: Fields,
  io: Pick<CliIo, 'readText'>,
): Promise<Result<unknown, Failure>> {
  const value = options[optionKey(flag.flag)];
  if (flag.source === 'line') return ok(value);
  const fileFlag = flag.source === 'rows' ? 'file' : `${flag.flag}-file`;
  const path = options[optionKey(fileFlag)];
  if (typeof path !== 'string') return ok(value);
  if (value !== undefined) {
    return err(usageFailure(`--${flag.flag} and --${fileFlag} cannot be used together`));
  }
  const text = await readTextFile(io, path, `the ${flag.flag}`);
  return text.ok && flag.source === 'rows' ? parseRows(text.value, flag.flag, path) : text;
}

/** A list, or an object that holds it under the flag's name. */
function parseRows(text: string, name: string, path: string): Result<unknown, Failure> {
  try {
    const parsed: unknown = parse(text);
    const rows = Array.isArray(parsed) ? parsed : Object(parsed)[name];
    if (Array.isArray(rows)) return ok(rows);
  } catch {
    // Said below: the parser's message is no help for another format.
  }
  return err(usageFailure(`${path} does not contain a list of ${name} (JSON or YAML)`));
}

function clearFields(
  command: TableCommand,
  options: Fields,
  input: Fields,
): Result<Fields, Failure> {
  const names = Array.isArray(options.clear) ? options.clear : [];
  const cleared = command.flags.filter(({ flag }) => names.includes(flag));
  const both = cleared.find(({ field }) => input[field] !== undefined);
  if (both !== undefined) {
    return err(usageFailure(`--${both.flag} and --clear ${both.flag} cannot be used together`));
  }
  return ok(Object.fromEntries(cleared.map(({ field }) => [field, null])));
}
