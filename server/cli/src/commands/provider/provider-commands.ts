/** `novacron provider uninstall` and `serve`: what else this machine does for the provider. */
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { type Failure, problemFailure } from '../../failures/failure.ts';
import type { CliIo, Environment } from '../../io/cli-io.ts';
import { loadFunction } from '../../io/load-function.ts';
import type { Document } from '../../output/render-output.ts';

interface UninstallRequest {
  readonly dir?: string;
  readonly cliConfig?: string;
  readonly versions: 'this' | 'all';
}

type UninstallProvider = (
  request: UninstallRequest,
) => Promise<Result<{ readonly lines: readonly string[] }, Problem>>;

type ServeForDebugging = (
  env: Environment,
  sink: (line: string) => void,
) => Promise<{ readonly reattachProviders: string; readonly close: () => Promise<void> }>;

/** Removes the Terraform provider of this release. */
export async function uninstallProviderHere(
  io: CliIo,
  request: UninstallRequest,
): Promise<Result<Document, Failure>> {
  const place = { specifier: '@novacron/provider/uninstall-provider', name: 'uninstallProvider' };
  const uninstall = await loadFunction<UninstallProvider>(io, place);
  if (!uninstall.ok) return uninstall;
  const done = await uninstall.value(request);
  if (!done.ok) return err(problemFailure(done.error));
  return ok({ kind: 'lines', value: { lines: [...done.value.lines] } });
}

/** Serves the provider in this process until the person interrupts, which is its regular end. */
export async function serveProviderHere(
  io: CliIo,
  env: Environment,
): Promise<Result<Document, Failure>> {
  const place = { specifier: '@novacron/provider/serve-for-debugging', name: 'serveForDebugging' };
  const serve = await loadFunction<ServeForDebugging>(io, place);
  if (!serve.ok) return serve;
  const provider = await serve.value(env, (line) => io.stderr.write(line));
  const interrupted = new Promise<void>((resolve) => {
    io.onInterrupt(resolve);
  });
  io.stdout.write(
    'The provider is running. Attach Terraform to it in another terminal:\n\n' +
      `  export TF_REATTACH_PROVIDERS='${provider.reattachProviders}'\n\n` +
      'Press Ctrl-C to stop it.\n',
  );
  await interrupted;
  await provider.close();
  return ok({ kind: 'lines', value: { lines: ['The provider has stopped.'] } });
}
