/** Clients without retries: reads and creates at a given rate, until they are stopped. */
import { startHost } from '../bench/ask-host.mjs';
import { expectFact, waitFor } from './open-fleet.mjs';

const READS_PER_S = 500;
const CREATES_PER_S = 10;
const SLICE_MS = 5_000;

/** Pages of lists; nine reads of one resource go with each, as a refresh does. */
const PAGES = ['vms?limit=20', 'nodes?limit=20', 'operations?limit=20', 'vms?name=vm-7'];
const SINGLE_READS = 9;

const VM = { name: 'vm-{n}', cpu_cores: 1, memory_gb: 1, disk_gb: 1 };
const CREATES = [{ method: 'POST', path: '/api/v2/vms', body: VM }];

/**
 * Starts them.
 * @param {{ url: string, apiKey: string, call: (method: string) => Promise<any> }} fleet
 * @param {number} first - number of the first VM
 * @returns {Promise<{ stop: () => Promise<{ sent: number, failed: Record<string, number>,
 * created: number, next: number, p99Ms: number }> }>} `failed` counts answers other than 2xx, and
 * the errors of sockets
 */
export async function loadFleet({ url, apiKey, call }, first = 1) {
  const { items } = await call('node.list');
  const paths = PAGES.flatMap((page, index) => [
    page,
    ...Array(SINGLE_READS).fill(`nodes/${items[index % items.length].id}`),
  ]);
  const reads = paths.map((path) => ({ method: 'GET', path: `/api/v2/${path}` }));
  const [reader, creator] = await Promise.all([startHost('load-host'), startHost('load-host')]);
  const sum = { sent: 0, failed: {}, created: 0, next: first, p99Ms: 0 };
  const order = { kind: 'open', url, apiKey, durationMs: SLICE_MS };
  let isOver = false;
  const add = ({ sent, statuses, p99 }) => {
    sum.sent += sent;
    sum.p99Ms = Math.max(sum.p99Ms, p99);
    for (const [status, count] of Object.entries(statuses)) {
      if (!/^2/.test(status)) sum.failed[status] = (sum.failed[status] ?? 0) + count;
    }
  };
  const read = async () => {
    while (!isOver) add(await reader.ask({ ...order, rate: READS_PER_S, requests: reads }));
  };
  const create = async () => {
    while (!isOver) {
      const asked = { ...order, rate: CREATES_PER_S, requests: CREATES, first: sum.next };
      const done = await creator.ask(asked);
      add(done);
      sum.next += done.sent;
      sum.created += (done.statuses[202] ?? 0) + (done.statuses[201] ?? 0);
    }
  };
  const running = Promise.all([read(), create()]);
  return {
    stop: async () => {
      isOver = true;
      await running;
      await Promise.all([reader.stop(), creator.stop()]);
      return sum;
    },
  };
}

/** Fails unless each create that was accepted has one operation, which succeeded, and one VM. */
export async function expectEachOnce(fleet, created) {
  const open = "status in ('running', 'undoing')";
  await waitFor('the end of all operations', async () => {
    const [{ remaining }] = await fleet.query(
      `select count(*)::int as remaining from operations where ${open}`,
    );
    return remaining === 0;
  });
  const [counts] = await fleet.query(
    `select (select count(*)::int from operations where kind = 'vm.create') as operations,
            (select count(*)::int from operations
              where kind = 'vm.create' and status = 'succeeded') as succeeded,
            (select count(*)::int from vms) as vms,
            (select count(distinct name)::int from vms) as names`,
  );
  const wanted = { operations: created, succeeded: created, vms: created, names: created };
  expectFact(
    JSON.stringify(counts) === JSON.stringify(wanted),
    `${created} creates were accepted`,
    JSON.stringify(counts),
  );
}
