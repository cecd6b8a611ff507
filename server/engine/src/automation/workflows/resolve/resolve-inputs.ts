/** The inputs of a run: given values, defaults, and what is wrong with them. */
import type {
  AutomationDefinition,
  AutomationInput,
} from '@novacron/contract/automation/definition';
import { equalJson, isRecord, type Json } from '@novacron/contract/json';
import { nearName } from '@novacron/contract/problem/find-near-name';
import { err, ok, type Result } from '@novacron/contract/result';
import { RE2JS } from 're2js';
import type { RunInputs } from '../model/automation.ts';
import { listUsedInputs } from '../parse/list-used-inputs.ts';

/** Fault in an input of a run. */
export interface InputFault {
  readonly name: string;
  readonly message: string;
}

type Declared = Readonly<Record<string, AutomationInput>>;

/**
 * Resolves the inputs of a run. A text for an input of another type is read as that type.
 * @returns a value for every input. Problems: inputs that are missing, unknown or do not match
 */
export function resolveInputs(
  definition: AutomationDefinition,
  given: RunInputs,
): Result<RunInputs, readonly InputFault[]> {
  const declared = declaredInputs(definition);
  const faults: InputFault[] = unknownInputs(declared, given);
  const values: Record<string, Json> = {};
  for (const [name, input] of Object.entries(declared)) {
    const value = Object.hasOwn(given, name) ? given[name] : input.default;
    if (value === undefined) {
      faults.push({ name, message: 'is missing: give it a value' });
      continue;
    }
    const typed = toType(value, input.type);
    const message = typed === undefined ? wordsOfType(input.type) : faultOfValue(typed, input);
    if (message !== undefined) faults.push({ name, message });
    else if (typed !== undefined) values[name] = typed;
  }
  return faults.length === 0 ? ok(values) : err(faults);
}

/** Finds what is wrong with inputs that a schedule gives. */
export function checkInputs(
  definition: AutomationDefinition,
  given: RunInputs,
): readonly InputFault[] {
  const resolved = resolveInputs(definition, given);
  return resolved.ok ? [] : resolved.error;
}

/** Finds what is wrong with declarations themselves: patterns, defaults, limits. */
export function checkDeclarations({ inputs = {} }: AutomationDefinition): readonly InputFault[] {
  return Object.entries(inputs).flatMap(([name, input]): InputFault[] => {
    const message = faultOfDeclaration(input);
    return message === undefined ? [] : [{ name, message }];
  });
}

/** The inputs of a definition; without declarations every `${name}` is a text that a run gives. */
export function declaredInputs(definition: AutomationDefinition): Declared {
  if (definition.inputs !== undefined) return definition.inputs;
  const names = listUsedInputs(definition);
  return Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
}

function unknownInputs(declared: Declared, given: RunInputs): InputFault[] {
  const names = Object.keys(declared);
  return Object.keys(given)
    .filter((name) => !Object.hasOwn(declared, name))
    .map((name) => {
      const near = nearName(name, names);
      const known = names.length === 0 ? 'there are none' : `there are ${names.join(', ')}`;
      const hint = near === undefined ? known : `did you mean ${near}?`;
      return { name, message: `is not an input; ${hint}` };
    });
}

function faultOfDeclaration(input: AutomationInput): string | undefined {
  const { default: value, pattern, min, max, type } = input;
  if (min !== undefined && max !== undefined && min > max) return 'has a min that is above its max';
  if (pattern !== undefined) {
    if (type !== 'string') return `has a pattern, which belongs to string, not to ${type}`;
    try {
      RE2JS.compile(pattern);
    } catch (cause) {
      return `has a pattern that cannot be read: ${Object(cause).message}`;
    }
  }
  if (value === undefined) return undefined;
  if (!isOfType(value, type)) return `has a default that ${wordsOfType(type)}`;
  const fault = faultOfValue(value, input);
  return fault === undefined ? undefined : `has a default that ${fault}`;
}

/** Longer inputs are files. Unit: characters of their JSON. */
const INPUT_CHARS_MAX = 65_536;

function faultOfValue(value: Json, input: AutomationInput): string | undefined {
  if (JSON.stringify(value).length > INPUT_CHARS_MAX) {
    return `must have at most ${INPUT_CHARS_MAX} characters as JSON`;
  }
  const { one_of: choices, pattern, min, max } = input;
  if (choices !== undefined && !choices.some((choice) => equalJson(choice, value))) {
    return `must be one of ${choices.map((choice) => JSON.stringify(choice)).join(', ')}`;
  }
  if (pattern !== undefined && typeof value === 'string') {
    if (!RE2JS.compile(pattern).matches(value)) return `must match ${pattern}`;
  }
  const size = sizeOf(value);
  if (size === undefined) return undefined;
  const unit = typeof value === 'number' ? '' : Array.isArray(value) ? ' items' : ' characters';
  if (min !== undefined && size < min) return `must be at least ${min}${unit}`;
  if (max !== undefined && size > max) return `must be at most ${max}${unit}`;
  return undefined;
}

function sizeOf(value: Json): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' || Array.isArray(value) ? value.length : undefined;
}

function wordsOfType(type: AutomationInput['type']): string {
  const words = {
    string: 'a string',
    integer: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
    list: 'a list, such as ["a","b"]',
    object: 'an object, such as {"a":1}',
  };
  return `must be ${words[type]}`;
}

/** A value of the type; undefined where it is none. */
function toType(value: Json, type: AutomationInput['type']): Json | undefined {
  if (isOfType(value, type)) return value;
  if (typeof value !== 'string') return undefined;
  const read = readJson(value);
  return read !== undefined && isOfType(read, type) ? read : undefined;
}

function readJson(text: string): Json | undefined {
  try {
    // What JSON.parse returns is JSON.
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function isOfType(value: Json, type: AutomationInput['type']): boolean {
  switch (type) {
    case 'integer':
      return Number.isSafeInteger(value);
    case 'list':
      return Array.isArray(value);
    case 'object':
      return isRecord(value);
    default:
      return typeof value === type;
  }
}
