import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Bus } from '@novacron/bus/bus';
import { openMemoryBus } from '@novacron/bus/open-memory-bus';
import { Inspection } from '@novacron/contract/agent/agent';
import { ANY_NODE, announceSubject, inspectSubject } from '@novacron/contract/agent/agent-subjects';
import { defaultFleet } from './fleet/fleet.ts';
import { type EmbeddedFleet, startEmbeddedFleet } from './start-embedded-fleet.ts';
import { createSampleIds, createSampleRng, sampleSpec } from './test-kit/samples.ts';
import { createVirtualTime, type VirtualTime } from './test-kit/virtual-time.ts';

let dataDir: string;
let bus: Bus;
let time: VirtualTime;
let fleet: EmbeddedFleet;
const announced = new Set<unknown>();
const ids = createSampleIds();

function startFleet(): EmbeddedFleet {
  const { clock, timers, nextTurn } = time;
  const rng = createSampleRng();
  return startEmbeddedFleet({
    fleet: defaultFleet(),
    bus,
    dataDir,
    clock,
    timers,
    nextTurn,
    rng,
  });
}

beforeEach(async () => {
  time = createVirtualTime();
  dataDir = mkdtempSync(join(tmpdir(), 'novacron-fleet-'));
  bus = openMemoryBus({ timers: time.timers });
  announced.clear();
  bus.subscribe(announceSubject(ANY_NODE), ({ node }) => announced.add(node));
  fleet = startFleet();
  await time.settle();
});
afterEach(async () => {
  await fleet.stop();
  rmSync(dataDir, { recursive: true });
});

const databases = () => readdirSync(dataDir).filter((name) => name.endsWith('.db'));

async function inspect(node: string) {
  const answer = await bus.request(inspectSubject(node), {}, { timeoutMs: 1_000 });
  return answer.ok ? Inspection.parse(answer.value).machines : answer.error.code;
}

async function runMachine(node: string): Promise<void> {
  const order = { vm_id: ids('vm'), generation: 1, signal: new AbortController().signal };
  await fleet.drivers.get(node)?.create(order, sampleSpec());
  await fleet.drivers.get(node)?.start(order);
}

describe('an embedded fleet', () => {
  test('starts, all of its nodes say so, and no file is made', async () => {
    const names = defaultFleet().nodes.map(({ name }) => name);
    expect([...announced]).toEqual(names);
    expect([...fleet.drivers.keys()]).toEqual(names);
    expect(await inspect('node-12')).toEqual([]);
    expect(readdirSync(dataDir)).toEqual([]);
  });

  test('keeps the machines of all nodes in one file, each for itself', async () => {
    await runMachine('node-03');
    expect(databases()).toEqual(['_fleet.db']);
    expect(await inspect('node-03')).toHaveLength(1);
    expect(await inspect('node-04')).toEqual([]);
  });

  test('loses an agent and gets it back while its machines run on', async () => {
    await runMachine('node-03');
    await fleet.stopAgent('node-03');
    await fleet.stopAgent('node-03');
    expect(await inspect('node-03')).toBe('unavailable');
    expect(fleet.drivers.has('node-03')).toBe(false);
    fleet.restartAgent('node-03');
    fleet.restartAgent('node-03');
    expect(await inspect('node-03')).toMatchObject([{ status: 'running' }]);
  });

  test.each(['at work', 'dead'])('loses the power of a node whose agent is %s', async (agent) => {
    await runMachine('node-03');
    const order = { vm_id: ids('vm'), generation: 1, signal: new AbortController().signal };
    const incoming = { spec: sampleSpec(), volumes: [] };
    await fleet.drivers.get('node-03')?.prepareIncoming(order, incoming);
    if (agent === 'dead') await fleet.stopAgent('node-03');
    await fleet.powerOff('node-03');
    expect(await inspect('node-03')).toBe('unavailable');
    fleet.restartAgent('node-03');
    expect(await inspect('node-03')).toMatchObject([{ status: 'stopped' }]);
  });

  test('keeps the faults of a node while its agent is away', async () => {
    fleet.drivers.get('node-01')?.faults.add({ action: 'create', kind: 'fail-final' });
    await fleet.stopAgent('node-01');
    fleet.restartAgent('node-01');
    await runMachine('node-01');
    expect(await inspect('node-01')).toEqual([]);
  });

  test('loses of an agent that is killed what it was writing, and nothing of another', async () => {
    const running = [runMachine('node-03'), runMachine('node-04')];
    const killed = fleet.killAgent('node-03');
    await Promise.allSettled([...running, killed]);
    fleet.restartAgent('node-03');
    expect(await inspect('node-03')).toEqual([]);
    expect(await inspect('node-04')).toMatchObject([{ status: 'running' }]);
  });

  test('does not know nodes that are not in its fleet', async () => {
    expect(() => fleet.restartAgent('node-99')).toThrow('the fleet has no node node-99');
    await expect(fleet.powerOff('node-99')).rejects.toThrow('the fleet has no node node-99');
  });
});
