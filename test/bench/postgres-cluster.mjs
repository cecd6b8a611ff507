/** A PostgreSQL of our own for a figure, with the tests' helper: real flushes, nothing relaxed. */
import { register } from 'node:module';

/** How much later than usual PostgreSQL flushes its log is said in microseconds. */
const US_PER_MS = 1000;

/** @param {{ flushDelayMs: number }} options - waits before each flush of the log */
export async function startCluster({ flushDelayMs }) {
  register('../simulation/load-typescript.mjs', import.meta.url);
  const { startPostgres } = await import('../support/services/start-postgres.ts');
  const settings = { shared_buffers: '128MB', autovacuum: 'on' };
  const delay = { commit_delay: String(flushDelayMs * US_PER_MS), commit_siblings: '0' };
  return startPostgres({
    fsync: 'on',
    settings: flushDelayMs > 0 ? { ...settings, ...delay } : settings,
  });
}
