import type { CallHandler, ServiceDefinition } from './grpc-server.ts';
import type { PluginService } from './start-server.ts';

/**
 * Makes a service whose code is loaded by its first call, so that the host does not wait for it
 * before the handshake.
 * @param definition - what the service answers to; needed at once
 * @param load - brings the service; called once
 */
export function createLazyService(
  definition: ServiceDefinition,
  load: () => Promise<PluginService>,
): PluginService {
  let loading: Promise<PluginService> | undefined;
  const forward = (name: string): CallHandler => {
    return async (request, answers) => {
      loading ??= load();
      const { implementation } = await loading;
      return implementation[name]?.(request, answers);
    };
  };
  return {
    definition,
    implementation: Object.fromEntries(
      Object.keys(definition).map((name) => [name, forward(name)]),
    ),
    stop: async () => {
      // What could not be loaded has been told to the caller.
      const service = await loading?.catch(() => undefined);
      await service?.stop();
    },
  };
}
