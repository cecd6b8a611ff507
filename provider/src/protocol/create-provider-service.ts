import { ProviderService } from '../gen/tfplugin6.ts';
import type { PluginService } from '../goplugin/start-server.ts';
import { createProviderCalls } from './create-provider-calls.ts';
import type { SessionOptions } from './session/session.ts';

/** The provider as a service of the plugin protocol. */
export function createProviderService(options: SessionOptions): PluginService {
  return { definition: ProviderService, ...createProviderCalls(options) };
}
