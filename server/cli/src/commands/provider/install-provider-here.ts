/** `novacron provider install`. */
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { type Failure, problemFailure } from '../../failures/failure.ts';
import type { CliIo } from '../../io/cli-io.ts';
import { loadFunction } from '../../io/load-function.ts';
import type { Document } from '../../output/render-output.ts';

type InstallProvider = (request: {
  readonly dir?: string;
  readonly cliConfig?: string;
}) => Promise<Result<{ readonly lines: readonly string[] }, Problem>>;

/** Installs the Terraform provider of this release into a local mirror. */
export async function installProviderHere(
  io: CliIo,
  request: { readonly dir?: string; readonly cliConfig?: string },
): Promise<Result<Document, Failure>> {
  const place = { specifier: '@novacron/provider/install-provider', name: 'installProvider' };
  const install = await loadFunction<InstallProvider>(io, place);
  if (!install.ok) return install;
  const done = await install.value(request);
  if (!done.ok) return err(problemFailure(done.error));
  return ok({ kind: 'lines', value: { lines: [...done.value.lines] } });
}
