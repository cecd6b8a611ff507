/** Waits for servers that checks start. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { waitFor } from '../../host/host-machine.mjs';

/** On a busy machine, a server in a container takes a while to start. */
const HEALTHY_MS_MAX = 60_000;

/** @returns {Promise<number>} a port of this machine that was free a moment ago */
export async function takePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Waits until an address answers with 200. @param {string} url */
export async function awaitHealthy(url) {
  await waitFor(url, HEALTHY_MS_MAX, () =>
    fetch(url).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
}
