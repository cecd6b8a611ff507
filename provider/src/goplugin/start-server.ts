import { chmodSync, rmSync } from 'node:fs';
import {
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { createCertificate } from './create-certificate.ts';
import { createSocketDirectory } from './create-socket-directory.ts';
import { addPluginServices } from './plugin-services.ts';

/** A service of the plugin itself and the code behind it. */
export interface PluginService {
  readonly definition: ServiceDefinition;
  readonly implementation: UntypedServiceImplementation;
  /** Cancels what is running; called before the server closes. */
  readonly stop: () => Promise<void>;
}

/** How to serve. */
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
  close(): Promise<void>;
  /** Removes the socket at once: for a process that ends without having closed. */
  removeSocket(): void;
}

/** Large states are real: gRPC's own limit of 4 MB would break plans of big objects. */
const MESSAGE_BYTES_MAX = 256 * 1024 * 1024;

/** How long open calls may take to end before their connections are cut. */
const CLOSE_GRACE_MS = 500;

/** Starts a gRPC server on a unix socket that only this user can reach. */
export async function startServer(options: StartOptions): Promise<StartedServer> {
  const { credentials, certificateDer } = createCredentials(options);
  const server = new Server({
    'grpc.max_receive_message_length': MESSAGE_BYTES_MAX,
    'grpc.max_send_message_length': MESSAGE_BYTES_MAX,
  });
  addPluginServices(server, options.onShutdown);
  for (const { definition, implementation } of options.services) {
    server.addService(definition, implementation);
  }
  const { directory, socketPath } = createSocketDirectory(options.socketDirectory);
  await bind(server, socketPath, credentials);
  chmodSync(socketPath, 0o600);
  const removeSocket = () => rmSync(directory, { recursive: true, force: true });
  let closing: Promise<void> | undefined;
  const closeOnce = async () => {
    await Promise.all(options.services.map((service) => service.stop()));
    await shutDown(server);
    removeSocket();
  };
  return {
    socketPath,
    certificateDer,
    close: () => {
      closing ??= closeOnce();
      return closing;
    },
    removeSocket,
  };
}

function createCredentials({ clientCertificatePem, nowMs }: StartOptions) {
  if (clientCertificatePem === undefined) {
    return { credentials: ServerCredentials.createInsecure(), certificateDer: undefined };
  }
  const { pem, keyPem, der } = createCertificate(nowMs);
  const pair = { cert_chain: Buffer.from(pem), private_key: Buffer.from(keyPem) };
  const clientAuthority = Buffer.from(clientCertificatePem);
  const credentials = ServerCredentials.createSsl(clientAuthority, [pair], true);
  return { credentials, certificateDer: der };
}

function bind(server: Server, socketPath: string, credentials: ServerCredentials): Promise<void> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`unix:${socketPath}`, credentials, (error) => {
      if (error === null) resolve();
      else reject(new Error(`cannot listen on ${socketPath}`, { cause: error }));
    });
  });
}

function shutDown(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      server.forceShutdown();
      resolve();
    }, CLOSE_GRACE_MS);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
