/** Makes commander's options of flags. */

import { parseDuration } from '@novacron/contract/formats/duration';
import { InvalidArgumentError, Option } from 'commander';
import type { GivenLabels } from './given-values.ts';
import { type FlagValue, type InputFlag, isSecret } from './input-flags.ts';
import { hasNames, wordsOf } from './nouns.ts';
import {
  parseClearableText,
  parseEntry,
  parseInteger,
  parseJsonOrFile,
  parseLabel,
  parseMembers,
  parseNumber,
  parseSetting,
  type SettingValues,
} from './parse-values.ts';
import { structuredOptions } from './structured-flags.ts';

/** Flags that kubectl has a letter for, with it. */
const SHORT_FLAGS: Readonly<Record<string, string>> = { label: '-l, ' };

/** The options of the flags of a command. */
export function optionsOfFlags(flags: readonly InputFlag[], verb: string): Option[] {
  const taken = new Set(flags.map(({ flag }) => flag));
  const isRequired = ({ presence }: InputFlag) => presence === 'required';
  const required = flags.filter(isRequired);
  const others = flags.filter((flag) => !isRequired(flag));
  return [
    ...required
      .flatMap((flag) => optionsOfFlag(flag, { taken, verb }))
      .map((option) => option.helpGroup('Required:')),
    ...required.flatMap((flag) => structuredOptions(flag, taken)),
    ...others.flatMap((flag) => [
      ...optionsOfFlag(flag, { taken, verb }),
      ...structuredOptions(flag, taken),
    ]),
  ];
}

interface Beside {
  readonly taken: ReadonlySet<string>;
  readonly verb: string;
}

/** The options of one flag: a second one for `--no-…` or `--…-file` where that makes sense. */
function optionsOfFlag(input: InputFlag, beside: Beside): Option[] {
  const { flag, value, source } = input;
  const description = describeFlag(input, beside.verb);
  if (value.kind === 'boolean' || value.kind === 'answer') {
    return [new Option(`--${flag}`, description), new Option(`--no-${flag}`, `Disable --${flag}`)];
  }
  const before = SHORT_FLAGS[flag] ?? nameFlag(input, beside.taken);
  const form = isLabelUpdate(input, beside.verb) ? 'name=value|name-' : placeholder(input);
  const option = new Option(`${before}--${flag} <${form}>`, description);
  const options = [withParser(option, input)];
  if (source === 'rows') {
    const text = `File with the ${flag}, JSON or YAML (- for standard input)`;
    options.push(new Option('--file <file>', text));
  }
  if (source === 'line-or-file') {
    const text = `File with the ${flag} (- for standard input)`;
    options.push(new Option(`--${flag}-file <file>`, text));
  }
  return options;
}

/** `--network` beside `--network-id`, which takes names as well. */
function nameFlag({ flag, nouns }: InputFlag, taken: ReadonlySet<string>): string {
  const name = flag.replace(/-id(s?)$/, '$1');
  return nouns.length === 0 || name === flag || taken.has(name) ? '' : `--${name}, `;
}

/** An option that may be repeated and takes only some words. */
export function repeatedChoice(
  flags: string,
  description: string,
  choices: readonly string[],
): Option {
  return withChoices(new Option(flags, description), choices);
}

