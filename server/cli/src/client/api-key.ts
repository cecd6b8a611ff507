/** API keys as people hand them over. */
import { err, ok, type Result } from '@novacron/contract/result';
import { type Failure, usageFailure } from '../failures/failure.ts';

/**
 * Checks that a text is one API key; blanks around it do not count.
 * @param source - where the text is from, for the words
 * @returns undefined for an empty text; wrong usage for what can be no key
 */
export function checkApiKey(text: string, source: string): Result<string | undefined, Failure> {
  const key = text.trim();
  if (key === '') return ok(undefined);
  if (/^[\x21-\x7e]+$/.test(key)) return ok(key);
  return err(
    usageFailure(`${source} is not a valid API key: it contains blanks or unexpected characters`),
  );
}
