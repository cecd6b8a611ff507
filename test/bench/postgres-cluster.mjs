/** A PostgreSQL of our own for a figure, with the tests' helper: real flushes, nothing relaxed. */
import { register } from 'node:module';

/** Microseconds per millisecond: the delay of PostgreSQL's log flushes is set in microseconds. */
const US_PER_MS = 1000;

function loadHelper() {
  register('../simulation/load-typescript.mjs', import.meta.url);
  return import('../support/services/start-postgres.ts');
}

/** Opens connections to a database of the cluster. @param {string} url */
export async function openPool(url, connectionsMax) {
  return (await loadHelper()).openPool(url, connectionsMax);
}

/** @param {{ flushDelayMs: number }} options - waits before each flush of the log */
export async function startCluster({ flushDelayMs }) {
  const { startPostgres } = await loadHelper();
  const settings = { shared_buffers: '128MB', autovacuum: 'on' };
  const delay = { commit_delay: String(flushDelayMs * US_PER_MS), commit_siblings: '0' };
  return startPostgres({
    fsync: 'on',
    settings: flushDelayMs > 0 ? { ...settings, ...delay } : settings,
  });
}
