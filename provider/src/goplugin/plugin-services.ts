import { GRPCBrokerService, GRPCControllerService, GRPCStdioService } from '../gen/goplugin.ts';
import { HealthService } from '../gen/health.ts';
import type { Answers, GrpcService } from './grpc-server.ts';

/** The answer of a healthy service. */
const HEALTHY = { status: 1 };

/**
 * The services that go-plugin's host expects beside the plugin.
 * @param onShutdown - called after the host requested the shutdown and received the answer
 */
export function createPluginServices(onShutdown: () => void): readonly GrpcService[] {
  const stayOpen = (_request: unknown, { gone }: Answers) => gone;
  return [
    {
      definition: HealthService,
      implementation: {
        check: () => HEALTHY,
        watch: async (_request, { send, gone }) => {
          await send(HEALTHY);
          await gone;
        },
      },
    },
    // No plugin of ours opens further connections: the stream is accepted and stays silent.
    { definition: GRPCBrokerService, implementation: { startStream: stayOpen } },
    // Output goes to standard error directly; the stream only has to stay open.
    { definition: GRPCStdioService, implementation: { streamStdio: stayOpen } },
    {
      definition: GRPCControllerService,
      implementation: {
        shutdown: () => {
          setImmediate(onShutdown);
          return {};
        },
      },
    },
  ];
}
