import type { Provider } from './framework/provider.ts';
import { providerSchema } from './framework/schema.ts';
import { servePlugin } from './goplugin/serve-plugin.ts';
import { createProviderService } from './protocol/create-provider-service.ts';

/** The provider's source address as users write it in `required_providers`. */
const SOURCE = 'novacron/novacron';

const schema = providerSchema({
  description: 'Runs virtual machines on a fleet of hypervisor nodes.',
  attributes: {},
});

const provider: Provider<typeof schema, object> = {
  schema,
  configure: () => ({}),
  resources: {},
  dataSources: {},
};

void servePlugin({
  source: SOURCE,
  createService: (log) =>
    createProviderService({
      provider,
      log,
      conformance: process.env.NOVACRON_PROVIDER_CHECK === '1',
    }),
});
