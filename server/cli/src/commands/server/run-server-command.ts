/** `novacron server`: the server's own command line. */
import { ok, type Result } from '@novacron/contract/result';
import type { Failure } from '../../failures/failure.ts';
import type { CliIo, Environment } from '../../io/cli-io.ts';
import { loadFunction } from '../../io/load-function.ts';

type RunServer = (argv: readonly string[], env: Environment, io: CliIo) => Promise<number>;

/**
 * Hands over to the server's own command line.
 * @param argv - everything behind `server`, untouched
 * @returns the server's exit code
 */
export async function runServerCommand(
  argv: readonly string[],
  env: Environment,
  io: CliIo,
): Promise<Result<number, Failure>> {
  const place = { specifier: '@novacron/server/main', name: 'runServer' };
  const runServer = await loadFunction<RunServer>(io, place);
  return runServer.ok ? ok(await runServer.value(argv, env, io)) : runServer;
}
