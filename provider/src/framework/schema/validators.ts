import type { Validator, ValueIssue } from './attribute.ts';

/** One of a few texts. */
export function oneOf(...choices: readonly string[]): Validator<string> {
  return (value) =>
    choices.includes(value)
      ? undefined
      : `must be one of ${choices.map((choice) => JSON.stringify(choice)).join(', ')}`;
}

/** A number from `min` to `max`, both included. */
export function between(min: number, max: number): Validator<number> {
  return (value) => (value >= min && value <= max ? undefined : `must be ${min} to ${max}`);
}

/** Text of `min` to `max` characters. */
export function lengthBetween(min: number, max: number): Validator<string> {
  return (value) => {
    const length = [...value].length;
    return length >= min && length <= max
      ? undefined
      : `must have ${min} to ${max} characters, has ${length}`;
  };
}

/** The same rule for every element of a list or set. */
export function each<T>(rule: Validator<T>): Validator<readonly T[]> {
  return (values) =>
    values.flatMap((value, index) =>
      issuesOf(rule(value)).map(({ at, message }) => ({ at: [index, ...at], message })),
    );
}

/** Converts the result of a rule to a list of issues. */
export function issuesOf(found: ReturnType<Validator<never>>): readonly ValueIssue[] {
  if (found === undefined) return [];
  return typeof found === 'string' ? [{ at: [], message: found }] : found;
}
