/** Prints the answer to `GetProviderSchema` in base64, for the bundle to keep: see bundle.mjs. */
import { createNovacronProvider } from '../src/composition/novacron-provider.ts';
import { encodeProviderSchema } from '../src/protocol/encode-provider-schema.ts';

process.stdout.write(encodeProviderSchema(createNovacronProvider({})).toString('base64'));
