/** Serves the provider in this process, for a Terraform that is attached to it. */

import { PROVIDER_SOURCE } from './build-info/provider-source.ts';
import { createNovacronProvider, type Environment } from './composition/novacron-provider.ts';
import { serveForReattach } from './goplugin/reattach.ts';
import { createLogger } from './process/logger.ts';
import { createProviderService } from './protocol/create-provider-service.ts';

/** A running provider. */
export interface DebuggedProvider {
  /** The value for TF_REATTACH_PROVIDERS. */
  readonly reattachProviders: string;
  readonly close: () => Promise<void>;
}

/**
 * Starts to serve. Every answer is checked against the rules of Terraform, as in our tests.
 * @param env - environment variables with the defaults of the provider
 * @param sink - receives the log, one line at a time
 */
export async function serveForDebugging(
  env: Environment,
  sink: (line: string) => void,
): Promise<DebuggedProvider> {
  const log = createLogger({ sink, nowMs: () => Date.now() });
  const provider = createNovacronProvider(env);
  const service = createProviderService({ provider, log, conformance: true });
  return serveForReattach({ service, source: PROVIDER_SOURCE, nowMs: Date.now() });
}
