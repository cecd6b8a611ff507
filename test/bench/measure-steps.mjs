/** Durable steps on the server's executor and store; see `host/step-host.mjs`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startHost } from './ask-host.mjs';
import { startCluster } from './postgres-cluster.mjs';
import { percentile } from './statistics.mjs';

/** Workflows of a figure: ten steps, one after another. */
export const STEPS = 10;

const MS_PER_S = 1000;

/**
 * Opens places for stores.
 * @param {{ kind: 'sqlite' | 'postgres', directory: string, flushDelayMs?: number }} options - the
 * delay is added to each flush: PostgreSQL's `commit_delay` waits before its flush of the log, and
 * on SQLite the writer waits behind each COMMIT
 * @returns {Promise<{ next: () => Promise<object>, remove: () => Promise<void> }>} `next` makes an
 * empty place
 */
export async function openPlaces({ kind, directory, flushDelayMs = 0 }) {
  if (kind === 'postgres') {
    const cluster = await startCluster({ flushDelayMs });
    return {
      next: async () => ({ url: await cluster.createDatabase() }),
      remove: cluster.remove,
    };
  }
  let made = 0;
  return {
    next: async () => {
      made += 1;
      const place = join(directory, `store-${made}`);
      mkdirSync(place, { recursive: true });
      return { path: join(place, 'novacron.db'), ...(flushDelayMs > 0 ? { flushDelayMs } : {}) };
    },
    remove: async () => {},
  };
}

/**
 * Runs workflows in a fresh store, after a warm-up.
 * @param {{ store: object, workflows: number, durationMs: number, warmUpMs: number,
 * meanwhile?: (host: object) => Promise<object> }} options
 */
export async function runSteps({ store, workflows, durationMs, warmUpMs, total, meanwhile }) {
  const host = await startHost('step-host', { store });
  const order = { kind: 'run', workflows, steps: STEPS };
  await host.ask({ ...order, durationMs: warmUpMs });
  const [run, beside] = await Promise.all([
    host.ask({ ...order, durationMs, total }),
    meanwhile?.(host.hello),
  ]);
  await host.stop();
  const { overheadsMs } = run;
  return {
    beside,
    atOnceMax: run.atOnceMax,
    workflows: run.workflows,
    durationMs: run.ms,
    rate: (run.steps * MS_PER_S) / run.ms,
    overheadMs: { p50: percentile(overheadsMs, 0.5), p99: percentile(overheadsMs, 0.99) },
    cpuMsPerStep: run.cpuMs / run.steps,
  };
}
