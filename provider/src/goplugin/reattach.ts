import { PROTOCOL_VERSION } from './check-handshake.ts';
import { type PluginService, startServer } from './start-server.ts';

/** A provider that runs in this process and serves any number of Terraform runs. */
export interface ReattachedPlugin {
  readonly socketPath: string;
  /** The value for the variable TF_REATTACH_PROVIDERS of Terraform's environment. */
  readonly reattachProviders: string;
  /** Stops serving and removes the socket. */
  close(): Promise<void>;
}

/** Options for serving with reattachment. */
export interface ReattachOptions {
  readonly service: PluginService;
  /** The provider's source address, such as `novacron/novacron`. */
  readonly source: string;
  readonly nowMs: number;
  readonly socketDirectory?: string;
}

/**
 * Serves without being started by a host: Terraform gets the socket from an environment variable.
 * For tests and debuggers; no TLS, because the socket is private to the user.
 */
export async function serveForReattach(options: ReattachOptions): Promise<ReattachedPlugin> {
  const server = await startServer({
    services: [options.service],
    socketDirectory: options.socketDirectory,
    clientCertificatePem: undefined,
    nowMs: options.nowMs,
    // Terraform shuts every plugin down after a run; this one keeps running.
    onShutdown: () => {},
  });
  return {
    socketPath: server.socketPath,
    reattachProviders: formatReattach(options.source, server.socketPath),
    close: () => server.close('cut-off'),
  };
}

/** Describes a running provider to Terraform. */
function formatReattach(source: string, socketPath: string): string {
  return JSON.stringify({
    [source]: {
      Protocol: 'grpc',
      ProtocolVersion: PROTOCOL_VERSION,
      Pid: process.pid,
      Test: true,
      Addr: { Network: 'unix', String: socketPath },
    },
  });
}
