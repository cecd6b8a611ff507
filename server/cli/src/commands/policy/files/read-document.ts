/** One document that a flag names, such as the input. */
import { err, ok, type Result } from '@novacron/contract/result';
import { parse } from 'yaml';
import { type Failure, usageFailure } from '../../../failures/failure.ts';
import type { CliIo } from '../../../io/cli-io.ts';
import { messageOf } from '../../../io/message-of.ts';
import { readTextFile } from '../../../io/read-text-file.ts';
import { refuseEndless } from '../../../io/refuse-endless.ts';

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
  try {
    const isJson = /^\s*[[{"]/.test(text.value);
    const value: unknown = isJson ? JSON.parse(text.value) : parse(text.value);
    return ok(refuseEndless(value));
  } catch (cause) {
    return err(usageFailure(`${what} in ${path} is neither JSON nor YAML: ${messageOf(cause)}`));
  }
}
