/** Cost of a scaling round: 1,000 groups with 10,000 VMs, all with forecasts. */
import { GroupScaling } from '@novacron/contract/kinds/vm-group/group-scaling';
import { planScaling } from '@novacron/engine/scaling/decide/plan-scaling';
import { median } from 'simple-statistics';
import { round } from '../../statistics.mjs';

const GROUPS = 1_000;
const MEMBERS = 10;
const ROUNDS = 20;
const GOAL_S = 1;
const NOW_MS = Date.UTC(2026, 5, 3, 12);
const ROUND_MS = 30_000;
const METRIC = 'cpu_utilization_ratio';
const STEPS = 24;

const SETTINGS = GroupScaling.parse({
  rules: [{ kind: 'target', metric: METRIC, value: 0.7 }],
  schedules: [{ cron: '0 8 * * 1-5', time_zone: 'Europe/Berlin', duration: '10h', min_size: 4 }],
  prediction: { horizon: '2h' },
});

function makeGroup(number, nowMs, memory) {
  const point = Array.from({ length: STEPS }, (_, step) => 6 + Math.sin((number + step) / 4));
  return {
    id: `vmg_${number}`,
    name: `group-${number}`,
    settings: SETTINGS,
    size: MEMBERS,
    minSize: 2,
    maxSize: 20,
    members: Array.from({ length: MEMBERS }, (_, at) => ({
      id: `vm_${number}_${at}`,
      number: at,
      state: 'ready',
      createdAtMs: NOW_MS - 86_400_000,
      isProtected: false,
      hasOtherState: false,
      isHealing: false,
    })),
    signals: [
      {
        metric: METRIC,
        value: 0.5 + 0.4 * Math.sin(number),
        membersReporting: MEMBERS,
        atMs: nowMs,
        forecast: {
          startMs: nowMs,
          stepMs: 900_000,
          point,
          lower: point.map((value) => value - 1),
          upper: point.map((value) => value + 1),
          accuracyRatio: 0.9,
        },
      },
    ],
    changes: [{ atMs: NOW_MS - 1_800_000, from: MEMBERS - 1, to: MEMBERS }],
    memory,
    bootMs: 180_000,
    quotaMax: 15,
    isBusy: false,
  };
}

export const roundFigure = {
  name: 'scaling-round',
  summary: 'CPU for a round of scaling: 1,000 groups with 10,000 VMs (median)',
  measure: async () => {
    let memories = [];
    const times = [];
    let changed = 0;
    for (let number = 0; number < ROUNDS; number += 1) {
      const nowMs = NOW_MS + number * ROUND_MS;
      const groups = Array.from({ length: GROUPS }, (_, at) => makeGroup(at, nowMs, memories[at]));
      const before = process.cpuUsage();
      const decisions = planScaling({ groups }, { nowMs });
      const { user, system } = process.cpuUsage(before);
      times.push((user + system) / 1e6);
      changed = decisions.filter(({ kind }) => kind !== 'keep').length;
      memories = decisions.map(({ memory }) => memory);
    }
    const value = round(median(times), 3);
    const line = { value, unit: 's', goal: GOAL_S, better: 'lower', ok: value <= GOAL_S };
    return { ...line, slowest_s: round(Math.max(...times), 3), changed };
  },
};
