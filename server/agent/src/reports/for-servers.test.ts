import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AgentAnnouncement } from '@novacron/contract/agent/agent-announcement';
import {
  announceSubject,
  leaseSubject,
  outcomeSubject,
} from '@novacron/contract/agent/agent-subjects';
import type { Machine } from '@novacron/contract/agent/machine';
import { JsonObject } from '@novacron/contract/json';
import { HEARTBEAT_MS } from '../presence/send-beats.ts';
import { type AgentBench, openAgentBench } from '../test-kit/agent-bench.ts';
import { createSampleIds, sampleSpec } from '../test-kit/samples.ts';
import { forServers } from './for-servers.ts';

let bench: AgentBench;

beforeEach(() => {
  bench = openAgentBench();
});
afterEach(() => bench.dispose());

/** Returns the reports about a stopped machine: in the completion, an answer, an inspection. */
async function stopMachine(): Promise<readonly unknown[]> {
  const vmId = bench.ids('vm');
  await bench.send(bench.command(vmId, 1, { kind: 'create', spec: sampleSpec() }));
  await bench.time.settle();
  await bench.send(bench.command(vmId, 2, { kind: 'start' }));
  await bench.time.settle();
  const stop = bench.command(vmId, 3, { kind: 'stop', force: 'yes' });
  await bench.send(stop);
  await bench.time.settle();
  const { operation_id, step } = stop;
  const answer = await bench.sendRaw(outcomeSubject('node-01'), { operation_id, step });
  const [machine] = await bench.machines();
  return [
    Object(bench.completions.at(-1)?.outcome).machine,
    Object(answer.outcome).machine,
    machine,
  ];
}

describe('an agent', () => {
  test('says no reason of a stop to a server that does not know reasons', async () => {
    for (const machine of await stopMachine()) {
      expect(machine).toMatchObject({ status: 'stopped' });
      expect(machine).not.toHaveProperty('stop_reason');
    }
  });

  test('says why a machine has stopped to a server that knows reasons', async () => {
    bench.bus.subscribe(announceSubject('node-01'), (message) => {
      const { incarnation, beat } = AgentAnnouncement.parse(message);
      const renewal = { incarnation, beat, knows: ['stop-reason'] };
      bench.bus.publish(leaseSubject('node-01'), JsonObject.parse(renewal));
    });
    await bench.time.advance(HEARTBEAT_MS);
    for (const machine of await stopMachine()) {
      expect(machine).toMatchObject({ status: 'stopped', stop_reason: 'command' });
    }
  });
});

describe('what no command has plugged in', () => {
  test('is said only to servers that know it', () => {
    const device = { kind: 'disk', name: 'hand', mac_address: null };
    const machine: Machine = {
      vm_id: createSampleIds()('vm'),
      generation: 1,
      status: 'running',
      spec: sampleSpec(),
      volumes: [],
      foreign_devices: [device],
    };
    const { foreign_devices: _foreign, ...others } = machine;
    expect(forServers(machine, { has: (name) => name === 'foreign-devices' })).toEqual(machine);
    expect(forServers(machine, { has: () => false })).toEqual(others);
  });
});

describe('what a guest reports of itself', () => {
  const machine = {
    vm_id: createSampleIds()('vm'),
    generation: 1,
    status: 'running',
    spec: sampleSpec(),
    volumes: [],
    guest_ip_addresses: ['10.0.0.7'],
  } as const satisfies Machine;

  test.each([
    [['guest-addresses'], { guest_ip_addresses: ['10.0.0.7'] }],
    [[], {}],
    [['stop-reason'], {}],
  ])('is said to servers that know %j as %j', (known, said) => {
    const { guest_ip_addresses: _reported, ...others } = machine;
    const has = (feature: string): boolean => known.includes(feature);
    expect(forServers(machine, { has })).toEqual({ ...others, ...said });
  });
});
