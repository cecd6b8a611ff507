/** `novacron policy disable --break-glass`: on the machine of the server, past its policies. */
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { type Failure, problemFailure } from '../../failures/failure.ts';
import type { CliIo } from '../../io/cli-io.ts';
import { loadFunction } from '../../io/load-function.ts';
import type { Document } from '../../output/render-output.ts';

type DisablePolicyOnThisMachine = (request: {
  readonly dataDir?: string;
  readonly store?: string;
  readonly name: string;
  readonly user: string;
}) => Promise<Result<{ readonly message: string }, Problem>>;

/** Disables a policy in the store itself, so that no policy can lock out its repair. */
export async function breakGlass(
  io: CliIo,
  request: {
    readonly name: string;
    readonly dataDir: string | undefined;
    readonly store: string | undefined;
  },
): Promise<Result<Document, Failure>> {
  const place = { specifier: '@novacron/server/break-glass', name: 'disablePolicyOnThisMachine' };
  const disable = await loadFunction<DisablePolicyOnThisMachine>(io, place);
  if (!disable.ok) return disable;
  const done = await disable.value({
    name: request.name,
    user: io.userName(),
    ...(request.dataDir === undefined ? {} : { dataDir: request.dataDir }),
    ...(request.store === undefined ? {} : { store: request.store }),
  });
  if (!done.ok) return err(problemFailure(done.error));
  return ok({ kind: 'lines', value: { lines: [done.value.message] } });
}
