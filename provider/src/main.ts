import { servePlugin } from './goplugin/serve-plugin.ts';
import { createNovacronProvider } from './novacron-provider.ts';
import { createProviderService } from './protocol/create-provider-service.ts';

/** The provider's source address as users write it in `required_providers`. */
const SOURCE = 'novacron/novacron';

void servePlugin({
  source: SOURCE,
  createService: (log) =>
    createProviderService({
      provider: createNovacronProvider(process.env),
      log,
      conformance: process.env.NOVACRON_PROVIDER_CHECK === '1',
    }),
});
