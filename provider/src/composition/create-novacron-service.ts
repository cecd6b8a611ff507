/** The part of the provider that is not needed by a start which only returns the schema. */
import type { LoadedService } from '../goplugin/create-lazy-service.ts';
import { isDestroyRun, readParentCommand } from '../process/is-destroy-run.ts';
import type { Logger } from '../process/logger.ts';
import { createProviderCalls } from '../protocol/create-provider-calls.ts';
import { createNovacronProvider, type Environment } from './novacron-provider.ts';

/** Creates the gRPC service of the provider for an environment. */
export function createNovacronService(
  env: Environment,
  { log, isTerraformGone }: { readonly log: Logger; readonly isTerraformGone: () => boolean },
): LoadedService {
  const run = { isDestroyRun: isDestroyRun(readParentCommand(), env), isTerraformGone };
  return createProviderCalls({
    provider: createNovacronProvider(env, {}, run),
    log,
    conformance: env.NOVACRON_PROVIDER_CHECK === '1',
  });
}
