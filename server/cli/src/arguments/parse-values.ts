/** Parsers of flag values, which refuse what cannot be meant. */
import { nearName } from '@novacron/contract/problem/find-near-name';
import { InvalidArgumentError } from 'commander';
import { type FieldSchema, hasType, isObject, isObjectList, withoutNull } from './field-schema.ts';
import { GivenFile, GivenLabels, GivenMembers } from './given-values.ts';
import type { SettingKind } from './input-flags.ts';
import { exampleOf, parseQuantity, type Unit, unitOf } from './parse-quantity.ts';

/** Parses a number, which may carry its unit. */
export function parseNumber(text: string, unit?: Unit): number {
  const value = parseQuantity(text, unit);
  if (value !== undefined) return value;
  const hint = unit === undefined ? '' : ` of ${unit}, or an amount such as ${exampleOf(unit)}`;
  throw new InvalidArgumentError(`Must be a number${hint}.`);
}

/** Parses a whole number, which may carry its unit. */
export function parseInteger(text: string, unit?: Unit): number {
  const value = parseNumber(text, unit);
  if (Number.isSafeInteger(value)) return value;
  const hint = unit === undefined ? 'an integer' : `a whole number of ${unit}`;
  throw new InvalidArgumentError(`Must be ${hint}.`);
}

/** Adds one `name=value` to a map. */
export function parseEntry(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const at = text.indexOf('=');
  if (at > 0) return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
  throw new InvalidArgumentError('Use the form name=value.');
}

/** Reads one `name=value`, or `name-`, which removes the label, as kubectl does. */
export function parseLabel(text: string, before?: GivenLabels): GivenLabels {
  const at = text.indexOf('=');
  const isRemoved = at < 0 && text.endsWith('-') && text.length > 1;
  if (at <= 0 && !isRemoved) {
    throw new InvalidArgumentError('Use the form name=value, or name- to remove the label.');
  }
  const change = isRemoved
    ? { [text.slice(0, -1)]: undefined }
    : { [text.slice(0, at)]: text.slice(at + 1) };
  return new GivenLabels({ ...before?.changes, ...change });
}

/** Values of settings by name. */
export type SettingValues = Readonly<Record<string, number | boolean | null>>;

/** Word that removes a setting; the contract's own descriptions call it null. */
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

/** Adds one `name=value` to settings whose names are known. */
export function parseSetting(
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
  if (NONES.includes(word)) return { ...before, [name]: null };
  return { ...before, [name]: parseAs(kind, { name, word }) };
}

function parseAs(
  kind: SettingKind,
  { name, word }: { readonly name: string; readonly word: string },
): number | boolean {
  switch (kind) {
    case 'integer':
      return parseInteger(word, unitOf(name));
    case 'number':
      return parseNumber(word, unitOf(name));
    case 'boolean':
      return parseAnswer(word);
  }
}

function parseAnswer(word: string): boolean {
  const answer = Object.hasOwn(ANSWERS, word) ? ANSWERS[word] : undefined;
  if (answer !== undefined) return answer;
  throw new InvalidArgumentError(`Must be on, off or ${NONE}.`);
}

/** Parses all of an object in JSON, or adds one member `name=value` to those given before. */
export function parseMembers(schema: FieldSchema, text: string, before: unknown): unknown {
  const trimmed = text.trimStart();
  if (trimmed.startsWith('@')) return new GivenFile(trimmed.slice(1));
  const at = text.indexOf('=');
  if (at < 0 || trimmed.startsWith('{')) return parseJson(text);
  const name = text.slice(0, at).trim();
  const [member, value] = parseMember(schema, name, text.slice(at + 1));
  const earlier = before instanceof GivenMembers ? before.values : {};
  return new GivenMembers({ ...earlier, [member]: value });
}

/** Parses JSON, or names a file that contains JSON or YAML: `@rules.yaml`, `rules.yaml`, `-`. */
export function parseJsonOrFile(text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === '-') return new GivenFile('-');
  if (trimmed.startsWith('@')) return new GivenFile(trimmed.slice(1));
  return looksLikePath(trimmed) ? new GivenFile(trimmed) : parseJson(text);
}

