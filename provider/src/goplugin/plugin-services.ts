import type { Server } from '@grpc/grpc-js';
import {
  type GRPCBrokerServer,
  GRPCBrokerService,
  type GRPCControllerServer,
  GRPCControllerService,
  type GRPCStdioServer,
  GRPCStdioService,
} from '../gen/goplugin.ts';
import { type HealthServer, HealthService } from '../gen/health.ts';

/** The answer of a healthy service. */
const SERVING = 1;

/**
 * Adds the services that go-plugin's host expects beside the plugin.
 * @param onShutdown - called after the host asked the plugin to leave and got its answer
 */
export function addPluginServices(server: Server, onShutdown: () => void): void {
  const health: HealthServer = {
    check: (_call, answer) => answer(null, { status: SERVING }),
    watch: (call) => {
      call.write({ status: SERVING });
    },
  };
  // No plugin of ours opens further connections: the stream is accepted and stays silent.
  const broker: GRPCBrokerServer = {
    startStream: (call) => {
      call.on('data', () => {});
      call.on('error', () => {});
      call.on('end', () => call.end());
    },
  };
  // Output goes to standard error directly; the stream only has to stay open.
  const stdio: GRPCStdioServer = {
    streamStdio: (call) => {
      call.on('cancelled', () => call.end());
    },
  };
  const controller: GRPCControllerServer = {
    shutdown: (_call, answer) => {
      answer(null, {});
      onShutdown();
    },
  };
  server.addService(HealthService, health);
  server.addService(GRPCBrokerService, broker);
  server.addService(GRPCStdioService, stdio);
  server.addService(GRPCControllerService, controller);
}
