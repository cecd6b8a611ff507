/** Time from a scaling decision until its operation is accepted. */

import { median } from 'simple-statistics';
import { startServer } from '../../../demo/server.mjs';
import { createCalibration } from '../../calibrate.mjs';
import { callServer, waitUntilFound } from '../../call-server.mjs';
import { calibratedLine } from '../../make-line.mjs';
import { describeFleet } from '../../seed-vms.mjs';
import { round } from '../../statistics.mjs';

/** Number of groups, equal to one page of a round. */
const GROUPS = 100;
const METRIC = 'queue_length_count';
const GOAL_S = 1;
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
        const { resource } = await callServer(server, 'vm_group.create', {
          ...GROUP,
          name: `group-${number}`,
        });
        ids.push(resource.id);
      }
      await waitUntilFound('the groups to be ready', async () => {
        const { items } = await callServer(server, 'vm_group.list', { limit: GROUPS });
        return items.every(({ status }) => status === 'ready') ? items : undefined;
      });
      progress(`${GROUPS} groups are ready`);
      const write = (id) =>
        callServer(server, 'metric.write', {
          vm_group_id: id,
          samples: [{ name: METRIC, value: 25 }],
        });
      await Promise.all(ids.map(write));
      const events = await waitUntilFound('all groups to grow', async () => {
        const { items } = await callServer(server, 'scaling_event.list', { limit: 2 * GROUPS });
        return items.length >= GROUPS ? items : undefined;
      });
      // Of the same round: the next one is half a minute later.
      const status = await callServer(server, 'scaling.status', {});
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
