/** `novacron backup` and `novacron restore`. */
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { type Failure, problemFailure } from '../../failures/failure.ts';
import type { CliIo } from '../../io/cli-io.ts';
import { loadFunction } from '../../io/load-function.ts';
import type { Document } from '../../output/render-output.ts';
import type { CopyRequest } from './copy-request.ts';

type CopyDataDir = (
  request: Omit<CopyRequest, 'kind'>,
) => Promise<Result<{ readonly lines: readonly string[] }, Problem>>;

/** Backs up a data directory of this machine, or makes one from a backup. */
export async function copyDataDir(
  io: CliIo,
  { kind, ...request }: CopyRequest,
): Promise<Result<Document, Failure>> {
  const name = kind === 'backup' ? 'backUpThisMachine' : 'restoreThisMachine';
  const copy = await loadFunction<CopyDataDir>(io, {
    specifier: '@novacron/server/break-glass',
    name,
  });
  if (!copy.ok) return copy;
  const done = await copy.value(request);
  if (!done.ok) return err(problemFailure(done.error));
  return ok({ kind: 'lines', value: { lines: [...done.value.lines] } });
}
