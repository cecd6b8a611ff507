/** Three servers behind HAProxy, under load by clients that do not retry. */
import { fileURLToPath } from 'node:url';
import { expectEachOnce, loadFleet } from '../../../upgrade/load-fleet.mjs';
import { openFleet, waitFor } from '../../../upgrade/open-fleet.mjs';
import { round } from '../../statistics.mjs';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const SIDE = { name: 'checkout', root: ROOT };

const NODES = ['node-01', 'node-02'];
const MS_PER_S = 1_000;
const PERCENT = 100;

/** Load before the kill, and after it: HAProxy and the leases have noticed by then. */
const BEFORE_MS = 5_000;
const AFTER_MS = 25_000;

const NEEDS = ['haproxy', 'nats-server', 'initdb'];

/** Starts everything. @returns the fleet, and the times that its servers took to be ready */
async function startFleet(options) {
  const fleet = await openFleet(options);
  try {
    const startedAtMs = performance.now();
    const readyMs = await Promise.all(fleet.slots.map((slot) => fleet.startServer(slot, SIDE)));
    const allMs = performance.now() - startedAtMs;
    for (const node of NODES) await fleet.startAgent(node, SIDE);
    await waitFor('both nodes', async () => {
      const { items } = await fleet.call('node.list');
      return items.length === NODES.length;
    });
    return { fleet, readyMs: Math.max(...readyMs), allMs };
  } catch (cause) {
    await fleet.close();
    throw cause;
  }
}

export const rollingUpdate = {
  name: 'rolling-update',
  summary: 'requests that fail while each of three servers is replaced twice, under load',
  needs: NEEDS,
  measure: async ({ directory, env, progress }) => {
    const { fleet, readyMs, allMs } = await startFleet({ directory, env });
    try {
      const load = await loadFleet(fleet);
      const startedAtMs = performance.now();
      const againMs = [];
      for (const direction of ['forward', 'back']) {
        for (const slot of fleet.slots) {
          await fleet.stopServer(slot);
          againMs.push(await fleet.startServer(slot, SIDE));
        }
        progress(`${direction}: done`);
      }
      const { sent, failed, created, p99Ms } = await load.stop();
      const loadMs = performance.now() - startedAtMs;
      await expectEachOnce(fleet, created);
      const value = Object.values(failed).reduce((sum, count) => sum + count, 0);
      const seconds = (ms) => round(ms / MS_PER_S, 1);
      return {
        value,
        unit: 'requests',
        goal: 0,
        better: 'lower',
        ok: value === 0,
        sent,
        rate_per_s: Math.round((sent * MS_PER_S) / loadMs),
        failed,
        creates: created,
        p99_ms: Math.round(p99Ms),
        ready_s: seconds(readyMs),
        three_servers_s: seconds(allMs),
        ready_again_s: seconds(Math.max(...againMs)),
      };
    } finally {
      await fleet.close();
    }
  },
};

const AVAILABILITY = 99.9;

export const replicaKilled = {
  name: 'replica-killed',
  summary: 'availability for 30 s in which one of three servers is killed, under load',
  needs: NEEDS,
  measure: async ({ directory, env }) => {
    const { fleet } = await startFleet({ directory, env });
    try {
      const load = await loadFleet(fleet);
      const pass = (ms) => new Promise((later) => setTimeout(later, ms));
      await pass(BEFORE_MS);
      await fleet.killServer(0);
      await pass(AFTER_MS);
      const { sent, failed, p99Ms } = await load.stop();
      const count = Object.values(failed).reduce((sum, each) => sum + each, 0);
      const value = round(PERCENT * (1 - count / sent), 3);
      return {
        value,
        unit: '%',
        goal: AVAILABILITY,
        better: 'higher',
        ok: value >= AVAILABILITY,
        sent,
        failed,
        p99_ms: Math.round(p99Ms),
      };
    } finally {
      await fleet.close();
    }
  },
};
