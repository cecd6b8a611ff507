/** How long it takes from a decision about a size until its operation is accepted. */
import { setTimeout as wait } from 'node:timers/promises';
import { startServer } from '../../../demo/server.mjs';
import { createCalibration } from '../../calibrate.mjs';
import { calibratedLine } from '../../make-line.mjs';
import { describeFleet } from '../../seed-vms.mjs';
import { median, round } from '../../statistics.mjs';

/** As many as one page of a round. */
const GROUPS = 100;
const METRIC = 'queue_length_count';
const GOAL_S = 1;
/** A round begins every 30 s. */
const READY_MS_MAX = 120_000;
const POLL_MS = 1_000;
/** The rest of the time is the disk's. */
const CPU_SHARE = 0.8;

const GROUP = {
  min_size: 1,
  max_size: 3,
  vm: { cpu_cores: 1, memory_gb: 1, disk_gb: 5 },
  scaling: { warm_up: '0s', rules: [{ kind: 'target', metric: METRIC, value: 10 }] },
};

export const acceptedFigure = {
  name: 'scaling-accepted',
  summary: `slowest from a size decided to its operation accepted, ${GROUPS} groups at once`,
  measure: async ({ directory, env, progress }) => {
    const calibration = createCalibration(directory, { cpuShare: CPU_SHARE });
    calibration.sample();
    const args = describeFleet(directory, { vms: 4 * GROUPS });
    const server = await startServer({ dataDir: `${directory}/data`, env, args });
    try {
      const ids = [];
      for (let number = 0; number < GROUPS; number += 1) {
        const { resource } = await call(server, 'vm_group.create', {
          ...GROUP,
          name: `group-${number}`,
        });
        ids.push(resource.id);
      }
      await until('the groups to be ready', async () => {
        const { items } = await call(server, 'vm_group.list', { limit: GROUPS });
        return items.every(({ status }) => status === 'ready') ? items : undefined;
      });
      progress(`${GROUPS} groups are ready`);
      const write = (id) =>
        call(server, 'metric.write', {
          vm_group_id: id,
          samples: [{ name: METRIC, value: 25 }],
        });
      await Promise.all(ids.map(write));
      const events = await until('all groups to grow', async () => {
        const { items } = await call(server, 'scaling_event.list', { limit: 2 * GROUPS });
        return items.length >= GROUPS ? items : undefined;
      });
      // Of the same round: the next one is half a minute later.
      const status = await call(server, 'scaling.status', {});
      calibration.sample();
      return toLine({ events, status }, calibration.result());
    } finally {
      await server.stop();
    }
  },
};

/** The event is stored with the operation, in one commit. */
function toLine({ events, status }, calibration) {
  const decided = new Map(
    status.groups.map((group) => [group.group_id, Date.parse(group.decided_at)]),
  );
  const seconds = events.map(
    ({ at, group_id }) => (Date.parse(at) - decided.get(group_id)) / 1_000,
  );
  if (!seconds.every((each) => each >= 0)) throw new Error('Groups were decided about again.');
  const value = round(Math.max(...seconds), 2);
  const times = events.map(({ at }) => Date.parse(at));
  const round_s = round((Math.max(...times) - Math.min(...times)) / 1_000, 1);
  const line = calibratedLine({ value, unit: 's', goal: GOAL_S, better: 'lower' }, calibration);
  return { ...line, median_s: round(median(seconds), 2), round_s };
}

async function call({ url, apiKey }, method, params) {
  const response = await fetch(`${url}/rpc`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const { result, error } = await response.json();
  if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
  return result;
}

async function until(what, look) {
  const endMs = performance.now() + READY_MS_MAX;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > endMs) throw new Error(`Waited in vain for ${what}.`);
    await wait(POLL_MS);
  }
}
