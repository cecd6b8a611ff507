/** The HTTP server: the application behind an open listener, and its graceful end. */
import { createHttpApp, type HttpAppOptions } from './create-http-app.ts';
import { createEventHub } from './events/event-hub.ts';
import { describeSite, type SiteOptions } from './http/browser-site.ts';
import type { HttpListener, ListenerOptions } from './open-listener.ts';
import { acceptUpgrades } from './websocket/accept-upgrades.ts';

/** Dependencies and settings of an HTTP server. */
export interface HttpServerOptions extends Omit<HttpAppOptions, 'scheme' | 'hub' | 'site'> {
  readonly listen: ListenerOptions['listen'];
  /** Address at which browsers reach the server; the listen address by default. */
  readonly browsers?: Pick<SiteOptions, 'publicUrl' | 'deployment'>;
}

/** A server that serves the application. */
export interface HttpServer extends Pick<HttpListener, 'url' | 'port'> {
  /** Ends all streams, then closes the listener. */
  readonly stop: HttpListener['close'];
}

/** Serves the application on a listener. */
export function startHttpServer(listener: HttpListener, options: HttpServerOptions): HttpServer {
  const { server, connections, scheme, url, port } = listener;
  const hub = createEventHub(options);
  const site = describeSite({ scheme, host: options.listen.host, ...options.browsers });
  const closeWebSockets = acceptUpgrades(server, { core: options, hub, connections, site });
  listener.answerWith(createHttpApp({ ...options, scheme, hub, site }));
  let stopped: Promise<void> | undefined;
  return {
    url,
    port,
    stop: (graceMs) => {
      if (stopped === undefined) {
        // Streams never end by themselves: nothing would be drained before they do.
        closeWebSockets();
        hub.close();
        stopped = listener.close(graceMs);
      }
      return stopped;
    },
  };
}
