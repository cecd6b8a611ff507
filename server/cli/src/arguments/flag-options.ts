/** Makes commander's options of flags, with parsers that refuse what cannot be meant. */

import { parseDuration } from '@novacron/contract/formats/duration';
import { nearName } from '@novacron/contract/problem/find-near-name';
import { InvalidArgumentError, Option } from 'commander';
import type { FlagValue, InputFlag, SettingKind } from './input-flags.ts';
import { wordsOf } from './nouns.ts';

/** Flags that kubectl has a letter for, with it. */
const SHORT_FLAGS: Readonly<Record<string, string>> = { labels: '-l, ' };

/** The options of one flag: a second one for `--no-…` or `--…-file` where that makes sense. */
export function optionsOfFlag(input: InputFlag): Option[] {
  const { flag, value, source } = input;
  const description = describeFlag(input);
  if (value.kind === 'boolean') {
    return [new Option(`--${flag}`, description), new Option(`--no-${flag}`, `Disable --${flag}`)];
  }
  const short = SHORT_FLAGS[flag] ?? '';
  if (value.kind === 'choice' && value.choices.join() === 'yes,no') {
    // Who names it means yes.
    const option = new Option(`${short}--${flag} [yes|no]`, description).preset('yes');
    return [withParser(option, value)];
  }
  const option = new Option(`${short}--${flag} <${placeholder(input)}>`, description);
  const options = [withParser(option, value)];
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

/** An option that may be repeated and takes only some words. */
export function repeatedChoice(
  flags: string,
  description: string,
  choices: readonly string[],
): Option {
  const option = new Option(flags, description).choices(choices);
  return option.argParser<readonly string[]>((text, before = []) => {
    if (choices.includes(text)) return [...before, text];
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

/** Carries out what a command asks about on a terminal. */
export function yesOption(): Option {
  return new Option('--yes', 'Go ahead without asking; without a terminal nothing is asked');
}

/** The longest wait. Unit: seconds. */
export function waitTimeoutOption(): Option {
  const text = 'Maximum time to wait for the operation (default: until it ends)';
  return new Option('--wait-timeout <seconds>', text).argParser(parseSeconds);
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

/** Parses a time in seconds. */
export function parseSeconds(text: string): number {
  const seconds = parseNumber(text);
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

function describeFlag(input: InputFlag): string {
  const { description, nouns, presence, value } = input;
  const notes = [
    ...(nouns.length > 0 ? ['ID or name.'] : []),
    ...(value.kind === 'settings' ? [`Names: ${Object.keys(value.names).join(', ')}.`] : []),
    ...(value.kind === 'members'
      ? [`JSON, which replaces all of it, or NAME=VALUE of ${value.names.join(', ')}.`]
      : []),
    ...(isRepeated(value) ? ['Can be repeated.'] : []),
    ...(presence === 'required' ? ['(required)'] : []),
  ];
  const stop = description === '' || /[.!?]$/.test(description) ? '' : '.';
  return [`${description}${stop}`, ...notes].join(' ').trim();
}

function isRepeated({ kind }: FlagValue): boolean {
  return kind === 'list' || kind === 'map' || kind === 'settings' || kind === 'members';
}

function placeholder({ value, nouns }: InputFlag): string {
  const [noun] = nouns;
  if (noun !== undefined) return nouns.length === 1 ? dashed(wordsOf(noun)) : 'resource';
  switch (value.kind) {
    case 'number':
    case 'integer':
      return 'number';
    case 'map':
    case 'settings':
      return 'name=value';
    case 'members':
      return 'json|name=value';
    case 'json':
      return 'json';
    default:
      return 'text';
  }
}

function dashed(words: string): string {
  return words.toLowerCase().replaceAll(' ', '-');
}

function withParser(option: Option, value: FlagValue): Option {
  switch (value.kind) {
    case 'choice':
      return option.choices(value.choices);
    case 'number':
      return option.argParser(parseNumber);
    case 'integer':
      return option.argParser(parseInteger);
    case 'list':
      return option.argParser<readonly string[]>((text, before = []) => [...before, text]);
    case 'map':
      return option.argParser<Readonly<Record<string, string>>>(parseEntry);
    case 'settings':
      return option.argParser<SettingValues>((text, before = {}) =>
        parseSetting(value.names, text, before),
      );
    case 'members':
      return option.argParser<unknown>((text, before) => parseMembers(value.names, text, before));
    case 'json':
      return option.argParser(parseJson);
    case 'text':
    case 'boolean':
      return option;
  }
}

function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('Must be a number.');
}

function parseInteger(text: string): number {
  const value = parseNumber(text);
  if (Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('Must be an integer.');
}

function parseEntry(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const at = text.indexOf('=');
  if (at > 0) return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
  throw new InvalidArgumentError('Use the form name=value.');
}

type SettingValues = Readonly<Record<string, number | boolean | null>>;

/** What takes a setting away; the contract's own descriptions call it null. */
const NONE = 'none';
const NONES: readonly string[] = [NONE, 'null'];

const ANSWERS: Readonly<Record<string, boolean>> = {
  on: true,
  true: true,
  yes: true,
  off: false,
  false: false,
  no: false,
};

function parseSetting(
  names: Readonly<Record<string, SettingKind>>,
  text: string,
  before: SettingValues,
): SettingValues {
  const [name = '', word] = text.split('=', 2);
  const kind = Object.hasOwn(names, name) ? names[name] : undefined;
  if (kind === undefined || word === undefined) {
    const near = nearName(name, Object.keys(names));
    const hint = kind !== undefined || near === undefined ? '' : ` Did you mean ${near}?`;
    throw new InvalidArgumentError(`Use the form name=value.${hint}`);
  }
  return { ...before, [name]: NONES.includes(word) ? null : parseSettingValue(kind, word) };
}

function parseSettingValue(kind: SettingKind, word: string): number | boolean {
  if (kind === 'number') return parseInteger(word);
  const answer = Object.hasOwn(ANSWERS, word) ? ANSWERS[word] : undefined;
  if (answer !== undefined) return answer;
  throw new InvalidArgumentError(`Must be on, off or ${NONE}.`);
}

/** Members of an object that are given one at a time; the others stay as they are. */
export class GivenMembers {
  readonly values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.values = values;
  }
}

function parseMembers(names: readonly string[], text: string, before: unknown): unknown {
  const at = text.indexOf('=');
  if (at < 0 || text.trimStart().startsWith('{')) return parseJson(text);
  const name = text.slice(0, at).trim();
  if (!names.includes(name)) {
    const near = nearName(name, names);
    const hint = near === undefined ? `Names: ${names.join(', ')}.` : `Did you mean ${near}?`;
    throw new InvalidArgumentError(`There is no ${name}. ${hint}`);
  }
  const earlier = before instanceof GivenMembers ? before.values : {};
  return new GivenMembers({ ...earlier, [name]: parseMember(text.slice(at + 1)) });
}

/** JSON where it is some, else the text itself. */
function parseMember(text: string): unknown {
  if (NONES.includes(text)) return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function parseJson(text: string): unknown {
  const value = readJson(text);
  // Commander would make an empty text of it.
  if (value !== null) return value;
  throw new InvalidArgumentError('Must be a value; --clear NAME takes one away.');
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidArgumentError('Must be valid JSON.');
  }
}
