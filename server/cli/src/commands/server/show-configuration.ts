/** `novacron config show`. */
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { type Failure, usageFailure } from '../../failures/failure.ts';
import type { CliIo, Environment } from '../../io/cli-io.ts';
import { loadFunction } from '../../io/load-function.ts';
import type { Fields } from '../../output/fields.ts';
import type { Document } from '../../output/render-output.ts';

type DescribeConfiguration = (
  argv: readonly string[],
  env: Environment,
) => Result<readonly Fields[], Problem>;

/**
 * Shows what a server would be configured with here, and where each value comes from.
 * @param argv - flags of `novacron server`
 */
export async function showConfiguration(
  io: CliIo,
  argv: readonly string[],
  env: Environment,
): Promise<Result<Document, Failure>> {
  const place = {
    specifier: '@novacron/server/config/describe-configuration',
    name: 'describeConfiguration',
  };
  const describe = await loadFunction<DescribeConfiguration>(io, place);
  if (!describe.ok) return describe;
  const settings = describe.value(argv, env);
  // As the server itself takes it: wrong usage.
  if (!settings.ok) return err(usageFailure(settings.error.detail));
  return ok({ kind: 'list', noun: 'setting', value: settings.value });
}
