/** Reads texts of the form `NAME=VALUE` that a flag was given. */
import { err, ok, type Result } from '@novacron/contract/result';
import { type Failure, usageFailure } from '../failures/failure.ts';

/** Reads them into a map. Failures: wrong usage, where one has another form or a name twice. */
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
