import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Bus } from '@novacron/bus/bus';
import { openMemoryBus } from '@novacron/bus/open-memory-bus';
import {
  type AgentAnnouncement,
  AgentBeat,
  AgentFeature,
} from '@novacron/contract/agent/agent-announcement';
import { announceSubject, leaseSubject } from '@novacron/contract/agent/agent-subjects';
import type { JsonObject } from '@novacron/contract/json';
import { createVirtualTime, type VirtualTime } from '../test-kit/virtual-time.ts';
import { SMALL_BEATS_MAX } from './compose-beat.ts';
import { createKnownFeatures, HEARD_MS } from './known-features.ts';
import { HEARTBEAT_MS } from './send-beats.ts';
import { startHeartbeat } from './start-heartbeat.ts';

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
let announcement: AgentAnnouncement;
/**
 * Content with which each server acknowledges every heartbeat; without servers there is no
 * acknowledgement.
 */
let servers: JsonObject[];
let stop: () => void;

beforeEach(() => {
  time = createVirtualTime();
  bus = openMemoryBus({ timers: time.timers });
  heard = [];
  announcement = ANNOUNCEMENT;
  servers = [{ knows: [...AgentFeature.options] }];
  bus.subscribe(announceSubject(NODE), (message) => {
    heard.push(message);
    for (const server of servers) renew({ beat: Number(message.beat), ...server });
  });
  ({ stop } = startHeartbeat({
    bus,
    clock: time.clock,
    timers: time.timers,
    announcement: () => announcement,
    node: NODE,
    incarnation: 'start-1',
    known: createKnownFeatures(time.timers),
    isFollowed: async () => true,
    onLease: () => undefined,
  }));
});
afterEach(() => stop());

function renew(renewal: JsonObject): void {
  bus.publish(leaseSubject(NODE), { incarnation: 'start-1', ...renewal });
}

/** Whether each beat so far was an announcement or small. */
const kinds = () => heard.map((said) => (AgentBeat.safeParse(said).success ? 'small' : 'whole'));

async function beats(count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) await time.advance(HEARTBEAT_MS);
}

describe('heartbeats', () => {
  test('are small where the server knows small ones and nothing has changed', async () => {
    await beats(2);
    expect(heard[0]).toMatchObject(ANNOUNCEMENT);
    expect(heard.slice(1)).toEqual(
      [2, 3].map((beat) => ({
        protocol: 1,
        node: NODE,
        incarnation: 'start-1',
        beat,
        lease_ms: 20_000,
        announced: 1,
      })),
    );
  });

  test('carry what has changed', async () => {
    await beats(1);
    announcement = { ...ANNOUNCEMENT, zone: 'another' };
    await beats(2);
    expect(kinds()).toEqual(['whole', 'small', 'whole', 'small']);
    expect(heard[2]).toMatchObject({ zone: 'another' });
    expect(heard[3]).toMatchObject({ announced: 3 });
  });

  test('are whole for servers that do not say what they know', async () => {
    servers = [{}];
    await beats(SMALL_BEATS_MAX + 2);
    heard.length = 0;
    await beats(3);
    expect(kinds()).toEqual(['whole', 'whole', 'whole']);
    for (const said of heard) expect(said).toMatchObject(ANNOUNCEMENT);
  });

  test('are whole as long as one of several servers knows no small ones', async () => {
    servers = [{ knows: [...AgentFeature.options] }, { knows: ['stop-reason', 'of later'] }];
    await beats(1);
    heard.length = 0;
    await beats(3);
    expect(kinds()).toEqual(['whole', 'whole', 'whole']);
    servers.pop();
    await beats(HEARD_MS / HEARTBEAT_MS + 1);
    heard.length = 0;
    await beats(2);
    expect(kinds()).toEqual(['small', 'small']);
  });

  test('are whole after one that was not acknowledged: its hearer may not know it', async () => {
    await beats(1);
    servers = [];
    await beats(2);
    expect(kinds()).toEqual(['whole', 'small', 'small', 'whole']);
    servers = [{}];
    await beats(2);
    expect(kinds().slice(4)).toEqual(['whole', 'whole']);
  });

  test('are whole from time to time, for servers that have not acknowledged any', async () => {
    await beats(SMALL_BEATS_MAX + 2);
    const small = Array.from({ length: SMALL_BEATS_MAX }, () => 'small');
    expect(kinds()).toEqual(['whole', ...small, 'whole', 'small']);
  });

  test('carry the announcement at once when servers ask for it, once for all of them', async () => {
    await beats(1);
    for (let servers = 0; servers < 3; servers += 1) renew({ beat: 0, wants: 'announcement' });
    await time.settle();
    expect(kinds()).toEqual(['whole', 'small', 'whole']);
    expect(heard[2]).toMatchObject({ beat: 3 });
  });
});