function looksLikePath(text: string): boolean {
  return /^[^[{"]+\.(?:json|ya?ml)$/i.test(text);
}

/**
 * Parses an object that is written as `name=value,name=value`, or in JSON. A part without an equals
 * sign belongs to the value before it, so that values may have commas.
 */
export function parseObject(schema: FieldSchema, text: string): Readonly<Record<string, unknown>> {
  const trimmed = text.trimStart();
  if (trimmed.startsWith('{')) return Object(parseJson(text));
  const pairs: [name: string, value: string][] = [];
  for (const part of text.split(',')) {
    const at = part.indexOf('=');
    const last = pairs.at(-1);
    if (at > 0) pairs.push([part.slice(0, at).trim(), part.slice(at + 1)]);
    else if (last === undefined) throw new InvalidArgumentError(formOf(schema));
    else last[1] = `${last[1]},${part}`;
  }
  const object: Record<string, unknown> = {};
  for (const [name, value] of pairs) {
    for (const [member, found] of membersOf(schema, name, value)) object[member] = found;
  }
  return isFirewallRule(schema) ? { action: 'allow', ...object } : object;
}

function formOf({ properties = {} }: FieldSchema): string {
  const names = Object.keys(properties);
  return `Use the form name=value,name=value with the names ${names.join(', ')}.`;
}

/** Words for the direction of a rule together with its peer. */
const DIRECTIONS: Readonly<Record<string, string>> = { from: 'ingress', to: 'egress' };

/** Here its action has a default: unlike in Terraform, a misspelt name is refused. */
function isFirewallRule({ properties = {} }: FieldSchema): boolean {
  return properties.direction !== undefined && properties.action !== undefined;
}

function membersOf(
  schema: FieldSchema,
  name: string,
  text: string,
): readonly (readonly [name: string, value: unknown])[] {
  const properties = schema.properties ?? {};
  const direction = Object.hasOwn(DIRECTIONS, name) ? DIRECTIONS[name] : undefined;
  if (direction !== undefined && properties.direction !== undefined) {
    return [['direction', direction], peerOf(text)];
  }
  const known = name === 'type' && properties.kind !== undefined ? 'kind' : name;
  return [parseMember(schema, known, text)];
}

/** An address block, one address, or the name of a security group. */
function peerOf(text: string): readonly [name: string, value: string] {
  if (text === 'anywhere') return ['cidr', '0.0.0.0/0'];
  if (text.includes('/')) return ['cidr', text];
  if (/^\d+\.\d+\.\d+\.\d+$/.test(text)) return ['cidr', `${text}/32`];
  return text.includes(':') ? ['cidr', `${text}/128`] : ['group_id', text];
}

function parseMember(
  { properties = {} }: FieldSchema,
  name: string,
  text: string,
): readonly [name: string, value: unknown] {
  const member = name.replaceAll('-', '_');
  const schema = Object.hasOwn(properties, member) ? properties[member] : undefined;
  if (schema !== undefined) return [member, parseByName(withoutNull(schema), member, text)];
  const names = Object.keys(properties);
  const near = nearName(member, names);
  const hint = near === undefined ? `Names: ${names.join(', ')}.` : `Did you mean ${near}?`;
  throw new InvalidArgumentError(`There is no ${name}. ${hint}`);
}

function parseByName(schema: FieldSchema, name: string, text: string): unknown {
  if (NONES.includes(text)) return null;
  if (schema.enum !== undefined) return parseChoice(schema.enum, name, text);
  if (hasType(schema, 'boolean')) return parseAnswer(text);
  if (hasType(schema, 'integer')) return parseInteger(text, unitOf(name));
  if (hasType(schema, 'number')) return parseNumber(text, unitOf(name));
  if (hasType(schema, 'string')) return text;
  if (text.trimStart().startsWith('{') || text.trimStart().startsWith('[')) return readJson(text);
  if (isObject(schema)) return parseObject(schema, text);
  if (isObjectList(schema)) return [parseObject(schema.items ?? {}, text)];
  if (hasType(schema, 'array')) return text.split(',');
  return hasType(schema, 'object') ? parseEntry(text) : jsonOrText(text);
}

function parseChoice(choices: readonly string[], name: string, text: string): string {
  if (choices.includes(text)) return text;
  throw new InvalidArgumentError(`${name} must be one of ${choices.join(', ')}.`);
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Parses JSON that is not null, which commander would make an empty text of. */
export function parseJson(text: string): unknown {
  const value = readJson(text);
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

/** Refuses the word for nothing where it would be stored as a text. */
export function parseClearableText(flag: string): (text: string) => string {
  return (text) => {
    if (text !== 'null') return text;
    throw new InvalidArgumentError(
      `It would be stored as the text "null"; --unset ${flag} clears the field.`,
    );
  };
}
