/** Reads the options of a command into the input of its operation. */
import { err, ok, type Result } from '@novacron/contract/result';
import { parse } from 'yaml';
import { type Failure, messageOf, usageFailure } from '../failures/failure.ts';
import type { CliIo } from '../io/cli-io.ts';
import { readTextFile } from '../io/read-text-file.ts';
import type { Fields } from '../output/fields.ts';
import type { TableCommand } from './command-table.ts';
import { isObjectList } from './field-schema.ts';
import { GivenFile, GivenMembers } from './given-values.ts';
import { type InputFlag, isSecret } from './input-flags.ts';
import { readMomentText } from './read-moment-text.ts';
import { addRunInputs, isRunInputs } from './run-input-option.ts';
import { structuredFlags } from './structured-flags.ts';

/** Words parsed by commander: values by the options' camel-cased names, and the argument. */
export interface GivenWords {
  readonly argument: string | undefined;
  /** All arguments, where a command takes several resources. */
  readonly several?: readonly string[];
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
  io: Pick<CliIo, 'readText' | 'now' | 'stderr'>,
): Promise<Result<Fields, Failure>> {
  const input: Record<string, unknown> = {};
  const failures: Failure[] = [];
  const { argument } = command;
  if (argument !== undefined && given.argument !== undefined)
    input[argument.field] = given.argument;
  const taken = new Set(command.flags.map(({ flag }) => flag));
  for (const flag of command.flags) {
    if (isSecret(flag) && given.options[optionKey(flag.flag)] !== undefined) {
      io.stderr.write(
        `warning: the process list and the history of the shell show --${flag.flag}; use ` +
          `--${flag.flag}-file FILE, or - as FILE for standard input\n`,
      );
    }
    const value = await readFlag(flag, given.options, io);
    const whole = value.ok
      ? withObjects(flag, { options: given.options, taken, value: value.value })
      : value;
    if (!whole.ok) failures.push(whole.error);
    else if (whole.value !== undefined) input[flag.field] = whole.value;
  }
  const cleared = clearFields(command, given.options, input);
  if (!cleared.ok) failures.push(cleared.error);
  return cleared.ok && failures.length === 0
    ? ok({ ...input, ...cleared.value })
    : err(usageFailure(failures.map(messageOf).join('\nerror: ')));
}

/** The words that a command line lacks: required flags, and the name of a new resource. */
export function missingWords(
  { argument, flags }: TableCommand,
  given: GivenWords,
): readonly string[] {
  const taken = new Set(flags.map(({ flag }) => flag));
  const lacking = flags
    .filter(({ presence }) => presence === 'required')
    .filter((flag) => {
      const names = [
        flag.flag,
        `${flag.flag}-file`,
        ...structuredFlags(flag, taken).map((each) => each.flag),
      ];
      if (flag.source === 'rows') names.push('file');
      return names.every((name) => given.options[optionKey(name)] === undefined);
    });
  const isNameless = argument?.field === 'name' && given.argument === undefined;
  return [
    ...(isNameless ? ['NAME'] : []),
    ...lacking.map(({ flag, source }) => FLAGS_MISSED[source](flag)),
  ];
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
  io: Pick<CliIo, 'readText' | 'now'>,
): Promise<Result<unknown, Failure>> {
  const value = options[optionKey(flag.flag)];
  if (value instanceof GivenFile) return readDocument(value, flag, io);
  if (flag.value.kind === 'answer' && typeof value === 'boolean') return ok(value ? 'yes' : 'no');
  if (flag.value.kind === 'moment' && typeof value === 'string') {
    return readMomentText(value, flag.flag, io.now());
  }
  if (flag.source === 'line') return ok(value);
  const fileFlag = flag.source === 'rows' ? 'file' : `${flag.flag}-file`;
  const path = options[optionKey(fileFlag)];
  if (typeof path !== 'string') return ok(value);
  if (value !== undefined) {
    return err(together(flag.flag, fileFlag));
  }
  const text = await readTextFile(io, path, `the ${flag.flag}`);
  return text.ok && flag.source === 'rows' ? parseRows(text.value, flag.flag, path) : text;
}

/** Reads the value of a flag from a file in JSON or YAML. */
async function readDocument(
  { path }: GivenFile,
  { field, flag, schema, value }: InputFlag,
  io: Pick<CliIo, 'readText'>,
): Promise<Result<unknown, Failure>> {
  const text = await readTextFile(io, path, `the ${flag}`);
  if (!text.ok) return text;
  if (value.kind !== 'members' && isObjectList(schema)) return parseRows(text.value, field, path);
  try {
    const parsed: unknown = parse(text.value);
    if (value.kind !== 'members') return ok(parsed);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return ok(parsed);
  } catch {
    // Said below: the parser's message is no help for another format.
  }
  const wanted = value.kind === 'members' ? 'an object (JSON or YAML)' : 'JSON or YAML';
  return err(usageFailure(`${path} does not contain ${wanted} for --${flag}`));
}

interface GivenBeside {
  readonly options: Fields;
  readonly taken: ReadonlySet<string>;
  /** Value of the flag itself. */
  readonly value: unknown;
}

/** Adds what flags of single objects and labels gave to the value of the field. */
function withObjects(
  flag: InputFlag,
  { options, taken, value }: GivenBeside,
): Result<unknown, Failure> {
  let whole = value;
  if (isRunInputs(flag) && Array.isArray(options.input)) {
    return addRunInputs(value, options.input.map(String));
  }
  for (const { flag: name, member } of structuredFlags(flag, taken)) {
    const given = options[optionKey(name)];
    if (given === undefined) continue;
    if (member === undefined) {
      if (value !== undefined) return err(together(flag.flag, name));
      whole = given;
    } else {
      if (whole !== undefined && !(whole instanceof GivenMembers)) {
        return err(together(flag.flag, name));
      }
      whole = new GivenMembers({ ...whole?.values, [member]: given });
    }
  }
  return ok(whole);
}

function together(one: string, other: string): Failure {
  return usageFailure(`--${one} and --${other} cannot be used together`);
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
