import { expect, test } from '@jest/globals';
import { openMemoryBus } from '@novacron/bus/open-memory-bus';
import type { AgentAnnouncement } from '@novacron/contract/agent/agent-announcement';
import { leaseSubject } from '@novacron/contract/agent/agent-subjects';
import type { NetworkMap } from '@novacron/contract/agent/network-map';
import { createVirtualTime } from '../test-kit/virtual-time.ts';
import { createKnownFeatures } from './known-features.ts';
import { HEARTBEAT_MS } from './send-beats.ts';
import { startHeartbeat } from './start-heartbeat.ts';

const mapOf = (version: string): NetworkMap => ({ version, tunnels: [], networks: [] });

test('a network map comes from the followed control plane, not from an earlier beat', async () => {
  const time = createVirtualTime();
  const bus = openMemoryBus({ timers: time.timers });
  const taken: string[] = [];
  const announcement: AgentAnnouncement = {
    protocol: 1,
    node: 'node-01',
    zone: 'z',
    rack: 'r',
    driver: 'qemu',
    capabilities: { hotplugCpu: 'no', hotplugMemory: 'no', hotplugDisk: 'no', liveMigration: 'no' },
    capacity: { cpu_cores: 1, memory_mib: 1, disk_gb: 1 },
  };
  const { stop } = startHeartbeat({
    bus,
    clock: time.clock,
    timers: time.timers,
    announcement: () => announcement,
    node: 'node-01',
    incarnation: 'start-1',
    known: createKnownFeatures(time.timers),
    isFollowed: async (claim) => claim?.id === undefined,
    onNetworkMap: ({ version }) => taken.push(version),
    onLease: () => undefined,
  });
  const renew = async (beat: number, version: string, more = {}): Promise<void> => {
    const network_map = mapOf(version);
    bus.publish(leaseSubject('node-01'), { incarnation: 'start-1', beat, network_map, ...more });
    await time.settle();
  };
  await time.advance(2 * HEARTBEAT_MS);
  await renew(2, 'second');
  await renew(1, 'first, and late');
  const other = { id: 'another', term: 't', number: 1, since: 'x', predecessors: [] };
  await renew(3, 'of others', { control_plane: other });
  await renew(3, 'third');
  expect(taken).toEqual(['second', 'third']);
  stop();
});
