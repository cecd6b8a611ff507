/** `novacron runner`: hands over to the runner's own command line. */
import { ok, type Result } from '@novacron/contract/result';
import type { Failure } from '../../failures/failure.ts';
import type { CliIo, Environment } from '../../io/cli-io.ts';
import { loadFunction } from '../../io/load-function.ts';

type RunRunner = (argv: readonly string[], env: Environment, io: CliIo) => Promise<number>;

/**
 * Runs a runner until it is stopped.
 * @param argv - everything behind `runner`, untouched
 * @returns the runner's exit code
 */
export async function runRunnerCommand(
  argv: readonly string[],
  env: Environment,
  io: CliIo,
): Promise<Result<number, Failure>> {
  const place = { specifier: '@novacron/runner/main', name: 'runRunner' };
  const runRunner = await loadFunction<RunRunner>(io, place);
  return runRunner.ok ? ok(await runRunner.value(argv, env, io)) : runRunner;
}
