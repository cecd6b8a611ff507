/**
 * A process with the heartbeats of many agents on NATS: the agents' own code, which keeps leases
 * and repeats announcements, without hypervisors. Their period is shortened; see `beats-1000`.
 */
import { openNatsBus } from '@novacron/bus/open-nats-bus';
import { createKnownFeatures } from '../../../server/agent/dist/presence/known-features.js';
import { HEARTBEAT_MS } from '../../../server/agent/dist/presence/send-beats.js';
import { startHeartbeat } from '../../../server/agent/dist/presence/start-heartbeat.js';
import { systemClock } from '../../../server/runtime/dist/clock.js';
import { systemTimers } from '../../../server/runtime/dist/timers.js';
import { serveOrders, settings } from './serve-orders.mjs';

const { busUrl, agents, periodMs } = settings;

const opened = await openNatsBus({ servers: busUrl, retainedSubjects: [] });
if (!opened.ok) throw new Error(opened.error.detail);
const bus = opened.value;

/** Beats since the last question, and the number of nodes whose lease holds. */
let sent = 0;
const held = new Set();

/** While they rest, beats that are due wait here. */
let isResting = false;
const due = [];

/** Heartbeats come after the period of the figure; leases last as long as ever. */
const timers = {
  ...systemTimers,
  after: (ms, run) => {
    if (ms !== HEARTBEAT_MS) return systemTimers.after(ms, run);
    return systemTimers.after(periodMs, () => {
      if (isResting) due.push(run);
      else run();
    });
  },
};

const CAPABILITIES = {
  hotplugCpu: 'yes',
  hotplugMemory: 'yes',
  hotplugDisk: 'yes',
  liveMigration: 'yes',
  snapshots: 'yes',
};

function announcementOf(node, index) {
  return {
    protocol: 1,
    node,
    zone: `zone-${index % 4}`,
    rack: `rack-${index % 40}`,
    driver: 'simulator',
    capabilities: CAPABILITIES,
    capacity: { cpu_cores: 32, memory_mib: 131_072, disk_gb: 2_000 },
    facts: { labels: { disk: 'ssd' }, network_mbps: 25_000 },
  };
}

function startAgent(index) {
  const node = `node-${String(index).padStart(4, '0')}`;
  const announcement = announcementOf(node, index);
  const counted = {
    ...bus,
    publish: (subject, message) => {
      sent += 1;
      return bus.publish(subject, message);
    },
  };
  startHeartbeat({
    bus: counted,
    clock: systemClock,
    timers,
    node,
    incarnation: `bench-${index}`,
    announcement: () => announcement,
    known: createKnownFeatures(systemTimers),
    isFollowed: async () => {
      held.add(node);
      return true;
    },
    onLease: (state) => {
      if (state === 'expired') held.delete(node);
    },
  });
}

/** Evenly over one period, as agents that started at different times. */
function spread(runs) {
  for (const [index, run] of runs.entries()) {
    systemTimers.after((index * periodMs) / runs.length, run);
  }
}

serveOrders(
  {},
  {
    start: async () => {
      spread(Array.from({ length: agents }, (_, index) => () => startAgent(index)));
      return {};
    },
    beat: async () => {
      isResting = false;
      spread(due.splice(0));
      return {};
    },
    rest: async () => {
      isResting = true;
      return {};
    },
    /**
     * Returns the number of heartbeats sent since the last call, and the number of valid leases.
     */
    count: async () => {
      const counted = { sent, held: held.size };
      sent = 0;
      return counted;
    },
    stop: async () => {
      await bus.close();
      return {};
    },
  },
);
