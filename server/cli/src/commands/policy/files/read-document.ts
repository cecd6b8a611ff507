/** One document that a flag names, such as the input. */
import { err, ok, type Result } from '@novacron/contract/result';
import { type Failure, usageFailure } from '../../../failures/failure.ts';
import type { CliIo } from '../../../io/cli-io.ts';
import { readTextFile } from '../../../io/read-text-file.ts';
import { parseDocumentText } from './document-text.ts';

/**
 * Reads a document in JSON or YAML. Failures: wrong usage.
 * @param path - undefined: there is none
 * @param what - what the document is, in words
 */
export async function readDocument(
  io: Pick<CliIo, 'readText'>,
  path: string | undefined,
  what: string,
): Promise<Result<unknown, Failure>> {
  if (path === undefined) return ok(undefined);
  const text = await readTextFile(io, path, what);
  if (!text.ok) return text;
  const parsed = parseDocumentText(text.value);
  return parsed.ok ? parsed : err(usageFailure(`${what} in ${path} ${parsed.error}`));
}
