/** All of the provider that a start which only shows its schema does not need. */
import type { PluginService } from './goplugin/start-server.ts';
import type { Logger } from './log/logger.ts';
import { createNovacronProvider, type Environment } from './novacron-provider.ts';
import { createProviderService } from './protocol/create-provider-service.ts';

/** Makes the provider that serves under this environment. */
export function createNovacronService(env: Environment, log: Logger): PluginService {
  return createProviderService({
    provider: createNovacronProvider(env),
    log,
    conformance: env.NOVACRON_PROVIDER_CHECK === '1',
  });
}
