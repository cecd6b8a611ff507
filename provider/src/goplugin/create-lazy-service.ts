import type { CallDefinition, CallHandler, ServiceDefinition } from './grpc-server.ts';
import type { PluginService } from './start-server.ts';

/** The handlers of a service, without the code that encodes messages. */
export type LoadedService = Omit<PluginService, 'definition'>;

/** A service whose code is loaded on demand. */
export interface LazyService {
  /** Definition of the service; needed at once. */
  readonly definition: ServiceDefinition;
  /** Brings the service; called once. */
  readonly load: () => Promise<LoadedService>;
  /** Encoded answers of calls that never differ: these calls load nothing. */
  readonly prepared: { readonly [call: string]: Buffer };
}

/**
 * Creates a service whose code is loaded by its first call, so that the host does not wait for it
 * before the handshake.
 */
export function createLazyService({ definition, load, prepared }: LazyService): PluginService {
  let loading: Promise<LoadedService> | undefined;
  const forward = (name: string): CallHandler => {
    return async (request, answers) => {
      loading ??= load();
      const { implementation } = await loading;
      return implementation[name]?.(request, answers);
    };
  };
  const calls = Object.entries(definition).map(([name, each]) => {
    const bytes = prepared[name];
    return bytes === undefined
      ? { name, definition: each, handler: forward(name) }
      : { name, definition: sendAsIs(each), handler: () => bytes };
  });
  return {
    definition: Object.fromEntries(calls.map((call) => [call.name, call.definition])),
    implementation: Object.fromEntries(calls.map(({ name, handler }) => [name, handler])),
    // A service that was never called has nothing to stop.
    interrupt: () => void loading?.then(({ interrupt }) => interrupt()).catch(() => undefined),
    stop: async (ending) => {
      // The caller has received the error of a failed load.
      const service = await loading?.catch(() => undefined);
      await service?.stop(ending);
    },
  };
}

function sendAsIs(definition: CallDefinition): CallDefinition {
  return { ...definition, responseSerialize: (bytes: Buffer) => bytes };
}
