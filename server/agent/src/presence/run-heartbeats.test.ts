import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Bus } from '@novacron/bus/bus';
import { openMemoryBus } from '@novacron/bus/open-memory-bus';
import { type AgentAnnouncement, AgentFeature } from '@novacron/contract/agent/agent-announcement';
import { announceSubject, leaseSubject } from '@novacron/contract/agent/agent-subjects';
import type { JsonObject } from '@novacron/contract/json';
import { createVirtualTime, type VirtualTime } from '../test-kit/virtual-time.ts';
import type { FromHeartbeatProcess } from './heartbeat-messages.ts';
import { AGENT_GONE_MS_MAX, type RunningHeartbeats, runHeartbeats } from './run-heartbeats.ts';
import { HEARTBEAT_MS } from './send-beats.ts';

const NODE = 'node-01';
const ANNOUNCEMENT: AgentAnnouncement = {
  protocol: 1,
  node: NODE,
  zone: 'z',
  rack: 'r',
  driver: 'simulator',
  capabilities: { hotplugCpu: 'no', hotplugMemory: 'no', hotplugDisk: 'no', liveMigration: 'no' },
  capacity: { cpu_cores: 1, memory_mib: 1, disk_gb: 1 },
};

let time: VirtualTime;
let bus: Bus;
let heard: JsonObject[];
let server: 'there' | 'away';
let said: FromHeartbeatProcess[];
let state: 'runs' | 'ended';
let heartbeats: RunningHeartbeats;
let knows: readonly AgentFeature[];

beforeEach(async () => {
  time = createVirtualTime();
  bus = openMemoryBus({ timers: time.timers });
  heard = [];
  said = [];
  server = 'there';
  state = 'runs';
  knows = AgentFeature.options;
  bus.subscribe(announceSubject(NODE), (message) => {
    heard.push(message);
    const { incarnation = '', beat = 0 } = message;
    if (server === 'there') bus.publish(leaseSubject(NODE), { incarnation, beat });
  });
  const { clock, timers } = time;
  heartbeats = runHeartbeats({
    wire: {
      publish: (subject, message) => bus.publish(subject, { ...message }),
      subscribe: (subject, hear) => bus.subscribe(subject, hear),
    },
    timers,
    bootMs: clock.nowMs,
    steadyMs: clock.nowMs,
    send: (message) => said.push(message),
    onEnd: () => {
      state = 'ended';
    },
  });
  start('start-1');
  await time.settle();
});

function start(incarnation: string, afterBeat = 0): void {
  heartbeats.take({
    kind: 'start',
    node: NODE,
    incarnation,
    announceSubject: announceSubject(NODE),
    leaseSubject: leaseSubject(NODE),
    afterBeat,
    announcement: ANNOUNCEMENT,
  });
}

/** Time passes with an agent that responds each second. */
async function respond(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    heartbeats.take({ kind: 'alive', knows });
    await time.advance(HEARTBEAT_MS);
  }
}

describe('the process of heartbeats', () => {
  test('beats each second, small where all servers know that, and hands renewals on', async () => {
    await respond(3);
    expect(heard).toMatchObject([
      { zone: 'z', beat: 1 },
      { beat: 2, announced: 1 },
      { beat: 3, announced: 1 },
      { beat: 4, announced: 1 },
    ]);
    expect(said.filter(({ kind }) => kind === 'renewal')).toMatchObject(
      [1, 2, 3, 4].map((beat, index) => ({
        node: NODE,
        renewal: { beat },
        sentAtMs: time.clock.nowMs() - (3 - index) * HEARTBEAT_MS,
      })),
    );
    expect(said).toContainEqual({ kind: 'alive' });
  });

  test('says at once what has changed, and nothing after it was stopped', async () => {
    await respond(1);
    const announcement = { ...ANNOUNCEMENT, planned_stop_ms: 60_000 };
    heartbeats.take({ kind: 'announcement', node: NODE, announcement });
    heartbeats.take({ kind: 'beat', node: NODE });
    await time.settle();
    expect(heard.at(-1)).toMatchObject({ beat: 3, planned_stop_ms: 60_000 });
    heartbeats.take({ kind: 'stop' });
    expect(state).toBe('ended');
    await respond(3);
    expect(heard).toHaveLength(3);
    expect(time.waitingCount()).toBe(0);
  });

  test('goes on for an agent that does not respond, and says for how long', async () => {
    await respond(2);
    await time.advance(8 * HEARTBEAT_MS);
    const silent = heard.map(({ agent_silent_ms }) => agent_silent_ms);
    expect(silent.slice(0, 6)).toEqual(Array.from({ length: 6 }, () => undefined));
    expect(silent.slice(6)).toEqual([5_000, 6_000, 7_000, 8_000, 9_000]);
    await respond(2);
    expect(heard.at(-1)).not.toHaveProperty('agent_silent_ms');
  });

  test('is silent with its agent where a server does not know the difference', async () => {
    knows = AgentFeature.options.filter((feature) => feature !== 'agent-silence');
    await respond(2);
    await time.advance(30 * HEARTBEAT_MS);
    const count = heard.length;
    expect(heard.every((message) => message.agent_silent_ms === undefined)).toBe(true);
    await respond(1);
    expect(heard).toHaveLength(count + 1);
  });

  test('continues above the numbers of the process before it', async () => {
    heartbeats.take({ kind: 'leave', node: NODE });
    start('start-1', 2 ** 32);
    await respond(1);
    expect(heard.slice(-2)).toMatchObject([{ beat: 2 ** 32 + 1 }, { beat: 2 ** 32 + 2 }]);
  });
});

describe('a process of heartbeats whose agent has crashed', () => {
  beforeEach(async () => {
    await respond(2);
    heartbeats.agentGone();
  });

  test('says at once that the agent is silent, and ends after ten minutes', async () => {
    await time.advance(HEARTBEAT_MS);
    expect(heard.at(-1)).toMatchObject({ agent_silent_ms: 2_000 });
    await time.advance(AGENT_GONE_MS_MAX - 2 * HEARTBEAT_MS);
    expect(state).toBe('runs');
    await time.advance(HEARTBEAT_MS);
    expect(state).toBe('ended');
  });

  test('ends with the first heartbeat of a later start, and not of an earlier one', async () => {
    bus.publish(announceSubject(NODE), { incarnation: 'start-0' });
    await time.settle();
    expect(state).toBe('runs');
    bus.publish(announceSubject(NODE), { incarnation: 'start-2' });
    await time.settle();
    expect(state).toBe('ended');
  });

  test('ends after 30 s in which no server has heard it', async () => {
    server = 'away';
    await time.advance(29_000);
    expect(state).toBe('runs');
    await time.advance(2_000);
    expect(state).toBe('ended');
  });
});
