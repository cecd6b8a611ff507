import { chmodSync, rmSync } from 'node:fs';
import type { ShutdownReason } from '../process/shutdown-reason.ts';
import { createCertificate } from './create-certificate.ts';
import { createSocketDirectory } from './create-socket-directory.ts';
import { type GrpcService, type GrpcTls, startGrpcServer } from './grpc-server.ts';
import { createPluginServices } from './plugin-services.ts';

/** A service of the plugin itself and the code behind it. */
export interface PluginService extends GrpcService {
  /** Cancels what is running; the service goes on. */
  readonly interrupt: () => void;
  /** Cancels what is running; called before the server closes. */
  readonly stop: (ending: ShutdownReason) => Promise<void>;
}

/** Options of the gRPC server. */
export interface StartOptions {
  readonly services: readonly PluginService[];
  readonly socketDirectory: string | undefined;
  /** Asks for TLS with this client only; without it the socket's permissions protect. */
  readonly clientCertificatePem: string | undefined;
  readonly nowMs: number;
  readonly onShutdown: () => void;
}

/** A server that listens. */
export interface StartedServer {
  readonly socketPath: string;
  readonly certificateDer: Buffer | undefined;
  /** Stops everything and removes the socket; safe to call twice. */
  close(ending: ShutdownReason): Promise<void>;
  /** Removes the socket at once: for a process that ends without having closed. */
  removeSocket(): void;
}

/** Time that open calls have to end before their connections are cut. */
const CLOSE_GRACE_MS = 500;

/** Starts a gRPC server on a unix socket that only this user can reach. */
export async function startServer(options: StartOptions): Promise<StartedServer> {
  const { tls, certificateDer } = createTls(options);
  const services = [...createPluginServices(options.onShutdown), ...options.services];
  const { directory, socketPath } = createSocketDirectory(options.socketDirectory);
  const server = await listen(services, socketPath, tls);
  chmodSync(socketPath, 0o600);
  const removeSocket = () => rmSync(directory, { recursive: true, force: true });
  let closing: Promise<void> | undefined;
  const closeOnce = async (ending: ShutdownReason) => {
    await Promise.all(options.services.map((service) => service.stop(ending)));
    await server.close(CLOSE_GRACE_MS);
    removeSocket();
  };
  return {
    socketPath,
    certificateDer,
    close: (ending) => {
      closing ??= closeOnce(ending);
      return closing;
    },
    removeSocket,
  };
}

interface OwnTls {
  readonly tls: GrpcTls | undefined;
  readonly certificateDer: Buffer | undefined;
}

function createTls({ clientCertificatePem, nowMs }: StartOptions): OwnTls {
  if (clientCertificatePem === undefined) return { tls: undefined, certificateDer: undefined };
  const { pem, keyPem, der } = createCertificate(nowMs);
  const tls = { certificate: pem, key: keyPem, clientAuthority: clientCertificatePem };
  return { tls, certificateDer: der };
}

async function listen(
  services: readonly GrpcService[],
  socketPath: string,
  tls: GrpcTls | undefined,
) {
  try {
    return await startGrpcServer(services, socketPath, tls);
  } catch (cause) {
    throw new Error(`cannot listen on ${socketPath}`, { cause });
  }
}
