/** A nats-server of our own for a figure, with the tests' helper. */
import { register } from 'node:module';

/** Starts it. @returns {Promise<{ url: string, remove: () => Promise<void> }>} */
export async function startNatsServer() {
  register('../simulation/load-typescript.mjs', import.meta.url);
  const { startNats } = await import('../support/services/start-nats.ts');
  return startNats();
}
