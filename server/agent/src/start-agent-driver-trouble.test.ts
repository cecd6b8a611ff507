import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Bus } from '@novacron/bus/bus';
import { openMemoryBus } from '@novacron/bus/open-memory-bus';
import {
  ANY_NODE,
  commandSubject,
  completionSubject,
  inspectSubject,
} from '@novacron/contract/agent/agent-subjects';
import type { JsonObject } from '@novacron/contract/json';
import { err, ok } from '@novacron/contract/result';
import { silentLogger } from '@novacron/runtime/logger';
import { AgentDatabase } from './database/agent-database.ts';
import type { Driver, MachineOrder } from './drivers/driver.ts';
import { openSimulatorDriver } from './drivers/simulator/open-simulator-driver.ts';
import { openJournal } from './journal/journal.ts';
import { type RunningAgent, startAgent } from './start-agent.ts';
import { createSampleIds, createSampleRng, sampleNode } from './test-kit/samples.ts';
import { createVirtualTime } from './test-kit/virtual-time.ts';

let bus: Bus;
let agent: RunningAgent;
let database: AgentDatabase;
let dataDir: string;
const logged: string[] = [];
let inspect: () => ReturnType<Driver['inspect']>;
const time = createVirtualTime();

beforeEach(() => {
  inspect = async () => err({ message: 'No hypervisor answers.', next: 'retry' });
  const { clock, timers, nextTurn } = time;
  const node = sampleNode();
  dataDir = mkdtempSync(join(tmpdir(), 'novacron-trouble-'));
  bus = openMemoryBus({ timers, onFault: (_subject, cause) => logged.push(String(cause)) });
  database = new AgentDatabase({ dataDir, node: node.name, nextTurn });
  const driver = {
    ...openSimulatorDriver({ node, database, clock, timers, rng: createSampleRng() }),
    inspect: () => inspect(),
    inspectSnapshots: async () => err({ message: 'It is not mounted.', next: 'retry' } as const),
    start: () => Promise.reject(new Error('a bug in the driver')),
    stop: async (order: MachineOrder) => {
      const run = (): void => {
        throw Object.assign(new Error('no room'), { syscall: 'write', code: 'ENOSPC' });
      };
      const heard = (what: string) => () => logged.push(what);
      order.keepWithEnd?.({ run, written: heard('written'), lost: heard('lost') });
      return ok(null);
    },
  };
  const journal = openJournal({ database, clock });
  const error = (fields: Readonly<Record<string, unknown>>, message: string): void => {
    logged.push(`${message}: ${String(fields.cause)}`);
  };
  const warn = ({ reason }: Readonly<Record<string, unknown>>, message: string): void => {
    if (reason !== undefined) logged.push(`${message}: ${reason}`);
  };
  const logger = { ...silentLogger, error, warn };
  agent = startAgent({ bus, driver, journal, node, clock, timers, incarnation: '1', logger });
  logged.length = 0;
});
afterEach(async () => {
  await agent.stop();
  database.close();
  rmSync(dataDir, { recursive: true });
});

describe('trouble with a driver', () => {
  test('makes an inspection an error instead of an empty node', async () => {
    expect(await bus.request(inspectSubject('node-01'), {}, { timeoutMs: 1 })).toMatchObject({
      ok: false,
      error: { code: 'internal' },
    });
    expect(logged).toEqual(['Error: cannot inspect node-01: No hypervisor answers.']);
  });

  test('that keeps it from listing snapshots leaves the machines known', async () => {
    inspect = async () => ok([]);
    expect(await bus.request(inspectSubject('node-01'), {}, { timeoutMs: 1 })).toEqual({
      ok: true,
      value: { node: 'node-01', machines: [] },
    });
    expect(logged).toEqual(['snapshots cannot be listed: It is not mounted.']);
  });

  test('that is a bug ends the command for good and is only logged', async () => {
    const message = 'The driver of the hypervisor broke down; the log of the agent says why.';
    expect(await run('start')).toMatchObject([{ kind: 'failed', message, next: 'final' }]);
    expect(logged).toEqual(['driver broke down: Error: a bug in the driver']);
  });

  test('whose part of the end has no room has done nothing, and may try again', async () => {
    const message = 'The agent cannot keep what it did (ENOSPC), so it did nothing.';
    expect(await run('stop')).toMatchObject([{ kind: 'failed', message, next: 'retry' }]);
    expect(logged).toEqual(['lost', 'what was done cannot be kept: Error: no room']);
  });
});

/** Runs a command and returns the published outcomes. */
async function run(kind: 'start' | 'stop'): Promise<readonly unknown[]> {
  const ids = createSampleIds();
  const heard: JsonObject[] = [];
  bus.subscribe(completionSubject(ANY_NODE), (message) => heard.push(message));
  const command = {
    protocol: 1,
    operation_id: ids('op'),
    step: kind,
    vm_id: ids('vm'),
    generation: 1,
    action: { kind },
  };
  const answer = await bus.request(commandSubject('node-01'), command, { timeoutMs: 1 });
  expect(answer).toMatchObject({ value: { kind: 'accepted' } });
  await time.settle();
  return heard.map(({ outcome }) => outcome);
}
