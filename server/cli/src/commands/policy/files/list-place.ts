import { err, ok, type Result } from '@novacron/contract/result';
import { type Failure, usageFailure } from '../../../failures/failure.ts';
import type { CliIo } from '../../../io/cli-io.ts';
import { explainFileTrouble } from '../../../io/explain-file-trouble.ts';

/**
 * Lists the files of a place that was named on the command line.
 * @param place - a file, or a folder with all that is below it
 * @param what - what is looked for there, for the message: `policies`
 * @returns a usage failure that names the place where it cannot be read
 */
export async function listPlace(
  io: Pick<CliIo, 'listFiles'>,
  place: string,
  what: string,
): Promise<Result<readonly string[], Failure>> {
  try {
    return ok(await io.listFiles(place));
  } catch (cause) {
    return err(usageFailure(`cannot read ${what} from ${place}: ${explainFileTrouble(cause)}`));
  }
}
