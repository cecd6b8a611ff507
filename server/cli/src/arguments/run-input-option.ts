/** The flag `--input`, which gives one input of an execution. */
import { err, ok, type Result } from '@novacron/contract/result';
import type { Option } from 'commander';
import { type Failure, usageFailure } from '../failures/failure.ts';
import { type Fields, isFields } from '../output/fields.ts';
import { repeatedText } from './flag-options.ts';
import type { InputFlag } from './input-flags.ts';

/** The field that holds the inputs of an execution. */
const INPUTS_FIELD = 'inputs';

/** Whether a flag gives all inputs of an execution. */
export function isRunInputs({ field, value }: Pick<InputFlag, 'field' | 'value'>): boolean {
  return field === INPUTS_FIELD && value.kind === 'json';
}

/** The option `--input` beside the flag of all inputs. */
export function runInputOption(): Option {
  const text = 'Input of the run; the server reads the text as the type that the input declares';
  return repeatedText('--input <name=value>', text);
}

/**
 * Adds single inputs to those that came as JSON. Failures: wrong usage, where one is no
 * `NAME=VALUE`, or is given twice.
 */
export function addRunInputs(whole: unknown, texts: readonly string[]): Result<Fields, Failure> {
  const pairs = readPairs(texts, 'input');
  if (!pairs.ok) return pairs;
  const given = isFields(whole) ? whole : {};
  const twice = [...pairs.value.keys()].find((name) => Object.hasOwn(given, name));
  if (twice !== undefined) {
    return err(usageFailure(`--input and --inputs both give ${twice}: keep one`));
  }
  return ok({ ...given, ...Object.fromEntries(pairs.value) });
}

/**
 * Reads texts of the form `NAME=VALUE` into a map. Failures: wrong usage, where one has another
 * form or a name twice.
 */
export function readPairs(
  texts: readonly string[],
  flag: string,
): Result<ReadonlyMap<string, string>, Failure> {
  const pairs = new Map<string, string>();
  for (const text of texts) {
    const at = text.indexOf('=');
    if (at < 1) return err(usageFailure(`--${flag} must be NAME=VALUE, not ${text}`));
    const name = text.slice(0, at);
    if (pairs.has(name)) return err(usageFailure(`--${flag} gives ${name} twice: keep one`));
    pairs.set(name, text.slice(at + 1));
  }
  return ok(pairs);
}
