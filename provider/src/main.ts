import { PROVIDER_SOURCE } from './build-info/provider-source.ts';
import { ProviderService } from './gen/tfplugin6.ts';
import { createLazyService, type LoadedService } from './goplugin/create-lazy-service.ts';
import { servePlugin } from './goplugin/serve-plugin.ts';
import { PREPARED_SCHEMA } from './prepared-schema.ts';
import type { Logger } from './process/logger.ts';
import { setV8Flags } from './process/set-v8-flags.ts';
import { watchParent } from './process/watch-parent.ts';

/** Terraform starts a provider several times a run, so most of it is loaded on demand. */
async function loadProvider(log: Logger): Promise<LoadedService> {
  const { createNovacronService } = await import('./composition/create-novacron-service.ts');
  return createNovacronService(process.env, { log, isTerraformGone });
}

const isTerraformGone = watchParent();

setV8Flags();
void servePlugin({
  source: PROVIDER_SOURCE,
  isHostGone: isTerraformGone,
  createService: (log) =>
    createLazyService({
      definition: ProviderService,
      load: () => loadProvider(log),
      prepared:
        PREPARED_SCHEMA === undefined
          ? {}
          : { getProviderSchema: Buffer.from(PREPARED_SCHEMA, 'base64') },
    }),
});
