import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Bus } from '@novacron/bus/bus';
import { openMemoryBus } from '@novacron/bus/open-memory-bus';
import { announceSubject, inspectSubject } from '@novacron/contract/agent/agent-subjects';
import type { JsonObject } from '@novacron/contract/json';
import { createVirtualTime, type VirtualTime } from '../test-kit/virtual-time.ts';
import { detectDuplicateAgent, findDuplicateAgent } from './detect-duplicate-agent.ts';

let time: VirtualTime;
let bus: Bus;
let found: string[];

beforeEach(() => {
  time = createVirtualTime();
  bus = openMemoryBus({ timers: time.timers, onFault: () => {} });
  found = [];
  detectDuplicateAgent({
    bus,
    nodes: new Set(['node-01', 'node-02']),
    incarnation: '5',
    onEarlier: ({ detail, remedy }) => found.push(`${detail} ${remedy}`),
  });
});

async function announce(changes: JsonObject): Promise<void> {
  bus.publish(announceSubject(String(changes.node ?? 'node-01')), {
    protocol: 1,
    node: 'node-01',
    zone: 'z',
    rack: 'r',
    driver: 'simulator',
    capabilities: { hotplugCpu: 'no', hotplugMemory: 'no', hotplugDisk: 'no', liveMigration: 'no' },
    capacity: { cpu_cores: 1, memory_mib: 1, disk_gb: 1 },
    ...changes,
  });
  await time.settle();
}

const TEXT =
  'Another agent is running for node node-01 on this message bus. ' +
  'Stop the other agent first, or set another --node for this one.';

describe('an agent with a namesake', () => {
  test.each([
    ['that started earlier gives way', { incarnation: '4' }, [TEXT]],
    ['of a release without names for starts gives way', {}, [TEXT]],
    ['that started later stays', { incarnation: '6' }, []],
    ['for another node stays', { incarnation: '4', node: 'node-03' }, []],
    ['that is itself stays', { incarnation: '5' }, []],
    ['that hangs or has crashed stays', { incarnation: '4', agent_silent_ms: 6_000 }, []],
  ])('%s', async (_what, changes, expected) => {
    for (const beat of [1, 2, 3]) {
      await announce({ ...changes, ...('incarnation' in changes ? { beat } : {}) });
    }
    expect(found).toEqual(expected);
  });

  test('does not take the last word of a dead one, often repeated, for a live one', async () => {
    await announce({ incarnation: '4', beat: 7 });
    await announce({ incarnation: '4', beat: 7 });
    await announce({ incarnation: '3', beat: 1 });
    await announce({ incarnation: '4', beat: 1, node: 'node-02' });
    await announce({ sense: 'none', node: 7 });
    expect(found).toEqual([]);
  });
});

describe('the question for a namesake', () => {
  test('finds one that answers, and one that breaks down over it', async () => {
    bus.respond(inspectSubject('node-01'), async () => ({}));
    bus.respond(inspectSubject('node-02'), () => Promise.reject(new Error('broken')));
    expect(await findDuplicateAgent(bus, 'node-01')).toMatchObject({ code: 'conflict' });
    expect(await findDuplicateAgent(bus, 'node-02')).toMatchObject({ data: { node: 'node-02' } });
  });

  test('finds no agent where none answers, now or ever', async () => {
    expect(await findDuplicateAgent(bus, 'node-01')).toBeUndefined();
    bus.respond(inspectSubject('node-02'), () => new Promise(() => {}));
    const asked = findDuplicateAgent(bus, 'node-02');
    await time.advance(2_000);
    expect(await asked).toBeUndefined();
  });
});
