// What is wrong with the types of a configuration: each member with its path and what is expected.

import { isJsonObject } from '../syntax/json-object.ts';
import type { LintLevel } from './source/model.ts';

/** Allowed kind of a member. */
type Kind = 'mapping' | 'text' | 'texts' | 'number' | 'truth' | 'level' | 'conventions';

const LEVELS: readonly unknown[] = ['error', 'warning', 'ignore'] satisfies readonly LintLevel[];

const EXPECTED: Readonly<Record<Kind, string>> = {
  mapping: 'a mapping',
  text: 'a text',
  texts: 'a list of texts',
  number: 'a number of at least 0',
  truth: 'true or false',
  level: 'error, warning or ignore',
  conventions: 'a list of mappings with pattern, a text, and targets, a list of texts',
};

const FITS: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  mapping: isJsonObject,
  text: (value) => typeof value === 'string',
  texts: isTexts,
  number: (value) => typeof value === 'number' && value >= 0,
  truth: (value) => typeof value === 'boolean',
  level: (value) => LEVELS.includes(value),
  conventions: (value) => Array.isArray(value) && value.every(isConvention),
};

/** Members of rules, as the rules of Regal have them. */
const OPTIONS: Readonly<Record<string, Kind>> = {
  level: 'level',
  ignore: 'mapping',
  conventions: 'conventions',
  'count-comments': 'truth',
  'except-functions': 'texts',
  'except-imports': 'texts',
  'except-paths': 'texts',
  'except-pattern': 'text',
  'except-function-name-pattern': 'text',
  'exclude-args': 'texts',
  'exclude-test-suffix': 'truth',
  'flag-all-concat': 'truth',
  'flag-all-union': 'truth',
  'flag-wrapped-concat': 'truth',
  'forbidden-functions': 'texts',
  'ignore-if-sub-attribute': 'truth',
  'ignore-nesting-level': 'number',
  'include-test-files': 'truth',
  'max-allowed': 'number',
  'max-file-length': 'number',
  'max-line-length': 'number',
  'max-rule-length': 'number',
  'max-test-rule-length': 'number',
  'non-breakable-word-threshold': 'number',
};

/**
 * Checks the types of a configuration. Members that are not known here may be anything.
 * @param root - what the file has
 * @param categories - names of the categories of rules
 * @returns the first mistake: `rules.style.line-length.max-line-length is "80"; expected …`
 */
export function checkConfig(root: object, categories: readonly string[]): string | undefined {
  const { rules, ignore } = valuesOf(root);
  return (
    checkIgnore(ignore, ['ignore']) ??
    checkMember(rules, 'mapping', ['rules']) ??
    firstOf(valuesOf(rules), (name, value) => checkGroup(name, value, categories))
  );
}

/** `default` has a level; a category has rules by name, and a default. */
function checkGroup(
  name: string,
  value: unknown,
  categories: readonly string[],
): string | undefined {
  const path = ['rules', name];
  if (name === 'default') return checkRule(value, path);
  if (!categories.includes(name)) return undefined;
  const wrong = checkMember(value, 'mapping', path);
  return wrong ?? firstOf(valuesOf(value), (rule, own) => checkRule(own, [...path, rule]));
}

function checkRule(value: unknown, path: readonly string[]): string | undefined {
  const wrong = checkMember(value, 'mapping', path);
  if (wrong !== undefined) return wrong;
  return firstOf(valuesOf(value), (name, own) => {
    if (name === 'ignore') return checkIgnore(own, [...path, name]);
    const kind = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined;
    return kind && checkMember(own, kind, [...path, name]);
  });
}

function checkIgnore(value: unknown, path: readonly string[]): string | undefined {
  const wrong = checkMember(value, 'mapping', path);
  return wrong ?? checkMember(valuesOf(value).files, 'texts', [...path, 'files']);
}

/** Checks a member; an absent or empty member is valid. */
function checkMember(value: unknown, kind: Kind, path: readonly string[]): string | undefined {
  if (value === undefined || value === null || FITS[kind](value)) return undefined;
  return `${path.join('.')} is ${JSON.stringify(value)}; expected ${EXPECTED[kind]}`;
}

function firstOf(
  values: Readonly<Record<string, unknown>>,
  check: (name: string, value: unknown) => string | undefined,
): string | undefined {
  for (const [name, value] of Object.entries(values)) {
    const wrong = check(name, value);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function valuesOf(value: unknown): Readonly<Record<string, unknown>> {
  return isJsonObject(value) ? value : {};
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function isConvention(value: unknown): boolean {
  const { pattern, targets } = valuesOf(value);
  return typeof pattern === 'string' && isTexts(targets);
}
