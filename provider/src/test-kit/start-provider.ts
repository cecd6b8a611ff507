import { PROVIDER_SOURCE } from '../build-info/provider-source.ts';
import { serveForReattach } from '../goplugin/reattach.ts';
import { createLogger } from '../process/logger.ts';
import { createProviderService } from '../protocol/create-provider-service.ts';
import type { AnyProvider } from '../protocol/session/session.ts';
import { connectProbe, type ProviderProbe } from './provider-probe.ts';

/** A provider that runs inside the test. */
export interface RunningProvider {
  /** Speaks the protocol with it, without Terraform. */
  readonly probe: ProviderProbe;
  /** For the environment of a real Terraform: TF_REATTACH_PROVIDERS. */
  readonly reattachProviders: string;
  /** Log lines so far, one JSON object a line. */
  readonly logLines: readonly string[];
  /** Ends it as Terraform does that has had all answers. */
  dismiss(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Serves a provider in this process, with every answer checked against Terraform's rules.
 * @example
 * const running = await startProvider(provider);
 * await running.probe.configure({ endpoint: 'http://127.0.0.1:7480' });
 * const { state } = await running.probe.create('novacron_vm', { name: 'web' });
 * await running.close();
 */
export async function startProvider(provider: AnyProvider): Promise<RunningProvider> {
  const logLines: string[] = [];
  const log = createLogger({ sink: (line) => void logLines.push(line), nowMs: () => Date.now() });
  const service = createProviderService({ provider, log, conformance: true });
  const plugin = await serveForReattach({
    service,
    source: PROVIDER_SOURCE,
    nowMs: Date.now(),
  });
  const probe = connectProbe(plugin.socketPath, provider);
  return {
    probe,
    reattachProviders: plugin.reattachProviders,
    logLines,
    dismiss: () => service.stop('dismissed'),
    close: async () => {
      probe.close();
      await plugin.close();
    },
  };
}
