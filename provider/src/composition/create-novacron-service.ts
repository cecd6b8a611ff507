/** All of the provider that a start which only shows its schema does not need. */
import type { LoadedService } from '../goplugin/create-lazy-service.ts';
import type { Logger } from '../process/logger.ts';
import { createProviderCalls } from '../protocol/create-provider-calls.ts';
import { createNovacronProvider, type Environment } from './novacron-provider.ts';

/** Makes what answers for the provider under this environment. */
export function createNovacronService(env: Environment, log: Logger): LoadedService {
  return createProviderCalls({
    provider: createNovacronProvider(env),
    log,
    conformance: env.NOVACRON_PROVIDER_CHECK === '1',
  });
}
