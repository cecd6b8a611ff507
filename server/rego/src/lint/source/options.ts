// What configurations give to rules: patterns and numbers.

import { RE2JS } from 're2js';

/** Whether a text is a regular expression, in linear time as OPA has them. */
export function isPattern(pattern: string): boolean {
  return compile(pattern) !== undefined;
}

/** Whether a pattern is found in a text; a pattern that is none is not found. */
export function matchesPattern(pattern: string, text: string): boolean {
  return compile(pattern)?.matcher(text).find() ?? false;
}

function compile(pattern: string) {
  try {
    return RE2JS.compile(pattern);
  } catch {
    return undefined;
  }
}

/** A number of the configuration, or the default. */
export function numberOption(value: unknown, otherwise: number): number {
  return typeof value === 'number' && value >= 0 ? value : otherwise;
}

/** A list of texts of the configuration; empty for anything else. */
export function listOption(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
