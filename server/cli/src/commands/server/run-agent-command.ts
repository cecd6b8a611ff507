/** `novacron agent`: hands over to the agent's own command line. */
import { ok, type Result } from '@novacron/contract/result';
import { parse } from 'yaml';
import type { Failure } from '../../failures/failure.ts';
import type { CliIo, Environment } from '../../io/cli-io.ts';
import { loadFunction } from '../../io/load-function.ts';

type RunAgent = (
  argv: readonly string[],
  env: Environment,
  io: CliIo & { readonly parseDocument: (text: string) => unknown },
) => Promise<number>;

/**
 * Runs an agent until it is stopped. Fleet files may be YAML, of which JSON is a part.
 * @param argv - everything behind `agent`, untouched
 * @returns the agent's exit code
 */
export async function runAgentCommand(
  argv: readonly string[],
  env: Environment,
  io: CliIo,
): Promise<Result<number, Failure>> {
  const place = { specifier: '@novacron/agent/main', name: 'runAgent' };
  const runAgent = await loadFunction<RunAgent>(io, place);
  if (!runAgent.ok) return runAgent;
  const parseDocument = (text: string): unknown => parse(text);
  return ok(await runAgent.value(argv, env, { ...io, parseDocument }));
}
