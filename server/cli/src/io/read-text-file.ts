import { err, ok, type Result } from '@novacron/contract/result';
import { type Failure, usageFailure } from '../failures/failure.ts';
import type { CliIo } from './cli-io.ts';
import { explainFileTrouble } from './explain-file-trouble.ts';

/**
 * Reads a file that a flag names. Failures: wrong usage, with the system's reason.
 * @param what - what the file holds, in words
 */
export async function readTextFile(
  io: Pick<CliIo, 'readText'>,
  path: string,
  what: string,
): Promise<Result<string, Failure>> {
  try {
    return ok(await io.readText(path));
  } catch (cause) {
    return err(usageFailure(`cannot read ${what} from ${path}: ${explainFileTrouble(cause)}`));
  }
}
