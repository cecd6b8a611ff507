import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import type { PluginService } from './start-server.ts';

type Handler = handleUnaryCall<unknown, unknown>;
type StreamHandler = handleServerStreamingCall<unknown, unknown>;

/**
 * Makes a service whose code is loaded by its first call, so that the host does not wait for it
 * before the handshake. A call has one request; its answers may be many.
 * @param definition - what the service answers to; needed at once
 * @param load - brings the service; called once
 */
export function createLazyService(
  definition: ServiceDefinition,
  load: () => Promise<PluginService>,
): PluginService {
  let loading: Promise<PluginService> | undefined;
  const forward =
    (name: string) =>
    async (call: ServerUnaryCall<unknown, unknown>, answer: sendUnaryData<unknown>) => {
      try {
        loading ??= load();
        const { implementation } = await loading;
        // Both sides were made from the same definition.
        (implementation[name] as Handler)(call, answer);
      } catch (error) {
        const details = error instanceof Error ? error.message : String(error);
        answer({ code: status.INTERNAL, details });
      }
    };
  const forwardStream = (name: string) => async (call: ServerWritableStream<unknown, unknown>) => {
    try {
      loading ??= load();
      const { implementation } = await loading;
      (implementation[name] as StreamHandler)(call);
    } catch (error) {
      const details = error instanceof Error ? error.message : String(error);
      call.emit('error', { code: status.INTERNAL, details });
    }
  };
  return {
    definition,
    implementation: Object.fromEntries(
      Object.entries(definition).map(([name, { responseStream }]) => {
        if (responseStream) {
          const handleStream = forwardStream(name);
          return [name, ((call) => void handleStream(call)) satisfies StreamHandler];
        }
        const handle = forward(name);
        return [name, ((call, answer) => void handle(call, answer)) satisfies Handler];
      }),
    ),
    stop: async () => {
      // What could not be loaded has been told to the caller.
      const service = await loading?.catch(() => undefined);
      await service?.stop();
    },
  };
}
