import { PROVIDER_SOURCE } from '../build-info/provider-source.ts';
import { servePlugin } from '../goplugin/serve-plugin.ts';
import { createProviderService } from '../protocol/create-provider-service.ts';
import { createToy } from './toy-provider.ts';

/** The toy provider as a program, for tests that need a process of its own. */
void servePlugin({
  source: PROVIDER_SOURCE,
  createService: (log) =>
    createProviderService({ provider: createToy().provider, log, conformance: true }),
});
