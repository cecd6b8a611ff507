import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Bus } from '@novacron/bus/bus';
import { openMemoryBus } from '@novacron/bus/open-memory-bus';
import { Inspection } from '@novacron/contract/agent/agent';
import { commandSubject, inspectSubject } from '@novacron/contract/agent/agent-subjects';
import { JsonObject } from '@novacron/contract/json';
import type { MachineOrder } from '../drivers/driver.ts';
import { openSimulatorDriver } from '../drivers/simulator/open-simulator-driver.ts';
import { defaultFleet } from '../fleet/fleet.ts';
import { openJournal } from '../journal/journal.ts';
import { type EmbeddedFleet, startEmbeddedFleet } from '../start-embedded-fleet.ts';
import { createSampleIds, createSampleRng, sampleNode, sampleSpec } from '../test-kit/samples.ts';
import { createVirtualTime, type VirtualTime } from '../test-kit/virtual-time.ts';
import { AgentDatabase } from './agent-database.ts';

let dataDir: string;
let bus: Bus;
let time: VirtualTime;
let fleet: EmbeddedFleet | undefined;
const ids = createSampleIds();

beforeEach(() => {
  time = createVirtualTime();
  dataDir = mkdtempSync(join(tmpdir(), 'novacron-fleet-'));
  bus = openMemoryBus({ timers: time.timers });
});
afterEach(async () => {
  await fleet?.stop();
  fleet = undefined;
  rmSync(dataDir, { recursive: true });
});

async function restartFleet(): Promise<void> {
  await fleet?.stop();
  fleet = undefined;
  const { clock, timers, nextTurn } = time;
  const rng = createSampleRng();
  fleet = startEmbeddedFleet({
    fleet: defaultFleet(),
    bus,
    dataDir,
    clock,
    timers,
    nextTurn,
    rng,
  });
  await time.settle();
}

/** A machine as an agent of its own keeps it, in a file of its node. */
async function keepAlone(nodeName: string, order: MachineOrder): Promise<void> {
  const { clock, timers, nextTurn } = time;
  const node = defaultFleet().nodes.find(({ name }) => name === nodeName) ?? sampleNode();
  const database = new AgentDatabase({ dataDir, node: nodeName, nextTurn });
  const driver = openSimulatorDriver({ node, database, clock, timers, rng: createSampleRng() });
  await driver.create(order, sampleSpec());
  await driver.close();
  database.close();
}

const databases = () => readdirSync(dataDir).filter((name) => name.endsWith('.db'));

async function inspect(node: string) {
  const answer = await bus.request(inspectSubject(node), {}, { timeoutMs: 1_000 });
  return answer.ok ? Inspection.parse(answer.value).machines : answer.error.code;
}

describe('the file of an embedded fleet', () => {
  test('takes over the files that nodes had of their own, once', async () => {
    const order = { vm_id: ids('vm'), generation: 1, signal: new AbortController().signal };
    await keepAlone('node-03', order);
    await keepAlone('node-04', order);
    await restartFleet();
    expect(await inspect('node-03')).toMatchObject([{ vm_id: order.vm_id, status: 'stopped' }]);
    expect(await inspect('node-04')).toMatchObject([{ vm_id: order.vm_id, status: 'stopped' }]);
    expect(await inspect('node-05')).toEqual([]);
    expect(databases()).toEqual(['_fleet.db']);
    await restartFleet();
    expect(await inspect('node-03')).toHaveLength(1);
  });

  test('finds what an agent of its own left undone, and does it', async () => {
    const command = {
      protocol: 1,
      operation_id: ids('op'),
      step: 'create',
      vm_id: ids('vm'),
      generation: 1,
      action: { kind: 'create', spec: sampleSpec() } as const,
    };
    const database = new AgentDatabase({ dataDir, node: 'node-03', nextTurn: time.nextTurn });
    await openJournal({ database, clock: time.clock }).begin(command);
    database.close();
    await restartFleet();
    expect(await inspect('node-03')).toMatchObject([{ vm_id: command.vm_id }]);
    const stale = JsonObject.parse({ ...command, operation_id: ids('op'), generation: 0 });
    const answer = await bus.request(commandSubject('node-03'), stale, { timeoutMs: 1_000 });
    expect(answer).toMatchObject({ value: { kind: 'stale-generation', current: 1 } });
  });

  test('says which file of a node it cannot take over, and leaves it', async () => {
    writeFileSync(join(dataDir, 'node-03.db'), 'no database'.repeat(999));
    await expect(restartFleet()).rejects.toThrow(
      expect.objectContaining({
        cause: expect.objectContaining({
          message: expect.stringMatching(/cannot move .*node-03\.db into the file of the fleet/),
        }),
      }),
    );
    expect(databases()).toContain('node-03.db');
  });
});
