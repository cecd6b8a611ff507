/** Takes upgrades of node's server. The endpoint is loaded when the first one comes. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { reportFault } from '../dispatch/dispatch.ts';
import type { EndpointParts, WebSocketEndpoint } from './create-web-socket-endpoint.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';
import { serveWithoutUpgrade } from './serve-without-upgrade.ts';

/**
 * Listens for upgrades.
 * @returns a function that says goodbye to every client
 */
export function acceptUpgrades(server: Server, parts: EndpointParts): () => void {
  const { core } = parts;
  let loading: Promise<WebSocketEndpoint> | undefined;
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A socket that breaks before it is served must not take the server with it.
    socket.on('error', () => undefined);
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
      serveWithoutUpgrade(server, request, { socket, head });
      return;
    }
    const requestId = core.application.nextRequestId();
    loading ??= loadEndpoint(parts);
    loading
      .then((endpoint) => endpoint.take({ request, socket, head, requestId }))
      .catch((cause: unknown) => {
        const found = reportFault(core.logger, { cause, requestId, during: 'an upgrade' });
        refuseUpgrade(core, socket, { found, requestId, caller: {} });
      });
  });
  return () => {
    // An endpoint that is still being loaded is asked to close as soon as it is there.
    void loading?.then((endpoint) => endpoint.close());
  };
}

async function loadEndpoint(parts: EndpointParts): Promise<WebSocketEndpoint> {
  const { createWebSocketEndpoint } = await import('./create-web-socket-endpoint.ts');
  return createWebSocketEndpoint(parts);
}