/** Lets an option take words of a list, repeated or separated by commas. */
function withChoices(option: Option, choices: readonly string[]): Option {
  return option.choices(choices).argParser<readonly string[]>((text, before = []) => {
    const words = text.split(',').map((word) => word.trim());
    const isKnown = words.every((word) => choices.includes(word));
    if (isKnown) return [...new Set([...before, ...words])];
    throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`);
  });
}

/** An option that may be repeated, each time with one text. */
export function repeatedText(flags: string, description: string): Option {
  return new Option(flags, `${description}. Can be repeated.`).argParser<readonly string[]>(
    (text, before = []) => [...before, text],
  );
}

/** The flags of a command that waits for operations. */
export function waitOptions(): Option[] {
  return [
    new Option('--no-wait', 'Return immediately instead of waiting for the operation'),
    waitTimeoutOption(),
  ];
}

/** Shows the steps of what runs as they go. */
export function followStepsOption(): Option {
  const text = 'Write a line whenever a step begins or ends; on a terminal that is the default';
  return new Option('-f, --follow', text);
}

/** Carries out what a command asks about on a terminal. */
export function yesOption(verb: string): Option {
  const text = 'Go ahead without asking; without a terminal nothing is asked';
  // Other verbs have a --force, which -f would be taken for.
  return new Option(verb === 'delete' ? '-f, --yes' : '--yes', text);
}

/** Shows what a write would do. */
export function dryRunOption(): Option {
  return new Option('--dry-run', 'Only show what would be done, and what would be refused');
}

/** The longest wait. Unit: seconds. */
export function waitTimeoutOption(): Option {
  const text =
    'Maximum time to wait for the operation, such as 90s or 10m (default: until it ends)';
  return new Option('--wait-timeout <duration>', text).argParser(parseSeconds);
}

/** Parses a size of whole GB, at least 1, such as `100GB`. Unit of the result: GB. */
export function parseSizeGb(text: string): number {
  const sizeGb = parseInteger(text, 'GB');
  if (sizeGb >= 1) return sizeGb;
  throw new InvalidArgumentError('Must be at least 1.');
}

/** Parses a whole number of at least 1. */
export function parseCount(text: string): number {
  const count = parseInteger(text);
  if (count >= 1) return count;
  throw new InvalidArgumentError('Must be at least 1.');
}

const PERCENT_MAX = 100;

/** Parses a number from 0 to 100. */
export function parsePercent(text: string): number {
  const percent = Number(text);
  if (text.trim() !== '' && percent >= 0 && percent <= PERCENT_MAX) return percent;
  throw new InvalidArgumentError(`Must be a number from 0 to ${PERCENT_MAX}.`);
}

/** A longer time overflows the timers of Node.js. Unit: seconds. */
const SECONDS_MAX = 1_000_000;

/** Parses a duration: seconds, or with its unit such as `10m`. Unit of the result: seconds. */
export function parseSeconds(text: string): number {
  const seconds = parseNumber(text, 'seconds');
  if (seconds > 0 && seconds <= SECONDS_MAX) return seconds;
  throw new InvalidArgumentError(`Must be more than 0 and at most ${SECONDS_MAX} seconds.`);
}

/** Parses a time such as `2026-11-20T08:00:00Z`; the result is RFC 3339 in UTC. */
export function parseTime(text: string): string {
  const ms = Date.parse(text);
  if (!Number.isNaN(ms)) return new Date(ms).toISOString();
  throw new InvalidArgumentError('Must be a time such as 2026-11-20T08:00:00Z.');
}

/** Parses a moment to come: a time, or a duration from now such as `2h`, which stays one. */
export function parseDeadline(text: string): string {
  return parseDuration(text) === undefined ? parseTime(text) : text;
}

function describeFlag(input: InputFlag, verb: string): string {
  const { description, nouns, value } = input;
  const isList = value.kind === 'list';
  const notes = [
    ...(nouns.some(hasNames) ? [isList ? 'IDs or names.' : 'ID or name.'] : []),
    ...(value.kind === 'settings' ? [`Names: ${Object.keys(value.names).join(', ')}.`] : []),
    ...(value.kind === 'members'
      ? [`JSON or @FILE, which replaces all of it, or NAME=VALUE of ${memberNames(input)}.`]
      : []),
    ...(value.kind === 'moment' ? ['A time, or a duration from now such as 7d.'] : []),
    ...(isSecret(input) ? ['Visible in the process list: rather use the file.'] : []),
    ...(isLabelUpdate(input, verb) ? ['name- removes a label; the others stay.'] : []),
    ...(isRepeated(value)
      ? [takesCommas(input) ? 'Can be repeated, or separated by commas.' : 'Can be repeated.']
      : []),
  ];
  const stop = description === '' || /[.!?]$/.test(description) ? '' : '.';
  return [`${description}${stop}`, ...notes].join(' ').trim();
}

function isLabelUpdate({ value }: InputFlag, verb: string): boolean {
  return value.kind === 'labels' && verb === 'update';
}

function memberNames({ schema }: InputFlag): string {
  return Object.keys(schema.properties ?? {}).join(', ');
}

const REPEATED: ReadonlySet<FlagValue['kind']> = new Set([
  'labels',
  'list',
  'map',
  'members',
  'selector',
  'settings',
]);

function isRepeated({ kind }: FlagValue): boolean {
  return REPEATED.has(kind);
}

/** Lists of words, names and ids, and of texts with a pattern: a comma is not part of one. */
function takesCommas({ value, schema: { items }, nouns }: InputFlag): boolean {
  const isNarrow = items?.enum !== undefined || items?.pattern !== undefined;
  return value.kind === 'list' && (nouns.length > 0 || isNarrow);
}

/** The texts of a list: a text that is one of its items as a whole is not split. */
function splitList(flag: InputFlag, text: string): readonly string[] {
  const { pattern } = flag.schema.items ?? {};
  const isWhole = pattern !== undefined && new RegExp(pattern).test(text);
  return takesCommas(flag) && !isWhole ? text.split(',').map((word) => word.trim()) : [text];
}

function placeholder({ value, nouns }: InputFlag): string {
  const [noun] = nouns;
  if (noun !== undefined) return nouns.length === 1 ? dashed(wordsOf(noun)) : 'resource';
  switch (value.kind) {
    case 'number':
    case 'integer':
      return value.unit === undefined ? 'number' : value.unit === 'GB' ? 'size' : 'duration';
    case 'moment':
      return 'time';
    case 'labels':
    case 'map':
    case 'settings':
      return 'name=value';
    case 'selector':
      return 'selector';
    case 'members':
      return 'json|name=value';
    case 'json':
      return 'json|file';
    default:
      return 'text';
  }
}

function dashed(words: string): string {
  return words.toLowerCase().replaceAll(' ', '-');
}

function withParser(option: Option, input: InputFlag): Option {
  const { flag, value, schema, clearing } = input;
  switch (value.kind) {
    case 'choice':
      return option.choices(value.choices);
    case 'number':
      return option.argParser((text) => parseNumber(text, value.unit));
    case 'integer':
      return option.argParser((text) => parseInteger(text, value.unit));
    case 'list':
      if (schema.items?.enum !== undefined) return withChoices(option, schema.items.enum);
      return option.argParser<readonly string[]>((text, before = []) => [
        ...before,
        ...splitList(input, text),
      ]);
    case 'map':
      return option.argParser<Readonly<Record<string, string>>>(parseEntry);
    case 'labels':
      return option.argParser<GivenLabels>(parseLabel);
    case 'selector':
      return option.argParser<string>((text, before) =>
        before === undefined ? text : `${before},${text}`,
      );
    case 'settings':
      return option.argParser<SettingValues>((text, before = {}) =>
        parseSetting(value.names, text, before),
      );
    case 'members':
      return option.argParser<unknown>((text, before) => parseMembers(schema, text, before));
    case 'json':
      return option.argParser(parseJsonOrFile);
    case 'text':
      return clearing === 'possible' ? option.argParser(parseClearableText(flag)) : option;
    case 'moment':
    case 'boolean':
    case 'answer':
      return option;
  }
}
